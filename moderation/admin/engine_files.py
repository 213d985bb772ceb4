"""The pages on which platform admins bring image classifiers as files."""

import json
from pathlib import Path

from django import forms
from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as navigate
from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from moderation.detectors.onnx_net import ACTIVATIONS
from moderation.detectors.preprocessing import Preprocessing
from moderation.media.decoding import decode
from moderation.models import EngineFile, EngineFileVersion
from moderation.operations.engine_files import (
    add_engine_file,
    change_engine_file,
    replace_engine_file,
    use_version,
)
from moderation.operations.label_mappings import mapping_of, read_mapping, written_mapping

ENGINES = (_("Engine files"), "moderation_engine_files")
FORM = "moderation/engine_file_form.html"


def incoming() -> Path:
    return Path(settings.MEDIA_ROOT) / "engines" / "incoming"


def waiting() -> list[tuple[str, str]]:
    """Files that an operator laid there because they are too large to be sent by a browser."""
    return [("", "–"), *((path.name, path.name) for path in sorted(incoming().glob("*.onnx")))]


def in_lines(document: dict) -> str:
    """JSON with a line for each value of the outermost object."""
    if not isinstance(document, dict):
        return json.dumps(document, ensure_ascii=False, indent=1)
    lines = (
        f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in document.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}"


class JsonField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 6, "class": "as-code", "spellcheck": "false"})

    def clean(self, value):
        text = super().clean(value)
        try:
            return json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is not JSON: %(error)s") % {"error": error}) from error


class MappingField(forms.CharField):
    widget = forms.Textarea(attrs={"rows": 5, "class": "as-code", "spellcheck": "false"})

    def clean(self, value):
        try:
            return read_mapping(super().clean(value))
        except PlatformError as error:
            raise forms.ValidationError(str(error.message)) from error


class ModelForm(forms.Form):
    """The file with everything that it takes to run it and to prove that it runs as it should."""

    model = forms.FileField(label=_("Model"), required=False, help_text=_("An .onnx file, all in one."))
    incoming = forms.ChoiceField(
        label=_("Or a file that lies on the server"),
        required=False,
        choices=waiting,
        help_text=_("Large files: lay them into media/engines/incoming."),
    )
    outputs = forms.CharField(
        label=_("Labels"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "as-code"}),
        help_text=_("One a line, in the order of the model's numbers."),
    )
    activation = forms.ChoiceField(
        label=_("Activation"),
        choices=[(name, name) for name in ACTIVATIONS],
        help_text=_("What makes the model's numbers into shares from 0 to 1; none if they are that already."),
    )
    preprocessing = JsonField(
        label=_("Preparation of the picture"),
        initial=lambda: in_lines(Preprocessing().to_json()),
        help_text=_("(pixel × scale − mean) / std, after the picture was brought to size."),
    )
    sample = forms.FileField(
        label=_("Sample picture"), help_text=_("A harmless picture whose scores you know from elsewhere.")
    )
    expected = JsonField(
        label=_("Its scores"),
        initial='{"label": 50.0}',
        help_text=_("From 0 to 100, as the model's authors or another program give them."),
    )
    tolerance = forms.FloatField(
        label=_("Tolerance"),
        min_value=0,
        max_value=20,
        initial=2.0,
        help_text=_("Points that it may be off."),
    )

    def clean(self):
        if not self.cleaned_data.get("model") and not self.cleaned_data.get("incoming"):
            self.add_error("model", _("Choose a file."))
        return self.cleaned_data

    def brought(self) -> dict:
        """What the operations take. Raises what is wrong with the sample picture."""
        data = self.cleaned_data
        with decode(data["sample"].read()) as picture:
            sample = picture.pixels(picture.frames[0]).copy()
        upload = data["model"]
        return {
            "model": upload.read() if upload else (incoming() / Path(data["incoming"]).name).read_bytes(),
            "sample": sample,
            "description": {
                "outputs": [line.strip() for line in data["outputs"].splitlines() if line.strip()],
                "activation": data["activation"],
                "preprocessing": data["preprocessing"],
                "expected": data["expected"],
                "tolerance": data["tolerance"],
            },
        }


class NewEngineForm(ModelForm):
    slug = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("In results and mappings it is called file: and this code."),
    )
    name = forms.CharField(label=_("Name"), max_length=100)
    licence = forms.CharField(label=_("Licence"), max_length=100, required=False)
    mapping = MappingField(
        label=_("Mapping"),
        required=False,
        help_text=_("One a line: the model's label = labels of the catalogue, with commas between."),
    )
    field_order = ["slug", "name", "licence"]


class EngineForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    licence = forms.CharField(label=_("Licence"), max_length=100, required=False)
    mapping = MappingField(
        label=_("Mapping"), required=False, help_text=NewEngineForm.base_fields["mapping"].help_text
    )
    is_enabled = forms.BooleanField(label=_("Enabled"), required=False)


def refuse(form: forms.Form, error: PlatformError) -> None:
    form.add_error(error.field if error.field in form.fields else None, told(error))


