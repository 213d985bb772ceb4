"""Exports of results in the console: asked for from the list, watched and fetched here."""

from django.conf import settings
from django.http import FileResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from config.tables import csv, xlsx
from config.tables.safe_cells import safe_file_name
from moderation.results_hooks import Step, list_steps
from stats.exports.jobs import link_token, open_export, request_export
from stats.models import Export

SHOWN = 50
TYPES = {Export.Format.CSV: csv.CONTENT_TYPE, Export.Format.XLSX: xlsx.CONTENT_TYPE}


def export_steps(request, asked):
    for kind in Export.Format:
        title = _now("Export %(format)s") % {"format": kind.label}
        yield Step(title, reverse("admin:stats_export_new"), {"query": asked.query, "format": kind.value})


list_steps.append(export_steps)


@register("exports/", name="stats_exports")
class Exports(ConsolePage):
    title = _("Exports")
    ability = "results.view"
    template_name = "stats/exports.html"

    def get(self, request):
        mine = Export.objects.of_person(request.account, request.user).newest_first()
        exports = list(mine.select_related("account")[:SHOWN])
        now = timezone.now()
        rows = [
            (export, link_token(export, now=now) if export.state == Export.State.READY else "")
            for export in exports
        ]
        return self.render(
            rows=rows,
            is_moving=any(export.is_under_way for export in exports),
            most=settings.ASSAY_EXPORT_ROWS_MOST,
            hours=settings.ASSAY_EXPORT_HOURS_KEPT,
        )


@register("exports/new/", name="stats_export_new")
class NewExport(ConsolePage):
    ability = "results.view"
    http_method_names = ["post"]

    def post(self, request):
        request_export(
            account=request.account,
            actor=request.user,
            query=request.POST.get("query", ""),
            kind=request.POST.get("format", ""),
            has_content=self.can("content.view"),
            now=timezone.now(),
        )
        self.say(_("The file is being written. It appears here when it is ready."))
        return self.go("stats_exports")


@register("exports/<int:export_id>/file/", name="stats_export_file")
class ExportFile(ConsolePage):
    ability = "results.view"
    http_method_names = ["get"]

    def get(self, request, export_id):
        export = self.one(Export, pk=export_id)
        if export.has_content:
            self.require("content.view")
        file = open_export(
            export=export, actor=request.user, token=request.GET.get("token", ""), now=timezone.now()
        )
        answer = FileResponse(file, content_type=TYPES[export.format])
        name = safe_file_name(export.file_name, export.format)
        answer.headers["Content-Disposition"] = content_disposition_header(True, name)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "no-store"
        return answer
