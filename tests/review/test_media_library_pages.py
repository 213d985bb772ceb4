"""The pages of the media library: whose rows they show, to whom, narrowed how, and what they refuse."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from moderation.media import storage
from moderation.models import MediaAsset, MediaAudit, MediaUpload, SecurityIpGroup
from tests.factories import NOW, make_account, make_user
from tests.ground.media import CONTACT, PORN, film, make_asset, make_job, make_media_result, speech

pytestmark = pytest.mark.django_db
LIST = "/console/video-review/"


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def account(db):
    return make_account()


@pytest.fixture
def as_role(client, account):
    def sign_in(role: str):
        client.force_login(make_user(account=account, role=role))
        return client

    return sign_in


def page_of(asset: MediaAsset, name: str = "media_details") -> str:
    return reverse(f"admin:{name}", args=[asset.media_id])


def titles(client, **asked) -> list[str]:
    return [row.asset.title for row in client.get(LIST, asked).context["rows"]]


class TestWho:
    @pytest.mark.parametrize(
        "role, looks, decides, manages",
        [
            ("viewer", False, False, False),
            ("auditor", True, False, False),
            ("reviewer", True, True, False),
            ("policy_admin", True, False, True),
            ("account_admin", True, True, True),
        ],
    )
    def test_may_do_what(self, account, as_role, role, looks, decides, manages):
        asset = make_asset(account)
        shot = make_job(account, asset=asset).shots.first()
        client = as_role(role)

        for address in (
            LIST,
            page_of(asset),
            page_of(asset, "media_manual"),
            page_of(asset, "media_recording"),
            page_of(asset, "media_cover"),
            reverse("admin:media_frame", args=[shot.pk]),
            reverse("admin:media_progress"),
        ):
            assert client.get(address).status_code == (200 if looks else 403), address
        audit = client.post(reverse("admin:media_act"), {"media": asset.media_id, "outcome": "pass"})
        assert audit.status_code == (302 if decides else 403)
        assert MediaAudit.objects.exists() is decides
        for address in (reverse("admin:media_upload"), reverse("admin:media_security_ips")):
            assert client.get(address).status_code == (200 if manages else 403), address
        start = client.post(reverse("admin:media_uploads"), {"length": "10", "name": "a.mp4"})
        assert start.status_code == (201 if manages else 403)

    def test_of_another_account_sees_nothing_of_it(self, account, as_role):
        theirs = make_asset(make_account(), "Theirs")
        shot = make_job(theirs.account, asset=theirs).shots.first()
        client = as_role("account_admin")

        assert titles(client) == []
        for name in ("media_details", "media_manual", "media_recording", "media_cover"):
            assert client.get(page_of(theirs, name)).status_code == 404, name
        assert client.get(reverse("admin:media_frame", args=[shot.pk])).status_code == 404
        client.post(reverse("admin:media_act"), {"media": theirs.media_id, "outcome": "block"})
        assert not MediaAudit.objects.exists()
        asked = client.get(reverse("admin:media_progress"), {"id": theirs.media_id})
        assert asked.json() == {"running": {}}

    def test_removed_it_no_more(self, account, as_role):
        asset = make_asset(account, removed_at=NOW)

        assert titles(as_role("reviewer")) == []
        assert as_role("reviewer").get(page_of(asset)).status_code == 404


class TestTheList:
    @pytest.fixture
    def shelf(self, as_role, account):
        make_asset(account, "Old film", created_at=NOW - timedelta(days=9), final="pass")
        make_asset(
            account, "100% boats", created_at=NOW - timedelta(days=1), review_status="succeeded",
            automated="violation", state="flagged", data_id="post-7",
        )  # fmt: skip
        make_asset(account, "Memo", content_type="audio", review_status="failed", state="reviewing")
        return as_role("reviewer")

    @pytest.mark.parametrize(
        "asked, found",
        [
            ({}, ["Memo", "100% boats", "Old film"]),
            ({"title": "BOAT"}, ["100% boats"]),
            ({"title": "100%"}, ["100% boats"]),
            ({"title": "%"}, ["100% boats"]),
            ({"media_id": "post-7"}, ["100% boats"]),
            ({"content_type": "audio"}, ["Memo"]),
            ({"state": "reviewing"}, ["Memo"]),
            ({"review_status": "not_started"}, ["Old film"]),
            ({"automated": "none"}, ["Memo", "Old film"]),
            ({"automated": "violation"}, ["100% boats"]),
            ({"final": "none"}, ["Memo", "100% boats"]),
            ({"final": "pass"}, ["Old film"]),
            ({"from": "2026-11-19"}, ["Memo", "100% boats"]),
            ({"from": "2026-11-19", "to": "2026-11-20"}, ["100% boats"]),
            ({"time": "all", "from": "2026-11-19"}, ["Memo", "100% boats", "Old film"]),
            ({"title": "boats", "final": "pass"}, []),
            ({"state": "burnt"}, []),
            ({"from": "yesterday"}, []),
        ],
    )
    def test_is_narrowed_by_every_filter(self, shelf, asked, found):
        assert titles(shelf, **asked) == found

    def test_finds_a_recording_by_its_id_however_it_is_written(self, shelf):
        asset = MediaAsset.objects.get(title="Memo")

        assert titles(shelf, media_id=f" {asset.media_id.upper()} ") == ["Memo"]

    def test_goes_on_page_by_page_without_losing_or_repeating_one(self, account, as_role, monkeypatch):
        monkeypatch.setattr("review.admin.media_list.PAGE", 2)
        for number in range(5):
            make_asset(account, f"Film {number}", created_at=NOW)
        client, seen, query = as_role("reviewer"), [], ""
        while True:
            answer = client.get(f"{LIST}?{query}")
            seen += [row.asset.title for row in answer.context["rows"]]
            if not (query := answer.context["older"]):
                break

        assert sorted(seen) == [f"Film {number}" for number in range(5)]

    def test_asks_as_few_questions_for_many_rows_as_for_one(
        self, account, as_role, django_assert_max_num_queries
    ):
        for number in range(20):
            make_job(account, asset=make_asset(account, f"Film {number}"), state="waiting")
        client = as_role("reviewer")
        client.get(LIST)
        with django_assert_max_num_queries(25):
            client.get(LIST)


class TestTheDetails:
    def test_shows_titles_of_end_users_as_text(self, account, as_role):
        asset = make_asset(account, "<script>alert(1)</script>\u202etxt")
        said = ((0.5, 2, "<img src=x onerror=alert(1)>", ""),)
        make_job(account, asset=asset, said=said)

        text = as_role("reviewer").get(page_of(asset)).content.decode()
        assert "<script>alert" not in text and "<img src=x" not in text
        assert "\u202e" not in text

    def test_names_why_a_review_failed(self, account, as_role):
        asset = make_asset(account, review_status="failed", automated="violation")
        make_job(
            account, asset=asset, state="failed", error={"code": "media_truncated", "message": "Cut off"}
        )

        answer = as_role("reviewer").get(page_of(asset))
        assert answer.context["failure"] == "Cut off"
        assert answer.context["row"].automated.text == "--"

    def test_shows_what_a_running_review_has_found_so_far(self, account, as_role):
        asset = make_asset(account, review_status="reviewing")
        make_job(
            account, asset=asset, state="waiting", step="frames", percent=42, seen={2.0: ("high", PORN, 9.0)}
        )
        client = as_role("reviewer")

        assert [one.label for one in client.get(page_of(asset)).context["panel"].labels] == [PORN]
        running = client.get(reverse("admin:media_progress"), {"id": asset.media_id}).json()["running"]
        assert running == {asset.media_id: {"percent": 42, "step": "Looking"}}

    def test_a_link_into_it_opens_at_its_moment(self, account, as_role):
        asset = make_asset(account)

        assert "#t=2.5" in as_role("reviewer").get(page_of(asset) + "?t=2500").content.decode()

    def test_works_without_a_script(self, account, as_role):
        """The browser's own controls, and the records of manual review as a page."""
        asset = make_asset(account)
        client = as_role("reviewer")
        client.post(
            reverse("admin:media_act"), {"media": asset.media_id, "outcome": "pass", "reason": "Fine"}
        )

        text = client.get(page_of(asset) + "?records=1").content.decode()
        assert " controls muted" in text and 'data-player-controls role="group"' in text
        assert 'aria-labelledby="media-records-title" open>' in text and "Fine" in text

    def test_the_recording_is_sent_in_parts(self, account, as_role):
        asset = make_asset(account)
        client, whole = as_role("reviewer"), film()

        part = client.get(page_of(asset, "media_recording"), headers={"Range": "bytes=10-19"})
        assert part.status_code == 206
        assert b"".join(part.streaming_content) == whole[10:20]
        assert part.headers["Content-Type"] == "video/mp4"

    def test_a_frame_is_never_sent_as_it_came(self, account, as_role):
        shot = make_job(account, asset=make_asset(account)).shots.first()

        answer = as_role("reviewer").get(reverse("admin:media_frame", args=[shot.pk]))
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.content != storage.read(shot.key)


