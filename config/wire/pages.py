"""Pages by number, as the SDKs ask for them: counted and walked only so far as that stays cheap."""

from dataclasses import dataclass

from config.wire.parameters import Parameters
from config.wire.refusals import Refusal

# Rows that are counted exactly, and rows that pages lead to.
DEEPEST = 10_000
LARGEST = 100


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    size: int

    @classmethod
    def asked(cls, parameters: Parameters, *, size: int = 10) -> "Page":
        page = cls(
            parameters.number("CurrentPage", 1, least=1),
            parameters.number("PageSize", size, least=1, most=LARGEST),
        )
        if page.number * page.size > DEEPEST:
            raise Refusal(
                "InvalidParameter",
                f"CurrentPage: pages lead to the first {DEEPEST} rows. Narrow the list to see others.",
            )
        return page

    def of(self, rows) -> list:
        """`rows` are in order."""
        first = (self.number - 1) * self.size
        return list(rows[first : first + self.size])

    def facts(self, total: int) -> dict:
        return {"CurrentPage": self.number, "PageSize": self.size, "TotalCount": total}


def counted(rows, *, most: int = DEEPEST) -> int:
    """How many there are, if they are not more than that; else that many, and one."""
    return rows.order_by()[: most + 1].count()
