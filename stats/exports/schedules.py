"""Exports that come by themselves: set up, changed, and made once for every period that is over."""

import logging
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, ApiKey, User
from config.accounts.roles import can
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow
from stats.exports.asking import require_filters, start_soon
from stats.exports.finished_periods import after, due_at, period_of
from stats.exports.kinds import kind_of
from stats.exports.usage_report import require_format
from stats.exports.usage_rows import require_columns
from stats.models import Export, ExportSchedule

MOST_SCHEDULES = 50
MOST_RECIPIENTS = 20
LONGEST_NAME = 60
RUNS_AT_ONCE = 50
EDITABLE = (
    "name", "kind", "format", "query", "columns", "has_content", "every", "hour", "recipients",
    "tells_endpoints", "is_enabled",
)  # fmt: skip
PERIOD = ("from", "to")
logger = logging.getLogger(__name__)
Every = ExportSchedule.Every
FITS = {"month": (Every.MONTH,), "hour": (Every.DAY,)}


class ScheduleInvalid(Invalid):
    code = "export_schedule_invalid"
    default_message = _("A scheduled export has a name of at most 60 characters and somebody who is told.")


class ScheduleNameTaken(NotAllowedNow):
    code = "export_schedule_name_taken"
    default_message = _("Another scheduled export has this name already.")


class SchedulesTooMany(NotAllowedNow):
    code = "export_schedules_too_many"
    default_message = _("An account has at most 50 scheduled exports: remove one first.")


class RecipientInvalid(Invalid):
    code = "export_recipient_invalid"
    default_message = _("Write mail addresses, at most 20 of them.")


class RecipientRefused(Invalid):
    code = "export_recipient_refused"
    default_message = _("This installation does not send exports to addresses of this domain.")


class MailNotSetUp(NotAllowedNow):
    code = "mail_not_set_up"
    default_message = _(
        "This installation has no mail server: ask its administrator to set ASSAY_EMAIL_HOST."
    )


@transaction.atomic
def create_schedule(*, account: Account, actor: User | ApiKey, now: datetime, **values) -> ExportSchedule:
    """The first file is that of the period that is under way now."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if ExportSchedule.objects.owned_by(account).present().count() >= MOST_SCHEDULES:
        raise SchedulesTooMany()
    schedule = ExportSchedule(account=account, created_at=now)
    return write(schedule, values, actor=actor, action="created", now=now)


@transaction.atomic
def change_schedule(
    *, schedule: ExportSchedule, changes: dict, actor: User | ApiKey, now: datetime
) -> ExportSchedule:
    """What is left out stays. Switched on again it begins with the period that is under way now."""
    Account.objects.select_for_update(no_key=True).get(pk=schedule.account_id)
    schedule = locked(schedule)
    return write(schedule, changes, actor=actor, action="changed", now=now)


def write(schedule: ExportSchedule, values: dict, *, actor, action: str, now: datetime) -> ExportSchedule:
    before = facts(schedule) if schedule.pk else None
    timing = (schedule.every, schedule.hour, schedule.is_enabled)
    for name in EDITABLE:
        if name in values:
            setattr(schedule, name, values[name])
    schedule.changed_by = None if isinstance(actor, ApiKey) else actor
    schedule.changed_by_key = actor if isinstance(actor, ApiKey) else None
    schedule.language = getattr(actor, "language", "") or schedule.language
    require_sense(schedule, now)
    if schedule.pk is None or timing != (schedule.every, schedule.hour, schedule.is_enabled):
        set_clock(schedule, now)
    schedule.save()
    note(schedule, actor, action, now, before=before, after=facts(schedule))
    return schedule


def set_clock(schedule: ExportSchedule, now: datetime) -> None:
    """A period of which the file was made already is not made again, whatever else is changed."""
    zone = ZoneInfo(schedule.account.time_zone)
    first, _last = period_of(schedule.every, now.astimezone(zone).date())
    made = (
        schedule.exports.order_by("-period_first").values_list("period_first", flat=True).first()
        if schedule.pk
        else None
    )
    while made is not None and first <= made:
        first = after(schedule.every, first)
    schedule.next_first = first
    schedule.due_at = due_at(schedule.every, first, hour=schedule.hour, zone=zone)


@transaction.atomic
def remove_schedule(*, schedule: ExportSchedule, actor: User | ApiKey, now: datetime) -> None:
    """Its files stay until their time is over."""
    schedule = locked(schedule)
    schedule.removed_at, schedule.is_enabled = now, False
    schedule.save(update_fields=["removed_at", "is_enabled"])
    note(schedule, actor, "removed", now, before=facts(schedule))


def start_due_exports(*, now: datetime) -> int:
    """Make the exports of periods that are over. May run beside others, and be killed at any point."""
    due = ExportSchedule.objects.due(now).order_by("due_at").values_list("pk", flat=True)[:RUNS_AT_ONCE]
    return sum(tried_run(pk, now) for pk in list(due))


def tried_run(schedule_id: int, now: datetime) -> bool:
    """One that cannot be started must not hold up the others."""
    try:
        return start_run(schedule_id=schedule_id, now=now)
    except Exception:
        logger.exception("scheduled export %s could not be started", schedule_id)
        return False


@transaction.atomic
def start_run(*, schedule_id: int, now: datetime) -> bool:
    """One period's export, and the clock moved on to the next: both in one transaction."""
    rows = ExportSchedule.objects.due(now).select_for_update(of=("self",), skip_locked=True)
    schedule = rows.select_related("account", "changed_by", "changed_by_key").filter(pk=schedule_id).first()
    if schedule is None:
        return False
    first, last = period_of(schedule.every, schedule.next_first)
    export = Export.objects.create(
        account=schedule.account,
        schedule=schedule,
        period_first=first,
        period_last=last,
        kind=schedule.kind,
        format=schedule.format,
        query=query_of(schedule, first, last),
        columns=schedule.columns,
        has_content=schedule.has_content and may_see_content(schedule),
        language=schedule.language,
        created_at=now,
    )
    schedule.next_first = after(schedule.every, first)
    schedule.due_at = due_at(
        schedule.every, schedule.next_first, hour=schedule.hour, zone=ZoneInfo(schedule.account.time_zone)
    )
    schedule.save(update_fields=["next_first", "due_at"])
    told = {"export": export.pk, "from": str(first), "to": str(last), "with_content": export.has_content}
    note(schedule, None, "ran", now, after=told)
    start_soon(export)
    return True


