"""What is told of recordings of the media library, in each of the three forms."""

from datetime import timedelta

import pytest

from moderation.callbacks import vod
from moderation.callbacks.endpoints import EndpointInvalid
from moderation.callbacks.media import review_payload
from moderation.models import Callback, Event, MediaShot, MediaSlice
from moderation.operations.media_assets import review_failed
from tests.assets import ended_job, fresh, make_asset, reviewed
from tests.factories import NOW, make_account, make_endpoint
from tests.review.sending import send_all

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def account(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_account()


def shot(job, at_ms, *labels):
    MediaShot.objects.create(
        account=job.account, job=job, at_ms=at_ms, kind="second", key="", width=9, height=9, level="high",
        verdicts=[{"service": "postImageCheck", "labels": [label(*one) for one in labels]}],
    )  # fmt: skip


def label(code, confidence, level="high"):
    return {"label": code, "level": level, "confidence": confidence}


class TestAReview:
    def test_is_told_with_its_worst_moments(self, account):
        make_endpoint(account, events=["media.reviewed"])
        asset = make_asset(account, data_id="v-1")
        reviewed(asset, "violation", labels=["pt_qrCode"])

        [body] = send_all(LATER)
        data = body["data"]
        assert body["type"] == "media.reviewed"
        assert (data["media_id"], data["data_id"], data["automated"]) == (asset.media_id, "v-1", "violation")
        assert (data["state"], data["review_status"]) == ("flagged", "succeeded")
        assert data["machine"]["labels"] == [label("pt_qrCode", 91.0)]
        assert "error" not in data

    def test_that_failed_is_told_with_its_reason(self, account):
        for dialect in ("standard", "vod"):
            make_endpoint(account, dialect=dialect, events=["media.reviewed"])
        asset = make_asset(account)
        error = {"code": "media_decode_failed", "message": "It is damaged."}
        review_failed(ended_job(asset, state="failed", error=error), NOW)

        standard, told = send_all(LATER)
        assert standard["data"]["error"] == error
        assert (told["EventType"], told["Status"], told["Code"]) == (
            "AIMediaAuditComplete",
            "fail",
            "media_decode_failed",
        )
        assert "Data" not in told
        assert fresh(asset).state == "reviewing"

    def test_of_a_long_recording_fits_into_a_callback(self, account):
        for dialect in ("standard", "vod", "vendor"):
            make_endpoint(account, dialect=dialect, events=["media.reviewed"])
        asset = make_asset(account)
        job = ended_job(asset)
        for number in range(200):
            shot(job, number * 1000, ("pt_qrCode", 50 + number / 10), ("object_landmark", 40.0))
        for number in range(100):
            MediaSlice.objects.create(
                account=account, job=job, start_ms=number * 1000, end_ms=number * 1000 + 500, level="medium",
                labels=[label("pt_to_contact", 60.0 + number / 10, "medium")],
            )  # fmt: skip
        payload = review_of(asset, job)

        assert len(payload["moments"]) == 40
        assert payload["moments"][0] == label("pt_qrCode", 69.9) | {"at_ms": 199_000, "group": "advertising"}
        assert {one["label"] for one in payload["moments"]} == {"pt_qrCode", "pt_to_contact"}
        result = vod.audit_result(payload)
        assert (result["Label"], result["VideoResult"]["Label"]) == ("ad,audio", "ad")
        assert {one["Label"] for one in result["AudioResult"]} == {"ad"}
        assert result["VideoResult"]["GreenEnhancedResult"]["Label"] == "pt_qrCode"
        assert result["VideoResult"]["AdResult"]["TopList"][0] == {
            "Label": "qrcode",
            "Score": "69.90",
            "Timestamp": "199000",
            "Url": "",
        }
        assert result["VideoResult"]["PornResult"]["Label"] == "normal"
        assert all(len(bytes(one.body)) < 20_000 for one in Callback.objects.all())


def review_of(asset, job):
    reviewed(asset, "violation", labels=["pt_qrCode", "pt_to_contact"])
    return review_payload(fresh(asset), job)


class TestAnEndpointForVideoOnDemand:
    def test_is_told_of_recordings_only(self, account):
        endpoint = make_endpoint(account, dialect="vod").endpoint
        assert endpoint.events == ["media.reviewed", "media.audited"]
        with pytest.raises(EndpointInvalid) as refused:
            make_endpoint(account, dialect="vod", events=["media.audited", "result.created"])
        assert refused.value.field == "events"

    def test_understands_whatever_comes(self):
        for payload in ({}, {"audit": None}, {"audit": {}}, {"job_id": "1"}, {"job_id": "1", "error": {}}):
            assert vod.translate(event="endpoint.test", payload=payload, now=NOW)["Status"]

    def test_says_times_as_such_receivers_read_them(self):
        told = vod.translate(
            event="media.reviewed", payload={"job_id": "1"}, now=NOW + timedelta(milliseconds=7)
        )
        assert told["EventTime"] == "2026-11-21T09:00:00:007Z"

    def test_hears_no_more_of_a_recording_that_never_was_told(self, account):
        make_endpoint(account, dialect="vod")
        reviewed(make_asset(account), "normal")

        assert [body["EventType"] for body in send_all(LATER)] == ["AIMediaAuditComplete"]
        assert Event.objects.filter(type="media.reviewed").count() == 1
