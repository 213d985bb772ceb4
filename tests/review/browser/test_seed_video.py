"""Seed 003, manual review of audio and video, step by step in a browser that really plays them."""

import os
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from moderation.media_process import MediaProcess
from moderation.models import MediaAsset, MediaAudit, MediaJob
from review.models import Decision
from tests.ground.media import CONTACT, PORN, film, make_asset, make_job, peaks_of, speech
from tests.review.desks import account, sit_down

__all__ = ["account", "sit_down"]
SHOTS = os.environ.get("ASSAY_TEST_SHOTS", "")
SEEN = {2.0: ("high", PORN, 96.0), 2.5: ("high", PORN, 91.0), 5.0: ("medium", CONTACT, 72.0)}
SAID = ((0.5, 3.0, "Hello and welcome on board", ""), (6.0, 7.5, "add me on WeChat abc_123", CONTACT))
COLUMNS = [
    "Video", "Automated Review Status", "Review Template", "Automated Review Result", "Violations",
    "Manual Review Status", "Final Review Result", "Actions",
]  # fmt: skip


def look_at(page: Page, name: str) -> None:
    """Pictures for whoever wants to see what the test saw."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/seed-{name}.png")


def player(page: Page):
    return page.locator("video, audio").first


def until_at(page: Page, seconds: float, *, within: float = 0.15) -> None:
    for _try in range(200):
        at = player(page).evaluate("media => media.currentTime")
        if abs(at - seconds) < within:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"at {at}, not {seconds}")


def row(page: Page, title: str):
    return page.locator("tr[data-media]", has=page.get_by_role("link", name=title, exact=True))


def reviewed(account, title: str, **facts) -> MediaAsset:  # noqa: F811
    """What a machine has looked at: a video with an advertisement in it, unless told otherwise."""
    standing = {"review_status": "succeeded", "automated": "violation", "violations": [PORN, CONTACT]}
    asset = make_asset(account, title, **standing | {"state": "flagged"} | facts)
    is_clean = asset.automated == "normal"
    job = make_job(account, asset=asset, seen={} if is_clean else SEEN, said=SAID[: 1 if is_clean else 2])
    asset.template = job.service
    asset.save()
    return asset


@pytest.fixture
def library(account):  # noqa: F811
    """Recordings in every state that the seed's table tells of, the newest first."""
    now = timezone.now()
    ages = iter(range(20))

    def at():
        return {"created_at": now - timedelta(hours=next(ages))}

    found = {
        "boat": reviewed(account, "Boat trip", **at()),
        "garden": reviewed(account, "Garden", automated="normal", violations=[], state="normal", **at()),
        "market": reviewed(
            account, "Market", automated="suspected", violations=[CONTACT], state="reviewing", **at()
        ),
        "new": make_asset(account, "Not looked at", **at()),
        "failed": make_asset(account, "Broken", review_status="failed", state="reviewing", **at()),
        "running": make_asset(account, "Under review", review_status="reviewing", **at()),
        "again": reviewed(account, "Once more", review_status="re_reviewing", **at()),
    }
    for name, percent in (("running", 42), ("again", 7)):
        make_job(account, asset=found[name], state="waiting", step="frames", percent=percent)
    old = now - timedelta(days=40)
    sound = speech()
    found["memo"] = make_asset(account, "Voice memo", content_type="audio", created_at=old)
    length = found["memo"].duration_ms
    make_job(
        account,
        asset=found["memo"],
        said=(
            (0.2, length / 2000, "Hello. Add me on", ""),
            (length / 2000, length / 1000, "we chat", CONTACT),
        ),
        facts={"duration_ms": length, "peaks": peaks_of(sound)},
    )
    return found


@pytest.fixture
def visit(library, sit_down):
    return sit_down("rea", height=900)


