"""Recordings of the media library through the unmodified SDK of a service for video on demand."""

import hashlib
import json

import pytest
import requests
from alibabacloud_vod20170321 import client as vod
from alibabacloud_vod20170321 import models
from darabonba.exceptions import DaraException
from django.db import transaction

from config.accounts.operations.keys import issue_key
from moderation.callbacks.process import DeliveryProcess
from moderation.callbacks.vod import second
from moderation.models import Callback, CallbackEndpoint, MediaAsset, MediaAudit, MediaJob, SecurityIpGroup
from moderation.operations.media_assets import review_ended
from review.operations.media_audits import Audit, create_audits, history_of
from review.operations.undo import undo
from tests.assets import make_asset
from tests.factories import NOW, make_account, make_user, publish, service_of
from tests.ground.media import CONTACT, PORN, make_job, make_media_result
from tests.receivers import receiving
from tests.wire.clients import client

ELSEWHERE = "https://client.example.com/told"


@pytest.fixture
def sdk(served, key):
    return client(vod, served, key)


@pytest.fixture
def told_at_once(account):
    for code in ("videoDetection", "videoManualCheck", "audioManualCheck"):
        service = service_of(account, code)
        rules = service.current_version.rules
        publish(service, rules.__class__.from_json(rules.to_json() | {"send_delay": 0}))


def stranger(served):
    return client(vod, served, issue_key(account=make_account(), name="x", actor=None, now=NOW))


def refused(act, *arguments) -> DaraException:
    with pytest.raises(DaraException) as found:
        act(*arguments)
    return found.value


def reviewed(account, **parts):
    """A recording whose review has ended, with what was seen and said in it as rows."""
    asset = make_asset(account)
    asset.duration_ms = 30_000
    job = make_job(account, asset=asset, service=service_of(account, "videoDetection"), **parts)
    result = make_media_result(job)
    judge = service_of(account, "postImageCheck")
    named = {"content_type": "image", "service": judge.code, "version_id": judge.current_version_id}
    result.media |= {"asset": asset.media_id, "services": [named]}
    result.uncovered = ["violent_gun"]
    result.save(update_fields=["media", "uncovered"])
    with transaction.atomic():
        review_ended(job, result, NOW)
    return MediaAsset.objects.get(pk=asset.pk), job, result


SEEN = {
    1.0: ("high", PORN, 97.5),
    1.5: ("medium", PORN, 71.25),
    2.0: ("high", "pt_qrCode", 100.0),
    9.5: ("low", "sexual_cleavage", 41.0),
    12.0: ("high", "violent_gun", 88.0),
    14.0: ("medium", "inappropriate_smoking", 66.0),
}
MODULES = "porn,terrorism,ad,live"
SAID = ((3.2, 5.1, "Add me on WeChat", CONTACT), (6.0, 7.0, "Good evening", ""))


