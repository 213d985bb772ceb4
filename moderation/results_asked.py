"""What a list of results is narrowed by, read from an address of the console or the API."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid, PlatformError
from config.retention.classes import kept_since
from moderation.models import Label, ModerationResult, Service
from moderation.models.content import ContentType, RiskLevel
from moderation.operations.human_verdict import LabelUnknown
from moderation.operations.moderate import ServiceUnknown
from moderation.values import EXEMPT, LIBRARY_SUFFIX, NO_RISK

ANY_RISK = f"!={NO_RISK}"
JUDGED = tuple(one for one in ModerationResult.Source.values if one != ModerationResult.Source.MANUAL)
CLEAN = {RiskLevel.NONE.value, NO_RISK.casefold()}
RISKY = (RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH)
NOT_REVIEWED = "none"
MOST_LABELS = 20
MOST_SERVICES = 20
COMMAS = re.compile("[,，、]")
# How long what a time names lasts: a minute, or a second.
LENGTHS = {len("2026-11-21T09:30"): timedelta(minutes=1), len("2026-11-21T09:30:00"): timedelta(seconds=1)}
NAMES = (
    "content_type", "request_id", "data_id", "service", "label", "level", "source", "human", "from", "to",
)  # fmt: skip


class FilterInvalid(Invalid):
    code = "filter_invalid"
    default_message = _("This filter cannot be read: see its description for what it takes.")


@dataclass(frozen=True, slots=True)
class Asked:
    """An empty tuple asks for every value. `nothing`: a filter that no result can pass."""

    query: str = ""
    content_types: tuple[str, ...] = ()
    request_id: UUID | None = None
    data_id: str = ""
    service_ids: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    human: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    nothing: bool = False


def read_asked(params, *, account: Account, now: datetime) -> tuple[Asked, list[PlatformError]]:
    """What is asked, and what could not be read of it: the API refuses then, the console says so."""
    reading = Reading(params, account)
    asked = Asked(
        query=urlencode({name: reading.text(name) for name in NAMES if reading.text(name)}),
        content_types=reading.choices("content_type", ContentType.values),
        request_id=reading.request_id(),
        data_id=reading.text("data_id"),
        service_ids=reading.service_ids(),
        labels=reading.labels(),
        levels=reading.levels(),
        sources=reading.sources(),
        human=tuple(
            "" if value == NOT_REVIEWED else value
            for value in reading.choices("human", [NOT_REVIEWED, *ModerationResult.Outcome.values])
        ),
        starts_at=latest(oldest_shown(account, now), reading.moment("from")),
        ends_at=reading.moment("to", is_end=True),
        nothing=reading.nothing,
    )
    return asked, reading.faults


def oldest_shown(account: Account, now: datetime) -> datetime | None:
    return kept_since(account, "results", now)


def latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def codes_in(text: str) -> list[str]:
    """The labels of a list as a person writes it: any comma, blanks anywhere."""
    return list(dict.fromkeys(part for part in map(squeezed, COMMAS.split(text)) if part))


def squeezed(text: str) -> str:
    return "".join(text.split())


class Reading:
    """One address being read; faults are gathered, not raised."""

    def __init__(self, params, account: Account):
        self.params, self.account = params, account
        self.faults: list[PlatformError] = []
        self.nothing = False

    def text(self, name: str) -> str:
        return (self.params.get(name) or "").strip().replace("\0", "")

    def refuse(self, error: PlatformError) -> None:
        self.faults.append(error)
        self.nothing = True

    def choices(self, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
        asked = tuple(codes_in(self.text(name)))
        if not set(asked) <= set(allowed):
            self.refuse(
                FilterInvalid(
                    _("%(name)s takes: %(values)s.") % {"name": name, "values": ", ".join(allowed)},
                    field=name,
                )
            )
            return ()
        return asked

    def request_id(self) -> UUID | None:
        return self.uuid("request_id", _("A request id is a UUID."))

    def uuid(self, name: str, refusal) -> UUID | None:
        text = self.text(name)
        try:
            return UUID(text) if text else None
        except ValueError:
            self.refuse(FilterInvalid(refusal, field=name))
            return None

    def service_ids(self) -> tuple[int, ...]:
        """Of the services that are asked for those of the types of content that are asked for."""
        codes = codes_in(self.text("service"))
        if not codes:
            return ()
        if len(codes) > MOST_SERVICES:
            message = _("Ask for at most %(most)s services at a time.") % {"most": MOST_SERVICES}
            self.refuse(FilterInvalid(message, field="service"))
            return ()
        found = {one.code: one for one in Service.objects.owned_by(self.account).filter(code__in=codes)}
        for code in codes:
            if code not in found:
                self.refuse(ServiceUnknown(field="service", service=code))
        kinds = codes_in(self.text("content_type"))
        fitting = [one.pk for one in found.values() if not kinds or one.content_type in kinds]
        self.nothing = self.nothing or not fitting
        return tuple(fitting)

    def sources(self) -> tuple[str, ...]:
        """Whoever asks for what is clean asks for what a machine has judged."""
        sources = self.choices("source", ModerationResult.Source.values)
        asked = {code.casefold() for code in (*codes_in(self.text("level")), *self.asked_codes())}
        if not asked & CLEAN:
            return sources
        judged = tuple(one for one in sources or ModerationResult.Source.values if one in JUDGED)
        self.nothing = self.nothing or not judged
        return judged

    def asked_codes(self) -> list[str]:
        return codes_in(self.text("label"))

    def asks_any_risk(self) -> bool:
        return any(code.casefold() == ANY_RISK.casefold() for code in self.asked_codes())

    def levels(self) -> tuple[str, ...]:
        levels = self.choices("level", RiskLevel.values)
        if not self.asks_any_risk():
            return levels
        risky = tuple(level for level in levels or RISKY if level in RISKY)
        self.nothing = self.nothing or not risky
        return risky

    def labels(self) -> tuple[str, ...]:
        codes = self.asked_codes()
        return () if not codes or self.asks_any_risk() else self.known(codes, "label")

    def known(self, codes: list[str], name: str) -> tuple[str, ...]:
        """The codes as the catalogue spells them; those that it has not are refused."""
        known = {code.casefold(): code for code in Label.objects.values_list("code", flat=True)}
        known |= {code.casefold(): code for code in (NO_RISK, EXEMPT)}
        found, strange = [], []
        for code in codes:
            folded = code.casefold()
            stem = known.get(folded.removesuffix(LIBRARY_SUFFIX))
            spelled = known.get(folded) or (stem and stem + LIBRARY_SUFFIX)
            (found if spelled else strange).append(spelled or code)
        if strange:
            listed = ", ".join(strange[:MOST_LABELS])
            message = _("The catalogue has no label called %(labels)s.") % {"labels": listed}
            self.faults.append(LabelUnknown(message, field=name, labels=strange[:MOST_LABELS]))
            self.nothing = self.nothing or not found
        if len(found) > MOST_LABELS:
            message = _("Ask for at most %(most)s labels at a time.") % {"most": MOST_LABELS}
            self.refuse(FilterInvalid(message, field=name))
        return tuple(found[:MOST_LABELS])

    def moment(self, name: str, *, is_end: bool = False) -> datetime | None:
        """A day or a moment, of the account's clock where no other is said; an end includes what it names."""
        text = self.text(name)
        if not text:
            return None
        try:
            return self.moment_in(text, is_end)
        except (ValueError, OverflowError):
            self.refuse(
                FilterInvalid(_("Write a day like 2026-11-21 or a time like 2026-11-21T09:30."), field=name)
            )
            return None

    def moment_in(self, text: str, is_end: bool) -> datetime:
        zone = ZoneInfo(self.account.time_zone)
        if len(text) == len("2026-11-21"):
            starts = datetime.combine(date.fromisoformat(text), time(), zone)
            step = timedelta(days=1)
        else:
            starts = datetime.fromisoformat(text)
            starts = starts if starts.tzinfo else starts.replace(tzinfo=zone)
            step = LENGTHS.get(len(text), timedelta(microseconds=1))
        moment = starts + step if is_end else starts
        moment.astimezone(ZoneInfo("UTC"))  # the edges of the calendar have no such moment
        return moment