def query_of(schedule: ExportSchedule, first, last) -> str:
    asked = QueryDict(schedule.query, mutable=True)
    if kind_of(schedule.kind).covers_period:
        asked["from"], asked["to"] = first.isoformat(), last.isoformat()
    return asked.urlencode()


def may_see_content(schedule: ExportSchedule) -> bool:
    """Whoever set it up may still see content, and still belongs to the account."""
    if schedule.changed_by_key:
        key, now = schedule.changed_by_key, timezone.now()
        return ApiKey.objects.live(now).filter(pk=key.pk, scopes__contains=[scope_of(schedule)]).exists()
    return can(schedule.changed_by, schedule.account, "content.view")


def scope_of(schedule: ExportSchedule) -> str:
    return kind_of(schedule.kind).scope


def require_sense(schedule: ExportSchedule, now: datetime) -> None:
    schedule.name = schedule.name.strip()
    if not schedule.name or len(schedule.name) > LONGEST_NAME or not schedule.name.isprintable():
        raise ScheduleInvalid(field="name")
    require_format(schedule.format)
    kind = kind_of(schedule.kind)
    query = without_period(schedule.query)
    asked = require_filters(account=schedule.account, kind=schedule.kind, query=query, now=now)
    schedule.query = without_period(asked.query)
    schedule.columns = require_columns(schedule.columns, kind.columns, asked)
    schedule.has_content = schedule.has_content and kind.has_content
    if schedule.every not in Every.values:
        raise ScheduleInvalid(_("An export comes every day, week or month."), field="every")
    if not 0 <= schedule.hour <= 23:
        raise ScheduleInvalid(_("The hour is a number from 0 to 23."), field="hour")
    fits = FITS.get(QueryDict(schedule.query).get("by", ""), Every.values)
    if schedule.every not in fits:
        raise ScheduleInvalid(_("Figures by month come every month, those by hour every day."), field="every")
    schedule.recipients = require_recipients(schedule.recipients)
    if not schedule.recipients and not schedule.tells_endpoints:
        raise ScheduleInvalid(_("Name mail addresses, or tell callback endpoints."), field="recipients")
    namesakes = ExportSchedule.objects.owned_by(schedule.account).present().filter(name=schedule.name)
    if namesakes.exclude(pk=schedule.pk).exists():
        raise ScheduleNameTaken(field="name")


def without_period(query: str) -> str:
    asked = QueryDict(query)
    return urlencode([(name, value) for name in asked if name not in PERIOD for value in asked.getlist(name)])


def require_recipients(recipients: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(address.strip().lower() for address in recipients if address.strip()))
    if len(found) > MOST_RECIPIENTS:
        raise RecipientInvalid(field="recipients", most=MOST_RECIPIENTS)
    for address in found:
        try:
            validate_email(address)
        except ValidationError as error:
            raise RecipientInvalid(field="recipients", address=address) from error
        allowed = [domain.lower() for domain in settings.ASSAY_EXPORT_EMAIL_DOMAINS]
        if allowed and address.rpartition("@")[2] not in allowed:
            raise RecipientRefused(field="recipients", address=address, domains=allowed)
    if found and not settings.ASSAY_EMAIL_HOST:
        raise MailNotSetUp(field="recipients")
    return found


def locked(schedule: ExportSchedule) -> ExportSchedule:
    rows = ExportSchedule.objects.present().select_for_update(of=("self",)).select_related("account")
    return rows.get(pk=schedule.pk)


def facts(schedule: ExportSchedule) -> dict:
    return {name: getattr(schedule, name) for name in EDITABLE}


def note(schedule: ExportSchedule, actor, action: str, now: datetime, before=None, after=None) -> None:
    record(
        account=schedule.account,
        actor=actor,
        action=f"export_schedule.{action}",
        subject=f"export_schedule:{schedule.pk}",
        before=before,
        after=after,
        now=now,
    )
