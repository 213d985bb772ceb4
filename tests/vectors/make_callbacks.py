"""Makes tests/vectors/callbacks.json: messages with their secrets, for whoever writes a receiver.

python -m tests.vectors.make_callbacks
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
django.setup()

from config.accounts.models import Account  # noqa: E402
from moderation.callbacks.dialects import body_for, message_for  # noqa: E402
from moderation.callbacks.secrets import secret_from_seed, seed_of  # noqa: E402
from moderation.models import Callback, CallbackEndpoint  # noqa: E402

PATH = Path(__file__).parent / "callbacks.json"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
UID = "2041997306517382"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDdGVzdC12ZWN0b3I="
SEED = "cbupVnpBjkgjFxfINMHKkrHS_1zZPUm"
FACTS = {
    "request_id": "0199a6b0-0000-7000-8000-000000000001",
    "data_id": "评论-81 & more",
    "service": "comment_detection",
    "content_type": "text",
    "machine": {
        "level": "high",
        "labels": [{"label": "pt_to_contact", "level": "high", "confidence": 92.5}],
    },
}
BLOCK = {"outcome": "block", "label": "pt_to_contact"}
CASES = [
    ("machine result", "result.created", FACTS),
    ("audit", "review.decided", FACTS | {"review": BLOCK | {"mode": "audit"}}),
    ("manual decision", "review.decided", FACTS | {"review": BLOCK | {"mode": "human_machine"}}),
    ("human-only decision", "review.decided", FACTS | {"review": BLOCK | {"mode": "human_only"}}),
    (
        "recheck",
        "review.rechecked",
        FACTS | {"review": {"outcome": "pass", "label": "", "mode": "audit", "stage": "recheck"}},
    ),
    (
        "decision taken back",
        "review.corrected",
        FACTS | {"review": {"outcome": "", "label": "", "mode": "human_machine"}, "supersedes": "evt_1"},
    ),
    (
        "task that failed",
        "task.failed",
        {name: FACTS[name] for name in ("request_id", "data_id", "service")}
        | {"content_type": "image", "error": {"code": "image_unreachable", "message": "No such host."}},
    ),
]
AUDITED = {
    "media_id": "070d1dd2f0a745b3a9a64e4f4d5a3c21",
    "data_id": "video-81",
    "content_type": "video",
    "state": "flagged",
    "review_status": "succeeded",
    "automated": "suspected",
    "final": "block",
    "service": "videoDetection",
    "created_at": "2026-11-20T08:00:00+00:00",
}
SEEN = {"label": "pt_qrCode", "level": "medium", "confidence": 88.0}
MEDIA_CASES = [
    (
        "recording blocked",
        "media.audited",
        AUDITED
        | {
            "audit": {
                "status": "blocked",
                "reason": "广告 in the second scene",
                "comment": "",
                "auditor": "ann",
                "created_at": NOW.isoformat(),
            }
        },
    ),
    (
        "recording reviewed",
        "media.reviewed",
        AUDITED
        | {
            "final": "",
            "request_id": "0199a6b0-0000-7000-8000-000000000002",
            "job_id": "0199a6b0-0000-7000-8000-000000000002",
            "finished_at": NOW.isoformat(),
            "machine": {"level": "medium", "labels": [SEEN]},
            "moments": [SEEN | {"at_ms": 12_000, "group": "advertising"}],
        },
    ),
]
VOD_URL = "https://client.example/vod"
FORMS = [  # dialect, crypt, secrets with the newest first, from a call
    ("standard", "sha256", [SECRET], False),
    ("standard", "sha256", [SECRET, OLD_SECRET], False),
    ("vendor", "sha256", [SECRET], False),
    ("vendor", "sm3", [SECRET], False),
    ("vendor", "sha256", [SECRET, OLD_SECRET], False),
    ("vendor", "sm3", [secret_from_seed(SEED)], True),
]
VOD_FORMS = [("vod", "sha256", [SECRET], False), ("vod", "sha256", [SECRET, OLD_SECRET], False)]


def vectors() -> list[dict]:
    asked = [(case, form) for case in CASES for form in FORMS]
    asked += [(case, form) for case in MEDIA_CASES for form in VOD_FORMS]
    return [vector(number, case, form) for number, (case, form) in enumerate(asked)]


def vector(number: int, case, form) -> dict:
    name, event, payload = case
    dialect, crypt, secrets, is_ad_hoc = form
    endpoint = CallbackEndpoint(
        account=Account(uid=UID), dialect=dialect, crypt=crypt, is_ad_hoc=is_ad_hoc, url=VOD_URL
    )
    callback = Callback(
        event_id=f"evt_{number:032x}",
        endpoint=endpoint,
        event=event,
        dialect=dialect,
        body=body_for(dialect=dialect, event=event, payload=payload, now=NOW),
    )
    message = message_for(callback=callback, uid=UID, secrets=secrets, now=NOW)
    made = {
        "name": f"{name}, {dialect}{', two secrets' if len(secrets) > 1 else ''}",
        "dialect": dialect,
        "secrets": secrets,
        "headers": {key.lower(): value for key, value in message.headers.items()},
        "body": message.body.decode(),
    }
    if dialect == "vendor":
        made |= {"uid": UID, "seed": seed_of(endpoint=endpoint, secret=secrets[-1]), "crypt": crypt}
    if dialect == "vod":
        made |= {"url": VOD_URL, "key": seed_of(endpoint=endpoint, secret=secrets[-1])}
    return made


def text() -> str:
    return (
        json.dumps({"now": int(NOW.timestamp()), "vectors": vectors()}, indent=1, ensure_ascii=False) + "\n"
    )


if __name__ == "__main__":
    PATH.write_text(text())
    print(f"{len(vectors())} vectors in {PATH}")
