"""Endpoints: who is told what, where, and signed with which secret. Everything here is audited."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow
from config.outbound.failures import UrlInvalid
from config.outbound.guard import require_allowed_url
from moderation.callbacks.enqueue import new_event_id, wake_delivery, write
from moderation.callbacks.secrets import give_secret, replace_secret
from moderation.models import Callback, CallbackEndpoint, Service
from moderation.models.callbacks import every_level, every_mode
from moderation.models.content import RiskLevel

Event = CallbackEndpoint.Event
HUMAN_EVENTS = (
    Event.REVIEW_DECIDED.value,
    Event.REVIEW_RECHECKED.value,
    Event.REVIEW_CORRECTED.value,
)
MEDIA_EVENTS = (Event.MEDIA_REVIEWED.value, Event.MEDIA_AUDITED.value)
EDITABLE = ("name", "service", "url", "dialect", "crypt", "events", "levels", "modes", "is_enabled")
AD_HOC_EDITABLE = ("is_enabled",)
LONGEST_NAME, LONGEST_URL = 60, 500


class EndpointNameTaken(NotAllowedNow):
    code = "endpoint_name_taken"
    default_message = _("Another endpoint has this name already.")


class EndpointInvalid(Invalid):
    code = "endpoint_invalid"
    default_message = _("An endpoint has a name of at most 60 characters and at least one event.")


class EndpointInUse(NotAllowedNow):
    code = "endpoint_in_use"
    default_message = _("Callbacks were sent to this endpoint: switch it off instead of deleting it.")


class EndpointFromCalls(NotAllowedNow):
    code = "endpoint_from_calls"
    default_message = _("Calls brought this endpoint along, with a seed of the client's: change it there.")


class EndpointOff(NotAllowedNow):
    code = "endpoint_off"
    default_message = _("This endpoint is paused or switched off: let it go on first.")


@dataclass(frozen=True, slots=True)
class IssuedEndpoint:
    """The only moment at which the secret is readable."""

    endpoint: CallbackEndpoint
    secret: str


@transaction.atomic
def create_endpoint(
    *,
    account: Account,
    name: str,
    url: str,
    actor,
    now: datetime,
    service: Service | None = None,
    dialect: str = CallbackEndpoint.Dialect.STANDARD,
    crypt: str = CallbackEndpoint.Crypt.SHA256,
    events: list[str] | None = None,
    levels: list[str] | None = None,
    modes: list[str] | None = None,
) -> IssuedEndpoint:
    endpoint = CallbackEndpoint(
        account=account,
        name=name.strip(),
        service=service,
        url=url.strip(),
        dialect=dialect,
        crypt=crypt,
        events=usual_events(dialect) if events is None else events,
        levels=every_level() if levels is None else levels,
        modes=every_mode() if modes is None else modes,
        created_at=now,
    )
    require_sense(endpoint)
    secret = give_secret(endpoint)
    endpoint.save(force_insert=True)
    let_services_know(endpoint)
    note(endpoint, actor, "endpoint.created", now, after=facts(endpoint))
    return IssuedEndpoint(endpoint, secret)


def usual_events(dialect: str) -> list[str]:
    return list(MEDIA_EVENTS if dialect == CallbackEndpoint.Dialect.VOD else HUMAN_EVENTS)


@transaction.atomic
def change_endpoint(*, endpoint: CallbackEndpoint, changes: dict, actor, now: datetime) -> CallbackEndpoint:
    """What waits is sent to the new address, in the dialect in which it was written."""
    endpoint = locked(endpoint)
    before = facts(endpoint)
    for field in AD_HOC_EDITABLE if endpoint.is_ad_hoc else EDITABLE:
        if field in changes:
            setattr(endpoint, field, changes[field])
    endpoint.name, endpoint.url = endpoint.name.strip(), endpoint.url.strip()
    if not endpoint.is_ad_hoc:
        require_sense(endpoint)
    if endpoint.is_enabled:
        start_afresh(endpoint)
    endpoint.save()
    let_services_know(endpoint)
    note(endpoint, actor, "endpoint.changed", now, before=before, after=facts(endpoint))
    wake_delivery()
    return endpoint


def let_services_know(endpoint: CallbackEndpoint) -> None:
    """Each service remembers whether anybody wants to hear of its results."""
    bump(account_id=endpoint.account_id, kind="services")


def freshly_started() -> dict:
    """What is forgotten of a receiver's troubles when it is begun with anew."""
    return {"disabled_reason": "", "failing_since": None, "silences": 0, "resting_until": None}


def start_afresh(endpoint: CallbackEndpoint) -> None:
    for field, value in freshly_started().items():
        setattr(endpoint, field, value)


@transaction.atomic
def pause_endpoint(*, endpoint: CallbackEndpoint, actor, now: datetime) -> CallbackEndpoint:
    """Send nothing for a while. What happens meanwhile is kept, and sent when it goes on."""
    endpoint = locked(endpoint)
    if endpoint.paused_at is None:
        endpoint.paused_at = now
        endpoint.save(update_fields=["paused_at"])
        note(endpoint, actor, "endpoint.paused", now)
    return endpoint


@transaction.atomic
def resume_endpoint(*, endpoint: CallbackEndpoint, actor, now: datetime) -> CallbackEndpoint:
    endpoint = locked(endpoint)
    if endpoint.paused_at is not None:
        endpoint.paused_at = None
        start_afresh(endpoint)
        endpoint.save(update_fields=["paused_at", *freshly_started()])
        note(endpoint, actor, "endpoint.resumed", now)
        wake_delivery()
    return endpoint


