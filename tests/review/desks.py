"""A reviewer before the workbench in a real browser, and items of every kind for them, with real pictures."""

import io
import time

import pytest
from django.core.cache import cache as django_cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw

from config.accounts import authentication, rates
from config.accounts.models import User
from config.accounts.operations.accounts import set_member
from libraries.matching import cache
from moderation.media import storage
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.services import create_service
from moderation.values import LabelRule, Rules
from review.intake import open_item
from review.models import ReviewItem
from review.states import Mode
from tests.console.test_browser import Visit
from tests.factories import NOW, make_account
from tests.moderation.results_made import PORN, store
from tests.pictures import scene

CONTACT = "pt_to_contact"
DRUGS = "contraband_drug"


@pytest.fixture
def account(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.forget()
    authentication._known.clear()
    rates._lots.clear()
    django_cache.clear()
    return make_account("Harbour Forum")


@pytest.fixture
def sit_down(account, live_server, browser):
    """Somebody signed in, in a browser of their own, watched for faults."""
    visits = []

    def sit(username: str = "rea", role: str = "reviewer", *, width=1366, height=768, **context) -> Visit:
        user, is_new = User.objects.get_or_create(username=username)
        if is_new:
            set_member(account=account, user=user, role=role, actor=None, now=NOW)
        page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
        page.set_default_timeout(15_000)
        visit = Visit(page, live_server.url)
        visits.append(visit)
        client = Client()
        client.force_login(user)
        for cookie in client.cookies.values():
            page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return visit

    yield sit
    for visit in visits:
        if not visit.page.is_closed():
            visit.look()
    faults = [fault for visit in visits for fault in visit.faults]
    for visit in visits:
        # The last words of a page would still be heard while the tables are emptied.
        visit.page.context.set_offline(True)
        visit.page.context.close()
    wait_for_rest()
    assert faults == []


def wait_for_rest(seconds: float = 20) -> None:
    """Until the server has no request in hand."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)


def picture_service(account) -> Service:
    found = Service.objects.owned_by(account).filter(code="albums").first()
    return found or create_service(
        account=account,
        code="albums",
        name="Albums",
        description="",
        content_type=ContentType.IMAGE,
        rules=Rules(labels={PORN: LabelRule(medium=50, high=85)}),
        actor=None,
        now=NOW,
    )


def drawn(seed: int, width: int = 640, height: int = 480) -> bytes:
    """A picture of its own: like a photograph, with a shape and a number in it."""
    image = scene(seed, width, height)
    draw = ImageDraw.Draw(image)
    left, top = 40 + seed * 37 % (width - 220), 30 + seed * 53 % (height - 180)
    draw.ellipse([left, top, left + 160, top + 130], fill=(seed * 71 % 255, 90, 200 - seed % 200))
    draw.text((left + 60, top + 55), str(seed), fill="white")
    held = io.BytesIO()
    image.save(held, "JPEG", quality=85)
    return held.getvalue()


def wait_for_people(result, *, at=None, mode: Mode = Mode.AUDIT) -> ReviewItem:
    return open_item(result=result, mode=mode, now=at or timezone.now())


def text_item(account, content: str = "Add me on WeChat: abc", *labels: str, **fields) -> ReviewItem:
    found = labels or (CONTACT,)
    at = fields.pop("at", None) or timezone.now()
    mode = fields.pop("mode", Mode.AUDIT)
    result = store(account, *found, content=content, at=at, **fields)
    mark_hits(result, content)
    return wait_for_people(result, at=at, mode=mode)


def mark_hits(result, content: str) -> None:
    """Evidence as a vocabulary leaves it: the first word is the hit."""
    end = content.find(" ") if " " in content else len(content)
    hit = {
        "source": "engine",
        "detector": "patterns",
        "score": 91.0,
        "start": 0,
        "end": end,
        "text": content[:end],
    }
    for label in result.labels:
        if label["label"] != "nonLabel":
            label["evidence"] = [hit]
    result.save(update_fields=["labels"])


def picture_item(account, seed: int, *labels: str, content: bytes | None = None, **fields) -> ReviewItem:
    at = fields.pop("at", None) or timezone.now()
    content = content or drawn(seed)
    key = storage.new_key(account_uid=account.uid, now=at)
    storage.keep(key, content)
    width, height = Image.open(io.BytesIO(content)).size
    media = {
        "key": key,
        "format": "jpeg",
        "width": width,
        "height": height,
        "bytes": len(content),
        "frames": 1,
    }
    media |= {"sha256": f"{seed:064x}", **fields.pop("media", {})}
    result = store(account, *labels, service=picture_service(account), media=media, at=at, **fields)
    left, top = 40 + seed * 37 % (width - 220), 30 + seed * 53 % (height - 180)
    box = {
        "source": "engine",
        "detector": "nudity",
        "score": 88.0,
        "raw": "EXPOSED",
        "box": [left, top, 160, 130],
    }
    for label in result.labels:
        if label["label"] != "nonLabel":
            label["evidence"] = [box]
    result.save(update_fields=["labels"])
    return wait_for_people(result, at=at)
