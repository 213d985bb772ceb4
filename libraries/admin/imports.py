"""The pages of an import: the file, what would become of its lines, the bar, and what became of them."""

from django import forms
from django.http import JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminFileFieldWidget

from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from config.tables import csv
from libraries.downloads import as_download, go_on, report_rows
from libraries.models import KeywordImport, Vocabulary
from libraries.operations.keyword_imports import ADDED, cancel_import, confirm_import, start_import
from libraries.outcomes import FAILURES, counted, shown
from libraries.resources import export_vocabulary

VOCABULARIES = (_("Vocabularies"), "libraries_vocabulary_changelist")
SHOWN_IMPORTS = 10


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        max_length=255,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".txt,.csv,.tsv,.xlsx"}),
        help_text=_(
            "Text with a keyword a line, CSV, or Excel (.xlsx). Tables may name their columns keyword, owner "
            "and expires; without names the keywords stand in the first column."
        ),
    )


class ImportPage(ConsolePage):
    ability = "libraries.edit"

    def get_title(self):
        return self.title

    def crumb(self, vocabulary: Vocabulary, title):
        self.parents = (VOCABULARIES,)
        self.title = f"{vocabulary.name}: {title}"


@register("vocabulary-import/<int:vocabulary_id>/", name="libraries_import")
class Upload(ImportPage):
    template_name = "libraries/import_upload.html"

    def get(self, request, vocabulary_id):
        return self.show(vocabulary_id, FileForm())

    def post(self, request, vocabulary_id):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(vocabulary_id, form, status=400)
        file = form.cleaned_data["file"]
        try:
            made = start_import(
                vocabulary=vocabulary,
                file_name=file.name,
                data=file.read(),
                actor=request.user,
                now=timezone.now(),
            )
        except PlatformError as error:
            form.add_error("file", str(error.message))
            return self.show(vocabulary_id, form, status=error.status)
        go_on(made)
        return self.go("libraries_import_page", made.pk)

    def show(self, vocabulary_id, form, status=200):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        self.crumb(vocabulary, _("import a file"))
        past = self.owned(KeywordImport).filter(vocabulary=vocabulary).newest().defer("file", "preview")
        return self.render(
            status=status,
            form=form,
            vocabulary=vocabulary,
            past=past.select_related("by_user")[:SHOWN_IMPORTS],
        )


@register("keyword-import/<int:import_id>/", name="libraries_import_page")
class OneImport(ImportPage):
    template_name = "libraries/import.html"

    def get(self, request, import_id):
        held = self.one(KeywordImport, pk=import_id)
        self.crumb(held.vocabulary, held.file_name)
        is_planned = held.stage == "check"
        told = held.counts or ({} if not is_planned else held.preview.get("counts", {}))
        return self.render(
            held=held,
            checked=grouped(held.preview.get("checked", 0)),
            confirm=self.confirm(held.counts.get(ADDED, 0)),
            counts=counted(told, is_planned=is_planned),
            is_part=held.state == KeywordImport.State.CHECKING,
            rows=[
                (*row[:4], shown(row[4], "", is_planned=is_planned)[0])
                for row in held.preview.get("rows", ())
            ],
            faults=[(*fault[:2], *shown(*fault[2:])) for fault in held.preview.get("faults", ())],
            short=held.preview.get("short", ()) if is_planned else (),
            failure=FAILURES.get(held.error),
        )

    def confirm(self, added: int) -> str:
        return ngettext("Import %(n)s keyword", "Import %(n)s keywords", added) % {"n": grouped(added)}


def grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


@register("keyword-import/<int:import_id>/state/", name="libraries_import_state")
class ImportState(ImportPage):
    """What the bar on the page asks for, twice a second."""

    def get(self, request, import_id):
        held = self.one(KeywordImport, pk=import_id)
        return JsonResponse(
            {
                "state": held.state,
                "under_way": held.is_under_way,
                "lines": held.lines,
                "done": held.done,
                "counts": held.counts,
            }
        )


@register("keyword-import/<int:import_id>/report/", name="libraries_import_report")
class ImportReport(ImportPage):
    def get(self, request, import_id):
        held = self.one(KeywordImport, pk=import_id)
        answer = StreamingHttpResponse(csv.csv_bytes(*report_rows(held)), content_type=csv.CONTENT_TYPE)
        return as_download(answer, f"report-{held.file_name}", "csv")


@register("keyword-import/<int:import_id>/confirm/", name="libraries_import_confirm")
class ConfirmImport(ImportPage):
    http_method_names = ["post"]

    def post(self, request, import_id):
        held = confirm_import(keyword_import=self.one(KeywordImport, pk=import_id), now=timezone.now())
        go_on(held)
        return self.go("libraries_import_page", held.pk)


@register("keyword-import/<int:import_id>/cancel/", name="libraries_import_cancel")
class CancelImport(ImportPage):
    http_method_names = ["post"]

    def post(self, request, import_id):
        held = self.one(KeywordImport, pk=import_id)
        cancel_import(keyword_import=held, now=timezone.now())
        self.say(_("The file was put away. No keyword was changed."))
        return self.go("libraries_import", held.vocabulary_id)


@register("vocabulary-export/<int:vocabulary_id>/", name="libraries_export")
class Export(ConsolePage):
    ability = "libraries.view"

    def get(self, request, vocabulary_id):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        kind = request.GET.get("format", "csv")
        content, content_type = export_vocabulary(
            vocabulary=vocabulary, kind=kind, actor=request.user, now=timezone.now()
        )
        answer = StreamingHttpResponse(content, content_type=content_type)
        return as_download(answer, f"vocabulary-{vocabulary.pk}-{vocabulary.name}", kind)
