"""Times as the SDKs' documentation shows them: of the clock on the account's wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

from config.accounts.models import Account
from config.wire.parameters import Parameters
from config.wire.refusals import invalid

FORM = "%Y-%m-%d %H:%M:%S"


def shown(moment: datetime | None, account: Account) -> str | None:
    return moment.astimezone(ZoneInfo(account.time_zone)).strftime(FORM) if moment else None


def read_moment(parameters: Parameters, name: str, account: Account) -> datetime | None:
    """A day alone is its beginning."""
    text = parameters.text(name).strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        # In the years 1 and 9999 a zone leads beyond the calendar.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(account.time_zone))
        moment.timestamp()
    except (ValueError, OverflowError) as error:
        raise invalid(name, "a time like 2026-01-31 12:00:00 is expected.") from error
    return moment
