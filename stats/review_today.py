"""What a lead sees of review on the dashboard."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console import dashboard
from stats import wording
from stats.periods import latest_days
from stats.reads import today_in
from stats.review_measures import Share
from stats.review_reads import Work, grouped, machine_in_all, work
from stats.templatetags.review_statistics import edges

DAYS = 30


@dashboard.register(ability="review.lead", order=25)
def review_cards(request):
    today = today_in(request.account, timezone.now())
    period = latest_days(DAYS, today=today)
    days = grouped(work(account=request.account, period=period), "on", Work)
    *_earlier, yesterday = [days.get(on, Work()) for on in period.steps[:-1]]
    whole = sum(days.values(), Work())
    judged = machine_in_all(account=request.account, period=period)
    done = days.get(today, Work())
    return [
        dashboard.Card(
            title=_("Decided today"),
            value=wording.count(done.decided),
            note=_("came in %(opened)s, yesterday decided %(n)s")
            % {"opened": wording.count(done.opened), "n": wording.count(yesterday.decided)},
            link="admin:stats_review",
        ),
        share_card(_("Overturned by recheck"), whole.overturn),
        share_card(_("Machine confirmed"), judged.precision),
    ]


def share_card(title, share: Share) -> dashboard.Card:
    of_days = _("%(n)s days") % {"n": DAYS}
    note = f"{edges(share)}, {of_days}" if share.is_enough else _("too few in %(n)s days") % {"n": DAYS}
    return dashboard.Card(
        title=title, value=wording.percent(share.value), note=note, link="admin:stats_review"
    )
