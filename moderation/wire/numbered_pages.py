"""Lists that are walked by the number of a page: counted, and walked, no further than a limit."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from config.wire.refusals import invalid
from config.wire.registry import Call

USUAL_SIZE, LARGEST_SIZE = 10, 100
DEEPEST = 10_000
MORE = "x-assay-more-than"


class PageTooDeep(Invalid):
    code = "page_too_deep"
    default_message = _("Pages go no further than 10,000 entries: narrow the list, for example by time.")


@dataclass(frozen=True, slots=True)
class PageAsked:
    number: int
    size: int

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size

    def facts(self, *, total: int) -> dict:
        return {"CurrentPage": self.number, "PageSize": self.size, "TotalCount": total}


def page_asked(call: Call) -> PageAsked:
    given = call.parameters
    page = PageAsked(
        given.number("CurrentPage", 1, least=1),
        given.number("PageSize", USUAL_SIZE, least=1, most=LARGEST_SIZE),
    )
    if page.first >= DEEPEST:
        raise PageTooDeep(field="CurrentPage", most=DEEPEST)
    return page


def begins_with_oldest(call: Call) -> bool:
    """`Sort` names a time and a direction; lists have no other order."""
    for name, direction in call.parameters.json("Sort", default={}).items():
        if name.lower() not in ("gmtcreate", "requesttime") or str(direction).lower() not in ("asc", "desc"):
            raise invalid("Sort", "GmtCreate or RequestTime is expected, with asc or desc.")
        return str(direction).lower() == "asc"
    return False
