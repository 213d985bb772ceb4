"""The rules of one service: shown, edited, compared with what is in force, published."""

import msgspec
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, link_of, register
from config.errors import PlatformError
from moderation.admin.rules_form import REVIEWABLE, rules_from
from moderation.admin.rules_rows import RulesView
from moderation.models import Service
from moderation.models.content import ContentType, RiskLevel
from moderation.operations.drafts import discard_draft, held_draft, save_draft
from moderation.operations.publishable import require_publishable
from moderation.operations.publishing import VersionOutdated, publish_version
from moderation.operations.services import services_judged_by
from moderation.replay import can_replay, replay
from moderation.rules_diff import rules_diff
from moderation.rules_document import read_rules
from moderation.rules_merge import merge
from moderation.rules_words import told
from moderation.values import Rules

# Kinds of content that the online test takes.
TRIED = (ContentType.TEXT, ContentType.IMAGE)
SERVICES = (_("Services and rules"), "moderation_services")


class ServicePage(ConsolePage):
    """A page about one service of the account."""

    ability = "policy.view"
    parents = (SERVICES,)

    @cached_property
    def service(self) -> Service:
        return self.one(Service, pk=self.kwargs["service_id"])

    def get_title(self):
        return self.service.shown_name

    @property
    def may_publish(self) -> bool:
        return self.can("policy.publish")

    @property
    def test_link(self) -> str:
        page = link_of("moderation_online_test")
        if self.service.is_human_only or self.service.content_type not in TRIED:
            return ""
        return page and f"{page}?tab={self.service.content_type}&service={self.service.code}"

    def number(self, name: str) -> int:
        text = self.request.POST.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def rules_of_version(self, number: int) -> Rules | None:
        version = self.service.versions.filter(number=number).first()
        return version.rules if version else None


@register("service-rules/<int:service_id>/", name="moderation_rules")
class RulesPage(ServicePage):
    """What is in force, to look at; with ?edit=1 to change, with ?edit=1&draft=1 from the draft on."""

    template_name = "moderation/rules.html"

    def get(self, request, service_id):
        current = self.service.current_version
        wants_edit = "edit" in request.GET and self.may_publish
        draft = held_draft(self.service)
        if wants_edit and draft and "draft" in request.GET:
            return self.show(draft.rules, based_on=draft.based_on, from_draft=True)
        return self.show(current.rules, based_on=current.number, editing=wants_edit)

    def post(self, request, service_id):
        """Back to the editor with rules that are not saved anywhere."""
        self.require("policy.publish")
        rules = read_rules(request.POST.get("document", ""))
        return self.show(rules, based_on=self.number("based_on"), from_draft="from_draft" in request.POST)

    def show(self, rules: Rules, *, based_on: int, editing=True, from_draft=False, error=None):
        service, draft = self.service, held_draft(self.service)
        view = RulesView(service=service, rules=rules, faulty_field=error.field if error else "")
        return self.render(
            status=error.status if error else 200,
            error=error and error.message,
            editing=editing,
            service=service,
            current=service.current_version,
            view=view,
            based_on=based_on,
            from_draft=from_draft,
            is_changed=rules.to_json() != service.current_version.rules.to_json(),
            draft=draft,
            draft_changes=len(rules_diff(service.current_version.rules, draft.rules)) if draft else 0,
            review_levels=[
                (
                    level.value,
                    RiskLevel(level).label,
                    level in rules.review_levels,
                    level in rules.manual_levels,
                )
                for level in REVIEWABLE
            ],
            has_manual_review=service.account.manual_review_on,
            judges=services_judged_by(service=service),
        )


@register("service-rules-save/<int:service_id>/", name="moderation_rules_save")
class SaveRules(RulesPage):
    """Between the editor and what is in force: every change in words, a note, and one button."""

    ability = "policy.publish"

    def get(self, request, service_id):
        return self.go("moderation_rules", service_id)

    def post(self, request, service_id):
        self.based_on, self.from_draft = self.number("based_on"), "from_draft" in request.POST
        asked, error = self.asked_rules()
        if error is None:
            try:
                return self.act(asked)
            except VersionOutdated as outdated:
                return self.show_overtaken(asked, outdated)
            except PlatformError as refusal:
                error = refusal
        return self.show(asked, based_on=self.based_on, from_draft=self.from_draft, error=error)

    def asked_rules(self) -> tuple[Rules, PlatformError | None]:
        """What was posted: the editor's fields, or the document that the comparison carries."""
        if "document" in self.request.POST:
            return read_rules(self.request.POST["document"]), None
        base = self.rules_of_version(self.based_on) or self.service.current_version.rules
        if self.from_draft and (draft := held_draft(self.service)):
            base = draft.rules
        try:
            return rules_from(self.request.POST, view=RulesView(service=self.service, rules=base)), None
        except PlatformError as error:
            return base, error

    def act(self, asked: Rules):
        given = {"service": self.service, "rules": asked, "actor": self.request.user, "now": timezone.now()}
        match self.request.POST.get("go"):
            case "publish":
                note = self.request.POST.get("note", "")
                version = publish_version(**given, note=note, based_on=self.based_on)
                self.say(_("Version %(number)s is in force now.") % {"number": version.number})
            case "draft":
                save_draft(**given, based_on=self.based_on, seen=self.number("draft_seen"))
                self.say(_("The draft is saved. What is in force did not change."))
            case _:
                require_publishable(service=self.service, rules=asked)
                return self.compare(asked)
        return self.go("moderation_rules", self.service.pk)

    def compare(self, asked: Rules):
        if self.based_on != self.service.current_version.number:
            return self.show_overtaken(asked, VersionOutdated())
        return self.show_changes(asked)

    def show_overtaken(self, asked: Rules, outdated: VersionOutdated):
        """A colleague was faster: what they changed, and what is left to publish on top of it."""
        self.__dict__.pop("service", None)
        theirs = self.service.current_version.rules
        base = self.rules_of_version(self.based_on) or theirs
        merged = merge(base=base, ours=asked, theirs=theirs)
        return self.show_changes(
            merged.rules, outdated=outdated, by_them=rules_diff(base, theirs), disputed=merged.disputed
        )

    def show_changes(self, asked: Rules, *, outdated=None, by_them=(), disputed=()):
        current, draft = self.service.current_version, held_draft(self.service)
        names = RulesView(service=self.service, rules=asked).names
        changes = rules_diff(current.rules, asked)
        return self.render(
            "moderation/rules_save.html",
            status=outdated.status if outdated else 200,
            outdated=outdated and outdated.message,
            service=self.service,
            current=current,
            next_number=current.number + 1,
            document=msgspec.json.encode(asked.to_json()).decode(),
            note=self.request.POST.get("note", ""),
            changes=told(changes, names),
            replay=replay(service=self.service, before=current.rules, after=asked) if changes else None,
            can_replay=can_replay(self.service),
            by_them=told(by_them, names),
            disputed=told(disputed, names),
            from_draft=self.from_draft,
            draft_seen=draft.revision if draft else 0,
        )


@register("service-draft-discard/<int:service_id>/", name="moderation_draft_discard")
class DiscardDraft(ServicePage):
    ability = "policy.publish"
    http_method_names = ["post"]

    def post(self, request, service_id):
        discard_draft(service=self.service, actor=request.user, now=timezone.now())
        self.say(_("The draft is discarded."))
        return self.go("moderation_rules", service_id)
