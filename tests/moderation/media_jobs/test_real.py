"""A made video through the real decoders and engines: what is where, and when."""

import numpy
import pytest
from PIL import Image

from config.accounts import revisions
from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.image_libraries import create_image_library
from moderation.detectors import registry
from moderation.media import storage
from moderation.models import MediaJob, MediaShot, MediaSlice, ModerationResult
from moderation.models.content import ContentType
from moderation.operations.for_people import RecordingSource
from moderation.operations.media_jobs import accept_media
from moderation.operations.services import create_service
from moderation.values import LabelRule, Rules
from tests.factories import NOW, make_account, make_vocabulary
from tests.moderation.detectors.test_barcodes import qr
from tests.moderation.media.film.films import AUDIO, VIDEO, film, needs_data
from tests.pictures import encode, scene
from tests.speech import RATE, said

pytestmark = pytest.mark.django_db(transaction=True)

ENGINES = [
    "moderation.detectors.barcodes.BarcodeEngine",
    "moderation.detectors.speech_sphinx.SphinxEngine",
]
SIZE = (640, 360)
CODE_FROM, LOGO_FROM, LOGO_TO, SPEECH_FROM, END = 4000, 8000, 11_000, 12_500, 16_000
KNOWN = scene(21, 480, 360)


def advertised() -> Image.Image:
    drawn = scene(3, *SIZE)
    drawn.paste(qr("https://buy.example.top/now", scale=6), (200, 80))
    return drawn


def framed() -> Image.Image:
    drawn = Image.new("RGB", SIZE, "#000")
    drawn.paste(KNOWN, (80, 0))
    return drawn


SCENES = [(0, scene(1, *SIZE)), (CODE_FROM, advertised()), (LOGO_FROM, framed()), (LOGO_TO, scene(5, *SIZE))]
DRAWN = [(since, numpy.asarray(drawn)) for since, drawn in SCENES]


def painted(at_ms: int) -> numpy.ndarray:
    return [drawn for since, drawn in DRAWN if since <= at_ms][-1]


def spoken(moments: numpy.ndarray) -> numpy.ndarray:
    speech = numpy.frombuffer(said("the casino is open"), "<i2") / 32768
    places = ((moments - SPEECH_FROM / 1000) * RATE).round().astype(int)
    is_heard = (places >= 0) & (places < speech.size)
    return numpy.where(is_heard, speech[places.clip(0, speech.size - 1)], 0.0)


@pytest.fixture
def account(settings):
    settings.ASSAY_DETECTORS = ENGINES
    registry.forget()
    account = make_account()
    library = create_image_library(account=account, name="Logos", description="", actor=None, now=NOW)
    add_images(library=library, images=[NewImage("logo.png", encode(KNOWN))], actor=None, now=NOW)
    words = make_vocabulary(account, words=["casino"])
    parts = {
        "codes": (
            ContentType.IMAGE,
            {"pt_qrCode": LabelRule(), "pt_logotoSocialNetwork": LabelRule(image_libraries=(library.pk,))},
        ),
        "speech": (ContentType.AUDIO, {"contraband_gambling": LabelRule(vocabularies=(words.pk,))}),
    }
    for code, (kind, labels) in parts.items():
        make_service(account, code, kind, Rules(labels=labels))
    rules = Rules(image_services=("codes",), audio_service="speech", reads="none", unheard_to_people=True)
    make_service(account, "clips", ContentType.VIDEO, rules)
    yield account
    registry.forget()


def make_service(account, code: str, kind: str, rules: Rules) -> None:
    create_service(
        account=account,
        code=code,
        name=code,
        description="",
        content_type=kind,
        rules=rules,
        actor=None,
        now=NOW,
    )


@pytest.fixture
def result(account, work):
    data = film(moments=range(0, END, 100), paint=painted, size=SIZE, rate=10, sound=spoken)
    accept_media(
        account=account,
        revisions=revisions.read(account.pk),
        content_type="video",
        service_code="clips",
        source=RecordingSource(pieces=lambda: [data], name="made.mp4"),
        now=NOW,
    )
    work()
    job = MediaJob.objects.get()
    assert job.error is None
    return ModerationResult.objects.get()


def times_of(result, code: str) -> list[int]:
    [entry] = [label for label in result.labels if label["label"] == code]
    return [one.get("at_ms", one.get("start_ms")) for one in entry["evidence"]]


def test_a_video_is_judged_by_all_that_is_seen_and_said_in_it(result):
    codes, logos = times_of(result, "pt_qrCode"), times_of(result, "pt_logotoSocialNetwork_lib")
    [speech] = [one for one in result.labels if one["label"].startswith("contraband_gambling")]
    heard = MediaSlice.objects.get()

    assert result.level == "high"
    assert min(codes) == pytest.approx(CODE_FROM, abs=400)
    assert max(codes) < LOGO_FROM + 400
    assert min(logos) == pytest.approx(LOGO_FROM, abs=400)
    assert max(logos) < LOGO_TO + 400
    assert "casino" in heard.text
    assert SPEECH_FROM - 500 < heard.start_ms < speech["evidence"][0]["start_ms"] < heard.end_ms <= END + 500
    assert speech["level"] == "medium"
    # The engine is an experiment: it may find, and it vouches for nothing.
    assert heard.is_unheard
    assert "contraband_gambling" in result.uncovered
    assert result.media["unheard_ms"] == heard.end_ms - heard.start_ms
    shots = MediaShot.objects.order_by("at_ms")
    assert all(storage.read(shot.key).startswith(b"\xff\xd8\xff") for shot in shots)
    assert (result.media["width"], result.media["height"]) == SIZE
    assert result.media["frames_unchanged"] > 3
    assert MediaJob.objects.get().facts["peaks"]


@needs_data
def test_what_was_really_filmed_or_said_is_sent_and_read_by_the_api(account, send, work):
    # Pixels of the telephone's film are broader than high: what is shown is broader than what is stored.
    sent = {
        VIDEO / "bigbuckbunny.mp4": ("videos", "clips", (1280, 720), 5312),
        VIDEO / "carphone_pristine.mp4": ("videos", "clips", (193, 144), 4004),
        AUDIO / "vosk_test.wav": ("audios", "speech", (0, 0), 8308),
    }
    jobs = {}
    for path, (kind, service, _size, _ms) in sent.items():
        with path.open("rb") as file:
            accepted = send(f"/api/v1/{kind}/moderations", form={"service": service, "file": file})
        assert accepted.status_code == 202, accepted.content
        jobs[path] = accepted.json()["task_id"]
    work()

    for path, (kind, _service, size, ms) in sent.items():
        body = send.get(f"/api/v1/{kind}/moderations/{jobs[path]}?frames=all").json()
        assert (body["state"], body["percent"], body["error"]) == ("done", 100, None)
        media = body["media"]
        assert media["duration_ms"] == pytest.approx(ms, abs=60)
        assert (media.get("width") or 0, media.get("height") or 0) == size
        if kind == "audios":
            assert body["slices"][0]["end_ms"] - body["slices"][0]["start_ms"] > 1000
            continue
        assert len(body["frames"]) >= ms // 1000 - 1
        snapshot = send.get(body["frames"][0]["snapshot"])
        assert b"".join(snapshot.streaming_content).startswith(b"\xff\xd8\xff")