class TestTheResultPage:
    def test_links_evidence_to_its_moment_and_names_the_rule_of_who_saw_it(self, account, as_role):
        job = make_job(account, seen={2.0: ("high", CONTACT, 96.0)})
        result = make_media_result(job)
        result.labels[0]["evidence"][0] |= {"at_ms": 2000, "service": "postImageCheck"}
        result.save()

        text = as_role("reviewer").get(f"/console/results/{result.pk}/").content.decode()
        assert 'data-at="2000"' in text and "data-player" in text


class TestDeciding:
    def test_comes_back_to_the_list_with_what_takes_it_back(self, account, as_role):
        assets = [make_asset(account, f"Film {number}") for number in range(12)]
        client = as_role("reviewer")
        asked = {
            "media": [one.media_id for one in assets], "outcome": "block", "reason": "Spam",
            "back": f"{LIST}?state=normal",
        }  # fmt: skip
        answer = client.post(reverse("admin:media_act"), asked)

        assert answer.url.startswith(f"{LIST}?state=normal&done=")
        shown = client.get(answer.url)
        assert shown.context["done"]["said"] == "12 recordings blocked."
        client.post(reverse("admin:media_undo"), {"tokens": shown.context["done"]["tokens"], "back": LIST})
        assert MediaAudit.objects.filter(withdrawn_at=None).count() == 0
        assert not MediaAsset.objects.exclude(final="").exists()

    @pytest.mark.parametrize("asked", [{"outcome": "pass"}, {"outcome": "burn"}, {"outcome": ""}])
    def test_nothing_or_nonsense_changes_nothing(self, account, as_role, asked):
        asset = make_asset(account)
        if asked["outcome"] != "pass":
            asked["media"] = asset.media_id

        assert as_role("reviewer").post(reverse("admin:media_act"), asked).status_code == 302
        assert not MediaAudit.objects.exists()

    def test_never_leads_to_another_host(self, account, as_role):
        asset = make_asset(account)
        asked = {"media": asset.media_id, "outcome": "pass", "back": "//evil.example/x"}

        assert as_role("reviewer").post(reverse("admin:media_act"), asked).url.startswith(LIST)


