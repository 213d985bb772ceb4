"""How long figures are kept, and what is remembered of exports."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.retention import classes
from config.retention.classes import Gone, RetentionClass
from config.retention.orphans import Folder, folders
from stats.models import Export, LabelCounter, UsageCounter


def join_retention() -> None:
    folders.append(Folder("exports", of_exports))
    classes.register(
        RetentionClass(
            name="statistics",
            order=90,
            title=_("Usage statistics"),
            about=_("Sums of calls and labels, by hour and day. They say nothing of anybody."),
            setting="ASSAY_STATISTICS_KEPT_DAYS",
            clock="starts_at",
            due=older(UsageCounter),
            forget=forget_counters,
        ),
        RetentionClass(
            name="label_statistics",
            title=_("Statistics of labels"),
            follows="statistics",
            clock="starts_at",
            due=older(LabelCounter),
            forget=forget_counters,
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


def older(model):
    def due(account: Account, before: datetime):
        return model.objects.owned_by(account).filter(starts_at__lt=before)

    return due


def forget_counters(account: Account, rows: list, now: datetime) -> Gone:
    type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).delete()
    return Gone(rows)


def old_exports(account: Account, before: datetime):
    ended = Export.objects.owned_by(account).exclude(pk__in=Export.objects.unfinished().values("pk"))
    return ended.filter(created_at__lt=before)


def forget_exports(account: Account, rows: list[Export], now: datetime) -> Gone:
    Export.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return Gone(rows, [row.file for row in rows if row.file])
