"""Results by the REST API: lists by filter, one result, all results of a request."""

import pytest
from django.test import Client

from config.accounts import authentication, rates
from config.uuid7 import uuid7
from tests.factories import CLEAN, make_account, make_key, make_result
from tests.moderation.results_made import image_service, minutes_ago, store

pytestmark = pytest.mark.django_db
URL = "/api/v1/results"


@pytest.fixture(autouse=True)
def fresh_process(settings):
    authentication._known.clear()
    rates._lots.clear()
    settings.ASSAY_RESULTS_KEPT_DAYS = 0


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def get(account):
    token = make_key(account).token
    return lambda path="", **params: Client().get(
        URL + path, params, headers={"Authorization": f"Bearer {token}"}
    )


def ids(answer):
    assert answer.status_code == 200, answer.json()
    return [result["data_id"] for result in answer.json()["results"]]


class TestTheList:
    def test_is_newest_first_and_page_by_page(self, account, get):
        for number in range(5):
            store(account, data_id=f"post-{number}", at=minutes_ago(number))

        first = get(limit=2)
        second = get(limit=2, cursor=first.json()["next"])
        third = get(limit=2, cursor=second.json()["next"])

        assert ids(first) + ids(second) + ids(third) == [f"post-{number}" for number in range(5)]
        assert third.json()["next"] is None

    def test_takes_the_same_filters_as_the_console(self, account, get):
        store(account, "pt_to_contact", data_id="hit")
        store(account, "contraband_gambling", level="low", data_id="low", source="test")
        store(account, data_id="clean")

        assert ids(get(label="pt_to_contact,contraband_gambling")) == ["low", "hit"]
        assert ids(get(label="!=nonLabel")) == ["low", "hit"]
        assert ids(get(label="!=nonLabel", level="high")) == ["hit"]
        assert ids(get(source="test")) == ["low"]
        assert ids(get(data_id="clean")) == ["clean"]
        assert ids(get(human="pass,block")) == []

    def test_refuses_what_it_cannot_read(self, get):
        for name, value, code in [
            ("label", "no_such_label", "label_unknown"),
            ("service", "no_such_service", "service_unknown"),
            ("level", "extreme", "filter_invalid"),
            ("cursor", "abc", "cursor_invalid"),
            ("limit", "1000", "invalid"),
        ]:
            answer = get(**{name: value})
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
            assert answer.json()["error"]["field"] == name

    def test_shows_no_other_accounts_results(self, get):
        foreign = store(make_account(), "pt_to_contact")

        assert ids(get()) == ids(get(label="pt_to_contact")) == []
        assert ids(get(request_id=str(foreign.request_id))) == []

    def test_needs_the_scope(self, account):
        token = make_key(account, scopes=["texts:moderate"]).token

        answer = Client().get(URL, headers={"Authorization": f"Bearer {token}"})

        assert answer.json()["error"]["code"] == "scope_missing"


class TestOneResult:
    def test_keeps_its_shape(self, account, get):
        result = make_result(account, CLEAN, data_id="post-1")

        body = get(f"/{result.request_id}").json()

        assert body["data_id"] == "post-1" and body["level"] == "none"

    def test_of_several_services_is_named_by_its_service(self, account, get):
        request = uuid7()
        for code in ("albums", "avatars"):
            store(account, service=image_service(account, code), request_id=request)

        unclear = get(f"/{request}")
        one = get(f"/{request}", service="avatars")
        every = Client().get(
            f"/api/v1/requests/{request}/results", headers=get(f"/{request}").wsgi_request.headers
        )

        assert unclear.status_code == 400
        assert unclear.json()["error"]["code"] == "service_ambiguous"
        assert unclear.json()["error"]["details"] == {"services": ["albums", "avatars"]}
        assert one.json()["service"] == "avatars"
        assert every.json()["request_id"] == str(request)
        assert [result["service"] for result in every.json()["results"]] == ["albums", "avatars"]
        assert get(f"/{request}", service="comment_detection").status_code == 404
        assert get(f"/{uuid7()}").status_code == 404
