"""What may be held of a person, as data: each app registers its erasers, and says what holds nobody.

Every model stands with one eraser, or in `nobody` with the reason; a test asks for it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Model, QuerySet

from config.accounts.models import Account
from config.erasure.marks import Trace

PART = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that go together, the files they name, and after what the next batch begins."""

    after: int
    rows: list[Model] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Eraser:
    """Knows some tables: how a subject's rows are found in them, told, and taken away.

    `take` reads; files go next, outside any transaction; then `forget` takes the rows away in a transaction
    that keeps how far the erasure has come. A kill in between leaves rows, which are taken again.
    """

    code = ""
    title: Any = ""
    models: tuple[type[Model], ...] = ()
    # Lower ones first: what points at rows of others goes before them.
    order = 50

    def find(self, trace: Trace) -> None:
        """Note what leads to the subject's rows, here and elsewhere. Called until nothing new is noted."""

    def take(self, trace: Trace, after: int) -> Batch | None:
        """The next rows; None when there are no more."""
        raise NotImplementedError

    def count(self, trace: Trace, batch: Batch) -> Counter:
        """Rows by table, with those that would go along."""
        return Counter(row._meta.label for row in batch.rows)

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        """In the batch's transaction. Rows by table that are gone or emptied."""
        raise NotImplementedError

    def drop(self, files: Iterable[str]) -> None:
        for key in files:
            default_storage.delete(key)

    def tell(self, trace: Trace, batch: Batch) -> Iterator[dict]:
        """The rows in words of their columns, for the person whom they are about."""
        for row in batch.rows:
            yield told(row)


class MarkedRows(Eraser):
    """Rows that a mark leads to."""

    mark = ""

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        raise NotImplementedError

    def files(self, trace: Trace, rows: list[Model]) -> list[str]:
        return []

    # Of other tables what goes along: model and the lookup that leads from it to the rows.
    along: tuple[tuple[type[Model], str], ...] = ()

    def take(self, trace: Trace, after: int) -> Batch | None:
        part = trace.part_of(self.mark, after, PART)
        if not part:
            return None
        rows = list(self.rows(trace, [value for _pk, value in part]).order_by("pk"))
        return Batch(part[-1][0], rows, self.files(trace, rows))

    def count(self, trace: Trace, batch: Batch) -> Counter:
        counted = super().count(trace, batch)
        ids = [row.pk for row in batch.rows]
        for model, lookup in self.along:
            if number := model.objects.filter(**{f"{lookup}__in": ids}).count() if ids else 0:
                counted[model._meta.label] += number
        return counted

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        counted: Counter = Counter()
        for model, ids in by_model(batch.rows).items():
            held = model._default_manager.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
            locked = list(held.values_list("pk", flat=True))
            counted += self.remove(trace, model, locked)
        return counted

    def remove(self, trace: Trace, model: type[Model], ids: list[int]) -> Counter:
        _count, counted = model._default_manager.filter(pk__in=ids).delete()
        return Counter(counted)

    def tell(self, trace: Trace, batch: Batch) -> Iterator[dict]:
        yield from super().tell(trace, batch)
        ids = [row.pk for row in batch.rows]
        for model, lookup in self.along if ids else ():
            for row in model.objects.filter(**{f"{lookup}__in": ids}).order_by("pk").iterator():
                yield told(row)


def by_model(rows: Iterable[Model]) -> dict[type[Model], list]:
    found: dict[type[Model], list] = {}
    for row in rows:
        found.setdefault(type(row), []).append(row.pk)
    return found


# Names of people who work here.
STAFF = ("auditor", "added_by", "owner")
# What is no business of whom the row is about: who works here, and how the work is organised.
UNTOLD = ("lease", "claimed", "escalated_by", "urgent_at", "secret", "hash", "revision", *STAFF)


def told(row: Model) -> dict:
    """Every column but keys of other tables: those name staff, or rows that are told by themselves."""
    said: dict = {"table": row._meta.label}
    for column in row._meta.concrete_fields:
        if column.is_relation or column.name.startswith(UNTOLD):
            continue
        value = getattr(row, column.attname)
        if isinstance(value, memoryview | bytes):
            value = readable(bytes(value))
        if value not in (None, "", [], {}):
            said[column.name] = value
    return said


def readable(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return value.hex()
    return text if text.isprintable() else value.hex()


_erasers: dict[str, Eraser] = {}
nobody: dict[str, str] = {}
# Called with the account and one of author_id, data_id, request_id, media_id: must it be kept?
holders: list[Callable[..., bool]] = []


def register(*erasers: Eraser) -> None:
    for one in erasers:
        if one.code in _erasers:
            raise ValueError(f"There is an eraser {one.code!r} already.")
        _erasers[one.code] = one


def holds_nobody(reason: str, *models: str) -> None:
    """By label, such as "stats.UsageCounter"."""
    nobody.update(dict.fromkeys(models, reason))


def erasers() -> list[Eraser]:
    return sorted(_erasers.values(), key=lambda one: (one.order, one.code))


def erased_models() -> Collection[str]:
    """Labels of what erasers answer for."""
    return {
        model._meta.label
        for one in _erasers.values()
        for model in (*one.models, *(model for model, _lookup in getattr(one, "along", ())))
    }


def is_held(account: Account, *, kind: str, value: str) -> bool:
    return any(holds(account, **{kind: value}) for holds in holders)
