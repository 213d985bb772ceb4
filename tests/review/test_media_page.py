"""Recordings in the console: played part by part, for those who may see content, as what they are."""

from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from playwright.sync_api import expect

from config.accounts.models import User
from config.accounts.operations.accounts import set_member
from moderation.media import playing
from moderation.operations.for_people import RecordingSource
from moderation.operations.moderate_images import ImageSource
from review.models import ReviewItem
from review.operations.submit import submit
from tests.console.test_browser import Visit
from tests.factories import NOW, make_account, make_user, switch_manual_review
from tests.pictures import encode, scene
from tests.recordings import FILM, tone

PASSWORD = "correct horse"
WHOLE = tone(2)


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def sent(account, kind="audio", data=WHOLE) -> ReviewItem:
    source = (
        ImageSource(data=data)
        if kind == "image"
        else "a text" if kind == "text" else RecordingSource(pieces=lambda: [data], name="holiday.html")
    )  # fmt: skip
    return submit(account=account, content_type=kind, source=source, request_id=uuid4(), now=NOW)


def address_of(item) -> str:
    return reverse("admin:review_media", args=[item.pk])


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.fixture
def account(db):
    return switch_manual_review(make_account())


@pytest.fixture
def reviewer(account, client):
    client.force_login(make_user(account=account))
    return client


@pytest.mark.django_db
class TestTheMediaPage:
    def test_plays_what_came_under_a_type_of_our_own_reading(self, account, reviewer):
        answer = reviewer.get(address_of(sent(account)))

        assert (answer.status_code, body_of(answer)) == (200, WHOLE)
        assert answer.headers["Content-Type"] == "audio/wav"
        assert answer.headers["Content-Length"] == str(len(WHOLE))
        assert answer.headers["Accept-Ranges"] == "bytes"

    def test_lets_nothing_of_a_strangers_file_act(self, account, reviewer):
        headers = reviewer.get(address_of(sent(account))).headers

        assert "sandbox" in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "private, max-age=300"
        assert "holiday" not in str(headers)

    @pytest.mark.parametrize(
        "asked, start, stop",
        [("bytes=0-", 0, None), ("bytes=9-19", 9, 20), ("bytes=-50", -50, None), ("bytes=5-99999", 5, None)],
    )  # fmt: skip
    def test_answers_with_the_part_that_is_asked_for(self, account, reviewer, asked, start, stop):
        answer = reviewer.get(address_of(sent(account)), headers={"Range": asked})

        part = WHOLE[start:stop]
        assert (answer.status_code, body_of(answer)) == (206, part)
        first = start % len(WHOLE)
        last = first + len(part) - 1
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(WHOLE)}"
        assert answer.headers["Content-Length"] == str(len(part))

    def test_answers_a_long_recording_in_parts_that_follow_each_other(self, account, reviewer, monkeypatch):
        monkeypatch.setattr(playing, "LARGEST_PART", 5000)
        item, heard = sent(account), b""
        while len(heard) < len(WHOLE):
            answer = reviewer.get(address_of(item), headers={"Range": f"bytes={len(heard)}-"})
            assert answer.status_code == 206
            heard += body_of(answer)

        assert heard == WHOLE

    def test_refuses_what_lies_beyond_the_end(self, account, reviewer):
        answer = reviewer.get(address_of(sent(account)), headers={"Range": f"bytes={len(WHOLE)}-"})

        assert answer.status_code == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(WHOLE)}"

    def test_answers_a_part_of_another_file_with_the_whole(self, account, reviewer):
        item = sent(account)
        etag = reviewer.get(address_of(item)).headers["ETag"]
        mine = {"Range": "bytes=0-9", "If-Range": etag}
        others = {"Range": "bytes=0-9", "If-Range": '"another"'}

        assert reviewer.get(address_of(item), headers=mine).status_code == 206
        assert reviewer.get(address_of(item), headers=others).status_code == 200

    def test_tells_of_the_file_without_sending_it(self, account, reviewer):
        answer = reviewer.head(address_of(sent(account)))

        assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(WHOLE)))
        assert not answer.content

    def test_shows_no_text_and_no_picture_as_it_came(self, account, reviewer):
        """Pictures are shown as copies made anew; their bytes are nobody's to see."""
        for item in (sent(account, "image", encode(scene(1))), sent(account, "text")):
            assert reviewer.get(address_of(item)).status_code == 404
            assert (
                reviewer.get(reverse("admin:moderation_recording", args=[item.result_id])).status_code == 404
            )

    def test_is_not_made_a_picture_of(self, account, reviewer):
        item = sent(account, "video", FILM)

        assert reviewer.get(reverse("admin:moderation_picture", args=[item.result_id])).status_code == 404

    def test_is_not_there_for_another_account(self, account, client):
        item = sent(account)
        client.force_login(make_user(account=make_account(), role="account_admin"))

        assert client.get(address_of(item)).status_code == 404

    def test_needs_the_right_to_see_content(self, account, client):
        item = sent(account)
        client.force_login(make_user(account=account, role="viewer"))

        assert client.get(address_of(item)).status_code == 403

    def test_is_not_there_once_the_file_is_gone(self, account, reviewer):
        item = sent(account)
        default_storage.delete(item.result.media["key"])

        assert reviewer.get(address_of(item)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_browser_plays_it_on_the_page_of_the_result(account, live_server, browser):
    """Under the console's own policy, with nothing refused; and it may begin anywhere."""
    item = sent(account)
    user = User.objects.create_user("ann", password=PASSWORD)
    set_member(account=account, user=user, role="reviewer", actor=None, now=NOW)
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    visit = Visit(page, live_server.url)
    parts = []
    page.on("response", lambda answer: "/recording/" in answer.url and parts.append(answer.status))
    visit.go("/console/")
    page.fill("[name=username]", "ann")
    page.fill("[name=password]", PASSWORD)
    page.click(".as-form button")
    page.wait_for_selector(".as-side-nav")

    visit.go(reverse("admin:moderation_moderationresult_change", args=[item.result_id]))
    player = page.locator("audio")
    expect(player).to_have_js_property("duration", 2)
    player.evaluate("player => { player.currentTime = 1.5 }")
    expect(player).to_have_js_property("seeking", False)
    expect(player).to_have_js_property("currentTime", 1.5)
    assert player.evaluate("player => player.error") is None

    visit.look()
    page.context.close()
    assert visit.faults == []
    assert parts and set(parts) == {206}
