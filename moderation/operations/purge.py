"""How results, with all that hangs on them, callbacks, events and tasks go once their time is over."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.db.models.fields.json import KT

from config.accounts.models import Account
from config.retention.classes import Gone
from config.retention.deletion import delete_rows
from moderation.models import Callback, Event, MediaAsset, ModerationResult, ModerationTask
from moderation.results_hooks import keepers

FILES_OF_A_RESULT = ("key", "cover_key")


def old_results(account: Account, before: datetime):
    rows = ModerationResult.objects.owned_by(account).filter(created_at__lt=before)
    return rows.only("id", "created_at", "request_id", "media")


def results_that_stay(account: Account, rows: list[ModerationResult]) -> set[int]:
    """Those that somebody above still needs."""
    ids = [row.pk for row in rows]
    return {kept for keep in keepers for kept in keep(account, ids)}


def forget_results(account: Account, rows: list[ModerationResult], now: datetime) -> Gone:
    delete_rows(ModerationResult, [row.pk for row in rows])
    return Gone(rows, unnamed(key for row in rows for key in files_of(row.media)))


def files_of(media: dict) -> list[str]:
    return [media[name] for name in FILES_OF_A_RESULT if media.get(name)]


def unnamed(keys: Iterable[str]) -> list[str]:
    """Keys that no result names, such as another one of the same request, and no recording of the library."""
    keys = set(keys)
    return sorted(keys - named_by_results(keys) - named_by_assets(keys)) if keys else []


def named_by_results(keys: Iterable[str]) -> set[str]:
    keys, named = list(keys), set()
    for name in FILES_OF_A_RESULT:
        rows = ModerationResult.objects.filter(media__has_key=name).annotate(file=KT(f"media__{name}"))
        named.update(rows.filter(file__in=keys).values_list("file", flat=True))
    return named


def named_by_assets(keys: Iterable[str]) -> set[str]:
    keys = list(keys)
    rows = MediaAsset.objects.there().filter(Q(key__in=keys) | Q(cover_key__in=keys))
    return {key for row in rows.values_list("key", "cover_key") for key in row}


def old_callbacks(account: Account, before: datetime):
    old = Callback.objects.owned_by(account).finished().filter(created_at__lt=before)
    return old.only("id", "created_at", "event_id")


def forget_callbacks(account: Account, rows: list[Callback], now: datetime) -> Gone:
    delete_rows(Callback, [row.pk for row in rows])
    return Gone(rows)


def old_events(account: Account, before: datetime):
    return Event.objects.owned_by(account).filter(created_at__lt=before).only("id", "created_at", "event_id")


def forget_events(account: Account, rows: list[Event], now: datetime) -> Gone:
    delete_rows(Event, [row.pk for row in rows])
    return Gone(rows)


def old_tasks(account: Account, before: datetime):
    ended = ModerationTask.objects.owned_by(account).exclude(state=ModerationTask.State.WAITING)
    return ended.filter(created_at__lt=before).only("id", "created_at", "task_id", "key")


def forget_tasks(account: Account, rows: list[ModerationTask], now: datetime) -> Gone:
    """The pictures of those that were done go with their results."""
    delete_rows(ModerationTask, [row.pk for row in rows])
    return Gone(rows, unnamed(row.key for row in rows if row.key))
