"""Machine results: who is told of them, by level, and in which order with what people say of them."""

import json

import pytest

from moderation.callbacks.results import subject_of
from moderation.models import Callback
from tests.factories import CLEAN, make_result, service_of


class TestAResult:
    def test_is_told_to_an_endpoint_that_asked(self, account, make_endpoint):
        make_endpoint(events=["result.created"])
        result = make_result(account, data_id="comment-81")

        callback = Callback.objects.get()
        told = json.loads(bytes(callback.body))
        assert told["type"] == "result.created"
        assert told["data"]["request_id"] == str(result.request_id)
        assert told["data"]["machine"]["level"] == "high"
        assert (callback.subject, callback.data_id) == (subject_of(result), "comment-81")

    def test_is_told_to_nobody_who_did_not(self, account, make_endpoint):
        make_endpoint(events=["review.decided"])
        make_endpoint(events=["result.created"], service=service_of(account, "nickname_detection"))
        make_result(account)

        assert not Callback.objects.exists()

    @pytest.mark.parametrize("source, count", [("api", 1), ("test", 0), ("console", 0)])
    def test_is_told_where_a_client_sent_it(self, source, count, account, make_endpoint):
        make_endpoint(events=["result.created"])
        make_result(account, source=source)

        assert Callback.objects.count() == count

    def test_is_told_by_level(self, account, make_endpoint):
        risky = make_endpoint(events=["result.created"], levels=["medium", "high"]).endpoint
        safe = make_endpoint(events=["result.created"], levels=["none"]).endpoint
        first, second = make_result(account), make_result(account, CLEAN)

        told = Callback.objects.order_by("id").values_list("endpoint", "subject")
        assert list(told) == [(risky.pk, subject_of(first)), (safe.pk, subject_of(second))]

    def test_names_no_content(self, account, make_endpoint):
        make_endpoint(events=["result.created"])
        make_result(account, "Add me on WeChat: abc_12345 secretword")

        assert b"secretword" not in bytes(Callback.objects.get().body)


class TestADecision:
    @pytest.mark.parametrize("mode, count", [("audit", 1), ("human_machine", 0), ("human_only", 0)])
    def test_is_told_by_mode(self, mode, count, make_endpoint, enqueue):
        make_endpoint(modes=["audit"])

        assert len(enqueue(payload={"review": {"mode": mode, "outcome": "pass"}})) == count

    def test_without_a_mode_is_told_to_all(self, make_endpoint, enqueue):
        make_endpoint(modes=["audit"])

        assert len(enqueue(payload={"review": {"outcome": "pass"}})) == 1
