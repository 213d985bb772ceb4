"""Numbers as people of the page's language read them."""

from django.utils.formats import get_format
from django.utils.numberformat import format as spell
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
    return spell(
        round(number, decimals),
        get_format("DECIMAL_SEPARATOR"),
        decimal_pos=decimals,
        grouping=3,
        # Django has none for Chinese, where figures are grouped by threes all the same.
        thousand_sep=get_format("THOUSAND_SEPARATOR") or ",",
        force_grouping=True,
        use_l10n=True,
    )
