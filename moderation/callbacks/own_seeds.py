"""Endpoints that sign with a seed which the client chose, as the older version of the vendor's API has it."""

from datetime import datetime

from django.db import transaction

from config.accounts.models import Account
from config.accounts.secrets import encrypt
from moderation.callbacks.endpoints import HUMAN_EVENTS, change_endpoint, create_endpoint, locked, note
from moderation.callbacks.per_call import SEED, SeedInvalid
from moderation.callbacks.signing import OWN_PREFIX, PREFIX
from moderation.models import CallbackEndpoint

AUDIT_RESULTS = "Audit results"


def audit_endpoint(account: Account) -> CallbackEndpoint | None:
    """The one endpoint that is told what the account's own people decide, as long as it is called so."""
    endpoints = CallbackEndpoint.objects.owned_by(account).set_up().select_related("account", "service")
    return endpoints.filter(name=AUDIT_RESULTS, dialect=CallbackEndpoint.Dialect.VENDOR).first()


@transaction.atomic
def set_audit_endpoint(
    *, account: Account, url: str = "", seed: str = "", actor, now: datetime
) -> CallbackEndpoint:
    """Make it, or change where it leads; what is not said stays. Without a seed it has one of ours."""
    endpoint = audit_endpoint(account)
    if endpoint is None:
        endpoint = create_endpoint(
            account=account,
            name=AUDIT_RESULTS,
            url=url,
            dialect=CallbackEndpoint.Dialect.VENDOR,
            events=list(HUMAN_EVENTS),
            modes=[CallbackEndpoint.Mode.AUDIT.value],
            actor=actor,
            now=now,
        ).endpoint
    elif url and url != endpoint.url:
        endpoint = change_endpoint(endpoint=endpoint, changes={"url": url}, actor=actor, now=now)
    return set_seed(endpoint=endpoint, seed=seed, actor=actor, now=now) if seed else endpoint


@transaction.atomic
def set_seed(*, endpoint: CallbackEndpoint, seed: str, actor, now: datetime) -> CallbackEndpoint:
    """Sign with it from now on: whoever chose it knows it already, and needs no old one beside it."""
    if not SEED.match(seed) or seed.startswith((PREFIX, OWN_PREFIX)):
        raise SeedInvalid(field="seed")
    endpoint = locked(endpoint)
    endpoint.secret, endpoint.previous_secret, endpoint.previous_until = encrypt(seed), b"", None
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    note(endpoint, actor, "endpoint.seed_set", now)
    return endpoint
