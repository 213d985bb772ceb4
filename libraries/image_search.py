"""What people and clients search images by, read from text."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from config.console.paging import id_from
from config.errors import Invalid


class SearchInvalid(Invalid):
    code = "search_invalid"
    default_message = _("This cannot be searched for.")


def read_id(text: str) -> int:
    found = id_from(text.strip().removeprefix("#"))
    if found is None:
        raise SearchInvalid(_("An Image ID is a number."), field="id")
    return found


def read_moment(text: str | None, *, field: str, is_end: bool = False, zone=UTC) -> datetime | None:
    """A moment, or a day of which it is the beginning; as an end a day counts whole."""
    text = (text or "").strip()
    if not text:
        return None
    try:
        if len(text) == len("2026-11-21"):
            day = datetime.combine(date.fromisoformat(text), time.min, tzinfo=zone)
            return day + timedelta(days=1) if is_end else day
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError) as error:
        message = _("Write a day like 2026-11-21 or a moment like 2026-11-21T09:00:00Z.")
        raise SearchInvalid(message, field=field) from error
