"""People of an account before the console, each in a browser of their own. Import the fixtures."""

import pytest

from config.accounts import authentication, rates
from config.accounts.models import User
from config.accounts.operations.accounts import set_member
from libraries.matching import cache
from moderation.detectors import registry
from moderation.models import Label, LabelMapping
from tests.console.test_browser import Visit
from tests.factories import NOW, make_account
from tests.moderation.conftest import FAKES, MEANINGS

PASSWORD = "correct horse"


PATTERNS = "moderation.detectors.patterns.engine.PatternEngine"


@pytest.fixture
def engines(settings, transactional_db):
    """The engine that finds contact details in texts, and those that see what a picture tells them to see."""
    settings.ASSAY_DETECTORS = [*FAKES, PATTERNS]
    registry.forget()
    for engine, raw, code in MEANINGS:
        LabelMapping.objects.create(engine=engine, raw=raw, label=Label.objects.get(code=code))
    yield
    registry.forget()


@pytest.fixture
def account(engines, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.forget()
    authentication._known.clear()
    rates._lots.clear()
    return make_account("Harbour Forum")


@pytest.fixture
def sign_in(account, live_server, browser):
    """Sign somebody in: their page notes every fault, and the test fails of one."""
    visits = []

    def sign_in(username: str, role: str = "reviewer", *, scripts: bool = True) -> Visit:
        if role == "platform":
            User.objects.create_superuser(username, password=PASSWORD)
        else:
            user = User.objects.create_user(username, password=PASSWORD)
            set_member(account=account, user=user, role=role, actor=None, now=NOW)
        context = browser.new_context(viewport={"width": 1366, "height": 900}, java_script_enabled=scripts)
        page = context.new_page()
        page.set_default_timeout(15_000)
        visit = Visit(page, live_server.url)
        visits.append(visit)
        page.goto(f"{live_server.url}/console/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.click(".as-form button")
        page.wait_for_selector(".as-side-nav")
        visit.has_scripts = scripts
        return visit

    yield sign_in
    for visit in visits:
        if visit.has_scripts:
            visit.look()
        visit.page.context.close()
    assert [fault for visit in visits for fault in visit.faults] == []
