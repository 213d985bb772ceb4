"""What an API key may be allowed to do."""

from django.utils.translation import gettext_lazy as _

SCOPES = {
    "texts:moderate": _("Moderate texts"),
    "images:moderate": _("Moderate pictures"),
    "media:moderate": _("Moderate audio and video"),
    "media:read": _("Read the media library"),
    "media:write": _("Change the media library"),
    "manual:submit": _("Send content to people for review"),
    "manual:decide": _("Hand in results of manual review"),
    "results:read": _("Read results"),
    "results:write": _("Give feedback on results"),
    "review:decide": _("Decide and recheck review items"),
    "libraries:read": _("Read vocabularies and samples"),
    "libraries:write": _("Change vocabularies and samples"),
    "services:read": _("Read services and their rules"),
    "services:write": _("Publish rules and copy services"),
    "callbacks:read": _("Read callback endpoints and deliveries"),
    "callbacks:write": _("Change callback endpoints, send callbacks again"),
    "events:read": _("Read the feed of events"),
    "subjects:read": _("Read requests about personal data and their receipts"),
    "subjects:write": _("Export and erase personal data"),
    "stats:read": _("Read usage"),
    "audit:read": _("Export the audit log and decisions"),
    "exports:write": _("Schedule exports"),
    "retention:read": _("Read how long what is kept, legal holds and receipts"),
    "retention:write": _("Change how long what is kept, place and release legal holds"),
}
