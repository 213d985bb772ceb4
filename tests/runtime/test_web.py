import json
import uuid

import pytest

from config.request_id import accepted
from tests.ground.live import wait_until

SENT = "0199f3a2-7c11-7d2e-9b5a-3f1a2b4c5d6e"


class TestRequestId:
    def test_is_in_every_answer_and_new_each_time(self, client):
        ids = [client.get("/healthz").headers["X-Request-Id"] for _number in range(3)]

        assert len(set(ids)) == 3
        assert {uuid.UUID(one).version for one in ids} == {7}

    def test_of_the_caller_is_not_believed(self, client):
        answer = client.get("/healthz", headers={"X-Request-Id": SENT})

        assert answer.headers["X-Request-Id"] != SENT

    def test_of_the_caller_is_taken_where_a_proxy_vouches_for_it(self, client, settings):
        settings.ASSAY_TRUST_REQUEST_ID = True

        answer = client.get("/healthz", headers={"X-Request-Id": SENT})

        assert answer.headers["X-Request-Id"] == SENT

    @pytest.mark.parametrize("text", ["", "x" * 36, SENT + "0", f"{SENT}\n", SENT[:-1] + "g"])
    def test_is_a_uuid_or_nothing(self, text):
        assert accepted(text) is None

    def test_has_one_form(self):
        assert accepted(SENT.replace("-", "").upper()) == SENT


class TestAccessLog:
    def lines(self, live_assay, request_id) -> list[dict]:
        written = [line for line in live_assay.log().splitlines() if request_id in line]
        return [json.loads(line) for line in written]

    def test_has_one_line_per_request_with_its_id_and_without_the_query(self, live_assay):
        answer = live_assay.get("/api/v1/services?secret=hunter2")
        request_id = answer.headers["X-Request-Id"]
        (line,) = wait_until(lambda: self.lines(live_assay, request_id), "the log line")

        assert answer.json()["request_id"] == request_id
        assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/services", 401)
        assert line["ms"] >= 0
        assert "hunter2" not in live_assay.log()

    def test_leaves_out_the_probes(self, live_assay):
        request_id = live_assay.get("/healthz").headers["X-Request-Id"]

        assert self.lines(live_assay, request_id) == []
