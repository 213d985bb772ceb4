"""A subject traced through the tables: what leads to its rows is noted, so that a kill loses nothing."""

from collections.abc import Collection, Iterable, Iterator

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from config.erasure.models import SubjectMark, SubjectRequest
from config.erasure.subjects import Subject

Mark = SubjectMark.Kind
AT_ONCE = 5000
NOTE = """
    INSERT INTO erasure_subjectmark (account_id, request_id, kind, value)
    SELECT %s, %s, %s, %s || found.value::text FROM ({rows}) AS found (value)
    WHERE found.value IS NOT NULL AND found.value::text <> ''
    ON CONFLICT DO NOTHING
"""


class Trace:
    def __init__(self, request: SubjectRequest):
        self.request = request
        self.account = request.account
        self.subject = Subject.of(request)
        self.noted = 0

    def value_if(self, kind: str) -> str:
        """The subject's own id where it is of this kind; else blank, which no row bears."""
        return self.subject.value if self.subject.kind == kind else ""

    def note(self, kind: str, values: Iterable[str]) -> None:
        rows = [
            SubjectMark(account=self.account, request=self.request, kind=kind, value=value)
            for value in sorted(set(values))
            if value
        ]
        before = self.count() if rows else 0
        SubjectMark.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)
        self.noted += self.count() - before if rows else 0

    def note_rows(self, kind: str, rows: QuerySet, *, prefix: str = "") -> None:
        """`rows` answers one column. In one statement, however many there are."""
        try:
            inner, params = rows.order_by().query.sql_with_params()
        except EmptyResultSet:
            return  # nothing of this table can be this subject's
        with connection.cursor() as cursor:
            cursor.execute(NOTE.format(rows=inner), [self.account.pk, self.request.pk, kind, prefix, *params])
            self.noted += cursor.rowcount

    def count(self) -> int:
        return SubjectMark.objects.filter(request=self.request).count()

    def marks(self, kind: str) -> QuerySet:
        """For `…__in`, where one statement may read the whole table."""
        return SubjectMark.objects.filter(request=self.request, kind=kind).values("value")

    def has(self, kind: str) -> bool:
        return self.marks(kind).exists()

    def part_of(self, kind: str, after: int, most: int) -> list[tuple[int, str]]:
        rows = SubjectMark.objects.filter(request=self.request, kind=kind, pk__gt=after).order_by("pk")
        return list(rows.values_list("pk", "value")[:most])

    def known(self, candidates: Collection[str]) -> set[str]:
        """Which of these are marks, of whatever kind."""
        found: set[str] = set()
        for part in in_parts(sorted(candidates)):
            # With the kinds, because the index has them in between.
            rows = SubjectMark.objects.filter(request=self.request, kind__in=Mark.values, value__in=part)
            found.update(rows.values_list("value", flat=True))
        return found

    def forget(self) -> None:
        SubjectMark.objects.filter(request=self.request).delete()


def in_parts(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
