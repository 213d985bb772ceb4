"""BizTypes of version 1.0: names under which an account's services are found, one for each kind of content.

The code of a service names that service. The name of copies that were made as a BizType names those copies.
`default` is the services that the account began with.
"""

from django.db.models import Q

from config.accounts.models import Account
from moderation.models import Service
from moderation.models.content import ContentType

DEFAULT = "default"
# What a new one is a copy of, unless another is named.
SOURCES = {
    ContentType.IMAGE.value: "postImageCheck",
    ContentType.TEXT.value: "comment_detection",
    ContentType.AUDIO.value: "audio_media_detection",
    ContentType.VIDEO.value: "videoDetection",
}


def services_named(account: Account, name: str) -> dict[str, Service]:
    """By the kind of content; empty where there is no such BizType."""
    if "\0" in name:
        return {}
    services = Service.objects.owned_by(account).select_related("account", "copied_from", "current_version")
    if name == DEFAULT:
        return {one.content_type: one for one in services.filter(code__in=SOURCES.values())}
    found = services.filter(Q(code=name) | Q(name=name, copied_from__isnull=False)).order_by("-id")
    by_kind = {one.content_type: one for one in found}
    return by_kind | {one.content_type: one for one in found if one.code == name}


def names_of(services: list[Service]) -> dict[str, list[Service]]:
    """All BizTypes of an account: copies under their name, the others under their code."""
    found: dict[str, list[Service]] = {}
    for service in services:
        found.setdefault(name_of(service), []).append(service)
    return found


def name_of(service: Service) -> str:
    return service.name if service.copied_from_id else service.code
