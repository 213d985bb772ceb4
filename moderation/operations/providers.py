"""Outside providers: described by platform admins, switched on knowingly, used where services consent."""

import json
import math
import re
from datetime import datetime

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.secrets import decrypt, encrypt
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow, NotFound
from config.outbound.guard import require_allowed_url
from moderation.detectors.http_provider.answers import AnswerForm
from moderation.detectors.http_provider.templates import named_in
from moderation.models import Provider, ProviderConsent, Service
from moderation.models.content import ContentType
from moderation.operations.engine_revisions import bump_engines
from moderation.operations.label_mappings import map_labels, mapping_of, require_code

EDITABLE = ("name", "url", "method", "template", "answer", "content_types", "seconds")
LOOKS_AT = {ContentType.TEXT: {"text"}, ContentType.IMAGE: {"image_base64", "image_url"}}
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")
OURS = {"host", "content-length", "transfer-encoding", "connection", "content-type", "accept-encoding"}
LEAST_SECONDS, MOST_SECONDS = 0.2, 30.0
LARGEST = 20_000


class ProviderInvalid(Invalid):
    code = "provider_invalid"
    default_message = _("This provider cannot be asked as it is described.")


class ProviderSlugTaken(NotAllowedNow):
    code = "provider_slug_taken"
    default_message = _("Another provider has this code already.")


class ProviderUnconfirmed(NotAllowedNow):
    code = "provider_unconfirmed"
    default_message = _("Confirm that content may leave this host: without that a provider stays off.")


class ProviderOff(NotAllowedNow):
    code = "provider_off"
    default_message = _("This provider is switched off.")


@transaction.atomic
def create_provider(
    *,
    slug: str,
    values: dict,
    headers: dict[str, str],
    mapping: dict[str, tuple[str, ...]],
    account: Account,
    actor,
    now: datetime,
) -> Provider:
    """`account` is the one in whose audit trail the change is written. The provider starts switched off."""
    require_code(slug)
    if Provider.objects.filter(slug=slug).exists():
        raise ProviderSlugTaken(field="slug")
    provider = Provider(slug=slug, created_at=now, **{name: values[name] for name in EDITABLE})
    require_sense(provider)
    require_headers(headers)
    provider.headers = encrypt(json.dumps(headers))
    provider.save(force_insert=True)
    map_labels(engine=provider.engine, mapping=mapping)
    bump_engines()
    note(provider, account, actor, "provider.created", now, after=facts(provider))
    return provider


@transaction.atomic
def change_provider(
    *,
    provider: Provider,
    values: dict,
    headers: dict[str, str] | None,
    mapping: dict[str, tuple[str, ...]],
    account: Account,
    actor,
    now: datetime,
) -> Provider:
    """`headers` None keeps them. Where content goes to is confirmed anew: another address switches it off."""
    provider = locked(provider)
    before = facts(provider)
    moved = values["url"] != provider.url
    for name in EDITABLE:
        setattr(provider, name, values[name])
    require_sense(provider)
    if headers is not None:
        require_headers(headers)
        provider.headers = encrypt(json.dumps(headers))
    if moved:
        provider.is_on, provider.confirmed_by, provider.confirmed_at = False, None, None
    provider.version += 1
    provider.save()
    map_labels(engine=provider.engine, mapping=mapping)
    bump_engines()
    note(provider, account, actor, "provider.changed", now, before=before, after=facts(provider))
    return provider


@transaction.atomic
def switch_provider(
    *, provider: Provider, is_on: bool, confirmed: bool, account: Account, actor, now: datetime
) -> Provider:
    provider = locked(provider)
    if is_on and not confirmed:
        raise ProviderUnconfirmed(field="confirmed")
    if is_on == provider.is_on:
        return provider
    provider.is_on = is_on
    if is_on:
        require_sense(provider)
        provider.confirmed_by, provider.confirmed_at = actor, now
    provider.version += 1
    provider.save()
    bump_engines()
    action = "provider.switched_on" if is_on else "provider.switched_off"
    after = {"url": provider.url, "content_types": list(provider.content_types)}
    for one in touched(provider, account):
        note(provider, one, actor, action, now, after=after)
    return provider


