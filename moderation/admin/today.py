"""What the dashboard says of callbacks and of the newest results."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.dashboard import Card, Panel, register
from moderation.models import Callback
from moderation.models.content import RiskLevel
from moderation.results_asked import Asked
from moderation.results_query import newest

COUNT_CAP = 1000
NEWEST = 8
HITS = tuple(level.value for level in RiskLevel if level != RiskLevel.NONE)


@register(ability="callbacks.view", order=30)
def callbacks_card(request):
    mine = Callback.objects.owned_by(request.account)
    due = mine.due(timezone.now()).order_by()[:COUNT_CAP].count()
    dead = mine.filter(state=Callback.State.DEAD).order_by()[:COUNT_CAP].count()
    return Card(
        title=_("Callbacks due"),
        value=f"{due}+" if due == COUNT_CAP else due,
        note=_("%(count)s given up") % {"count": dead},
        link="admin:moderation_callback_changelist",
        tone="bad" if dead else "",
    )


@register(ability="content.view", order=60)
def newest_panel(request):
    hits = Asked(levels=HITS)
    return Panel(
        title=_("Newest hits"),
        template="moderation/newest.html",
        context={"results": newest(hits, account=request.account, limit=NEWEST)},
        link="admin:moderation_moderationresult_changelist",
    )
