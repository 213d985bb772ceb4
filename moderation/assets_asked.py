"""What a list of the media library is narrowed by, read from an address, and its page of rows."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from config.accounts.models import Account
from config.errors import PlatformError
from moderation.models import MediaAsset
from moderation.models.media import RECORDING_KINDS
from moderation.results_asked import Reading
from moderation.results_query import Place
from moderation.titles import looked_back_to, titled

# What was not looked at, or not decided, has a blank there.
NONE = "none"
LONGEST_SEARCH = 128
CHOICES = {
    "content_type": RECORDING_KINDS,
    "state": tuple(MediaAsset.State.values),
    "review_status": tuple(MediaAsset.ReviewStatus.values),
    "automated": (NONE, *MediaAsset.Automated.values),
    "final": (NONE, *MediaAsset.Final.values),
}
NAMES = ("title", "media_id", *CHOICES, "from", "to")


@dataclass(frozen=True, slots=True)
class AssetsAsked:
    """An empty tuple asks for every value. `nothing`: a filter that no recording can pass."""

    title: str = ""
    media_id: str = ""
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    nothing: bool = False


def read_assets_asked(params, *, account: Account) -> tuple[AssetsAsked, list[PlatformError]]:
    reading = Reading(params, account)
    chosen = {name: reading.choices(name, allowed) for name, allowed in CHOICES.items()}
    asked = AssetsAsked(
        title=reading.text("title")[:LONGEST_SEARCH],
        media_id=reading.text("media_id")[:LONGEST_SEARCH],
        chosen=tuple(
            (name, tuple("" if value == NONE else value for value in values))
            for name, values in chosen.items()
            if values
        ),
        starts_at=reading.moment("from"),
        ends_at=reading.moment("to", is_end=True),
        nothing=reading.nothing,
    )
    return asked, reading.faults


def newest_assets(
    asked: AssetsAsked, *, account: Account, after: Place | None, limit: int
) -> list[MediaAsset]:
    if asked.nothing:
        return []
    rows = followers(asked, account, after)
    if asked.title:
        rows = titled(rows, asked.title, limit=limit)
    return list(rows.select_related("template").newest_first()[:limit])


def searched_back_to(asked: AssetsAsked, *, account: Account, after: Place | None) -> Place | None:
    """Titles are looked for among the newest recordings: where that ended, if not at the oldest."""
    if not asked.title or asked.nothing:
        return None
    edge = looked_back_to(followers(asked, account, after))
    return Place(*edge) if edge else None


def followers(asked: AssetsAsked, account: Account, after: Place | None) -> QuerySet:
    rows = narrowed(MediaAsset.objects.owned_by(account).there(), asked)
    if after is None:
        return rows
    older = Q(created_at=after.created_at, id__lt=after.id) | Q(created_at__lt=after.created_at)
    # The first condition alone is what an index can begin at.
    return rows.filter(created_at__lte=after.created_at).filter(older)


def narrowed(rows: QuerySet, asked: AssetsAsked) -> QuerySet:
    """By all but the title."""
    if asked.media_id:
        rows = rows.filter(Q(media_id=asked.media_id.lower()) | Q(data_id=asked.media_id))
    for name, values in asked.chosen:
        rows = rows.filter(**{f"{name}__in": values})
    if asked.starts_at:
        rows = rows.filter(created_at__gte=asked.starts_at)
    if asked.ends_at:
        rows = rows.filter(created_at__lt=asked.ends_at)
    return rows
