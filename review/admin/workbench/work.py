"""Taking work and giving it back: claim, the beat that keeps it, release."""

from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from config.console.pages import ConsolePage, register
from moderation.catalogue.groups import group_name
from moderation.catalogue.names import label_name
from moderation.models import ModerationResult
from review.admin.workbench.bodies import Beat, Claim, read
from review.admin.workbench.shown import Shower
from review.models import ReviewItem
from review.operations.care import exposure_of, note_exposure
from review.operations.claims import LARGEST_BATCH, claim, gone, heartbeat, release
from review.waiting import figures_of

OUTCOMES = dict(ModerationResult.Outcome.choices)


class Endpoint(ConsolePage):
    """An address that the workbench's scripts post to."""

    ability = "review.decide"
    http_method_names = ["post"]


@register("review-queue/claim/", name="review_claim")
class ClaimItems(Endpoint):
    def post(self, request):
        asked, now = read(request, Claim), timezone.now()
        items = with_rules(self.claimed(asked, now))
        return JsonResponse(
            {
                "cards": Shower(request.account, asked.view).cards(items),
                "figures": figures_of(request.account, now),
                "case": case_of(request.account, asked) if asked.author or asked.data else None,
            }
        )

    def claimed(self, asked: Claim, now) -> list[ReviewItem]:
        """A large grid is filled batch by batch."""
        items, before = [], -1
        while before < len(items) < asked.count:
            before = len(items)
            items = claim(
                account=self.request.account,
                reviewer=self.request.user,
                count=asked.count,
                queue_id=asked.queue,
                content_type="" if asked.author or asked.data else asked.tab,
                author_id=asked.author,
                data_id="" if asked.author else asked.data,
                replace=asked.replace,
                now=now,
            )
            if len(items) < LARGEST_BATCH:
                break
        return items


def with_rules(items: list[ReviewItem]) -> list[ReviewItem]:
    """The same items, with what showing them needs, in their order."""
    places = {item.pk: place for place, item in enumerate(items)}
    rows = ReviewItem.objects.filter(pk__in=places).select_related(
        "result__service__current_version", "queue", "service"
    )
    return sorted(rows, key=lambda item: places[item.pk])


def case_of(account, asked: Claim) -> dict:
    """What is known of an author, or of a data id, in figures."""
    rows = ReviewItem.objects.owned_by(account)
    rows = rows.filter(author_id=asked.author) if asked.author else rows.filter(data_id=asked.data)
    return {
        "open": rows.open().order_by()[:1000].count(),
        "passed": rows.filter(outcome="pass").order_by()[:1000].count(),
        "blocked": rows.filter(outcome="block").order_by()[:1000].count(),
    }


@register("review-queue/beat/", name="review_beat")
class KeepItems(Endpoint):
    """Every few seconds: keeps what is in hand, tells what is no longer, and takes the exposure down."""

    def post(self, request):
        beat, now = read(request, Beat), timezone.now()
        who = {"account": request.account, "reviewer": request.user}
        held = heartbeat(**who, item_ids=beat.items, now=now) if beat.items else []
        lost = sorted(set(beat.items) - set(held))
        answer = {"gone": [gone_body(one) for one in gone(**who, item_ids=lost)] if lost else []}
        if beat.seen or beat.looked or beat.figures:
            answer["care"] = care_body(take_down(request, beat, now))
        if beat.figures:
            answer["figures"] = figures_of(request.account, now)
        return JsonResponse(answer)


def take_down(request, beat: Beat, now):
    if not beat.seen and not beat.looked:
        return exposure_of(account=request.account, user=request.user, now=now)
    return note_exposure(
        account=request.account,
        user=request.user,
        seen=beat.seen,
        items=beat.looked,
        report=beat.report,
        now=now,
    )


def gone_body(one) -> dict:
    return {
        "item": one.item_id,
        "why": one.why,
        "by": one.by,
        "outcome": str(OUTCOMES.get(one.outcome, one.outcome or "")),
        "label": label_name(one.label) if one.label else "",
    }


def care_body(budget) -> dict:
    return {
        "capped": [group_name(group) for group in sorted(budget.capped)],
        "break_due": budget.break_due,
        "break_minutes": budget.break_minutes,
    }


@register("review-queue/release/", name="review_release")
class ReleaseItems(Endpoint):
    """The page goes away: what it held is free at once, and what was seen is still taken down."""

    def post(self, request):
        beat, now = read(request, Beat), timezone.now()
        if beat.seen or beat.looked:
            take_down(request, beat, now)
        if beat.items:
            release(account=request.account, reviewer=request.user, item_ids=beat.items, now=now)
        return HttpResponse(status=204)