@transaction.atomic
def delete_endpoint(*, endpoint: CallbackEndpoint, actor, now: datetime) -> None:
    endpoint = locked(endpoint)
    if endpoint.callbacks.exists():
        raise EndpointInUse()
    note(endpoint, actor, "endpoint.deleted", now, before=facts(endpoint))
    endpoint.delete()


@transaction.atomic
def retire_endpoint(*, endpoint: CallbackEndpoint, actor, now: datetime) -> None:
    """Delete it if nothing was ever sent there; else switch it off, and let others have its name."""
    endpoint = locked(endpoint)
    if not endpoint.callbacks.exists():
        delete_endpoint(endpoint=endpoint, actor=actor, now=now)
        return
    end = f" #{endpoint.pk}"
    name = endpoint.name.removesuffix(end)[: LONGEST_NAME - len(end)] + end
    changes = {"is_enabled": False} | ({} if endpoint.is_ad_hoc else {"name": name})
    change_endpoint(endpoint=endpoint, changes=changes, actor=actor, now=now)


@transaction.atomic
def rotate_secret(*, endpoint: CallbackEndpoint, actor, now: datetime) -> IssuedEndpoint:
    """Sign with the new secret and, for a day, with the old one beside it."""
    endpoint = locked(endpoint)
    if endpoint.is_ad_hoc:
        raise EndpointFromCalls()
    secret = replace_secret(endpoint=endpoint, now=now)
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    note(endpoint, actor, "endpoint.secret_rotated", now)
    return IssuedEndpoint(endpoint, secret)


@transaction.atomic
def send_test(*, endpoint: CallbackEndpoint, actor, now: datetime) -> Callback:
    if not endpoint.is_enabled or endpoint.paused_at:
        raise EndpointOff()
    event_id = new_event_id()
    callback = write(
        endpoint=endpoint,
        event_id=event_id,
        event=CallbackEndpoint.TEST_EVENT,
        subject=f"test:{event_id}",
        payload={"request_id": "", "data_id": "test", "machine": {"level": "none", "labels": []}},
        due_at=now,
        now=now,
    )
    callback.save(force_insert=True)
    note(endpoint, actor, "endpoint.tested", now, after={"event_id": event_id})
    wake_delivery()
    return callback


def locked(endpoint: CallbackEndpoint) -> CallbackEndpoint:
    rows = CallbackEndpoint.objects.select_for_update(of=("self",)).select_related("account", "service")
    return rows.get(pk=endpoint.pk)


def facts(endpoint: CallbackEndpoint) -> dict:
    return {
        "name": endpoint.name,
        "service": endpoint.service and endpoint.service.code,
        "url": endpoint.url,
        "dialect": endpoint.dialect,
        "crypt": endpoint.crypt,
        "events": list(endpoint.events),
        "levels": list(endpoint.levels),
        "modes": list(endpoint.modes),
        "is_enabled": endpoint.is_enabled,
    }


def note(endpoint: CallbackEndpoint, actor, action: str, now: datetime, before=None, after=None) -> None:
    record(
        account=endpoint.account,
        actor=actor,
        action=action,
        subject=f"endpoint:{endpoint.pk}",
        before=before,
        after=after,
        now=now,
    )


def require_sense(endpoint: CallbackEndpoint) -> None:
    if not endpoint.name or len(endpoint.name) > LONGEST_NAME or not endpoint.name.isprintable():
        raise EndpointInvalid(field="name")
    if not endpoint.events or not set(endpoint.events) <= set(Event.values):
        raise EndpointInvalid(field="events")
    if not set(endpoint.levels) <= set(RiskLevel.values) or (
        Event.RESULT_CREATED in endpoint.events and not endpoint.levels
    ):
        raise EndpointInvalid(_("Choose at least one risk level."), field="levels")
    if not set(endpoint.modes) <= set(CallbackEndpoint.Mode.values) or (
        set(HUMAN_EVENTS) & set(endpoint.events) and not endpoint.modes
    ):
        raise EndpointInvalid(_("Choose at least one mode of review."), field="modes")
    if endpoint.dialect not in CallbackEndpoint.Dialect.values:
        raise EndpointInvalid(field="dialect")
    if endpoint.dialect == CallbackEndpoint.Dialect.VOD and not set(endpoint.events) <= set(MEDIA_EVENTS):
        raise EndpointInvalid(
            _("This dialect tells of recordings of the media library only."), field="events"
        )
    if endpoint.dialect == CallbackEndpoint.Dialect.VENDOR and Event.EXPORT_READY in endpoint.events:
        raise EndpointInvalid(_("This dialect has no words for exports."), field="events")
    if endpoint.crypt not in CallbackEndpoint.Crypt.values:
        raise EndpointInvalid(field="crypt")
    if endpoint.service and endpoint.service.account_id != endpoint.account_id:
        raise EndpointInvalid(field="service")
    if len(endpoint.url) > LONGEST_URL:
        raise UrlInvalid(field="url")
    require_allowed_url(endpoint.url)
    namesakes = CallbackEndpoint.objects.owned_by(endpoint.account).filter(name=endpoint.name)
    if namesakes.exclude(pk=endpoint.pk).exists():
        raise EndpointNameTaken(field="name")
