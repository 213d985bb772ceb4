"""Exports in the console: asked for, watched, and fetched."""

from django.conf import settings
from django.http import FileResponse, Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from config.tables import csv, xlsx
from moderation.results_hooks import Step, list_steps
from stats.export_forms import FilterForm, initial_of
from stats.exports.asking import request_export
from stats.exports.kind import Kind
from stats.exports.kinds import KINDS, kind_of
from stats.exports.links import is_there, link_token, may_fetch, open_export
from stats.exports.usage_report import as_download, export_usage
from stats.exports.usage_rows import read_usage_asked
from stats.models import Export

SHOWN = 50
TYPES = {Export.Format.CSV: csv.CONTENT_TYPE, Export.Format.XLSX: xlsx.CONTENT_TYPE}
EXPORTS = (_("Exports"), "stats_exports")
# Rows of usage that are written while somebody waits: a quarter of a second.
ROWS_AT_ONCE = 5_000


def export_steps(request, asked):
    for kind in Export.Format:
        title = _now("Export %(format)s") % {"format": kind.label}
        fields = {"kind": Export.Kind.RESULTS.value, "query": asked.query, "format": kind.value}
        yield Step(title, reverse("admin:stats_export_new"), fields)


list_steps.append(export_steps)


class ExportPage(ConsolePage):
    """What the pages around exports share."""

    ability = "results.view"

    def kinds(self) -> list[Kind]:
        """Those that the person may have."""
        return [kind for kind in KINDS.values() if self.can(kind.ability)]

    def kind(self, code: str) -> Kind:
        kind = kind_of(code)
        self.require(kind.ability)
        return kind

    def link_of(self, export: Export) -> str:
        """Where its file is fetched, by those who may, while it is there."""
        now = timezone.now()
        if not is_there(export, now) or not may_fetch(export, self.request.user):
            return ""
        token = link_token(export, self.request.user, now=now)
        return f"{reverse('admin:stats_export_file', args=[export.pk])}?token={token}"


@register("exports/", name="stats_exports")
class Exports(ExportPage):
    title = _("Exports")
    template_name = "stats/exports.html"

    def get(self, request):
        kinds = [kind.code for kind in self.kinds()]
        rows = Export.objects.shown_to(request.account, request.user, kinds).newest_first()
        exports = list(rows.select_related("account", "schedule")[:SHOWN])
        return self.render(
            rows=[(export, self.link_of(export)) for export in exports],
            kinds=self.kinds(),
            is_moving=any(export.is_under_way for export in exports),
            most=settings.ASSAY_EXPORT_ROWS_MOST,
            hours=settings.ASSAY_EXPORT_HOURS_KEPT,
            may_schedule=self.can("exports.manage"),
        )


@register("exports/new/", name="stats_export_new")
class NewExport(ExportPage):
    """From a list, which posts its own filters; or from the form of a kind."""

    template_name = "stats/export_ask.html"
    parents = (EXPORTS,)

    def get_title(self):
        return _now("Export: %(kind)s") % {"kind": self.asked_kind.name}

    def get(self, request):
        self.asked_kind = self.kind(request.GET.get("kind") or Export.Kind.USAGE.value)
        return self.show(self.form(initial=initial_of(request.GET.urlencode())))

    def post(self, request):
        self.asked_kind = self.kind(request.POST.get("kind") or Export.Kind.RESULTS.value)
        if "query" in request.POST:
            return self.ask(request.POST["query"], request.POST.get("format", ""), [], has_content=True)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form)
        asked = form.query(), form.cleaned_data["format"], form.columns
        try:
            return self.at_once(*asked) or self.ask(*asked, has_content=form.has_content)
        except PlatformError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
            return self.show(form, status=error.status)

    def form(self, *args, **kwargs) -> FilterForm:
        account, may_see = self.request.account, self.can("content.view")
        return FilterForm(*args, kind=self.asked_kind, account=account, may_see_content=may_see, **kwargs)

    def show(self, form, *, status: int = 0):
        status = status or (400 if form.errors else 200)
        return self.render(form=form, kind=self.asked_kind, kinds=self.kinds(), status=status)

    def at_once(self, query: str, file_format: str, columns):
        """The usage of a short range is the answer itself."""
        if self.asked_kind.code != Export.Kind.USAGE:
            return None
        account, now = self.request.account, timezone.now()
        asked = read_usage_asked(QueryDict(query), account=account, now=now)
        if len(asked.period.steps) * len(asked.services) > ROWS_AT_ONCE:
            return None
        return export_usage(
            account=account, asked=asked, kind=file_format, actor=self.request.user, now=now, columns=columns
        )

    def ask(self, query: str, file_format: str, columns, *, has_content: bool):
        request_export(
            account=self.request.account,
            actor=self.request.user,
            kind=self.asked_kind.code.value,
            format=file_format,
            query=query,
            columns=columns,
            has_content=has_content and self.can("content.view"),
            now=timezone.now(),
        )
        self.say(_("The file is being written. It appears here when it is ready."))
        return self.go("stats_exports")


@register("exports/<int:export_id>/", name="stats_export")
class OneExport(ExportPage):
    """Where a mail leads: whoever signs in and may see such rows fetches the file here."""

    template_name = "stats/export.html"
    parents = (EXPORTS,)

    def get_title(self):
        return kind_of(self.export.kind).name

    def get(self, request, export_id):
        self.export = self.one(Export, pk=export_id)
        if not may_fetch(self.export, request.user):
            raise Http404
        deliveries = self.export.deliveries.order_by("recipient") if self.can("exports.manage") else ()
        return self.render(
            export=self.export,
            kind=kind_of(self.export.kind),
            link=self.link_of(self.export),
            deliveries=deliveries,
        )


@register("exports/<int:export_id>/file/", name="stats_export_file")
class ExportFile(ExportPage):
    http_method_names = ["get"]

    def get(self, request, export_id):
        export = self.one(Export, pk=export_id)
        if export.has_content:
            self.require("content.view")
        self.require(kind_of(export.kind).ability)
        file = open_export(
            export=export, actor=request.user, token=request.GET.get("token", ""), now=timezone.now()
        )
        return file_answer(export, file)


def file_answer(export: Export, file) -> FileResponse:
    answer = FileResponse(file, content_type=TYPES[export.format])
    return as_download(answer, export.file_name, export.format)