class TestAudits:
    def audit(self, sdk, *said):
        content = [dict(zip(("VideoId", "Status", "Reason", "Comment"), one, strict=False)) for one in said]
        sdk.create_audit(models.CreateAuditRequest(audit_content=json.dumps(content)))

    def history(self, sdk, asset, **asked):
        return sdk.get_audit_history(models.GetAuditHistoryRequest(video_id=asset.media_id, **asked)).body

    def test_decide_and_are_the_history(self, sdk, account, key):
        asset, other = make_asset(account), make_asset(account, kind="audio")
        self.audit(sdk, (asset.media_id, "Blocked", "A number", "At 0:07"), (other.media_id, "Normal"))
        self.audit(sdk, (asset.media_id, "Normal"))
        self.audit(sdk, (asset.media_id, "Blocked", "Again"))

        told, kept = self.history(sdk, asset), list(MediaAudit.objects.filter(asset=asset).order_by("-id"))
        assert (told.status, told.total) == ("Blocked", 3)
        assert [
            (one.status, one.reason, one.comment, one.auditor, one.creation_time) for one in told.histories
        ] == [
            (
                one.status.capitalize(),
                one.reason,
                one.comment,
                f"key:{key.key.prefix}",
                second(one.created_at),
            )
            for one in kept
        ]
        asset.refresh_from_db()
        assert (asset.final, asset.state) == ("block", "flagged")
        assert self.history(sdk, other).status == "Normal"
        page = self.history(sdk, asset, page_no=2, page_size=2, sort_by="CreationTime:Asc")
        assert ([one.reason for one in page.histories], page.total) == (["Again"], 3)

    def test_that_were_undone_are_no_part_of_it(self, sdk, account):
        asset = make_asset(account)
        ann = make_user(account=account)
        said = [Audit(asset.media_id, "blocked")]
        [made] = create_audits(account=account, audits=said, actor=ann, now=NOW)
        undo(account=account, decision_ids=[made.audit.decision_id], actor=ann, now=NOW)
        assert history_of(asset).count() == 1
        told = self.history(sdk, asset)
        assert (told.status, told.total, told.histories) == (None, 0, [])

    def test_that_are_refused_are_told_and_hinder_no_other(self, sdk, served, account):
        asset = make_asset(account)
        error = refused(self.audit, sdk, (asset.media_id, "Blocked"), ("nothing", "Normal"))
        assert (error.code, error.status_code) == ("InvalidStatus", 409)
        assert "1 of 2" in str(error) and "nothing" in str(error)
        asset.refresh_from_db()
        assert asset.final == "block"

        assert refused(self.audit, sdk, ("nothing", "Normal")).status_code == 404
        assert refused(self.audit, stranger(served), (asset.media_id, "Normal")).status_code == 404
        assert refused(self.history, stranger(served), asset).status_code == 404
        for wrong in ((asset.media_id, "Perhaps"), (asset.media_id, "Normal", "x" * 129), (asset.media_id,)):
            assert refused(self.audit, sdk, wrong).status_code == 400
        for asked in ({"sort_by": "Auditor:Asc"}, {"page_size": 101}, {"page_no": 0}, {"page_no": 5000}):
            assert refused(lambda asked=asked: self.history(sdk, asset, **asked)).code == "InvalidParameter"
        reader = issue_key(account=account, name="r", actor=None, now=NOW, scopes=["media:read"])
        assert (
            refused(self.audit, client(vod, served, reader), (asset.media_id, "Normal")).code == "Forbidden"
        )
        assert MediaAudit.objects.count() == 1


class TestSecurityAddresses:
    def change(self, sdk, ips, **asked):
        sdk.set_audit_security_ip(models.SetAuditSecurityIpRequest(ips=ips, **asked))

    def groups(self, sdk, name=None):
        told = sdk.list_audit_security_ip(models.ListAuditSecurityIpRequest(security_group_name=name)).body
        return {one.security_group_name: one.ips for one in told.security_ip_list}

    def test_are_appended_covered_and_deleted(self, sdk, served, account):
        self.change(sdk, "192.0.2.1,198.51.100.7/24")
        self.change(sdk, "2001:db8::1", operate_mode="Sideways")
        self.change(sdk, "203.0.113.0/24", security_group_name="Office")
        assert self.groups(sdk) == {
            "Default": "192.0.2.1,198.51.100.0/24,2001:db8::1",
            "Office": "203.0.113.0/24",
        }
        assert self.groups(sdk, "Office") == {"Office": "203.0.113.0/24"}
        kept = SecurityIpGroup.objects.get(name="Default")
        assert kept.addresses == ["192.0.2.1/32", "198.51.100.0/24", "2001:db8::1/128"]
        self.change(sdk, "192.0.2.1", operate_mode="Delete")
        self.change(sdk, "192.0.2.9", operate_mode="Cover", security_group_name="Office")
        assert self.groups(sdk) == {"Default": "198.51.100.0/24,2001:db8::1", "Office": "192.0.2.9"}
        told = sdk.list_audit_security_ip(models.ListAuditSecurityIpRequest()).body.security_ip_list
        kept.refresh_from_db()
        assert told[0].modification_time == second(kept.updated_at)
        assert self.groups(stranger(served)) == {}

        assert refused(self.change, sdk, "nowhere").status_code == 400
        assert refused(self.change, sdk, "").code == "MissingIps"
        assert refused(self.change, sdk, ",".join(f"10.0.0.{n}" for n in range(101))).status_code == 409


