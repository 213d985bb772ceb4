"""Numbers as people of the page's language read them."""

from functools import cache

from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def count(number: int) -> str:
    return spelled(number, decimals=0)


def signed(number: int) -> str:
    return f"{'−' if number < 0 else '+'}{count(abs(number))}"


def percent(share: float | None) -> str:
    if share is None:
        return "–"
    if 0 < share < 0.0005:
        return _("under 0.1%")
    return f"{spelled(share * 100, decimals=1)}%"


def change(now: float, before: float) -> str:
    """How much more or less than before, or nothing where before there was nothing."""
    if not before:
        return ""
    return f"{'+' if now >= before else '−'}{spelled(abs(now - before) / before * 100, decimals=1)}%"


def milliseconds(number: float | None) -> str:
    return "–" if number is None else _("%(n)s ms") % {"n": spelled(number, decimals=1)}


def spelled(number: float, *, decimals: int) -> str:
    """A page has thousands of them: what the language says of figures is asked for once."""
    point, thousands = separators(get_language())
    text = f"{round(number, decimals):,.{decimals}f}" if decimals else f"{round(number):,}"
    if (point, thousands) == (".", ","):
        return text
    whole, dot, part = text.partition(".")
    return f"{whole.replace(',', thousands)}{point if dot else ''}{part}"


@cache
def separators(language: str | None) -> tuple[str, str]:
    # Django has none for thousands in Chinese, where figures are grouped by threes all the same.
    return get_format("DECIMAL_SEPARATOR", language), get_format("THOUSAND_SEPARATOR", language) or ","
