"""Pages about personal data: what is held of somebody, hand it out, erase it, and the proof."""

from django import forms
from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from config.console.admin.keys import refuse
from config.console.navigation import NavItem
from config.console.navigation import register as register_item
from config.console.pages import ConsolePage, register
from config.erasure.api import as_download
from config.erasure.archive import link_token, open_archive, require_link
from config.erasure.models import ErasureReceipt, SubjectRequest
from config.erasure.operations import ask_count, ask_erasure, ask_export
from config.erasure.subjects import Kind, Subject
from config.errors import NotAllowedNow, PlatformError

SHOWN = 50
Purpose = SubjectRequest.Purpose
PARENTS = ((_("Personal data"), "subjects"),)
ASK = {"count": ask_count, "export": ask_export}


class OtherSubject(NotAllowedNow):
    code = "subject_differs"
    default_message = _("This is not the id that was counted: nothing was erased.")


class SubjectForm(forms.Form):
    kind = forms.ChoiceField(label=_("What do you know?"), choices=Kind.choices)
    value = forms.CharField(
        label=_("Its id"), max_length=128, strip=False, help_text=_("Exactly as your application sent it.")
    )

    def subject(self) -> Subject:
        return Subject.named(self.cleaned_data["kind"], self.cleaned_data["value"])


class SubjectPage(ConsolePage):
    ability = "subjects.view"
    parents = PARENTS

    def asked(self) -> dict:
        return {"account": self.request.account, "actor": self.request.user, "now": timezone.now()}

    def found(self, uid) -> SubjectRequest:
        found = self.one(SubjectRequest, uid=uid)
        found.account = self.request.account
        return found


@register("personal-data/", name="subjects")
class Subjects(SubjectPage):
    title = _("Personal data")
    parents = ()
    template_name = "erasure/subjects.html"

    def get(self, request):
        return self.ask(SubjectForm())

    def ask(self, form):
        rows = self.owned(SubjectRequest).newest_first()
        return self.render(
            form=form,
            rows=list(rows[:SHOWN]),
            may_manage=self.can("subjects.manage"),
        )

    def post(self, request):
        self.require("subjects.manage")
        form = SubjectForm(request.POST)
        ask = ASK.get(request.POST.get("do"), ask_count)
        if form.is_valid():
            try:
                asked = ask(subject=form.subject(), **self.asked())
                return self.go("subject_request", asked.uid)
            except PlatformError as error:
                refuse(form, error)
        return self.ask(form)


@register("personal-data/<uuid:uid>/", name="subject_request")
class OneRequest(SubjectPage):
    title = _("Request about personal data")
    template_name = "erasure/request.html"

    def get(self, request, uid):
        return self.show(self.found(uid))

    def show(self, asked: SubjectRequest, refusal: PlatformError | None = None):
        now = timezone.now()
        has_file = asked.file and asked.expires_at > now and self.can("subjects.manage")
        return self.render(
            asked=asked,
            counts=counts_of(asked.counts),
            receipt=self.owned(ErasureReceipt).filter(request=asked).first(),
            token=link_token(asked, self.request.user, now=now) if has_file else "",
            may_erase=self.can("subjects.manage") and asked.purpose == Purpose.COUNT,
            refusal=refusal,
        )


@register("personal-data/<uuid:uid>/erase/", name="subject_erase")
class Erase(OneRequest):
    """After a count, and only with the id typed once more: nobody erases by one click."""

    http_method_names = ["post"]
    ability = "subjects.manage"

    def post(self, request, uid):
        counted = self.found(uid)
        try:
            subject = Subject.named(counted.kind, request.POST.get("value", ""))
            if subject.digest(request.account) != counted.digest:
                raise OtherSubject(field="value")
            asked = ask_erasure(subject=subject, **self.asked())
        except PlatformError as error:
            return self.show(counted, refusal=error)
        self.say(_("The erasure has begun. It goes on when you leave this page."))
        return self.go("subject_request", asked.uid)


@register("personal-data/<uuid:uid>/file/", name="subject_file")
class ExportedFile(SubjectPage):
    http_method_names = ["get"]
    ability = "subjects.manage"

    def get(self, request, uid):
        export = self.found(uid)
        now = timezone.now()
        require_link(export, actor=request.user, token=request.GET.get("token", ""), now=now)
        return as_download(export, open_archive(request=export, actor=request.user, now=now))


def counts_of(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Tables as people call them, the fullest first."""
    named = [(name_of(label), number) for label, number in counts.items()]
    return sorted(named, key=lambda one: (-one[1], one[0]))


def name_of(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name_plural)
    except LookupError:
        return _now("%(table)s (no more)") % {"table": label}


register_item(
    NavItem(
        "administration",
        _("Personal data"),
        "subjects",
        icon="person_cancel",
        ability="subjects.view",
        order=40,
        covers=("subject_request", "subject_erase"),
    )
)