class TestSecurityIps:
    def test_are_added_replaced_and_deleted(self, as_role):
        client, address = as_role("account_admin"), reverse("admin:media_security_ips")
        client.post(
            address, {"group": "Office", "mode": "append", "addresses": "203.0.113.7\n198.51.100.0/24"}
        )
        client.post(address, {"group": "Office", "mode": "delete", "addresses": "203.0.113.7"})
        assert SecurityIpGroup.objects.get().addresses == ["198.51.100.0/24"]

        client.post(address, {"group": "Office", "mode": "cover", "addresses": "2001:db8::/32"})
        assert SecurityIpGroup.objects.get().addresses == ["2001:db8::/32"]

    @pytest.mark.parametrize(
        "group, addresses, field",
        [("Office", "203.0.113.300", "addresses"), ("", "203.0.113.7", "group"), ("Office", "", "addresses")],
    )
    def test_say_beside_the_field_what_is_wrong_and_keep_the_rest(self, as_role, group, addresses, field):
        asked = {"group": group, "mode": "append", "addresses": addresses}
        answer = as_role("account_admin").post(reverse("admin:media_security_ips"), asked)

        assert answer.context["refusal"].field == field
        assert answer.context["values"]["addresses"] == addresses
        assert not SecurityIpGroup.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestUploading:
    def send(self, client, address, offset, data, **headers):
        headers = {"Upload-Offset": str(offset), "Accept": "application/json"} | headers
        return client.patch(address, data, content_type="application/offset+octet-stream", headers=headers)

    def test_goes_on_where_it_stopped_and_becomes_a_recording(self, account, as_role):
        client, data = as_role("policy_admin"), speech()
        opened = client.post(
            reverse("admin:media_uploads"), {"name": "memo.wav", "length": len(data), "mime": "audio/wav"}
        ).json()
        half = len(data) // 2
        assert self.send(client, opened["address"], 0, data[:half]).json()["offset"] == half
        wrong = self.send(client, opened["address"], 3, data[:10])
        assert (wrong.status_code, wrong.json()["error"]["details"]["offset"]) == (409, half)
        assert client.get(opened["address"]).json()["offset"] == half
        assert self.send(client, opened["address"], half, data[half:]).json()["offset"] == len(data)

        told = client.post(opened["address"] + "use/", {"title": "A memo"}).json()
        asset = MediaAsset.objects.get(media_id=told["media_id"])
        assert (asset.title, asset.content_type, asset.bytes) == ("A memo", "audio", len(data))
        assert not told["is_reviewed"] and told["page"].endswith(f"{asset.media_id}/")

    def test_of_what_is_no_recording_is_refused(self, as_role):
        client = as_role("policy_admin")
        opened = client.post(reverse("admin:media_uploads"), {"name": "a.mp4", "length": 8000}).json()

        answer = self.send(client, opened["address"], 0, b"<html>" + bytes(7994))
        assert json.loads(answer.content)["error"]["code"] == "media_format_unsupported"

    def test_is_taken_back(self, as_role):
        client = as_role("policy_admin")
        opened = client.post(reverse("admin:media_uploads"), {"name": "a.mp4", "length": 8000}).json()

        assert client.delete(opened["address"]).status_code == 204
        assert not MediaUpload.objects.exists()

    def test_without_a_script_is_one_form(self, account, as_role):
        file = SimpleUploadedFile("Boat trip.mp4", film(), content_type="video/mp4")
        answer = as_role("policy_admin").post(reverse("admin:media_upload"), {"file": file})

        asset = MediaAsset.objects.get()
        assert answer.url == page_of(asset)
        assert (asset.title, asset.content_type) == ("Boat trip", "video")