class TestStepTwoStartAManualReview:
    def test_choose_the_page_and_filter_by_time_title_and_id(self, visit, library):
        page = visit.go("/console/")
        page.get_by_role("link", name="Video Review", exact=True).click()
        expect(page.locator("tr[data-media]")).to_have_count(8)
        look_at(page, "list")

        page.get_by_label("Custom").check()
        week_ago = (timezone.now() - timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
        page.get_by_label("From", exact=True).fill(week_ago)
        page.get_by_role("button", name="Search").click()
        expect(page.locator("tr[data-media]")).to_have_count(7)
        page.get_by_label("All", exact=True).check()
        page.get_by_label("Video title").fill("memo")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("tr[data-media]")).to_have_count(1)
        expect(row(page, "Voice memo")).to_be_visible()
        page.get_by_role("link", name="Reset").click()
        page.get_by_label("ID or data id").fill(library["garden"].media_id)
        page.get_by_role("button", name="Search").click()
        expect(page.locator("tr[data-media]")).to_have_count(1)
        expect(row(page, "Garden")).to_be_visible()

    def test_method_one_by_snapshots(self, visit, library):
        page = visit.go("/console/video-review/")
        row(page, "Boat trip").get_by_role("link", name="Manual Review").click()
        times = page.locator(".media-main .frame-at")
        expect(times.first).to_have_text("0:02.0")
        assert times.all_inner_texts()[:5] == ["0:02.0", "0:02.5", "0:05.0", "0:00.0", "0:00.5"]
        expect(page.locator(".media-main .frame-picture rect")).to_have_count(3)
        look_at(page, "snapshots")

        page.locator(".media-main .frame-open").nth(2).click()
        until_at(page, 5.0)
        page.get_by_label("Reason").fill("Nudity at two seconds")
        page.get_by_role("button", name="Blocked").click()

        expect(page.get_by_role("status").filter(has_text="1 recording blocked.")).to_be_visible()
        expect(row(page, "Boat trip")).to_contain_text("Completed")
        expect(row(page, "Boat trip")).to_contain_text("Block")
        audit = MediaAudit.objects.get(asset=library["boat"])
        assert (audit.status, audit.reason) == ("blocked", "Nudity at two seconds")

    def test_snapshots_are_there_only_after_an_automated_review(self, visit, library):
        page = visit.go(f"/console/video-review/{library['new'].media_id}/manual/")

        expect(page.get_by_role("heading", name="There are no snapshots yet")).to_be_visible()

    def test_method_two_by_playing(self, visit, library):
        page = visit.go("/console/video-review/")
        row(page, "Market").get_by_role("link", name="Details").click()
        expect(player(page)).to_have_js_property("muted", True)
        page.get_by_role("button", name="Play", exact=True).click()
        until_at(page, 0.8, within=0.4)
        look_at(page, "playing")
        page.get_by_role("button", name="Pause", exact=True).click()
        expect(player(page)).to_have_js_property("paused", True)

        page.get_by_role("button", name="Passed").click()
        expect(page.get_by_text("1 recording passed.")).to_be_visible()
        expect(page.locator(".media-side")).to_contain_text("Completed")
        library["market"].refresh_from_db()
        assert (library["market"].final, library["market"].state) == ("pass", "normal")

    def test_method_three_a_batch_and_it_is_taken_back(self, visit, library):
        page = visit.go("/console/video-review/")
        for title in ("Boat trip", "Garden", "Voice memo"):
            page.get_by_label(f"Select {title}").check()
        expect(page.get_by_text("Selected: 3")).to_be_visible()
        page.get_by_label("Reason").fill("Campaign")
        page.get_by_role("button", name="Blocked").click()

        expect(page.get_by_text("3 recordings blocked.")).to_be_visible()
        look_at(page, "batch")
        finals = MediaAsset.objects.filter(final="block").values_list("title", flat=True)
        assert set(finals) == {"Boat trip", "Garden", "Voice memo"}

        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Taken back: 3 recordings blocked.")).to_be_visible()
        assert not MediaAsset.objects.exclude(final="").exists()
        assert not Decision.objects.standing().exists()


