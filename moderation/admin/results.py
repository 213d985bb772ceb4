"""The list of detection results: filters in the address, newest first, page after page by place."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from config.retention.classes import kept_days
from moderation.catalogue.names import label_name
from moderation.models import Label, ModerationResult, Service
from moderation.models.content import ContentType, RiskLevel
from moderation.results_asked import ANY_RISK, NOT_REVIEWED, codes_in, read_asked
from moderation.results_hooks import Entry, list_steps, menus
from moderation.results_query import Place, newest
from moderation.values import NO_RISK

PAGE = 50
EXCERPT = 90
SHOWN_TYPES = (ContentType.IMAGE, ContentType.TEXT, ContentType.AUDIO, ContentType.VIDEO)
TABS = (("", _("All")), *((kind.value, kind.label) for kind in SHOWN_TYPES))
LEVELS = tuple((level.value, level.label) for level in reversed(RiskLevel))
HUMAN = ((NOT_REVIEWED, _("Not reviewed")), *ModerationResult.Outcome.choices)
CHOICES = (
    ("level", _("Risk level"), LEVELS),
    ("source", _("Source"), ModerationResult.Source.choices),
    ("human", _("Human verdict"), HUMAN),
)
EDGES = (("from", "T00:00"), ("to", "T23:59"))


@dataclass(frozen=True, slots=True)
class Row:
    result: ModerationResult
    excerpt: str
    picture: str
    labels: list[dict]
    menus: list[tuple[str, Entry]]


# The names are those of a model's pages: links to results stay what they are.
@register("results/", name="moderation_moderationresult_changelist")
class Results(ConsolePage):
    title = _("Detection results")
    ability = "results.view"
    template_name = "moderation/results.html"

    def get(self, request):
        asked, faults = read_asked(request.GET, account=request.account, now=timezone.now())
        before = place_in(request.GET.get("before", ""))
        shown = before.shown if before else 0
        room = max(min(PAGE, settings.ASSAY_RESULTS_SHOWN_MOST - shown), 0)
        found = newest(asked, account=request.account, after=before, limit=room + 1) if room else []
        results, has_older = found[:room], len(found) > room
        shown += len(results)
        is_full = has_older and shown >= settings.ASSAY_RESULTS_SHOWN_MOST
        return self.render(
            asked=asked,
            faults=[fault.message for fault in faults],
            rows=self.rows_of(results),
            tabs=self.tabs(),
            values=request.GET,
            edges=[as_moment(request.GET.get(name, ""), end) for name, end in EDGES],
            services=self.services(),
            several_services=several(request.GET.get("service", "")),
            labels=list(Label.objects.current().in_catalogue_order().values_list("code", flat=True)),
            choices=[(name, title, offered, request.GET.get(name, "")) for name, title, offered in CHOICES],
            any_risk=ANY_RISK,
            shows_content=self.can("content.view"),
            steps=[step for give in list_steps for step in give(request, asked)] if results else [],
            first=shown - len(results) + 1,
            shown=shown,
            most=settings.ASSAY_RESULTS_SHOWN_MOST,
            days=kept_days(request.account, "results"),
            is_full=is_full,
            is_narrowed=bool(asked.query),
            newest_query=asked.query if before else None,
            older=self.after(results[-1], shown) if has_older and results and not is_full else "",
        )

    def after(self, result, shown) -> str:
        query = self.request.GET.copy()
        query["before"] = str(Place(result.created_at, result.pk, shown))
        return query.urlencode()

    def tabs(self) -> list[tuple[str, str, bool]]:
        """Name, query and whether it is the one shown; a service belongs to one tab and is left out."""
        here = self.request.GET.get("content_type", "")
        tabs = []
        for kind, name in TABS:
            query = self.request.GET.copy()
            for left_out in ("before", "service", "content_type"):
                query.pop(left_out, None)
            if kind:
                query["content_type"] = kind
            tabs.append((name, query.urlencode(), kind == here))
        return tabs

    def services(self) -> list[Service]:
        services = self.owned(Service).shown_to(self.request.account).by_code()
        kind = self.request.GET.get("content_type")
        return list(services.of_content(kind) if kind in ContentType.values else services)

    def rows_of(self, results) -> list[Row]:
        filled = [menu for give in menus if (menu := give(self.request, results))] if results else []
        shows_content = self.can("content.view")
        return [
            Row(
                result=result,
                excerpt=excerpt_of(result) if shows_content else "",
                picture=thumbnail_of(result) if shows_content else "",
                labels=[
                    {**label, "name": label_name(label["label"])}
                    for label in result.labels
                    if label["label"] != NO_RISK
                ],
                menus=[(menu.title, menu.entries[result.pk]) for menu in filled if result.pk in menu.entries],
            )
            for result in results
        ]


def several(text: str) -> str:
    """Links lead here with more services than a drop-down chooses: they stay when another filter changes."""
    codes = codes_in(text)
    return ", ".join(codes) if len(codes) > 1 else ""


def as_moment(text: str, rest: str) -> str:
    """The form that the browser's field takes: a day becomes its first or last minute."""
    return text + rest if len(text) == len("2026-11-21") else text[: len("2026-11-21T09:30")]


def place_in(text: str) -> Place | None:
    try:
        return Place.read(text) if text else None
    except ValueError:
        return None


def excerpt_of(result: ModerationResult) -> str:
    """The beginning of a text; of a file its name and what was read or heard in it."""
    text = " · ".join(part for part in (result.content, result.media.get("text", "")) if part)
    return text[:EXCERPT] + ("…" if len(text) > EXCERPT else "")


def picture_of(result: ModerationResult) -> str:
    """The address that shows the stored picture, if one is stored."""
    is_kept = result.content_type == ContentType.IMAGE and result.media.get("key")
    return console_address("moderation_picture", result.pk) if is_kept else ""


def thumbnail_of(result: ModerationResult) -> str:
    """The address of what stands for a result in lists: its picture, or the cover of a video."""
    cover = console_address("moderation_cover", result.pk) if cover_key(result) else ""
    return picture_of(result) or cover


def cover_key(result: ModerationResult) -> str:
    return result.media.get("cover_key", "") if result.content_type == ContentType.VIDEO else ""


def recording_of(result: ModerationResult) -> str:
    """The address that plays the stored recording, if one is stored."""
    is_kept = result.is_recording and result.media.get("key")
    return console_address("moderation_recording", result.pk) if is_kept else ""


def console_address(name: str, *args) -> str:
    """A page's address, blank where no app brings the page."""
    try:
        return reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return ""