class TestAReview:
    def test_is_begun_and_its_progress_is_told(self, sdk, served, account):
        asset = make_asset(account)
        asked = models.SubmitAIMediaAuditJobRequest(media_id=asset.media_id, media_type="video")
        begun = sdk.submit_aimedia_audit_job(asked).body
        job = MediaJob.objects.get()
        assert (begun.job_id, begun.media_id) == (str(job.job_id), asset.media_id)
        assert job.service.code == "videoDetection"

        def told(who=sdk):
            asked = models.GetAIMediaAuditJobRequest(job_id=begun.job_id)
            return who.get_aimedia_audit_job(asked).body.media_audit_job

        assert (told().status, told().media_id, told().data) == ("init", asset.media_id, None)
        assert (told().type, told().creation_time) == ("AIMediaAudit", second(job.created_at))
        MediaJob.objects.update(attempts=1)
        assert told().status == "processing"
        error = {"code": "media_decode_failed", "message": "It is damaged."}
        MediaJob.objects.update(state="failed", finished_at=NOW, error=error)
        assert (told().status, told().code, told().message) == ("fail", *error.values())
        assert told().complete_time == second(NOW)
        assert refused(told, stranger(served)).status_code == 404

        assert refused(sdk.submit_aimedia_audit_job, models.SubmitAIMediaAuditJobRequest(
            media_id=asset.media_id, template_id="nothing"
        )).status_code == 400  # fmt: skip
        assert refused(sdk.submit_aimedia_audit_job, models.SubmitAIMediaAuditJobRequest(
            media_id=asset.media_id, user_data='{"MessageCallback": {"CallbackURL": "https://c.example"}}'
        )).status_code == 400  # fmt: skip
        named = models.SubmitAIMediaAuditJobRequest(
            media_id=asset.media_id, video_service="videoDetection", user_data='{"Extend": {"a": "b"}}'
        )
        assert sdk.submit_aimedia_audit_job(named).body.job_id != begun.job_id
        assert refused(sdk.submit_aimedia_audit_job, named).code == "InvalidStatus"

    def test_has_a_result_as_a_whole_and_by_time(self, sdk, served, account):
        asset, job, result = reviewed(account, seen=SEEN, said=SAID)
        answer = sdk.get_media_audit_result(models.GetMediaAuditResultRequest(media_id=asset.media_id))
        told = answer.body.media_audit_result
        assert answer.headers["x-assay-uncovered"] == "violent_gun"
        assert (told.suggestion, told.label, told.abnormal_modules) == ("block", MODULES + ",audio", "video")
        assert [(one.scene, one.label, one.score) for one in told.audio_result] == [
            ("antispam", "ad", "95.00")
        ]
        seen = told.video_result
        assert (seen.suggestion, seen.label) == ("block", MODULES)
        porn = seen.porn_result
        assert (porn.label, porn.suggestion, porn.max_score, porn.average_score) == (
            "porn",
            "block",
            "97.50",
            "69.92",
        )
        assert {one.label: one.count for one in porn.counter_list} == {"porn": 2, "sexy": 1}
        assert [(one.label, one.score, one.timestamp) for one in porn.top_list] == [
            ("porn", "97.50", "1000"),
            ("porn", "71.25", "1500"),
            ("sexy", "41.00", "9500"),
        ]
        assert requests.get(porn.top_list[0].url, timeout=10).content.startswith(b"\xff\xd8\xff")
        assert (seen.ad_result.label, seen.terrorism_result.label) == ("qrcode", "weapon")
        # None of the rules of its service asks for logos.
        assert seen.logo_result is None
        assert set(seen.green_enhanced_result.label.split(",")) == {one[1] for one in SEEN.values()}

        asked = models.GetAIMediaAuditJobRequest(job_id=str(job.job_id))
        whole = sdk.get_aimedia_audit_job(asked).body.media_audit_job
        assert (whole.status, whole.data.label) == ("success", told.label)
        assert whole.data.video_result.porn_result.max_score == "97.50"

        line = sdk.get_media_audit_result_timeline(
            models.GetMediaAuditResultTimelineRequest(media_id=asset.media_id)
        ).body.media_audit_result_timeline
        assert [(one.timestamp, one.label) for one in line.porn] == [
            ("1000", "porn"), ("1500", "porn"), ("9500", "sexy"),
        ]  # fmt: skip
        assert ([one.label for one in line.terrorism], line.logo) == (["weapon"], [])

        def page(number):
            return sdk.get_media_audit_result_detail(
                models.GetMediaAuditResultDetailRequest(media_id=asset.media_id, page_no=number)
            ).body.media_audit_result_detail

        frames = [one for number in (1, 2, 3, 4) for one in page(number).list]
        assert page(1).total == len(frames) == job.shots.count() == 60
        assert [int(one.timestamp) for one in frames] == [500 * n for n in range(60)]
        first = {int(one.timestamp): one for one in frames}
        assert (first[1000].porn_label, first[1000].porn_score, first[1000].ad_label) == (
            "porn",
            "97.50",
            "normal",
        )
        assert (first[2000].ad_label, first[2000].porn_label) == ("qrcode", "normal")
        assert (first[2000].terrorism_label, first[2000].logo_label) == ("normal", None)

        heard = sdk.get_media_audit_audio_result_detail(
            models.GetMediaAuditAudioResultDetailRequest(media_id=asset.media_id)
        ).body.media_audit_audio_result_detail
        [one] = heard.list
        assert (heard.total, heard.page_total) == (1, 1)
        assert (one.start_time, one.end_time, one.label, one.text) == (3, 6, "ad", "Add me on WeChat")

        unseen = make_asset(account)
        for who, media_id in ((sdk, unseen.media_id), (sdk, "nothing"), (stranger(served), asset.media_id)):
            asked = models.GetMediaAuditResultRequest(media_id=media_id)
            assert refused(who.get_media_audit_result, asked).status_code == 404