def told(error: PlatformError) -> str:
    """With what was found: to see by how much a score is off says what is wrong."""
    if "found" in error.details:
        return f"{error.message} {json.dumps(error.details['found'], ensure_ascii=False)}"
    return str(error.message)


class EnginePage(ConsolePage):
    platform = True
    parents = (ENGINES,)

    def by(self) -> dict:
        return {"account": self.request.account, "actor": self.request.user, "now": timezone.now()}

    def engine(self, slug: str) -> EngineFile:
        found = EngineFile.objects.select_related("current").filter(slug=slug).first()
        if found is None:
            raise Http404
        return found

    def ask(self, form, **context):
        status = 400 if form.errors else 200
        return self.render(FORM, form=form, back="admin:moderation_engine_files", status=status, **context)


@register("engine-files/", name="moderation_engine_files")
class EngineFiles(EnginePage):
    title = _("Engine files")
    parents = ()
    template_name = "moderation/engine_files.html"

    def get(self, request):
        engines = list(EngineFile.objects.select_related("current").order_by("slug"))
        return self.render(engines=[(engine, mapping_of(engine.engine)) for engine in engines])


@register("engine-files/new/", name="moderation_engine_file_new")
class NewEngineFile(EnginePage):
    title = _("Bring an engine file")

    def get(self, request):
        return self.ask(NewEngineForm(), submit=_("Prove and add"))

    def post(self, request):
        form = NewEngineForm(request.POST, request.FILES)
        if form.is_valid():
            data = form.cleaned_data
            try:
                engine = add_engine_file(
                    slug=data["slug"],
                    name=data["name"],
                    licence=data["licence"],
                    mapping=data["mapping"],
                    **form.brought(),
                    **self.by(),
                )
            except PlatformError as error:
                refuse(form, error)
            else:
                self.say(_("The sample picture got the scores that were expected: the engine was added."))
                return self.go("moderation_engine_file", engine.slug)
        return self.ask(form, submit=_("Prove and add"))


@register("engine-files/<slug:slug>/", name="moderation_engine_file")
class OneEngineFile(EnginePage):
    template_name = "moderation/engine_file.html"

    def get_title(self):
        return self.found.name

    def dispatch(self, request, slug):
        if request.user.is_superuser:
            self.found = self.engine(slug)
        return super().dispatch(request)

    def get(self, request):
        values = {
            "name": self.found.name,
            "licence": self.found.licence,
            "is_enabled": self.found.is_enabled,
            "mapping": self.lines(),
        }
        return self.show(EngineForm(initial=values))

    def lines(self) -> str:
        held = mapping_of(self.found.engine)
        return written_mapping(
            {label: held.get(label, ()) for label in self.found.current.manifest["outputs"]}
        )

    def show(self, form):
        versions = self.found.versions.select_related("added_by").order_by("-number")
        manifest = self.found.current.manifest
        return self.render(
            form=form,
            engine=self.found,
            versions=versions,
            manifest=manifest,
            status=400 if form.errors else 200,
        )

    def post(self, request):
        form = EngineForm(request.POST)
        if form.is_valid():
            try:
                change_engine_file(engine=self.found, **form.cleaned_data, **self.by())
            except PlatformError as error:
                refuse(form, error)
            else:
                self.say(_("Saved."))
                return self.go("moderation_engine_file", self.found.slug)
        return self.show(form)


@register("engine-files/<slug:slug>/replace/", name="moderation_engine_file_replace")
class ReplaceEngineFile(EnginePage):
    title = _("Bring a new version")

    def get(self, request, slug):
        manifest = self.engine(slug).current.manifest
        values = {
            "outputs": "\n".join(manifest["outputs"]),
            "activation": manifest["activation"],
            "preprocessing": in_lines(manifest["preprocessing"]),
            "expected": json.dumps(manifest["expected"]),
            "tolerance": manifest["tolerance"],
        }
        return self.ask(ModelForm(initial=values), submit=_("Prove and use"))

    def post(self, request, slug):
        engine = self.engine(slug)
        form = ModelForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                replace_engine_file(engine=engine, **form.brought(), **self.by())
            except PlatformError as error:
                refuse(form, error)
            else:
                self.say(_("The new version is in use."))
                return self.go("moderation_engine_file", slug)
        return self.ask(form, submit=_("Prove and use"))


@register("engine-files/version/<int:pk>/use/", name="moderation_engine_file_use")
class UseVersion(EnginePage):
    http_method_names = ["post"]

    def post(self, request, pk):
        version = EngineFileVersion.objects.select_related("engine").filter(pk=pk).first()
        if version is None:
            raise Http404
        use_version(version=version, **self.by())
        self.say(_("Version %(number)s is in use.") % {"number": version.number})
        return self.go("moderation_engine_file", version.engine.slug)


navigate(
    NavItem(
        "administration",
        _("Engine files"),
        "moderation_engine_files",
        icon="memory",
        platform=True,
        order=85,
        covers=("moderation_engine_file", "moderation_engine_file_new", "moderation_engine_file_replace"),
    )
)
