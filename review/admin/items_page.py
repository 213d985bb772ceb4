"""What the Audit and the Recheck page share: tabs, filters in the address, pages by place."""

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage
from moderation.admin.results import EDGES, LEVELS, as_moment, console_address, place_in
from moderation.catalogue.groups import group_name
from moderation.catalogue.names import label_name
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.human_verdict import labels_for
from moderation.results_query import Place
from moderation.values import EXEMPT
from review.admin.done import done_in
from review.admin.pieces import PICTURED, Pieces
from review.categories import categories_of
from review.items_asked import CATEGORY, ItemsAsked, read_items_asked
from review.items_query import newest_item_ids, newest_items

PAGE = 48
TABS = (ContentType.IMAGE, ContentType.VIDEO, ContentType.TEXT, ContentType.AUDIO)
# What a tab does not take along: the place, what was just done, and a service, which has one type of content.
LEFT_OUT = ("before", "done", "service", "content_type", "violation", "recheck_violation", "label")


class ItemsPage(ConsolePage):
    """A list of items under tabs by type of content. `kind`: pieces.AUDIT or pieces.RECHECK."""

    kind = ""
    template_name = "review/items/list.html"
    act_url = ""
    batch_pass = batch_block = ""
    segments: tuple = ()  # (parameter, title, ((value, text), …))
    fields: tuple[str, ...] = ()

    def bounded(self, asked: ItemsAsked) -> ItemsAsked:
        """The same within what this page shows."""
        raise NotImplementedError

    @cached_property
    def now(self):
        return timezone.now()

    @cached_property
    def content_type(self) -> str:
        """The tab asked for, or the first in which something stands."""
        asked = self.request.GET.get("content_type", "")
        if asked in ContentType.values:
            return asked
        return next((tab.value for tab in TABS if self.has_any(tab)), TABS[0].value)

    def has_any(self, tab: ContentType) -> bool:
        asked, _faults = self.asked_of(tab.value)
        return not asked.nothing and bool(
            newest_item_ids(asked, account=self.request.account, after=None, limit=1)
        )

    def asked_of(self, content_type: str):
        params = self.request.GET.copy()
        params["content_type"] = content_type
        for name, preset in self.presets().items():
            params.setdefault(name, preset)
        asked, faults = read_items_asked(params, account=self.request.account)
        return self.bounded(asked), faults

    def presets(self) -> dict[str, str]:
        return {}

    def get(self, request):
        asked, faults = self.asked_of(self.content_type)
        before = place_in(request.GET.get("before", ""))
        found = newest_items(asked, account=request.account, after=before, limit=PAGE + 1)
        items, has_older = found[:PAGE], len(found) > PAGE
        shown = (before.shown if before else 0) + len(items)
        return self.render(
            pieces=Pieces(self, kind=self.kind, now=self.now).of(items),
            faults=[fault.message for fault in faults],
            tabs=self.tabs(),
            segments=[self.segment(*segment) for segment in self.segments],
            kept={name: request.GET[name] for name, *_rest in self.segments if request.GET.get(name)},
            fields=self.filled_fields(),
            edges=[as_moment(request.GET.get(name, ""), end) for name, end in EDGES],
            content_type=self.content_type,
            is_pictured=self.content_type in PICTURED,
            is_narrowed=any(request.GET.get(name) for name in (*self.fields, "from", "to")),
            categories=self.categories,
            policy=self.policy_address(),
            done=done_in(request),
            here=self.here(),
            first=shown - len(items) + 1,
            shown=shown,
            newest=self.query_without("before") if before else None,
            older=self.query_with("before", str(Place(items[-1].created_at, items[-1].pk, shown)))
            if has_older
            else "",
        )

    @cached_property
    def categories(self):
        return categories_of(self.request.account, self.content_type)

    def here(self) -> str:
        """Where an action comes back to: this very page of the list, without what was done before."""
        query = self.query_without("done")
        return f"{self.request.path}?{query}" if query else self.request.path

    def query_without(self, *names: str) -> str:
        query = self.request.GET.copy()
        for name in names:
            query.pop(name, None)
        return query.urlencode()

    def query_with(self, name: str, value: str) -> str:
        query = self.request.GET.copy()
        query.pop("before", None)
        query.pop("done", None)
        query["content_type"] = self.content_type
        query[name] = value
        return query.urlencode()

    def tabs(self) -> list[tuple[str, str, bool]]:
        kept = self.query_without(*LEFT_OUT)
        return [
            (tab.label, f"content_type={tab.value}" + (f"&{kept}" if kept else ""), tab == self.content_type)
            for tab in TABS
        ]

    def segment(self, name: str, title, offered):
        chosen = self.request.GET.get(name, "")
        return title, [(text, self.query_with(name, value), value == chosen) for value, text in offered]

    def policy_address(self) -> str:
        """The rules that decide what comes here: those of the service asked for, or all."""
        if not self.can("policy.view"):
            return ""
        code = self.request.GET.get("service", "")
        service = self.owned(Service).filter(code=code).first() if code else None
        if service is None:
            return f"{console_address('moderation_services')}?type={self.content_type}"
        return f"{console_address('moderation_rules', service.pk)}#review"

    def filled_fields(self) -> list[dict]:
        return [
            {
                "name": name,
                "title": FIELDS[name],
                "value": self.request.GET.get(name, ""),
                "groups": self.offered(name),
            }
            for name in self.fields
        ]

    def offered(self, name: str) -> list[tuple[str, list]] | None:
        """What a drop-down offers, in groups; None: the field is written in."""
        match name:
            case "level":
                return [("", list(LEVELS))]
            case "recheck":
                return [("", RECHECKS)]
            case "service":
                services = self.owned(Service).by_code().of_content(self.content_type)
                return [("", [(one.code, f"{one.shown_name} ({one.code})") for one in services])]
            case "label":
                return self.label_choices
            case "violation" | "recheck_violation":
                categories = [(CATEGORY + one.code, one.shown_name) for one in self.categories]
                return [(_("Categories"), categories), *self.label_choices]
        return None

    @cached_property
    def label_choices(self) -> list[tuple[str, list]]:
        groups: dict[str, list] = {}
        labels = labels_for(self.content_type).in_catalogue_order()
        for label in labels.exclude(code=EXEMPT):
            groups.setdefault(str(group_name(label.group)), []).append((label.code, label_name(label.code)))
        return list(groups.items())


RECHECKS = [("none", _("Not rechecked")), ("pass", _("Pass")), ("block", _("Block"))]
FIELDS = {
    "service": _("Service"),
    "level": _("Risk level"),
    "label": _("Main label"),
    "violation": _("Violation type"),
    "recheck": _("Recheck result"),
    "recheck_violation": _("Recheck violation type"),
    "task_id": _("Task id"),
    "data_id": _("Data id"),
    "request_id": _("Request id"),
}
