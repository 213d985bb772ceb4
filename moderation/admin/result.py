"""The page of one result: all that was found, by what, and what people made of it."""

from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from moderation.admin.results import console_address, picture_of, recording_of
from moderation.media_panel import Panel, panels_of_results
from moderation.media_reasons import rules_behind
from moderation.models import Callback, ModerationResult
from moderation.result_reasons import deciding_rule, reasons_of, text_of
from moderation.results_hooks import menus, panels, veiled_in

MOST_CALLBACKS = 50


@register("results/<int:result_id>/", name="moderation_moderationresult_change")
class Result(ConsolePage):
    title = _("Details")
    ability = "results.view"
    template_name = "moderation/result.html"
    parents = ((_("Detection results"), "moderation_moderationresult_changelist"),)

    def get(self, request, result_id):
        result = self.one(ModerationResult, pk=result_id)
        rules = rules_behind(result)
        reasons = reasons_of(result, rules)
        shows_content = self.can("content.view")
        return self.render(
            result=result,
            shows_content=shows_content,
            picture=picture_of(result) if shows_content else "",
            is_picture=bool(result.media) and not result.is_recording,
            recording=self.recording(result) if shows_content else None,
            veils=veiled_in(request.account),
            start=start_in(request.GET),
            text=text_of(result) if shows_content else "",
            reasons=[(reason, list(map(self.with_links, reason.evidence))) for reason in reasons],
            decided=deciding_rule(result, rules),
            scores=scores_of(result),
            took=took(result.took_us),
            rules_address=console_address("moderation_rules", result.service_id)
            if self.can("policy.view")
            else "",
            menus=self.menus_of(result),
            panels=[panel for give in panels if (panel := give(request, result))],
            callbacks=self.callbacks_of(result) if self.can("callbacks.view") else None,
        )

    def recording(self, result) -> Panel | None:
        addresses = {result.pk: recording_of(result)}
        return panels_of_results(self.request.account, [result], addresses=addresses).get(result.pk)

    def with_links(self, evidence):
        """The evidence beside the addresses of what it names."""
        facts = evidence.facts
        library, image = facts.get("image_library"), facts.get("image")
        return {
            "it": evidence,
            "vocabulary": address_of("libraries_vocabulary_change", facts.get("vocabulary")),
            "library": address_of("image_library", library),
            "image": address_of("library_image_thumbnail", image),
            "sample": address_of("library_image", image)
            if image
            else address_of("libraries_textsample_change", facts.get("sample")),
        }

    def menus_of(self, result):
        given = [menu for give in menus if (menu := give(self.request, [result]))]
        return [(menu.title, menu.entries[result.pk]) for menu in given if result.pk in menu.entries]

    def callbacks_of(self, result):
        told = self.owned(Callback).filter(subject=f"result:{result.request_id}")
        return told.select_related("endpoint").order_by("-id")[:MOST_CALLBACKS]


def start_in(params) -> int:
    """Where a link into a recording leads, in milliseconds: without a script it opens at that moment."""
    asked = params.get("t", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0


def address_of(name: str, key) -> str:
    return console_address(name, key) if key else ""


def scores_of(result: ModerationResult) -> list[tuple[str, str, list[tuple[str, float]]]]:
    """Every engine with its version and what it said, the highest first."""
    return [
        (engine, said.get("version", ""), sorted(said.get("raw", {}).items(), key=lambda item: -item[1]))
        for engine, said in sorted(result.scores.items())
    ]


def took(microseconds: int) -> str:
    if microseconds < 10_000_000:
        return _("%(ms)s ms") % {"ms": f"{microseconds / 1000:.1f}"}
    return _("%(seconds)s s") % {"seconds": f"{microseconds / 1_000_000:.1f}"}
