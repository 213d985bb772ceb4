"""What is kept for a time, as data: each app registers what it keeps and how it goes."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from config.accounts.models import Account
from config.retention.models import RetentionPeriod

BATCH = 500


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows of a batch that are gone, and the files that go after them once this is committed.

    `files` says how many they are where a key is that of a folder.
    """

    rows: list[Model]
    keys: list[str] = field(default_factory=list)
    files: int | None = None


def nothing_stays(account: Account, rows: list[Model]) -> Iterable[int]:
    return ()


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """A class with a `setting` has days of its own; one that `follows` another goes when that does.

    `due` answers what is older than a moment, `clock` is the column by which it ages. `forget` takes rows
    away in the batch's transaction, after those that `stays` names were left out. Rows come locked, unless
    `is_locked` is off: then `forget` locks them, in the order that its other locks ask for.
    """

    name: str
    title: str | Promise
    about: str | Promise = ""
    setting: str = ""
    follows: str = ""
    due: Callable[[Account, datetime], QuerySet] | None = None
    clock: str = "created_at"
    ident: str = "pk"
    forget: Callable[[Account, list[Model], datetime], Gone] | None = None
    stays: Callable[[Account, list[Model]], Iterable[int]] = nothing_stays
    is_locked: bool = True
    batch: int = BATCH
    order: int = 50  # of its place in lists
    # Called with the account when the days of the class were changed, after that is committed.
    changed: Callable[[Account], object] | None = None

    @property
    def rules_over(self) -> str:
        """The class whose days hold for this one."""
        return self.follows or self.name

    @property
    def default_days(self) -> int:
        return getattr(settings, _classes[self.rules_over].setting)


_classes: dict[str, RetentionClass] = {}


def register(*classes: RetentionClass) -> None:
    for one in classes:
        if one.name in _classes:
            raise ValueError(f"There is a class {one.name!r} already.")
        if bool(one.setting) == bool(one.follows):
            raise ValueError(f"The class {one.name!r} has a setting or follows another class.")
        _classes[one.name] = one


def all_classes() -> list[RetentionClass]:
    return list(_classes.values())


def settable_classes() -> list[RetentionClass]:
    return sorted((one for one in _classes.values() if one.setting), key=lambda one: one.order)


def class_named(name: str) -> RetentionClass | None:
    return _classes.get(name)


def kept_days(account: Account, name: str) -> int:
    """0: for ever."""
    one = _classes[name]
    return own_days([account], one.rules_over).get((account.pk, one.rules_over), one.default_days)


def own_days(accounts: Collection[Account], *names: str) -> dict[tuple[int, str], int]:
    """Days that accounts set themselves, by account and class."""
    rows = RetentionPeriod.objects.filter(account__in=accounts)
    rows = rows.filter(name__in=names) if names else rows
    return {(account, name): days for account, name, days in rows.values_list("account", "name", "days")}


def kept_since(account: Account, name: str, now: datetime, *, days: int | None = None) -> datetime | None:
    """What is older goes; None: nothing does. By these `days` instead, if they are given."""
    days = kept_days(account, name) if days is None else days
    return now - timedelta(days=days) if days else None
