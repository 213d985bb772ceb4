"""Results of recordings in lists, on their page, in exports and figures, beside those of other content."""

import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from config.accounts import authentication, rates
from config.accounts.roles import Role
from moderation.callbacks.results import tell_of_result
from moderation.explanations import explain
from moderation.media import storage
from moderation.models import Callback, ModerationResult, ResultLabel
from moderation.moments import clock, in_words, moment_of, moments_of
from moderation.replay import replay
from moderation.result_reasons import reasons_of
from moderation.signals import verdict_reached
from moderation.templatetags.moderation import evidence_of, hits, hits_in
from moderation.values import Rules
from stats.exports.result_rows import ResultTable
from tests.factories import NOW, make_account, make_endpoint, make_key, make_user, service_of
from tests.moderation.recording_services import IMAGE, SPEECH, VIDEO, make_speech_service
from tests.moderation.results_made import PORN
from tests.moderation.test_rules_page import signed_in
from tests.pictures import saying

LIST = reverse("admin:moderation_moderationresult_changelist")
CONTACT = "pt_to_contact"


@pytest.fixture
def account(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    authentication._known.clear()
    rates._lots.clear()
    account = make_account()
    make_speech_service(account)
    return account


@pytest.fixture
def visitor(account):
    return signed_in(make_user("ada", account=account, role=Role.POLICY_ADMIN))


def seen(at_ms: int) -> dict:
    looked = {"source": "engine", "detector": "fake_picture", "score": 91.0, "raw": "porn"}
    return looked | {"at_ms": at_ms, "service": IMAGE}


def said(start_ms: int, end_ms: int, **facts) -> dict:
    heard = {"source": "engine", "detector": "fake", "score": 77.0, "text": "add me", "start": 0, "end": 6}
    return heard | {"start_ms": start_ms, "end_ms": end_ms} | facts


def make(account, code: str, labels: dict[str, list[dict]], level="high", **fields) -> ModerationResult:
    """A result as a job stores one at its end."""
    service = service_of(account, code)
    fields = {"content": "holiday.mp4", "created_at": timezone.now(), "source": "api", "media": {}} | fields
    result = ModerationResult.objects.create(
        account=account,
        request_id=uuid.uuid4(),
        service=service,
        version_id=service.current_version_id,
        content_type=service.content_type,
        level=level,
        labels=[
            {"label": label, "level": level, "confidence": 91.0, "evidence": evidence}
            for label, evidence in labels.items()
        ],
        took_us=84_200_000,
        **fields,
    )
    ResultLabel.objects.create_for(result)
    verdict_reached.send(sender=ModerationResult, result=result, rules=service.current_version.rules)
    return result


class TestAMoment:
    @pytest.mark.parametrize(
        "ms, words",
        [(0, "0:00"), (999, "0:00"), (7_000, "0:07"), (754_321, "12:34"), (3_723_000, "1:02:03")],
    )
    def test_is_written_as_players_write_it(self, ms, words):
        assert clock(ms) == words

    @pytest.mark.parametrize(
        "evidence, words",
        [
            ({}, ""),
            ({"start": 3, "end": 9}, ""),
            ({"at_ms": 0}, "0:00"),
            ({"at_ms": 61_500}, "1:01"),
            ({"at_ms": 61_500, "until_ms": 61_900}, "1:01"),
            ({"at_ms": 61_500, "until_ms": 90_000}, "1:01–1:30"),
            ({"start_ms": 0, "end_ms": 30_000}, "0:00–0:30"),
            ({"start_ms": 5000}, "0:05"),
        ],
    )
    def test_is_a_frame_or_a_stretch(self, evidence, words):
        assert moment_of(evidence) == words

    def test_is_told_once_in_order_and_not_without_end(self):
        moments = moments_of([seen(9000), seen(1000), seen(1400), said(3000, 8000), {"start": 1, "end": 2}])

        assert moments == ["0:01", "0:03–0:08", "0:09"]
        assert in_words(moments, 2) == "0:01, 0:03–0:08 +1"
        assert in_words([]) == ""


class TestAResult:
    def test_of_a_video_is_explained_by_those_who_judged(self, account):
        rules = service_of(account, VIDEO).current_version.rules
        label = {"label": PORN, "level": "high", "confidence": 91.0, "evidence": [seen(0)]}
        [video], [picture] = explain([label], rules), explain([label | {"evidence": []}], Rules())

        assert video.rule == f"The worst moment decides, by the scores that are set in {IMAGE}."
        assert "Rule 1" in picture.rule

    def test_of_speech_quotes_no_other_text(self, account):
        result = make(account, VIDEO, {CONTACT: [said(2000, 9000)]})
        [reason] = reasons_of(result, result.version.rules)

        assert reason.evidence[0].match is None and reason.evidence[0].payload == "add me"
        assert hits(result) == "holiday.mp4"
        assert hits_in("Good morning. Well, add me", result.labels) == "Good morning. Well, add me"

    def test_tells_alike_sightings_once_with_their_moments(self, account):
        result = make(account, VIDEO, {PORN: [seen(at * 1000) for at in range(8)], CONTACT: [said(0, 2000)]})
        found = evidence_of(result)["found"]

        assert [one["moments"] for one in found] == ["0:00, 0:01, 0:02, 0:03, 0:04 +3", "0:00–0:02"]

    def test_of_a_video_is_not_judged_anew(self, account):
        make(account, VIDEO, {PORN: [seen(0)]})
        service = service_of(account, VIDEO)

        assert replay(service=service, before=service.current_version.rules, after=Rules()).count == 0

    def test_of_audio_is(self, account):
        make(account, SPEECH, {CONTACT: [said(0, 2000)]})
        service = service_of(account, SPEECH)
        before = service.current_version.rules
        found = replay(service=service, before=before, after=before.with_label(CONTACT, on=False))

        assert (found.count, found.falls) == (1, 1)


class TestTheList:
    def test_has_tabs_and_filters_for_them(self, account, visitor):
        video, audio = make(account, VIDEO, {PORN: [seen(0)]}), make(account, SPEECH, {CONTACT: []})

        for kind, result in (("video", video), ("audio", audio)):
            page = visitor.get(LIST, {"content_type": kind})
            assert [row.result for row in page.context["rows"]] == [result]
            assert {service.content_type for service in page.context["services"]} == {kind}
        assert [row.result for row in visitor.get(LIST, {"label": PORN}).context["rows"]] == [video]
        assert [row.result for row in visitor.get(LIST, {"service": SPEECH}).context["rows"]] == [audio]
        everything = visitor.get(LIST)
        assert len(everything.context["rows"]) == 2
        assert "content_type=audio" in everything.text and "content_type=video" in everything.text

    def test_shows_the_cover_of_a_video(self, account, visitor):
        key = storage.new_key(account_uid=account.uid, now=NOW)
        storage.keep(key, saying("a cover"))
        covered = make(
            account, VIDEO, {PORN: [seen(0)]}, media={"cover_key": key, "key": "away", "format": "mp4"}
        )
        bare = make(account, VIDEO, {PORN: [seen(0)]}, media={"key": "away", "format": "mp4"})

        addresses = {row.result.pk: row.picture for row in visitor.get(LIST).context["rows"]}
        assert addresses == {covered.pk: f"/console/cover/{covered.pk}/", bare.pk: ""}
        answer = visitor.get(addresses[covered.pk])
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert visitor.get(f"/console/cover/{bare.pk}/").status_code == 404
        stranger = signed_in(make_user("sam", account=make_account(), role=Role.POLICY_ADMIN))
        assert stranger.get(addresses[covered.pk]).status_code == 404

    def test_leads_to_a_page_that_says_who_judged(self, account, visitor):
        result = make(account, VIDEO, {PORN: [seen(67_000)], CONTACT: [said(5000, 35_000)]})
        page = visitor.get(reverse("admin:moderation_moderationresult_change", args=[result.pk])).text

        assert f"by the scores that are set in {IMAGE}." in page
        assert "84.2 s" in page
        assert "This picture" not in page

    @pytest.mark.parametrize("kind", ["audio", "video"])
    def test_is_narrowed_by_rest(self, account, client, kind):
        made = {
            "video": make(account, VIDEO, {PORN: [seen(4000)]}),
            "audio": make(account, SPEECH, {CONTACT: []}),
        }
        headers = {"Authorization": f"Bearer {make_key(account).token}"}

        answer = client.get(f"/api/v1/results?content_type={kind}", headers=headers).json()
        assert [one["request_id"] for one in answer["results"]] == [str(made[kind].request_id)]
        if kind == "video":
            assert answer["results"][0]["labels"][0]["evidence"][0]["at_ms"] == 4000


def test_an_export_tells_the_moments(account):
    video = make(account, VIDEO, {PORN: [seen(67_000), seen(1000)], CONTACT: [said(0, 9000)]})
    clean = make(account, SPEECH, {"nonLabel": []}, level="none")
    table = ResultTable(account, has_content=True)
    rows = [dict(zip(table.headers, row, strict=True)) for row in table.rows([video.pk, clean.pk])]

    assert rows[0]["Moments"] == f"{PORN}: 0:01, 1:07; {CONTACT}: 0:00–0:09"
    assert (rows[0]["Content type"], rows[1]["Content type"]) == ("Video", "Audio")
    assert rows[1]["Moments"] == ""


def test_figures_count_them(account, visitor, client):
    make(account, VIDEO, {PORN: [seen(0)]})
    make(account, SPEECH, {CONTACT: []})
    headers = {"Authorization": f"Bearer {make_key(account).token}"}

    used = client.get("/api/v1/usage", headers=headers).json()
    assert {row["service"]: row["hits"] for row in used["usage"]} == {VIDEO: 1, SPEECH: 1}
    page = visitor.get("/console/usage/", {"service": VIDEO})
    assert (page.status_code, page.context["whole"].calls) == (200, 1)
    assert visitor.get("/console/usage/export/", {"format": "csv"}).status_code == 200


def test_an_endpoint_of_a_video_service_hears_of_it_alone(account):
    service = service_of(account, VIDEO)
    mine = make_endpoint(account, service=service, events=["result.created"]).endpoint
    for result in (make(account, VIDEO, {PORN: [seen(0)]}), make(account, SPEECH, {CONTACT: []})):
        tell_of_result(result, account=account)

    [callback] = Callback.objects.filter(endpoint=mine)
    told = json.loads(bytes(callback.body))
    assert VIDEO in json.dumps(told) and '"video"' in json.dumps(told)


@pytest.mark.parametrize("tab", ["audio", "video"])
def test_the_online_test_offers_none_of_them(account, visitor, tab):
    assert visitor.get(f"/console/online-test/?tab={tab}").status_code == 404
    for known in ("text", "image"):
        page = visitor.get(f"/console/online-test/?tab={known}&service={VIDEO}")
        assert {service.content_type for service in page.context["services"]} == {known}