class TestStepThreeViewResults:
    def test_the_columns_say_how_each_recording_stands(self, visit, library):
        page = visit.go("/console/video-review/")

        heads = page.locator(".media-table thead th").all_inner_texts()
        assert [head.replace("\n", " ") for head in heads][1:] == COLUMNS
        boat = row(page, "Boat trip")
        asset = library["boat"]
        for said in ("Boat trip", asset.media_id[:8], asset.key, "Succeeded", "Violation", "Not Reviewed"):
            expect(boat).to_contain_text(said)
        expect(boat.locator("td").nth(3)).to_contain_text("videoDetection")
        assert boat.locator("td").nth(5).inner_text().split("\n") == ["Pornographic", "Advertising"]
        cells = {
            "Garden": {2: "Succeeded", 4: "Normal", 5: "normal", 6: "Not Reviewed", 7: "--"},
            "Market": {4: "Suspected", 5: "Advertising"},
            "Not looked at": {2: "Not Started", 3: "--", 4: "--", 5: "--", 7: "--"},
            "Broken": {2: "Failed", 4: "--", 5: "--"},
            "Under review": {2: re.compile("Reviewing.*42 %", re.DOTALL)},
            "Once more": {2: re.compile("Re-reviewing.*7 %", re.DOTALL)},
        }
        for title, expected in cells.items():
            for place, said in expected.items():
                expect(row(page, title).locator("td").nth(place)).to_have_text(said, use_inner_text=True)

    def test_the_details_show_the_preview_and_both_results(self, visit, library):
        asset = library["boat"]
        page = visit.go(f"/console/video-review/{asset.media_id}/")

        for said in ("Boat trip", asset.media_id, "Violation", "Adult content", "Not Reviewed"):
            expect(page.locator(".media-details")).to_contain_text(said)
        page.get_by_text("Blurred for what the machine found").click()
        page.get_by_role("link", name="0:06.0").first.click()
        until_at(page, 6.0)
        line = page.locator("[data-line]")
        box = line.bounding_box()
        line.click(position={"x": box["width"] * 0.25, "y": 12})
        until_at(page, 2.0)
        look_at(page, "details")

    def test_the_records_of_manual_review_open_in_a_dialog(self, visit, library, account):  # noqa: F811
        asset = library["garden"]
        page = visit.go(f"/console/video-review/{asset.media_id}/")
        page.get_by_label("Comment").fill("Looked twice")
        page.get_by_role("button", name="Passed").click()
        page.get_by_role("button", name="Undo").click()
        page.get_by_label("Reason").fill("Loud music")
        page.get_by_role("button", name="Blocked").click()
        page.get_by_role("link", name="Manual Review Details").click()

        dialog = page.get_by_role("dialog", name="Manual Review Records")
        heads = dialog.locator("th").all_inner_texts()
        assert heads == ["Review Time", "Reviewer", "Review Result", "Review Reason"]
        expect(dialog.locator("tbody tr")).to_have_count(2)
        expect(dialog.locator("tbody tr").first).to_contain_text("rea")
        expect(dialog.locator("tbody tr").first).to_contain_text("Loud music")
        expect(dialog.locator("tr.media-withdrawn")).to_contain_text("Looked twice")
        look_at(page, "records")
        dialog.get_by_text("Close").click()
        expect(dialog).to_be_hidden()

    def test_what_people_decide_overrides_the_machine(self, visit, library):
        page = visit.go(f"/console/video-review/{library['boat'].media_id}/")
        page.get_by_role("button", name="Passed").click()
        expect(page.get_by_text("1 recording passed.")).to_be_visible()

        library["boat"].refresh_from_db()
        assert (library["boat"].automated, library["boat"].state) == ("violation", "normal")


class TestAnAutomatedReviewIsStarted:
    def test_from_the_list_and_its_snapshots_are_there_when_it_has_ended(self, visit, library, sit_down):
        page = sit_down("pam", "policy_admin", height=900).go("/console/video-review/")
        broken = row(page, "Not looked at")
        broken.get_by_role("button", name="Start Automated Review").click()
        expect(page.get_by_text("The automated review of 1 recording has begun.")).to_be_visible()
        expect(broken.locator("td").nth(2)).to_contain_text("Reviewing")
        expect(broken.get_by_role("button", name="Start Automated Review")).to_be_disabled()

        MediaJob.objects.exclude(asset=library["new"]).filter(state="waiting").delete()
        MediaProcess(1).run(until_empty=True)

        expect(broken.locator("td").nth(2)).to_contain_text("Succeeded", timeout=20_000)
        expect(broken.locator("td").nth(3)).to_contain_text("videoDetection")
        page = visit.go(f"/console/video-review/{library['new'].media_id}/manual/")
        assert page.locator(".media-main .frame").count() >= 8
        picture = page.locator(".media-main .frame img").first
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 100
        look_at(page, "reviewed")


