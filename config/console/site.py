"""The console: one admin site, with a sidebar by role, own pages and a dashboard."""

from functools import wraps

from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from config.accounts.middleware import accounts_of
from config.console import dashboard, languages, navigation, pages, refusals
from config.console.notices import notices_for
from config.console.owned import ConsoleAdmin
from config.console.sign_in import SignInForm
from config.errors import PlatformError

# Apps of others whose model pages are not for this console.
LEFT_OUT = {"auth", "django_q"}


class ConsoleSite(UnfoldAdminSite):
    site_title = _("Assay")
    site_header = _("Assay")
    index_title = _("Dashboard")
    index_template = "console/dashboard.html"
    login_template = "console/sign_in.html"
    logout_template = "console/signed_out.html"
    login_form = SignInForm
    enable_nav_sidebar = True

    def register(self, model_or_iterable, admin_class=None, **options):
        """Take only pages made for the console, so that none can show the rows of every account."""
        if admin_class is None or not issubclass(admin_class, ConsoleAdmin):
            models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
            strangers = [model for model in models if model._meta.app_label not in LEFT_OUT]
            if strangers:
                raise ImproperlyConfigured(f"{strangers} need an OwnedAdmin or a PlatformAdmin.")
            return
        super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request):
        """Everybody with a user may enter; what they see there is decided by their role."""
        return request.user.is_active

    def admin_view(self, view, cacheable=False):
        @wraps(view)
        def answering(request, *args, **kwargs):
            zone = request.account.time_zone if request.account else None
            try:
                with timezone.override(zone):
                    response = view(request, *args, **kwargs)
                    return response.render() if hasattr(response, "render") else response
            except PlatformError as error:
                return refusals.answer(request, error)

        return super().admin_view(answering, cacheable)

    def get_urls(self):
        language = path("language/", languages.choose_language, name="choose_language")
        # Nothing has a page elsewhere, and to look for one by any model and id is a way around its admin.
        given = [one for one in super().get_urls() if getattr(one, "name", None) != "view_on_site"]
        return [language, *pages.urls(self), *given]

    def each_context(self, request):
        context = super().each_context(request)
        if request.user.is_authenticated:
            context["current_account"] = request.account
            context["notices"] = notices_for(request)
            context["offered_accounts"] = list(accounts_of(request.user)[:100])
        return context

    def get_sidebar_list(self, request):
        return navigation.sidebar_for(request)

    def get_app_list(self, request, app_label=None):
        """The theme lists models nowhere: the sidebar is the console's only table of contents."""
        return []

    def app_index(self, request, app_label, extra_context=None):
        raise Http404

    def search(self, request, extra_context=None):
        raise Http404

    def password_change(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("admin:profile"))

    def index(self, request, extra_context=None):
        cards, panels = dashboard.filled_for(request) if request.account else ([], [])
        return super().index(request, {"cards": cards, "panels": panels} | (extra_context or {}))


site = admin.site
