"""Bringing scheduled exports to mail addresses: leased, tried again, given up in the end.

A mail server takes a message and then says so; whoever is killed between the two cannot know. So a message
may be handed over twice, always under the same Message-ID, by which mail systems keep one of them.
"""

import hashlib
import logging
import smtplib
import uuid
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from config.tables import csv, xlsx
from config.tables.safe_cells import safe_file_name
from stats.exports.kinds import kind_of
from stats.models import Export, ExportDelivery

LEASE = timedelta(minutes=3)
AT_ONCE = 20
LADDER = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360)]
TYPES = {Export.Format.CSV: csv.CONTENT_TYPE, Export.Format.XLSX: xlsx.CONTENT_TYPE}
NEVER = range(500, 600)
State = ExportDelivery.State
logger = logging.getLogger(__name__)


class FileGone(OSError):
    """Its time was over before a mail server took it."""


def deliver_exports(*, now: datetime, most: int = AT_ONCE) -> int:
    """Send what is due. May run beside others, and be killed at any point."""
    ExportDelivery.objects.due(now).filter(attempts__gt=len(LADDER)).update(
        state=State.DEAD, finished_at=now, lease_token=None, lease_until=None
    )
    due = ExportDelivery.objects.due(now).order_by("due_at").values_list("pk", flat=True)[:most]
    return sum(deliver(delivery_id=pk, now=now) for pk in list(due))


def deliver(*, delivery_id: int, now: datetime) -> bool:
    token = uuid.uuid4()
    claimed = ExportDelivery.objects.due(now).filter(pk=delivery_id)
    if not claimed.update(lease_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1):
        return False
    rows = ExportDelivery.objects.select_related("export__account", "export__schedule")
    delivery = rows.get(pk=delivery_id)
    try:
        require_file(delivery.export)
        send(delivery)
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are to be sent
        logger.warning("delivery %s of an export failed: %s", delivery_id, error)
        end(delivery, token, error=error)
        return False
    end(delivery, token)
    return True


def end(delivery: ExportDelivery, token: uuid.UUID, *, error: Exception | None = None) -> None:
    now, tries = timezone.now(), delivery.attempts
    changes: dict = {"lease_token": None, "lease_until": None}
    if error is None:
        changes |= {"state": State.SENT, "finished_at": now, "error": ""}
    elif tries > len(LADDER) or is_final(error):
        changes |= {"state": State.DEAD, "finished_at": now, "error": said(error)}
    else:
        changes |= {"due_at": now + LADDER[tries - 1], "error": said(error)}
    rows = ExportDelivery.objects.filter(pk=delivery.pk, state=State.DUE)
    # What was sent was sent, whoever holds the lease by now.
    (rows if error is None else rows.filter(lease_token=token)).update(**changes)


def is_final(error: Exception) -> bool:
    """Nothing changes by waiting: the server will never take it for this address, or the file is gone."""
    if isinstance(error, FileGone):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in NEVER for code, _reason in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code in NEVER


def require_file(export: Export) -> None:
    if export.state != Export.State.READY:
        raise FileGone(f"the export is {export.state}")


def said(error: Exception) -> str:
    return str(error).replace("\0", "")[:200]


def send(delivery: ExportDelivery) -> None:
    export = delivery.export
    with translation.override(export.language or settings.LANGUAGE_CODE):
        message = message_of(delivery, is_attached=may_attach(export))
    message.connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
    message.send()


def may_attach(export: Export) -> bool:
    """A mail is read by whoever gets hold of it: what end users wrote is never in one."""
    return not export.has_content and export.size <= settings.ASSAY_EXPORT_ATTACH_BYTES


def message_of(delivery: ExportDelivery, *, is_attached: bool) -> EmailMessage:
    export = delivery.export
    message = EmailMessage(
        subject=subject_of(export),
        body=body_of(export, is_attached),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[delivery.recipient],
        headers={"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"},
    )
    if is_attached:
        with default_storage.open(export.file) as file:
            name = safe_file_name(export.file_name, export.format)
            message.attach(name, file.read(), TYPES[export.format].partition(";")[0])
    return message


def message_id(delivery: ExportDelivery) -> str:
    """The same whenever it is sent: a digest, so that it tells nobody of the other addresses."""
    digest = hashlib.sha256(f"{delivery.export_id} {delivery.recipient}".encode()).hexdigest()[:32]
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "assay"
    return f"<export.{digest}@{host}>"


def subject_of(export: Export) -> str:
    return _("%(name)s: %(period)s") % {"name": export.schedule.name, "period": period_told(export)}


def period_told(export: Export) -> str:
    if export.period_first == export.period_last:
        return export.period_first.isoformat()
    return _("%(first)s to %(last)s") % {"first": export.period_first, "last": export.period_last}


def body_of(export: Export, is_attached: bool) -> str:
    link = settings.ASSAY_PUBLIC_URL + reverse("admin:stats_export", args=[export.pk])
    facts = {
        "kind": kind_of(export.kind).name,
        "period": period_told(export),
        "account": export.account.name,
        "rows": export.rows,
        "size": filesizeformat(export.size).replace("\xa0", " "),
        "link": link,
    }
    told = _("%(kind)s of %(account)s, %(period)s: %(rows)s rows, %(size)s.") % facts
    where = (
        _("The file is attached. It is here as well, for those who sign in: %(link)s")
        if is_attached
        else _("The file is here, for those who sign in: %(link)s")
    ) % facts
    until = _("It is kept until %(time)s UTC.") % {"time": f"{export.expires_at:%Y-%m-%d %H:%M}"}
    cut = _("There were more rows than one file holds: the newest are in it.") if export.is_cut else ""
    return (
        "\n\n".join(filter(None, [told, cut, f"{where}\n{until}", _("Assay sends this by itself.")])) + "\n"
    )
