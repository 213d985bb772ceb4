from config.accounts.models import Account
from moderation.models import Service
from moderation.operations.moderate import ServiceUnknown


def kind_of(account: Account, code: str) -> str:
    """Which kind of content a service takes: calls over the wire name nothing but the service."""
    kind = Service.objects.owned_by(account).filter(code=code).values_list("content_type", flat=True).first()
    if kind is None:
        raise ServiceUnknown(field="service", service=code)
    return kind
