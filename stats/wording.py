"""Numbers as people of the page's language read them."""

from dataclasses import dataclass
from functools import cache

from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Wording:
    """What a language says of figures. A page has thousands of them: they are worded by one of these."""

    point: str
    thousands: str
    little: str
    timed: str
    long: str

    def count(self, number: int) -> str:
        text = f"{round(number):,}"
        return text if self.thousands == "," else text.replace(",", self.thousands)

    def signed(self, number: int) -> str:
        return f"{'−' if number < 0 else '+'}{self.count(abs(number))}"

    def percent(self, share: float | None) -> str:
        if share is None:
            return "–"
        if 0 < share < 0.0005:
            return self.little
        return f"{self.spelled(share * 100, decimals=1)}%"

    def change(self, now: float, before: float) -> str:
        """How much more or less than before, or nothing where before there was nothing."""
        if not before:
            return ""
        return f"{'+' if now >= before else '−'}{self.spelled(abs(now - before) / before * 100, decimals=1)}%"

    def milliseconds(self, number: float | None) -> str:
        if number is None:
            return "–"
        if number >= 1000:
            return self.long % {"n": self.spelled(number / 1000, decimals=2)}
        return self.timed % {"n": self.spelled(number, decimals=1)}

    def spelled(self, number: float, *, decimals: int) -> str:
        if not decimals:
            return self.count(number)
        text = f"{round(number, decimals):,.{decimals}f}"
        if (self.point, self.thousands) == (".", ","):
            return text
        whole, _dot, part = text.partition(".")
        return f"{whole.replace(',', self.thousands)}{self.point}{part}"


def here() -> Wording:
    """Of the language that is active."""
    return of_language(get_language())


@cache
def of_language(language: str | None) -> Wording:
    return Wording(
        point=get_format("DECIMAL_SEPARATOR", language),
        # Django has none for thousands in Chinese, where figures are grouped by threes all the same.
        thousands=get_format("THOUSAND_SEPARATOR", language) or ",",
        little=_("under 0.1%"),
        timed=_("%(n)s ms"),
        long=_("%(n)s s"),
    )


def count(number: int) -> str:
    return here().count(number)


def signed(number: int) -> str:
    return here().signed(number)


def percent(share: float | None) -> str:
    return here().percent(share)


def change(now: float, before: float) -> str:
    return here().change(now, before)


def milliseconds(number: float | None) -> str:
    return here().milliseconds(number)


def spelled(number: float, *, decimals: int) -> str:
    return here().spelled(number, decimals=decimals)
