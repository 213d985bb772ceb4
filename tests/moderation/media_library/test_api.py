"""The media library by REST."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from moderation.models import MediaAsset, MediaShot, MediaSlice
from review.operations.media_audits import Audit, create_audits
from review.operations.undo import undo
from tests.assets import ended_job, make_asset, reviewed
from tests.factories import NOW, make_user
from tests.films import small_film
from tests.receivers import Reply, receiving
from tests.recordings import tone

pytestmark = pytest.mark.django_db
WHOLE = small_film()


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]


def code_of(answer) -> str:
    return answer.json()["error"]["code"]


class TestCreating:
    def test_takes_a_form_with_a_file(self, caller):
        answer = caller.call(
            "post", "assets",
            data={"content_type": "audio", "data_id": "a-1", "account.id": "ann",
                  "file": SimpleUploadedFile("hello.wav", tone())},
        )  # fmt: skip

        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert (body["title"], body["format"], body["account"]) == ("hello.wav", "wav", {"id": "ann"})
        assert (body["state"], body["review_status"], body["automated"]) == ("normal", "not_started", None)
        assert (body["manual_status"], body["final"]) == ("not_reviewed", None)

    def test_takes_an_address(self, caller):
        with receiving(Reply(200, {}, WHOLE)) as server:
            answer = caller.call(
                "post", "assets", {"content_type": "video", "title": "By address", "url": server.url}
            )

        assert answer.status_code == 201, answer.content
        assert answer.json()["bytes"] == len(WHOLE)

    def test_is_repeated_under_a_key_of_the_client_without_a_second_one(self, caller):
        def send():
            form = {"content_type": "audio", "file": SimpleUploadedFile("hello.wav", tone())}
            return caller.call("post", "assets", data=form, headers={"Idempotency-Key": "mine"})

        first, again = send(), send()
        assert first.json() == again.json()
        assert again.headers["Idempotency-Replayed"] == "true"
        assert MediaAsset.objects.count() == 1

    @pytest.mark.parametrize(
        "body, code",
        [
            ({"content_type": "video"}, "media_missing"),
            ({"content_type": "video", "url": "https://x.example/1", "upload_id": "1"}, "media_source_twice"),
            ({"content_type": "video", "upload_id": "1"}, "invalid"),
            ({"content_type": "image", "url": "https://x.example/1"}, "media_kind_unknown"),
            ({"content_type": "video", "url": "http://169.254.169.254/x"}, "url_forbidden_address"),
            ({"content_type": "video", "title": "x" * 129, "url": "https://x.example/1"}, "title_invalid"),
        ],
    )
    def test_refuses_with_a_code(self, caller, body, code):
        assert code_of(caller.call("post", "assets", body)) == code
        assert not MediaAsset.objects.exists()


class TestOne:
    def test_is_read_renamed_and_removed_by_its_account_alone(self, caller, stranger, account):
        asset = make_asset(account)
        path = f"assets/{asset.media_id}"
        for method, body in (("get", None), ("patch", {"title": "Mine"}), ("delete", None)):
            assert stranger.call(method, path, body).status_code == 404

        assert caller.call("patch", path, {"title": "Holiday"}).json()["title"] == "Holiday"
        assert caller.call("get", path).json()["media_id"] == asset.media_id
        assert caller.call("delete", path).status_code == 204
        assert caller.call("get", path).status_code == 404

    def test_needs_the_right_scopes(self, client, account, make_scoped):
        reader = make_scoped(["media:read"])
        asset = make_asset(account)
        assert reader.call("get", f"assets/{asset.media_id}").status_code == 200
        for method, path, body in (
            ("delete", f"assets/{asset.media_id}", None),
            ("post", "assets/reviews", {"media_ids": [asset.media_id]}),
            ("post", "security-ips", {"addresses": ["192.0.2.1"]}),
            ("post", "uploads", {"content_type": "video", "length": 9}),
            ("post", "audits", {"audits": [{"media_id": asset.media_id, "status": "normal"}]}),
        ):
            assert code_of(reader.call(method, path, body)) == "scope_missing", path


def test_the_list_is_paged_and_narrowed(caller, account):
    for number in range(5):
        make_asset(account, title=f"Film {number}")
    first = caller.call("get", "assets?limit=2&title=film").json()
    second = caller.call("get", f"assets?limit=2&title=film&cursor={first['next']}").json()

    assert [one["title"] for one in first["assets"] + second["assets"]] == [
        "Film 4",
        "Film 3",
        "Film 2",
        "Film 1",
    ]
    assert code_of(caller.call("get", "assets?state=gone")) == "filter_invalid"
    assert code_of(caller.call("get", "assets?cursor=x")) == "cursor_invalid"


class TestResults:
    @pytest.fixture
    def asset(self, account):
        asset = reviewed(make_asset(account), "violation", labels=["pt_qrCode"])
        job = ended_job(asset)
        for at_ms, label in ((0, None), (1000, "pt_qrCode"), (2000, "pt_qrCode")):
            labels = [{"label": label, "level": "high", "confidence": 80.0 + at_ms / 1000}] if label else []
            level = "high" if label else "none"
            MediaShot.objects.create(
                account=account, job=job, at_ms=at_ms, kind="second", key="", width=10, height=10,
                level=level, verdicts=[{"service": "baselineCheck", "level": level, "labels": labels}],
            )  # fmt: skip
        MediaSlice.objects.create(
            account=account, job=job, start_ms=7000, end_ms=9000, text="call me", level="medium",
            labels=[{"label": "pt_to_contact", "level": "medium", "confidence": 60.0}],
        )  # fmt: skip
        return asset

    def test_are_summed_up(self, caller, asset):
        body = caller.call("get", f"assets/{asset.media_id}/review").json()

        assert (body["automated"], body["level"], body["frames"], body["slices"]) == (
            "violation",
            "high",
            3,
            1,
        )
        assert body["labels"] == [
            {"label": "pt_qrCode", "level": "high", "confidence": 82.0, "frames": 2, "slices": 0},
            {"label": "pt_to_contact", "level": "medium", "confidence": 60.0, "frames": 0, "slices": 1},
        ]

    def test_are_shown_in_time(self, caller, asset):
        body = caller.call("get", f"assets/{asset.media_id}/review/timeline").json()

        assert [(one["label"], one["group"]) for one in body["tracks"]] == [
            ("pt_qrCode", "advertising"),
            ("pt_to_contact", "advertising"),
        ]
        assert [one["at_ms"] for one in body["tracks"][0]["moments"]] == [1000, 2000]
        assert (body["tracks"][1]["moments"][0]["start_ms"], body["is_cut"]) == (7000, False)

    def test_are_paged_frame_by_frame_and_as_they_were_said(self, caller, stranger, asset):
        path = f"assets/{asset.media_id}/review/frames"
        first = caller.call("get", f"{path}?limit=2").json()
        second = caller.call("get", f"{path}?limit=2&cursor={first['next']}").json()
        assert [one["at_ms"] for one in first["frames"] + second["frames"]] == [0, 1000, 2000]
        assert second["next"] is None
        assert len(caller.call("get", f"{path}?flagged=true").json()["frames"]) == 2
        [said] = caller.call("get", f"assets/{asset.media_id}/review/slices").json()["slices"]
        assert (said["text"], said["start_ms"], said["is_unheard"]) == ("call me", 7000, False)
        for part in ("review", "review/timeline", "review/frames", "review/slices", "audits"):
            assert stranger.call("get", f"assets/{asset.media_id}/{part}").status_code == 404

    def test_of_what_was_never_reviewed_are_none(self, caller, account):
        asset = make_asset(account)

        body = caller.call("get", f"assets/{asset.media_id}/review").json()
        assert (body["job"], body["labels"], body["frames"]) == (None, [], 0)
        assert caller.call("get", f"assets/{asset.media_id}/review/timeline").json()["tracks"] == []


class TestAudits:
    def test_are_made_in_one_call_and_listed_both_ways(self, caller, account):
        asset = make_asset(account)
        for status, reason in (("normal", "Fine"), ("blocked", "Not fine")):
            body = {"audits": [{"media_id": asset.media_id, "status": status, "reason": reason}]}
            answer = caller.call("post", "audits", body)
            assert answer.status_code == 200, answer.content
            assert answer.json()["audits"][0]["error"] is None
        path = f"assets/{asset.media_id}/audits"

        newest = caller.call("get", path).json()
        assert newest["final"] == "block"
        assert [one["reason"] for one in newest["audits"]] == ["Not fine", "Fine"]
        first = caller.call("get", f"{path}?sort=asc&limit=1").json()
        assert [one["reason"] for one in first["audits"]] == ["Fine"]
        second = caller.call("get", f"{path}?sort=asc&limit=1&cursor={first['next']}").json()
        assert ([one["reason"] for one in second["audits"]], second["next"]) == (["Not fine"], None)
        assert code_of(caller.call("get", f"{path}?sort=size")) == "filter_invalid"

    def test_say_of_each_why_it_was_refused(self, caller, account):
        asset = make_asset(account)
        asked = [
            {"media_id": "nothing", "status": "normal"},
            {"media_id": asset.media_id, "status": "blocked"},
        ]
        first, second = caller.call("post", "audits", {"audits": asked}).json()["audits"]

        assert (first["audit"], first["error"]["code"]) == (None, "not_found")
        assert (second["audit"]["status"], second["error"]) == ("blocked", None)

    def test_that_were_undone_say_since_when(self, caller, account):
        asset, ann = make_asset(account), make_user(account=account)
        [made] = create_audits(account=account, audits=[Audit(asset.media_id, "blocked")], actor=ann, now=NOW)
        undo(account=account, decision_ids=[made.audit.decision_id], actor=ann, now=NOW)

        history = caller.call("get", f"assets/{asset.media_id}/audits").json()
        assert (history["final"], history["audits"][0]["withdrawn_at"]) == (None, NOW.isoformat())


class TestPlayback:
    def test_gives_an_address_of_what_is_normal(self, caller, account, client):
        asset = make_asset(account)
        body = caller.call("post", f"assets/{asset.media_id}/playback", {"seconds": 60}).json()
        answer = client.get("/media/" + body["url"].rpartition("/")[2])

        assert b"".join(answer.streaming_content) == WHOLE
        assert body["state"] == "normal"

    def test_refuses_what_is_not(self, caller, account):
        asset = reviewed(make_asset(account), "suspected")
        path = f"assets/{asset.media_id}/playback"
        refused = caller.call("post", path, {})
        assert (refused.status_code, code_of(refused)) == (403, "media_not_playable")
        assert caller.call("post", path, {"review": True}).status_code == 201
        assert (
            code_of(caller.call("post", path, {"seconds": 50_000, "review": True}))
            == "playback_seconds_invalid"
        )


def test_security_addresses_are_set_and_listed(caller, stranger):
    set_to = caller.call("post", "security-ips", {"addresses": ["192.0.2.1", "10.0.0.0/8"]}).json()
    assert set_to["addresses"] == ["192.0.2.1/32", "10.0.0.0/8"]
    assert caller.call("get", "security-ips").json()["groups"] == [set_to]
    assert stranger.call("get", "security-ips").json()["groups"] == []
    gone = {"addresses": ["192.0.2.1", "10.0.0.0/8"], "mode": "delete"}
    assert caller.call("post", "security-ips", gone).json() == {
        "group": "Default",
        "addresses": [],
        "updated_at": None,
    }
    assert code_of(caller.call("post", "security-ips", {"addresses": ["here"]})) == "address_invalid"
