"""Recordings that are really encoded, and what a machine would have found in them, as rows."""

import functools
import hashlib
import io
import subprocess
import tempfile
import uuid
import wave
from pathlib import Path

import av
import numpy
from PIL import Image, ImageDraw, ImageFont

from config.accounts.models import Account
from moderation.media import storage
from moderation.models import MediaAsset, MediaJob, MediaShot, MediaSlice, ModerationResult, Service
from tests.factories import NOW

WIDTH, HEIGHT, RATE = 320, 180, 10
SCENES = ("#274060", "#6b2d2d", "#2d6b3f", "#5d4a86")
PORN, CONTACT = "pornographic_adultContent", "pt_to_contact"


@functools.cache
def film(seconds: int = 8, fmt: str = "mp4") -> bytes:
    """Scenes of two seconds, each with its time drawn large, and a tone."""
    video, audio = {"mp4": ("libx264", "aac"), "webm": ("libvpx", "libopus")}[fmt]
    file = io.BytesIO()
    with av.open(file, "w", format=fmt) as out:
        seen = out.add_stream(video, rate=RATE)
        seen.width, seen.height, seen.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        heard = out.add_stream(audio, rate=48_000)
        heard.layout = "mono"
        for number in range(seconds * RATE):
            frame = av.VideoFrame.from_image(scene(number / RATE))
            frame.pts = number
            out.mux(seen.encode(frame))
        out.mux(seen.encode())
        for start in range(0, seconds * 48_000, 960):
            wave_of = (numpy.sin(numpy.arange(start, start + 960) * 0.05) * 6000).astype(numpy.int16)
            frame = av.AudioFrame.from_ndarray(wave_of.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts = 48_000, start
            out.mux(heard.encode(frame))
        out.mux(heard.encode())
    return file.getvalue()


def scene(second: float) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), SCENES[int(second // 2) % len(SCENES)])
    draw = ImageDraw.Draw(picture)
    draw.ellipse([20 + second * 25, 90, 80 + second * 25, 150], fill="#f0d060")
    draw.text((20, 12), f"{second:.1f} s", fill="white", font=ImageFont.load_default(44))
    return picture


def snapshot(second: float) -> bytes:
    file = io.BytesIO()
    scene(second).save(file, "JPEG", quality=88)
    return file.getvalue()


@functools.cache
def speech(text: str = "Hello. Add me on we chat, my number is one two three.") -> bytes:
    """Speech as a WAV of 16 kHz."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["espeak-ng", "-w", str(path), text], check=True, capture_output=True)
        with av.open(str(path)) as said:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)
            parts = [part for frame in said.decode(audio=0) for part in resampler.resample(frame)]
    sound = numpy.concatenate([part.to_ndarray().reshape(-1) for part in parts])
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(sound.astype("<i2").tobytes())
    return file.getvalue()


def peaks_of(data: bytes, count: int = 300) -> list[int]:
    with wave.open(io.BytesIO(data)) as sound:
        samples = numpy.abs(numpy.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(int))
    return [int(part.max()) * 255 // 32768 for part in numpy.array_split(samples, count)]


def length_of(data: bytes) -> int:
    with wave.open(io.BytesIO(data)) as sound:
        return sound.getnframes() * 1000 // sound.getframerate()


def make_asset(account: Account, title: str = "Boat trip", *, data: bytes = b"", **facts) -> MediaAsset:
    """An asset with its file and, for a video, its cover; `data` or a video of eight seconds."""
    kind = facts.pop("content_type", "video")
    name = facts.pop("format", "mp4" if kind == "video" else "wav")
    data = data or (film() if kind == "video" else speech())
    at = facts.pop("created_at", NOW)
    key = keep(account, data, at)
    length = facts.pop("duration_ms", 8000 if kind == "video" else length_of(data))
    size = {"width": WIDTH, "height": HEIGHT} if kind == "video" else {}
    return MediaAsset.objects.create(
        account=account,
        media_id=facts.pop("media_id", uuid.uuid4().hex),
        content_type=kind,
        title=title,
        key=key,
        cover_key=keep(account, snapshot(1.0), at) if kind == "video" else "",
        sha256=hashlib.sha256(data).hexdigest(),
        format=name,
        bytes=len(data),
        duration_ms=length,
        created_at=at,
        updated_at=at,
        **size,
        **facts,
    )


def keep(account: Account, data: bytes, at) -> str:
    key = storage.new_key(account_uid=account.uid, now=at, folder="media")
    storage.keep(key, data)
    return key


def make_job(
    account: Account,
    *,
    asset: MediaAsset | None = None,
    content_type: str = "video",
    seen: dict[float, tuple[str, str, float]] | None = None,
    said: tuple[tuple[float, float, str, str], ...] = (),
    service: Service | None = None,
    state: str = "done",
    key: str = "",
    at=NOW,
    **facts,
) -> MediaJob:
    """A job with a frame every half second; `seen`: {second: (level, label, score)}; `said`: (from, to, text,
    label) of each slice."""
    content_type = asset.content_type if asset else content_type
    service = service or service_for(account, content_type)
    job = MediaJob.objects.create(
        account=account,
        job_id=facts.pop("job_id", uuid.uuid4()),
        content_type=content_type,
        service=service,
        asset=asset,
        key=key or (asset.key if asset else "media/nothing"),
        state=state,
        step=facts.pop("step", "verdict"),
        percent=facts.pop("percent", 100),
        facts=facts.pop("facts", {"duration_ms": asset.duration_ms if asset else 8000}),
        due_at=at,
        created_at=at,
        finished_at=None if state == "waiting" else at,
        **facts,
    )
    if content_type == "video":
        add_shots(job, seen or {})
    for start, end, text, label in said:
        add_slice(job, start, end, text, label)
    return job


def service_for(account: Account, kind: str) -> Service:
    """One that judges such recordings."""
    services = Service.objects.owned_by(account).of_content(kind).exclude(current_version=None)
    services = services.for_machine() or services
    return services.select_related("account", "current_version").order_by("id").last()


def add_shots(job: MediaJob, seen: dict[float, tuple[str, str, float]], *, every: float = 0.5) -> None:
    length = job.facts.get("duration_ms", 8000)
    for number in range(int(length / 1000 / every)):
        second = number * every
        level, label, score = seen.get(second, ("none", "", 0))
        evidence = [
            {
                "source": "engine",
                "detector": "graphic",
                "score": score,
                "box": [40, 40, 160, 100],
                "raw": label,
            }
        ]
        labels = (
            [{"label": label, "level": level, "confidence": score, "evidence": evidence}] if label else []
        )
        text = "WeChat abc_123" if label == CONTACT else ""
        MediaShot.objects.create(
            account_id=job.account_id,
            job=job,
            at_ms=int(second * 1000),
            kind="cut" if second and second % 2 == 0 else "key" if number == 0 else "second",
            key=keep(job.account, snapshot(second), job.created_at),
            width=WIDTH,
            height=HEIGHT,
            level=level,
            verdicts=[
                {"service": "postImageCheck", "level": level, "labels": labels, "uncovered": [], "text": text}
            ],
        )


def add_slice(job: MediaJob, start: float, end: float, text: str, label: str = "") -> MediaSlice:
    level = "high" if label else "none"
    found = {"source": "engine", "detector": "patterns", "score": 95.0, "start": 0, "end": min(len(text), 12)}
    labels = [{"label": label, "level": level, "confidence": 95.0, "evidence": [found]}] if label else []
    return MediaSlice.objects.create(
        account_id=job.account_id,
        job=job,
        start_ms=int(start * 1000),
        end_ms=int(end * 1000),
        text=text,
        is_unheard=not text,
        level=level,
        labels=labels,
        uncovered=[] if text else [CONTACT],
    )


def make_media_result(job: MediaJob, *, data: bytes = b"", level: str = "", at=NOW) -> ModerationResult:
    """The result that a job came to, with its file."""
    shots = [label for shot in job.shots.all() for verdict in shot.verdicts for label in verdict["labels"]]
    labels = shots + [label for one in job.slices.all() for label in one.labels]
    labels = list({one["label"]: one for one in reversed(labels)}.values())
    data = data or (film() if job.content_type == "video" else speech())
    version = job.service.current_version
    result = ModerationResult.objects.create(
        account=job.account,
        request_id=job.job_id,
        service=job.service,
        version=version,
        content_type=job.content_type,
        level=level or max((one["level"] for one in labels), key=LEVELS.index, default="none"),
        labels=labels or [{"label": "nonLabel", "level": "none", "confidence": None, "evidence": []}],
        content=job.name,
        media={
            "key": keep(job.account, data, at),
            "format": "mp4" if job.content_type == "video" else "wav",
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "duration_ms": job.facts.get("duration_ms", 0),
        },
        source="api",
        took_us=1500,
        created_at=at,
    )
    return result


LEVELS = ["none", "low", "medium", "high"]
