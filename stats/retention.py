"""How long figures are kept, and what is remembered of exports."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.retention import classes
from config.retention.classes import Gone, RetentionClass
from config.retention.deletion import delete_rows
from config.retention.orphans import Folder, folders
from stats.facts import zone_of
from stats.models import (
    Export,
    ForgottenCounter,
    HandlingCounter,
    LabelCounter,
    LatencyCounter,
    MachineCounter,
    RefusalCounter,
    UsageCheck,
    UsageCounter,
    UsageDrift,
    WorkCounter,
)
from stats.periods import midnight

FOLLOWING = (
    ("label_statistics", _("Statistics of labels"), LabelCounter),
    ("time_statistics", _("Statistics of times"), LatencyCounter),
    ("refusal_statistics", _("Statistics of refusals"), RefusalCounter),
    ("deletion_statistics", _("Statistics of what was deleted"), ForgottenCounter),
    ("review_statistics", _("Statistics of reviews"), WorkCounter),
    ("handling_statistics", _("Statistics of handling times"), HandlingCounter),
    ("machine_statistics", _("Statistics of the machine's verdicts"), MachineCounter),
)


def join_retention() -> None:
    folders.append(Folder("exports", of_exports))
    classes.register(
        RetentionClass(
            name="statistics",
            order=90,
            title=_("Usage statistics"),
            about=_("Sums of calls, labels and reviews, by hour and day. They say nothing of anybody."),
            setting="ASSAY_STATISTICS_KEPT_DAYS",
            clock="starts_at",
            due=days_before(UsageCounter),
            forget=forget_rows,
        ),
        *(
            RetentionClass(
                name=name,
                title=title,
                follows="statistics",
                clock="starts_at",
                due=days_before(model),
                forget=forget_rows,
            )
            for name, title, model in FOLLOWING
        ),
        RetentionClass(
            name="statistics_checks",
            title=_("Days counted anew"),
            follows="statistics",
            clock="checked_at",
            due=old_checks,
            forget=forget_rows,
        ),
        RetentionClass(
            name="statistics_drift",
            title=_("Figures that differed"),
            follows="statistics",
            clock="found_at",
            due=old_drift,
            forget=forget_rows,
        ),
        RetentionClass(
            name="exports",
            order=95,
            title=_("Exports"),
            about=_("That they were asked for; the files themselves are there for hours only."),
            setting="ASSAY_EXPORTS_KEPT_DAYS",
            due=old_exports,
            forget=forget_exports,
        ),
    )


def of_exports(keys: list[str]) -> Iterable[str]:
    return Export.objects.filter(file__in=keys).values_list("file", flat=True)


def start_of_day(account: Account, moment: datetime) -> datetime:
    """Figures go by whole days of the account's clock."""
    zone = zone_of(account)
    return midnight(moment.astimezone(zone).date(), zone)


def kept_since(account: Account, now: datetime) -> datetime | None:
    """Since when there are figures; None where they are kept for ever."""
    since = classes.kept_since(account, "statistics", now)
    return start_of_day(account, since) if since else None


def days_before(model):
    def due(account: Account, before: datetime):
        return model.objects.owned_by(account).filter(starts_at__lt=start_of_day(account, before))

    return due


def old_checks(account: Account, before: datetime):
    """Where counting anew began must stay known."""
    checks = UsageCheck.objects.owned_by(account).exclude(state=UsageCheck.State.BEGUN)
    return checks.filter(day__lt=start_of_day(account, before).date())


def old_drift(account: Account, before: datetime):
    return UsageDrift.objects.owned_by(account).filter(day__lt=start_of_day(account, before).date())


def forget_rows(account: Account, rows: list, now: datetime) -> Gone:
    delete_rows(type(rows[0]), [row.pk for row in rows])
    return Gone(rows)


def old_exports(account: Account, before: datetime):
    ended = Export.objects.owned_by(account).exclude(pk__in=Export.objects.unfinished().values("pk"))
    return ended.filter(created_at__lt=before)


def forget_exports(account: Account, rows: list[Export], now: datetime) -> Gone:
    Export.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return Gone(rows, [row.file for row in rows if row.file])
