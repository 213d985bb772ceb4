"""What the pages of the media library do: pass and block, take that back, have a machine look again."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from moderation.operations.asset_reviews import start_review
from review.admin.done import refusals
from review.admin.item_actions import with_done
from review.admin.media_done import sentence
from review.models import Decision
from review.operations.chosen import NothingChosen
from review.operations.media_audits import Audit, create_audits
from review.operations.undo import MOST_AT_ONCE, undo

STATUSES = {"pass": "normal", "block": "blocked"}


class MediaAction(ConsolePage):
    """A POST of one of the pages; it goes back there."""

    http_method_names = ["post"]

    def asked(self) -> list[str]:
        ids = list(dict.fromkeys(self.request.POST.getlist("media")))
        if not ids:
            raise NothingChosen()
        return ids

    def back(self, tokens: list[str] = ()) -> HttpResponseRedirect:
        asked = self.request.POST.get("back", "")
        is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
        return HttpResponseRedirect(with_done(asked if is_ours else reverse("admin:media_review"), tokens))

    def tell_refused(self, refused: dict[str, PlatformError]) -> None:
        if refused:
            self.say(refusals(refused), messages.WARNING)


@register("media-decisions/", name="media_act")
class ActOnMedia(MediaAction):
    ability = "review.decide"

    def post(self, request):
        posted = request.POST
        outcome = posted.get("outcome", "")
        done = create_audits(
            account=request.account,
            audits=[
                Audit(
                    media_id,
                    STATUSES.get(outcome, outcome),
                    reason=posted.get("reason", "").strip(),
                    comment=posted.get("comment", "").strip(),
                    category=posted.get("category", "") if outcome == "block" else "",
                )
                for media_id in self.asked()
            ],
            actor=request.user,
            now=timezone.now(),
        )
        self.tell_refused({one.media_id: one.refusal for one in done if one.refusal})
        return self.back([str(one.audit.decision_id) for one in done if one.audit])


@register("media-decisions/undo/", name="media_undo")
class UndoOnMedia(MediaAction):
    ability = "review.decide"

    def post(self, request):
        tokens = [token for token in request.POST.get("tokens", "").split(",") if token.isdecimal()]
        ids = [int(token) for token in tokens if len(token) < 19]
        undone: list[Decision] = []
        for start in range(0, len(ids), MOST_AT_ONCE):
            undone += undo(
                account=request.account,
                decision_ids=ids[start : start + MOST_AT_ONCE],
                actor=request.user,
                now=timezone.now(),
            )
        self.say(_("Taken back: %(what)s") % {"what": sentence(undone)} if undone else _("Nothing to undo."))
        return self.back()


@register("media-reviews/start/", name="media_start")
class StartReview(MediaAction):
    ability = "media.manage"

    def post(self, request):
        started = start_review(
            account=request.account,
            media_ids=self.asked(),
            service_code=request.POST.get("service", ""),
            actor=request.user,
            now=timezone.now(),
        )
        self.tell_refused({one.media_id: one.refusal for one in started if one.refusal})
        count = sum(one.job is not None for one in started)
        if count:
            said = ngettext(
                "The automated review of %(count)d recording has begun.",
                "The automated review of %(count)d recordings has begun.",
                count,
            )
            self.say(said % {"count": count})
        return self.back()
