"""The rules of videos in the console: who judges what, which frames, and putting it in force."""

import pytest
from playwright.sync_api import expect

from tests.factories import service_of
from tests.moderation.recording_services import BASELINE, IMAGE, SPEECH, VIDEO, make_speech_service


@pytest.fixture
def service(account):
    make_speech_service(account)
    return service_of(account, VIDEO)


def chapter(page, name):
    page.locator(".rules-tabs a", has_text=name).click()


def test_a_policy_admin_sets_who_judges_videos_and_publishes_it(admin, account, service):
    page = admin.page
    admin.go("/console/services/?type=video")
    page.get_by_role("link", name=f"Settings: {VIDEO}", exact=True).click()
    expect(page.get_by_role("heading", name="What judges the frames")).to_be_visible()
    page.get_by_role("link", name="Edit").click()

    page.get_by_role("switch", name=f"Judges the frames: {BASELINE}", exact=True).check()
    chapter(page, "What judges the speech")
    page.get_by_role("radio", name=f"Judges the speech: {SPEECH}").check()
    chapter(page, "Which frames")
    page.get_by_label("A frame every").fill("0.5")
    page.get_by_label("all frames that are looked at").check()
    chapter(page, "Review policy")
    page.get_by_label("Speech that nothing can hear goes to people").check()
    expect(page.locator("[data-changes]")).to_have_text("5 unsaved changes")

    page.get_by_role("button", name="Save", exact=True).click()
    told = page.locator(".rules-told")
    for words in (f"{BASELINE}, {IMAGE}", SPEECH, "0.5", "Speech that nothing can hear goes to people"):
        expect(told).to_contain_text(words)
    expect(page.locator(".as-note")).to_contain_text("there is nothing here to judge anew")
    page.get_by_label("Note").fill("Films are short here")
    page.get_by_role("button", name="Publish as version 2").click()

    expect(page.locator(".as-alert")).to_contain_text("Version 2 is in force now")
    rules = service_of(account, VIDEO).current_version.rules
    assert (rules.image_services, rules.audio_service) == ((BASELINE, IMAGE), SPEECH)
    assert (rules.every_ms, rules.reads, rules.unheard_to_people) == (500, "all", True)
    chapter(page, "What judges the frames")
    page.get_by_role("link", name=BASELINE, exact=True).click()
    expect(page.locator(".rules-head")).to_contain_text(f"Used by {VIDEO}")


def test_what_is_wrong_is_shown_where_it_is(admin, account):
    service, page = service_of(account, f"{VIDEO}_global"), admin.page
    admin.go(f"/console/service-rules/{service.pk}/?edit=1#frames-judged")
    page.get_by_role("switch", name=f"Judges the frames: {BASELINE}_global", exact=True).uncheck()
    chapter(page, "Review policy")
    page.get_by_role("button", name="Save", exact=True).click()

    fault = page.locator("[data-panel='frames-judged'] .rules-fault")
    expect(fault).to_be_visible()
    expect(fault).to_contain_text("else nothing looks at these videos")
    admin.faults.clear()  # the refusal is answered with 400, which the browser notes

    chapter(page, "Which frames")
    page.get_by_label("At most").fill("3000")
    chapter(page, "Review policy")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("At most")).to_be_focused()
    expect(page.locator("[data-panel='review']")).to_be_hidden()
