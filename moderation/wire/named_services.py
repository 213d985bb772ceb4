"""The service that a call names."""

from django.utils.translation import gettext_lazy as _

from config.errors import NotFound
from config.wire.parameters import Parameters
from config.wire.refusals import invalid
from config.wire.registry import Call
from moderation.models import Service
from moderation.models.content import ContentType

# Other words that clients have for a kind of content.
KINDS = {kind: kind for kind in ContentType.values} | {"voice": ContentType.AUDIO.value}


def kind_named(parameters: Parameters, name: str = "ResourceType") -> str:
    """Blank where none is named."""
    text = parameters.text(name).strip().lower()
    if text and text not in KINDS:
        raise invalid(name, f"one of {', '.join(KINDS)} is expected.")
    return KINDS.get(text, "")


def services_of(call: Call):
    rows = Service.objects.owned_by(call.account)
    return rows.select_related("account", "copied_from", "current_version")


def service_of(call: Call, name: str = "ServiceCode") -> Service:
    rows = services_of(call).filter(code=call.parameters.required(name))
    if kind := kind_named(call.parameters):
        rows = rows.of_content(kind)
    found = rows.first()
    if found is None:
        raise NotFound(_("This account has no such service."), field=name)
    return found
