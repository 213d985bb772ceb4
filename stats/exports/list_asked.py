"""What lists that only exports know are narrowed by, read from an address."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from moderation.results_asked import FilterInvalid, Reading


@dataclass(frozen=True, slots=True)
class ListAsked:
    """`wanted` are lookups of the query. `nothing`: a filter that no row can pass."""

    query: str = ""
    wanted: dict = field(default_factory=dict)
    nothing: bool = False

    def narrow(self, rows):
        return rows.none() if self.nothing else rows.filter(**self.wanted)


class ListReading(Reading):
    """Gathers the filters that are there, under the lookups that they become."""

    def __init__(self, params, account):
        super().__init__(params, account)
        self.wanted: dict = {}
        self.names: list[str] = []

    def want(self, name: str, lookup: str, value) -> None:
        self.names.append(name)
        if value not in (None, "", ()):
            self.wanted[lookup] = value

    def want_period(self, lookup: str) -> None:
        self.want("from", f"{lookup}__gte", self.moment("from"))
        self.want("to", f"{lookup}__lt", self.moment("to", is_end=True))

    def number_of(self, name: str, rows) -> int | None:
        """The id of one of these rows."""
        text = self.text(name)
        if not text:
            return None
        is_number = text.isascii() and text.isdigit() and len(text) < 19
        if is_number and rows.filter(pk=int(text)).exists():
            return int(text)
        self.refuse(FilterInvalid(_("The account has nothing of this id."), field=name))
        return None

    def asked(self) -> tuple[ListAsked, list]:
        query = urlencode({name: self.text(name) for name in self.names if self.text(name)})
        return ListAsked(query, self.wanted, self.nothing), self.faults
