"""How the review of an account is doing: what waits, what is due, how much is decided, how often rightly."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from review.hour_bars import hour_bars
from review.queue_figures import (
    CAP,
    Agreement,
    Figures,
    Hour,
    agreement_by_queue,
    agreement_in_all,
    decided_per_hour,
    escalated_in,
    figures_of,
)


@dataclass(frozen=True, slots=True)
class Total:
    """Over all queues, in words: `10,000+` where one of them holds more than is counted."""

    waiting: str
    overdue: str
    due_soon: str
    in_hand: str
    is_late: bool
    is_soon_late: bool
    oldest_at: datetime | None

    @classmethod
    def of(cls, figures: list[Figures]) -> "Total":
        overdue, due_soon = [one.overdue for one in figures], [one.due_soon for one in figures]
        return cls(
            waiting=summed([one.waiting for one in figures]),
            overdue=summed(overdue),
            due_soon=summed(due_soon),
            in_hand=summed([one.in_hand for one in figures]),
            is_late=any(overdue),
            is_soon_late=any(due_soon),
            oldest_at=min((one.oldest.created_at for one in figures if one.oldest), default=None),
        )


def summed(counts: list[int]) -> str:
    """Counts that end at CAP, added up: a sum that holds such a one is at least as large."""
    said = spelled(sum(min(count, CAP) for count in counts))
    return f"{said}+" if any(count > CAP for count in counts) else said


def spelled(count: int) -> str:
    return number_format(count, force_grouping=True)


def name_of(hour: Hour) -> str:
    return f"{timezone.localtime(hour.starts_at):%H:%M}"


@register("review-health/", name="review_health")
class QueueHealth(ConsolePage):
    title = gettext_lazy("Queue health")
    ability = "review.decide"
    template_name = "review/queues/health.html"

    def get(self, request):
        now = timezone.now()
        figures = figures_of(request.account, now)
        hours = decided_per_hour(request.account, now)
        agreements = agreement_by_queue(request.account, now)
        return self.render(
            rows=[(one, agreements.get(one.queue.pk, Agreement())) for one in figures],
            total=Total.of(figures),
            escalated=escalated_in(request.account),
            decided=sum(hour.decided for hour in hours),
            chart=hour_bars(hours, name=name_of, spell=spelled),
            chart_says=_("Decisions per hour of the last 24 hours"),
            agreement=agreement_in_all(agreements),
            shows_content=self.can("content.view"),
            now=now,
        )


add_to_sidebar(
    NavItem(
        "review", gettext_lazy("Queue health"), "review_health", "monitor_heart", "review.decide", order=58
    )
)
