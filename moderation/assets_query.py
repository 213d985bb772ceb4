"""The list of the media library, newest first. It never counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from config.accounts.models import Account
from config.errors import PlatformError
from moderation.models import MediaAsset
from moderation.models.media import RECORDING_KINDS
from moderation.results_asked import Reading
from moderation.results_query import Place
from moderation.titles import titled

NOT_YET = "none"
NAMES = ("title", "media_id", "content_type", "state", "review_status", "automated", "final", "from", "to")


@dataclass(frozen=True, slots=True)
class AskedOfLibrary:
    """An empty tuple asks for every value; a blank among others for what nobody has said yet."""

    query: str = ""
    title: str = ""
    media_id: str = ""
    content_types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    review_statuses: tuple[str, ...] = ()
    automated: tuple[str, ...] = ()
    final: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    nothing: bool = False


def read_asked(params, *, account: Account) -> tuple[AskedOfLibrary, list[PlatformError]]:
    """What is asked, and what could not be read of it: the API refuses then, the console says so."""
    reading = Reading(params, account)
    asked = AskedOfLibrary(
        query=urlencode({name: reading.text(name) for name in NAMES if reading.text(name)}),
        title=reading.text("title"),
        media_id=reading.text("media_id"),
        content_types=reading.choices("content_type", RECORDING_KINDS),
        states=reading.choices("state", MediaAsset.State.values),
        review_statuses=reading.choices("review_status", MediaAsset.ReviewStatus.values),
        automated=said(reading, "automated", MediaAsset.Automated.values),
        final=said(reading, "final", MediaAsset.Final.values),
        starts_at=reading.moment("from"),
        ends_at=reading.moment("to", is_end=True),
        nothing=reading.nothing,
    )
    return asked, reading.faults


def said(reading: Reading, name: str, values: Iterable[str]) -> tuple[str, ...]:
    asked = reading.choices(name, [NOT_YET, *values])
    return tuple("" if value == NOT_YET else value for value in asked)


def assets(asked: AskedOfLibrary, *, account: Account):
    """All that pass the filters but that of the title."""
    rows = MediaAsset.objects.owned_by(account).there()
    exact = {
        "media_id": asked.media_id,
        "content_type__in": asked.content_types,
        "state__in": asked.states,
        "review_status__in": asked.review_statuses,
        "final__in": asked.final,
        "created_at__gte": asked.starts_at,
        "created_at__lt": asked.ends_at,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    return by_automated(rows, asked.automated) if asked.automated else rows


def by_automated(rows, values: tuple[str, ...]):
    """As it is shown: of a review that failed there is no result, whatever an earlier one said."""
    failed = MediaAsset.ReviewStatus.FAILED
    found = [value for value in values if value]
    if not found:
        return rows.filter(automated="") | rows.filter(review_status=failed)
    if "" not in values:
        return rows.filter(automated__in=found).exclude(review_status=failed)
    return rows.filter(automated__in=values) | rows.filter(review_status=failed)


def newest_assets(
    asked: AskedOfLibrary, *, account: Account, after: Place | None = None, limit: int
) -> list[MediaAsset]:
    """The newest that are asked for, or those that follow a place."""
    if asked.nothing:
        return []
    rows = assets(asked, account=account)
    if after is not None:
        rows = rows.filter(created_at__lte=after.created_at).exclude(
            created_at=after.created_at, pk__gte=after.id
        )
    if asked.title:
        rows = titled(rows, asked.title, limit=limit)
    return list(rows.select_related("template").newest_first()[:limit])
