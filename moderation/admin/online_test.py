"""The Online Test page: pictures or texts through a service, shown as cards, counted apart."""

from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts import revisions
from config.console.pages import ConsolePage, register
from config.errors import PlatformError, TooLarge, error_body
from config.request_id import current
from moderation.explanations import explain
from moderation.models import Service, ServiceDraft
from moderation.models.content import ContentType
from moderation.operations.drafts import draft_of
from moderation.operations.moderate_images import ImageSource
from moderation.operations.online_test import try_image, try_text

MOST_AT_ONCE = 100
WITHOUT_SCRIPT = 10
TABS = {"image": ContentType.IMAGE, "text": ContentType.TEXT}
AUXILIARY = ("device_id", "ip")


@register("online-test/", name="moderation_online_test")
class OnlineTest(ConsolePage):
    """The form; the script sends each picture on its own, without it the form sends a few at once."""

    title = _("Online test")
    ability = "content.view"
    template_name = "moderation/online_test.html"

    def get(self, request, **context):
        tab = request.GET.get("tab", "image")
        if tab not in TABS:
            raise Http404
        services = self.owned(Service).for_machine().of_content(TABS[tab])
        services = list(services.select_related("current_version").by_code())
        asked = request.POST.get("service") or request.GET.get("service", "")
        chosen = next((service for service in services if service.code == asked), None)
        return self.render(
            tab=tab,
            services=services,
            chosen=chosen or (services[0] if services else None),
            drafted=set(self.owned(ServiceDraft).values_list("service_id", flat=True)),
            most=MOST_AT_ONCE,
            asked=request.POST,
            **context,
        )

    def post(self, request):
        """Without the script: a few contents, answered on one page."""
        sources = sources_of(request)[:WITHOUT_SCRIPT]
        cards = [card(self, request, source) for source in sources]
        fault = "" if cards else _("Give at least one picture or text.")
        return self.get(request, cards=cards, fault=fault)


@register("online-test-one/", name="moderation_online_test_one")
class OnlineTestOne(ConsolePage):
    """One content, answered by its card."""

    ability = "content.view"
    http_method_names = ["post"]

    def post(self, request):
        sources = sources_of(request)
        if len(sources) != 1:
            error = TooLarge(_("Send one picture or text at a time."))
            return JsonResponse(error_body(error, current()), status=400)
        return HttpResponse(card(self, request, sources[0]))


def sources_of(request) -> list:
    """What the form brings: files, addresses one to a line, and a text."""
    urls = dict.fromkeys(line.strip() for line in request.POST.get("urls", "").splitlines())
    files = request.FILES.getlist("files")
    sources = [ImageSource(url=url) for url in urls if url]
    sources += [ImageSource(data=file.read(), name=file.name) for file in files]
    text = request.POST.get("content", "")
    return [*sources, *([text] if text.strip() else [])][:MOST_AT_ONCE]


def card(page: ConsolePage, request, source) -> str:
    """A trial as a piece of HTML; what went wrong is a card as well."""
    try:
        trial = run(page, request, source)
    except PlatformError as error:
        name = source if isinstance(source, str) else source.url or source.name
        context = {"name": name[:200], "error": error}
        return render_to_string("moderation/online_test_card.html", context, request)
    service = trial.published.service
    shown = [side(trial.published, service.current_version.rules, _("Published"))]
    if trial.draft is not None:
        shown.append(side(trial.draft, draft_of(service), _("Draft")))
    context = {"result": trial.published, "sides": shown}
    return render_to_string("moderation/online_test_card.html", context, request)


def side(result, rules, title) -> dict:
    return {"title": title, "result": result, "labels": explain(result.labels, rules)}


def run(page: ConsolePage, request, source):
    service = page.one(Service, code=request.POST.get("service", ""))
    asked = {
        "account": request.account,
        "revisions": revisions.read(request.account.pk),
        "service": service,
        "draft": draft_of(service) if request.POST.get("draft") else None,
        "data_id": request.POST.get("data_id", "").strip(),
        "context": {name: request.POST[name].strip() for name in AUXILIARY if request.POST.get(name)},
        "now": timezone.now(),
    }
    if isinstance(source, str):
        return try_text(content=source, **asked)
    return try_image(source=source, **asked)
