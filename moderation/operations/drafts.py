"""Rules that are worked on and not in force: one draft per service, kept until published or discarded."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.audit.records import name_of, record
from config.errors import Invalid, NotAllowedNow, NotFound
from moderation.models import Service, ServiceDraft
from moderation.operations.publishable import require_publishable
from moderation.operations.publishing import NothingChanged
from moderation.operations.versions import lock
from moderation.values import Rules


class DraftOutdated(NotAllowedNow):
    code = "draft_outdated"
    default_message = _("Somebody saved another draft meanwhile: look at it, then save again.")


class VersionUnknown(Invalid):
    code = "version_unknown"
    default_message = _("The service has no such version.")


def draft_of(service: Service) -> Rules | None:
    """The rules of a service's draft, for whoever wants to try them."""
    held = held_draft(service)
    return held.rules if held else None


def held_draft(service: Service) -> ServiceDraft | None:
    return ServiceDraft.objects.owned_by(service.account).filter(service=service).first()


@transaction.atomic
def save_draft(
    *, service: Service, rules: Rules, based_on: int, actor, now: datetime, seen: int | None = None
) -> ServiceDraft:
    """Keep `rules` as the service's draft. `seen` is the draft's revision the editor knows of; 0: none."""
    service = lock(service)
    held = held_draft(service)
    revision = held.revision if held else 0
    if seen is not None and seen != revision:
        raise DraftOutdated(revision=revision)
    if not service.versions.filter(number=based_on).exists():
        raise VersionUnknown(field="based_on")
    require_publishable(service=service, rules=rules)
    if rules.to_json() == service.current_version.rules.to_json():
        raise NothingChanged(_("These rules are in force already: there is nothing to keep as a draft."))
    draft, _made = ServiceDraft.objects.update_or_create(
        service=service,
        defaults={
            "account": service.account,
            "document": rules.to_json(),
            "based_on": based_on,
            "revision": revision + 1,
            "author": name_of(actor),
            "updated_at": now,
        },
    )
    record(
        account=service.account,
        actor=actor,
        action="service.draft_saved",
        subject=f"service:{service.code}",
        after={"based_on": based_on, "revision": draft.revision},
        now=now,
    )
    return draft


@transaction.atomic
def discard_draft(*, service: Service, actor, now: datetime) -> None:
    service = lock(service)
    held = held_draft(service)
    if held is None:
        raise NotFound()
    record(
        account=service.account,
        actor=actor,
        action="service.draft_discarded",
        subject=f"service:{service.code}",
        before={"based_on": held.based_on, "revision": held.revision, "rules": held.document},
        now=now,
    )
    held.delete()
