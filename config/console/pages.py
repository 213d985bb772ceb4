"""Own pages of the console, beside the model pages that the admin makes."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.views import View

from config.accounts.manual_review import require_manual_review
from config.accounts.roles import can

_pages: dict[str, "Page"] = {}


@dataclass(frozen=True, slots=True)
class Page:
    route: str
    view: type["ConsolePage"]
    name: str


def register(route: str, *, name: str):
    """Class decorator: serve the page at /console/<route>, to be reversed as admin:<name>."""

    def keep(view: type["ConsolePage"]) -> type["ConsolePage"]:
        if name in _pages:
            raise ValueError(f"A console page is called {name!r} already.")
        _pages[name] = Page(route, view, name)
        return view

    return keep


def urls(site) -> list:
    return [
        path(page.route, site.admin_view(page.view.as_view(site=site), page.view.cacheable), name=page.name)
        for page in _pages.values()
    ]


class ConsolePage(View):
    """Base of own pages: signed in (by the site), able (by `ability`), inside the console's frame.

    `ability` empty lets everybody in who has an account; `platform` only platform admins.
    Templates extend "admin/base_site.html" and nothing else of the theme.
    """

    site = None
    title = ""
    ability = ""
    platform = False
    needs_account = True
    cacheable = False  # the answer says for itself how long it may be kept
    needs_manual_review = False  # only where the manual review service is on
    template_name = ""
    parents: tuple[tuple[str, str], ...] = ()  # (title, url name) from the top, for the breadcrumbs

    def dispatch(self, request, *args, **kwargs):
        if not self.is_for(request):
            raise PermissionDenied
        if self.needs_manual_review:
            require_manual_review(request.account)
        return super().dispatch(request, *args, **kwargs)

    def is_for(self, request) -> bool:
        if self.platform:
            return request.user.is_superuser
        if self.ability:
            return can(request.user, request.account, self.ability)
        return request.account is not None or not self.needs_account

    def can(self, ability: str) -> bool:
        return can(self.request.user, self.request.account, ability)

    def require(self, ability: str) -> None:
        if not self.can(ability):
            raise PermissionDenied

    def get_title(self):
        return self.title

    def owned(self, model):
        """The only way in which pages reach rows: those of the account being worked for."""
        return model.objects.owned_by(self.request.account)

    def one(self, model, **lookup):
        found = self.owned(model).filter(**lookup).first()
        if found is None:
            raise Http404
        return found

    def render(self, template_name: str = "", *, status: int = 200, **context):
        self.request.current_app = self.site.name
        frame = self.site.each_context(self.request) | {
            "title": self.get_title(),
            "breadcrumbs_items": breadcrumbs(self.parents, self.get_title()),
            "page": self,
        }
        return TemplateResponse(
            self.request, template_name or self.template_name, frame | context, status=status
        )

    def say(self, message, level: int = messages.SUCCESS) -> None:
        messages.add_message(self.request, level, message)

    def go(self, url_name: str, *args, **kwargs) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse(f"admin:{url_name}", args=args, kwargs=kwargs))


def breadcrumbs(parents, title) -> list[dict]:
    steps = [{"title": name, "link": link_of(url_name)} for name, url_name in parents]
    return [*steps, {"title": title}]


def link_of(url_name: str) -> str:
    try:
        return reverse(f"admin:{url_name}")
    except NoReverseMatch:
        return ""
