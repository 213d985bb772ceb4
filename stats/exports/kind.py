"""What every kind of export says of itself, and the table that it opens."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import QueryDict
from import_export.fields import Field
from import_export.resources import Resource

from config.accounts.models import Account
from config.errors import PlatformError
from stats.models import Export

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """One table that somebody asked for, `at` a moment: filters that count from today count from there."""

    account: Account
    query: str
    at: datetime
    most: int
    columns: Sequence[str] = ()
    has_content: bool = False

    @property
    def params(self) -> QueryDict:
        return QueryDict(self.query)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.account.time_zone)


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are read while they are written, so that their number costs no memory.

    `total` is None where counting would take as long as writing.
    """

    headers: list[str]
    rows: Iterable[Iterable[object]]
    total: int | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """`ability` and `scope` are what a person and a key need for it.

    `read` answers what an address asks for, with a canonical `query` and `nothing`, and its faults. A kind
    that `covers_period` takes the filters "from" and "to". `columns` are those that stand there on request.
    """

    code: Export.Kind
    ability: str
    scope: str
    read: Callable[..., tuple[object, list[PlatformError]]]
    open: Callable[[Wish], Table]
    filters: tuple[str, ...] = ()
    columns: dict[str, object] = field(default_factory=dict)
    covers_period: bool = True
    has_content: bool = False

    @property
    def name(self) -> str:
        return str(self.code.label)


def column(name, read) -> Field:
    """A column whose cells keep their type: numbers stay numbers until they are written."""
    return Field(column_name=name, dehydrate_method=read, readonly=True)


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


class Columns:
    """The columns of a resource, asked once: the library would look them up again for every row."""

    def __init__(self, resource: Resource, account: Account, *, left_out: Iterable[str] = ()):
        self.resource, self.account = resource, account
        left_out = set(left_out)
        self.names = [name for name in resource.fields if name not in left_out]
        fields = resource.get_export_fields(selected_fields=self.names)
        self.readers = [one.get_dehydrate_method() for one in fields]

    @property
    def headers(self) -> list[str]:
        """Times are of the account's clock, and say so."""
        titles = self.resource.get_export_headers(selected_fields=self.names)
        times = getattr(self.resource, "times", ())
        return [
            f"{title} ({self.account.time_zone})" if name in times else str(title)
            for name, title in zip(self.names, titles, strict=True)
        ]

    def of(self, row) -> list:
        return [read(row) for read in self.readers]


def table_of(columns: Columns, rows, *, most: int) -> Table:
    """Rows of a query in its order, which see the account's clock as `zone`."""
    count = rows[: most + 1].count()
    zone = ZoneInfo(columns.account.time_zone)

    def cells():
        for row in rows[:most].iterator(chunk_size=CHUNK):
            row.zone = zone
            yield columns.of(row)

    return Table(columns.headers, cells(), min(count, most), is_cut=count > most)