class TestAudio:
    def test_a_line_of_the_transcript_is_a_click_away_and_marked_while_it_plays(self, visit, library):
        page = visit.go(f"/console/video-review/{library['memo'].media_id}/")
        expect(page.locator(".line-wave path")).to_be_visible()
        second = page.locator("[data-said-lines] > li").nth(1)
        second.get_by_role("link").click()
        until_at(page, library["memo"].duration_ms / 2000)
        expect(second).to_have_attribute("aria-current", "true")
        page.get_by_label("Speed").select_option("2")
        page.keyboard.press("KeyT")
        expect(player(page)).to_have_js_property("playbackRate", 2)
        expect(player(page)).to_have_js_property("ended", True)
        look_at(page, "audio")


class TestByKeyboardAlone:
    def test_a_video_is_watched_and_blocked(self, visit, library):
        page = visit.go(f"/console/video-review/{library['boat'].media_id}/manual/")
        keyboard = page.keyboard
        keyboard.press("KeyF")
        until_at(page, 2.0)
        keyboard.press("KeyF")
        until_at(page, 5.0)
        keyboard.press("KeyD")
        until_at(page, 2.0)
        keyboard.press("Period")
        until_at(page, 2.04, within=0.12)
        keyboard.press("ArrowRight")
        until_at(page, 7.04, within=0.12)
        keyboard.press("ArrowLeft")
        keyboard.press("Equal")
        expect(player(page)).to_have_js_property("playbackRate", 1.25)
        keyboard.press("KeyM")
        expect(player(page)).to_have_js_property("muted", False)
        keyboard.press("KeyB")

        expect(page.get_by_text("1 recording blocked.")).to_be_visible()
        assert MediaAudit.objects.get(asset=library["boat"]).auditor == "rea"

    def test_a_field_that_is_written_in_keeps_its_letters(self, visit, library):
        page = visit.go(f"/console/video-review/{library['boat'].media_id}/manual/")
        page.get_by_label("Reason").press_sequentially("bpf,.")

        assert page.get_by_label("Reason").input_value() == "bpf,."
        assert not MediaAudit.objects.exists()


class TestUploading:
    """The prerequisite of the seed: the file is in the media library."""

    def test_files_are_sent_in_pieces_and_go_on_after_a_break(self, account, sit_down, tmp_path):  # noqa: F811
        clip = tmp_path / "harbour.mp4"
        clip.write_bytes(film(seconds=4))
        memo = tmp_path / "memo.wav"
        memo.write_bytes(speech() + bytes(9 * 2**20))
        visit = sit_down("pam", "policy_admin", height=900)
        page = visit.page
        sent, broken = [], []

        def pass_on(route):
            offset = int(route.request.headers["upload-offset"])
            sent.append(offset)
            if offset and not broken:
                broken.append(offset)
                return route.abort()
            return route.continue_()

        page.route("**/console/media-uploads/*/", lambda route: (
            pass_on(route) if route.request.method == "PATCH" else route.continue_()
        ))  # fmt: skip
        visit.go("/console/media-upload/")
        page.get_by_label("Start the automated review at once").uncheck()
        page.locator("#media-file").set_input_files([clip, memo])

        expect(page.locator('.media-file[data-tone="good"]')).to_have_count(2, timeout=90_000)
        look_at(page, "upload")
        assert broken and sent.count(broken[0]) == 2, "The piece that broke off was not sent again."
        assert len(set(sent)) >= 3
        held = {asset.title: asset for asset in MediaAsset.objects.all()}
        assert held["harbour"].bytes == clip.stat().st_size
        assert (held["memo"].content_type, held["memo"].bytes) == ("audio", memo.stat().st_size)
        page.get_by_role("link", name="Open").first.click()
        expect(page.locator("[data-player-controls]")).to_be_visible()
        # The connection that was cut is noted by the browser, as it should be.
        visit.faults[:] = [fault for fault in visit.faults if "ERR_FAILED" not in fault]


class TestSecurityIps:
    def test_are_written_down_and_a_mistake_is_shown_where_it_is(self, account, sit_down):  # noqa: F811
        page = sit_down("pam", "policy_admin").go("/console/security-ips/")
        page.get_by_label("Group").fill("Office")
        page.get_by_label("Addresses and networks").fill("203.0.113.7\n198.51.100.300")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#addresses-error")).to_contain_text("198.51.100.300")
        page.get_by_label("Addresses and networks").fill("203.0.113.7\n198.51.100.0/24")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".security-addresses li")).to_have_count(2)
        page.get_by_role("button", name="Delete 203.0.113.7/32").click()
        expect(page.locator(".security-addresses li")).to_have_count(1)
