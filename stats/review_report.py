"""Review statistics as a file: a row per day or month and queue, or one per service and label."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.accounts.models import Account
from config.audit.records import record
from config.errors import Invalid
from config.tables import csv, xlsx
from moderation.catalogue.names import label_name
from stats.exports.usage_report import as_download, require_format
from stats.review_asked import ReviewAsked
from stats.review_measures import Share
from stats.review_reads import machine, work


class ReportUnknown(Invalid):
    code = "report_unknown"
    default_message = gettext_lazy("The report is of queues or of labels.")


@transaction.atomic
def export_review(
    *, account: Account, asked: ReviewAsked, kind: str, of: str = "queues", actor, now: datetime
):
    """The answer that carries the file. That somebody took it stands in the audit trail."""
    require_format(kind)
    if of not in REPORTS:
        raise ReportUnknown(field="of", reports=list(REPORTS))
    first, last = asked.period.edges
    record(
        account=account,
        actor=actor,
        action="review_statistics.exported",
        subject=f"review_statistics:{first}..{last}",
        after={"format": kind, "of": of, "by": asked.period.by, "services": asked.codes or "all"},
        now=now,
    )
    headers, rows = REPORTS[of]
    if kind == "csv":
        written = csv.csv_bytes(headers(), rows(account, asked))
        response = StreamingHttpResponse(written, content_type=csv.CONTENT_TYPE)
    else:
        title = f"{account.uid} {first} – {last} ({account.time_zone})"
        file = xlsx.xlsx_file(headers(), rows(account, asked), sheet_name=_("Review statistics"), title=title)
        response = FileResponse(file, content_type=xlsx.CONTENT_TYPE)
    return as_download(response, f"review-{of}-{account.uid}-{first}-to-{last}", kind)


def queue_headers() -> list[str]:
    return [
        _("Account UID"),
        _("Date"),
        _("Queue"),
        _("Came in"),
        _("Decided"),
        _("Passed"),
        _("Blocked"),
        _("Late"),
        _("Mean wait (s)"),
        _("Decisions measured"),
        _("Mean active time (s)"),
        _("Rechecked"),
        _("Overturned"),
        _("Label changed by recheck"),
        _("Time was over"),
        _("Taken back"),
    ]


def queue_rows(account: Account, asked: ReviewAsked) -> Iterator[tuple]:
    """Sums, so that whoever adds rows up gets the right share; means only beside what they are of."""
    names = {queue.pk: queue.name for queue in asked.queues}
    for row in work(account=account, period=asked.period, services=asked.chosen, queue=asked.queue):
        one = row.figures
        yield (
            account.uid,
            asked.period.step_named(row.on),
            names.get(row.queue_id, ""),
            one.opened,
            one.decided,
            one.passed,
            one.blocked,
            one.late,
            in_seconds(one.mean_wait_ms),
            one.handled,
            in_seconds(one.mean_handling_ms),
            one.rechecked,
            one.overturned,
            one.relabelled,
            one.expired,
            one.cancelled,
        )


def in_seconds(milliseconds: float | None) -> float | str:
    return "" if milliseconds is None else round(milliseconds / 1000, 1)


def label_headers() -> list[str]:
    return [
        _("Account UID"),
        _("From"),
        _("To"),
        _("Service"),
        _("Label"),
        _("Name"),
        _("Flagged, looked at"),
        _("Blocked under this label"),
        _("Blocked under another label"),
        _("Passed by people"),
        _("Confirmed"),
        _("Confirmed, from"),
        _("Confirmed, to"),
        _("Passed, looked at"),
        _("Missed"),
        _("Called wrong"),
        _("Called missed"),
    ]


def label_rows(account: Account, asked: ReviewAsked) -> Iterator[tuple]:
    codes = {service.pk: service.code for service in asked.services}
    found = machine(account=account, period=asked.period, services=asked.chosen)
    for row in sorted(found, key=lambda one: (codes.get(one.service_id, ""), one.label)):
        one = row.figures
        yield (
            account.uid,
            *asked.period.edges,
            codes.get(row.service_id, ""),
            row.label,
            label_name(row.label) if row.label else "",
            one.flagged,
            one.confirmed,
            one.renamed,
            one.overruled,
            *numbers_of(one.precision),
            one.clean,
            one.missed,
            one.called_wrong,
            one.called_missed,
        )


def numbers_of(share: Share) -> tuple:
    """The share with its interval; no numbers where too few were looked at."""
    if not share.is_enough:
        return "", "", ""
    return tuple(round(number, 4) for number in (share.value, *share.interval))


REPORTS = {"queues": (queue_headers, queue_rows), "labels": (label_headers, label_rows)}
