"""Recordings that cameras and voices made, on the seed's way: sent, judged, played, looked at, decided."""

import io

import av
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.image_libraries import create_image_library
from moderation.detectors import registry
from moderation.media_process import MediaProcess
from moderation.models import MediaAsset, MediaShot, MediaSlice
from moderation.models.content import ContentType
from moderation.operations.services import create_service
from moderation.values import LabelRule, Rules
from tests.factories import NOW, make_vocabulary
from tests.moderation.media.film.films import AUDIO, VIDEO, needs_data
from tests.pictures import encode
from tests.review.browser.test_seed_video import look_at, player, row, until_at
from tests.review.desks import account, sit_down

__all__ = ["account", "sit_down"]
pytestmark = needs_data
LOGO, GAMBLING = "pt_logotoSocialNetwork", "contraband_gambling"
NOVEL = AUDIO / "pocketsphinx/librivox/sense_and_sensibility_01_austen_64kb-0920.wav"
SCENE_AT = 3.0


def frame_of(path, second: float) -> Image.Image:
    with av.open(str(path)) as film:
        return next(
            frame.to_image()
            for frame in film.decode(video=0)
            if frame.time is not None and frame.time >= second
        )


@pytest.fixture
def rules(account, settings):  # noqa: F811
    """A still of the rabbit's film is in a library; a word of the novel is on a list."""
    settings.ASSAY_DETECTORS = ["moderation.detectors.speech_sphinx.SphinxEngine"]
    registry.forget()
    library = create_image_library(account=account, name="Stills", description="", actor=None, now=NOW)
    still = encode(frame_of(VIDEO / "bigbuckbunny.mp4", SCENE_AT))
    add_images(library=library, images=[NewImage("still.png", still)], actor=None, now=NOW)
    words = make_vocabulary(account, words=["amiable"])
    made = {
        "stills": (ContentType.IMAGE, Rules(labels={LOGO: LabelRule(image_libraries=(library.pk,))})),
        "voices": (ContentType.AUDIO, Rules(labels={GAMBLING: LabelRule(vocabularies=(words.pk,))})),
        "cameras": (
            ContentType.VIDEO,
            Rules(image_services=("stills",), audio_service="voices", reads="none"),
        ),
    }
    for code, (kind, said) in made.items():
        create_service(
            account=account, code=code, name=code.title(), description="", content_type=kind, rules=said,
            actor=None, now=NOW,
        )  # fmt: skip
    yield
    registry.forget()


@pytest.fixture
def judged(rules, sit_down) -> Page:  # noqa: F811
    """The list, after three files were sent by the page and a machine has looked at them."""
    page = sit_down("ada", "account_admin", height=900).go("/console/media-upload/")
    page.get_by_label("Review template for video").select_option("cameras")
    page.get_by_label("Review template for audio").select_option("voices")
    page.locator("#media-file").set_input_files([VIDEO / "bigbuckbunny.mp4", VIDEO / "bikes.mp4", NOVEL])
    expect(page.locator('.media-file[data-tone="good"]')).to_have_count(3, timeout=30_000)
    MediaProcess(1).run(until_empty=True)
    page.goto(page.url.partition("/console/")[0] + "/console/video-review/")
    return page


def colours_of(page: Page) -> set:
    """What is seen where the film plays, on a screenshot."""
    shot = Image.open(io.BytesIO(player(page).screenshot())).convert("RGB").resize((24, 24))
    return {tuple(value // 32 for value in colour) for _count, colour in shot.getcolors(600)}


def test_what_was_filmed_and_said_is_judged_played_and_decided(judged):
    page = judged
    look_at(page, "real-list")
    rabbit, bikes = row(page, "bigbuckbunny"), row(page, "bikes")
    novel = page.locator("tr[data-media]", has_text=NOVEL.stem[:20])
    expect(rabbit).to_contain_text("Violation")
    expect(bikes).to_contain_text("Normal")
    expect(novel).to_contain_text("Suspected")
    held = {asset.title: asset for asset in MediaAsset.objects.all()}
    assert (held["bigbuckbunny"].width, held["bigbuckbunny"].height) == (1280, 720)
    assert held["bikes"].duration_ms == pytest.approx(10_000, abs=50)

    flagged = MediaShot.objects.filter(job__asset=held["bigbuckbunny"]).exclude(level="none")
    assert min(abs(shot.at_ms - SCENE_AT * 1000) for shot in flagged) <= 1000
    assert "amiable" in MediaSlice.objects.get(job__asset__title=NOVEL.stem).text

    rabbit.get_by_role("link", name="Manual Review").click()
    pictures = page.locator(".media-main .frame img")
    expect(page.locator(".media-main .frame-picture").first).to_be_visible()
    assert pictures.count() >= 5
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") >= 256
    look_at(page, "real-snapshots")
    page.locator(".media-main .frame-open").first.click()
    until_at(page, flagged.order_by("at_ms").first().at_ms / 1000, within=0.5)
    page.get_by_label("Reason").fill("A still of somebody's film")
    page.get_by_role("button", name="Blocked").click()
    expect(page.get_by_role("status").filter(has_text="1 recording blocked.")).to_be_visible()

    row(page, "bikes").get_by_role("link", name="Details").click()
    page.get_by_role("button", name="Play", exact=True).click()
    until_at(page, 1.0, within=0.5)
    page.get_by_role("button", name="Pause", exact=True).click()
    early = colours_of(page)
    line = page.locator("[data-line]")
    line.click(position={"x": line.bounding_box()["width"] * 0.8, "y": 12})
    until_at(page, 8.0, within=0.1)
    late = colours_of(page)
    look_at(page, "real-details")
    assert min(len(early), len(late)) > 12, "A film has many colours where it is really seen."
    assert early != late
    page.get_by_role("button", name="Passed").click()
    expect(page.locator(".media-side")).to_contain_text("Completed")

    finals = dict(MediaAsset.objects.values_list("title", "final"))
    assert (finals["bigbuckbunny"], finals["bikes"], finals[NOVEL.stem]) == ("block", "pass", "")


def test_a_voice_is_read_along_while_it_plays(judged):
    page = judged
    page.locator("tr[data-media]", has_text=NOVEL.stem[:20]).get_by_role("link", name="Details").click()
    expect(page.locator(".line-wave path")).to_be_visible()
    said = page.locator("[data-said-lines] > li").first
    expect(said).to_contain_text("amiable")
    said.get_by_role("link").click()
    page.get_by_role("button", name="Play", exact=True).click()

    expect(said).to_have_attribute("aria-current", "true")
    until_at(page, 2.0, within=0.5)
    look_at(page, "real-voice")
