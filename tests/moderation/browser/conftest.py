"""A signed-in admin before the console, who can call the API as well."""

import json

import pytest

from config.accounts import authentication, rates
from config.accounts.models import User
from config.accounts.operations.accounts import set_member
from libraries.matching import cache
from libraries.models import ImageLibrary
from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.image_libraries import create_image_library
from tests.console.test_browser import Visit
from tests.factories import NOW, make_account, make_key
from tests.pictures import base64_of

PASSWORD = "correct horse"


@pytest.fixture
def account(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.forget()
    authentication._known.clear()
    rates._lots.clear()
    return make_account("Harbour Forum")


@pytest.fixture
def make_admin(account, live_server, browser):
    """Somebody who may publish rules, signed in, in a browser of their own."""
    visits = []

    def make(username: str, role: str = "policy_admin") -> Visit:
        user = User.objects.create_user(username, password=PASSWORD)
        set_member(account=account, user=user, role=role, actor=None, now=NOW)
        page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
        page.set_default_timeout(15_000)
        visit = Visit(page, live_server.url)
        visits.append(visit)
        visit.go("/console/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.click(".as-form button")
        page.wait_for_selector(".as-side-nav")
        return visit

    yield make
    for visit in visits:
        visit.look()
        visit.page.context.close()
    assert [fault for visit in visits for fault in visit.faults] == []


@pytest.fixture
def admin(make_admin):
    return make_admin("ada")


@pytest.fixture
def moderate(account, client):
    """The labels that the API answers with for a picture, and the level."""
    token = make_key(account).token

    def moderate(service: str, picture: bytes) -> tuple[str, list[str]]:
        answer = client.post(
            "/api/v1/images/moderations",
            json.dumps({"service": service, "image": base64_of(picture)}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 200, answer.content
        [result] = answer.json()["results"]
        return result["level"], [label["label"] for label in result["labels"]]

    return moderate


@pytest.fixture
def make_library(account):
    def make(name: str, *contents: bytes) -> ImageLibrary:
        library = create_image_library(account=account, name=name, description="", actor=None, now=NOW)
        if contents:
            files = [NewImage(f"{place}.png", content) for place, content in enumerate(contents)]
            outcomes = add_images(library=library, images=files, actor=None, now=NOW)
            assert all(outcome.image for outcome in outcomes), outcomes
        return library

    return make
