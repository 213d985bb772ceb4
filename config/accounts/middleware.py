"""Which account a person in the console is working for."""

from django.conf import settings
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from config.accounts.models import Account

SESSION_KEY = "account_id"


class CurrentAccountMiddleware(MiddlewareMixin):
    def process_request(self, request):
        request.account = None
        user = getattr(request, "user", None)
        if user is not None and settings.SESSION_COOKIE_NAME in request.COOKIES and user.is_authenticated:
            request.account = current_account(request)
            if user.language:
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()


def accounts_of(user):
    """The accounts a person may work for, in the order they are offered."""
    accounts = Account.objects.filter(is_active=True)
    if not user.is_superuser:
        accounts = accounts.filter(memberships__user=user)
    return accounts.order_by("name", "id")


def current_account(request) -> Account | None:
    offered = accounts_of(request.user)
    chosen = request.session.get(SESSION_KEY)
    return (chosen and offered.filter(pk=chosen).first()) or offered.first()