@transaction.atomic
def delete_provider(*, provider: Provider, account: Account, actor, now: datetime) -> None:
    provider = locked(provider)
    for one in touched(provider, account):
        note(provider, one, actor, "provider.deleted", now, before=facts(provider))
    map_labels(engine=provider.engine, mapping={})
    provider.delete()
    bump_engines()


@transaction.atomic
def consent(*, provider: Provider, service: Service, is_given: bool, actor, now: datetime) -> None:
    """Let the content of one service be sent to one provider, or no longer."""
    provider = locked(provider)
    rows = ProviderConsent.objects.owned_by(service.account).filter(provider=provider, service=service)
    if is_given == rows.exists():
        return
    if is_given:
        if not provider.is_on:
            raise ProviderOff(field="provider")
        if service.content_type not in provider.content_types:
            raise ProviderInvalid(_("It does not look at content of this kind."), field="service")
        ProviderConsent.objects.create(
            account=service.account, provider=provider, service=service, given_at=now
        )
    else:
        rows.delete()
    bump_engines()
    action = "provider.consent_given" if is_given else "provider.consent_withdrawn"
    note(
        provider, service.account, actor, action, now, after={"service": service.code, "url": provider.url}
    )  # fmt: skip


def headers_of(provider: Provider) -> dict[str, str]:
    return json.loads(decrypt(provider.headers)) if provider.headers else {}


def touched(provider: Provider, account: Account) -> list[Account]:
    """Whose trail tells of it: the account the admin works in, and all whose content the provider gets."""
    consenting = Account.objects.filter(pk__in=provider.consents.values("account_id"))
    return list({one.pk: one for one in [account, *consenting.order_by("pk")]}.values())


def locked(provider: Provider) -> Provider:
    found = Provider.objects.select_for_update().filter(pk=provider.pk).first()
    if found is None:
        raise NotFound()
    return found


def require_sense(provider: Provider) -> None:
    if not provider.name.strip() or not provider.content_types:
        raise ProviderInvalid(field="name" if provider.content_types else "content_types")
    require_allowed_url(provider.url)
    if provider.method not in Provider.Method.values:
        raise ProviderInvalid(field="method")
    if not is_between(provider.seconds, LEAST_SECONDS, MOST_SECONDS):
        raise ProviderInvalid(_("It may take 0.2 to 30 seconds."), field="seconds")
    if len(msgspec.json.encode(provider.template)) > LARGEST:
        raise ProviderInvalid(field="template")
    asked = named_in(provider.template)
    for kind in provider.content_types:
        if not asked & LOOKS_AT.get(kind, set()):
            wanted = ", ".join(f"{{{name}}}" for name in sorted(LOOKS_AT.get(kind, ())))
            message = _("The request does not hold the content: it needs one of %(names)s.")
            raise ProviderInvalid(message % {"names": wanted}, field="template")
    try:
        AnswerForm.from_json(provider.answer)
    except (ValueError, TypeError) as error:
        raise ProviderInvalid(str(error), field="answer") from error


def is_between(value, least: float, most: float) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and least <= value <= most


def require_headers(headers: dict[str, str]) -> None:
    for name, value in headers.items():
        if not TOKEN.match(name) or name.lower() in OURS or not value.isascii() or not value.isprintable():
            message = _("%(name)s is no header that can be set.")
            raise ProviderInvalid(message % {"name": name}, field="headers")


def facts(provider: Provider) -> dict:
    """For the audit trail: names of headers, never their values."""
    return {name: getattr(provider, name) for name in EDITABLE} | {
        "headers": sorted(headers_of(provider)),
        "mapping": mapping_of(provider.engine),
        "is_on": provider.is_on,
    }


def note(provider: Provider, account: Account, actor, action: str, now: datetime, before=None, after=None):
    record(
        account=account,
        actor=actor,
        action=action,
        subject=f"provider:{provider.slug}",
        before=before,
        after=after,
        now=now,
    )
