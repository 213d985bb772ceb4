"""The manual review service: a platform admin switches it on for an account."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Forbidden


class ManualReviewOff(Forbidden):
    code = "manual_review_off"
    default_message = _(
        "The manual review service is off for this account: ask the platform's administrator to switch it on."
    )


def require_manual_review(account: Account | None) -> None:
    """Raises the refusal that says whom to ask."""
    if account is not None and account.manual_review_on:
        return
    contact = settings.ASSAY_SUPPORT_CONTACT
    if not contact:
        raise ManualReviewOff()
    message = _("The manual review service is off for this account: ask %(contact)s to switch it on.")
    raise ManualReviewOff(message % {"contact": contact}, contact=contact)
