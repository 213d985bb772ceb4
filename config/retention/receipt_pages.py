"""Receipts of purges: a list, each by itself, and all of them as CSV."""

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from config.console.paging import id_from
from config.retention.classes import all_classes, class_named
from config.retention.models import PurgeReceipt
from config.retention.pages import TABS
from config.tables.csv import CONTENT_TYPE, csv_bytes
from config.tables.safe_cells import safe_file_name

PAGE = 50


def chosen(page: ConsolePage):
    """The account's receipts, and the class that they are narrowed to."""
    kept = class_named(page.request.GET.get("class", ""))
    rows = page.owned(PurgeReceipt).newest_first()
    return (rows.filter(name=kept.name) if kept else rows), kept


def title_of(name: str) -> str:
    kept = class_named(name)
    return str(kept.title) if kept else name


@register("retention/receipts/all/", name="purge_receipts")
class Receipts(ConsolePage):
    title = _("Purge receipts")
    ability = "retention.view"
    template_name = "retention/receipts.html"
    parents = ((_("Retention"), "retention"),)

    def get(self, request):
        rows, kept = chosen(self)
        before = id_from(request.GET.get("before", ""))
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found = list(rows.with_files_left()[: PAGE + 1])
        return self.render(
            receipts=[(one, title_of(one.name)) for one in found[:PAGE]],
            classes=[one for one in all_classes() if one.forget],
            kept=kept,
            older=found[PAGE - 1].pk if len(found) > PAGE else "",
            tabs=TABS,
            here="purge_receipts",
        )


@register("retention/receipts/<int:receipt_id>/", name="purge_receipt")
class Receipt(ConsolePage):
    ability = "retention.view"
    template_name = "retention/receipt.html"
    parents = ((_("Retention"), "retention"), (_("Purge receipts"), "purge_receipts"))

    def get_title(self):
        return _("Purge receipt")

    def get(self, request, receipt_id):
        self.one(PurgeReceipt, pk=receipt_id)
        receipt = self.owned(PurgeReceipt).with_files_left().get(pk=receipt_id)
        return self.render(receipt=receipt, name=title_of(receipt.name))


@register("retention/receipts/file/", name="purge_receipts_file")
class ReceiptsFile(ConsolePage):
    ability = "retention.view"
    http_method_names = ["get"]

    def get(self, request):
        rows, _kept = chosen(self)
        headers = [
            _now("Receipt"), _now("Class"), _now("Older than"), _now("Oldest"), _now("Newest"), _now("Rows"),
            _now("Files"), _now("SHA-256 of the ids"), _now("Began"), _now("Ended"), _now("Cut short"),
        ]  # fmt: skip
        answer = StreamingHttpResponse(
            csv_bytes(headers, map(cells, rows.iterator())), content_type=CONTENT_TYPE
        )
        name = safe_file_name(f"purge-receipts-{request.account.uid}", "csv")
        answer.headers["Content-Disposition"] = content_disposition_header(True, name)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "no-store"
        return answer


def cells(one: PurgeReceipt) -> list:
    spelled = [at.isoformat() if at else "" for at in (one.older_than, one.first_at, one.last_at)]
    ends = [at.isoformat() if at else "" for at in (one.began_at, one.ended_at)]
    killed = _now("yes") if one.was_killed else ""
    return [one.pk, one.name, *spelled, one.rows, one.files, one.ids_sha256, *ends, killed]