class TestTheMessageCallback:
    def settings(self, sdk):
        return sdk.get_message_callback(models.GetMessageCallbackRequest()).body.message_callback

    def change(self, sdk, url=ELSEWHERE, **asked):
        asked = {"callback_type": "HTTP", "event_type_list": "ALL"} | asked
        sdk.set_message_callback(models.SetMessageCallbackRequest(callback_url=url, **asked))

    def delete(self, sdk):
        sdk.delete_message_callback(models.DeleteMessageCallbackRequest())

    def test_is_an_endpoint_that_is_signed_by_the_clients_key(self, sdk, account, told_at_once, settings):
        settings.ASSAY_OUTBOUND_HTTP, settings.ASSAY_OUTBOUND_ALLOW = True, ["127.0.0.0/8"]
        asset = make_asset(account)
        with receiving() as server:
            self.change(sdk, server.url, auth_switch="on", auth_key="SomeKey123")
            told = self.settings(sdk)
            assert (told.callback_url, told.callback_type, told.auth_switch) == (server.url, "HTTP", "on")
            assert (told.app_id, told.event_type_list) == ("app-1000000", "AIComplete,CreateAuditComplete")
            content = [{"VideoId": asset.media_id, "Status": "Blocked"}]
            sdk.create_audit(models.CreateAuditRequest(audit_content=json.dumps(content)))
            assert Callback.objects.count() == 1
            DeliveryProcess(threads=1).run(until_empty=True)
            [got] = server.received
        body = json.loads(got.body)
        assert (body["EventType"], body["MediaId"], body["AuditStatus"]) == (
            "CreateAuditComplete", asset.media_id, "Blocked",
        )  # fmt: skip
        headers = {name.lower(): value for name, value in got.headers.items()}
        verify(server.url, "SomeKey123", headers)

        self.delete(sdk)
        assert refused(self.settings, sdk).status_code == 404
        kept = CallbackEndpoint.objects.get()
        assert (kept.is_enabled, kept.callbacks.count()) == (False, 1)
        self.change(sdk, event_type_list="CreateAuditComplete,TranscodeComplete")
        assert self.settings(sdk).event_type_list == "CreateAuditComplete"
        assert CallbackEndpoint.objects.count() == 2

    def test_is_changed_quietened_and_deleted(self, sdk, served):
        assert refused(self.settings, sdk).status_code == 404
        assert refused(self.delete, sdk).status_code == 404
        self.change(sdk, auth_switch="on", auth_key="SomeKey123")
        before = bytes(CallbackEndpoint.objects.get().secret)
        self.change(sdk, "https://other.example/1", auth_switch="on")
        assert bytes(CallbackEndpoint.objects.get().secret) == before
        self.change(sdk, auth_switch="off", event_type_list="")
        told, kept = self.settings(sdk), CallbackEndpoint.objects.get()
        assert (told.auth_switch, told.event_type_list or "", kept.is_enabled) == ("off", "", False)
        assert refused(self.settings, stranger(served)).status_code == 404
        self.delete(sdk)
        assert not CallbackEndpoint.objects.exists()

    def test_is_refused_where_it_cannot_be(self, sdk):
        for asked in (
            {"url": "http://169.254.169.254/"},
            {"callback_type": "MNS"},
            {"app_id": "app-2"},
            {"auth_switch": "on", "auth_key": "short"},
            {"auth_switch": "on"},
            {"auth_switch": "perhaps"},
        ):
            assert refused(lambda asked=asked: self.change(sdk, **asked)).status_code in (400, 403), asked
        assert not CallbackEndpoint.objects.exists()


def verify(url, key, headers):
    proof = hashlib.md5(f"{url}|{headers['x-vod-timestamp']}|{key}".encode(), usedforsecurity=False)
    assert headers["x-vod-signature"] == proof.hexdigest()
