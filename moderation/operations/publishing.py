"""Putting rules in force. A publish takes effect with the next request everywhere."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.audit.records import record
from config.errors import NotAllowedNow
from moderation.models import Service, ServiceDraft, ServiceVersion
from moderation.operations.publishable import require_publishable
from moderation.operations.versions import add_version, lock
from moderation.rules_diff import rules_diff
from moderation.values import Rules


class VersionOutdated(NotAllowedNow):
    code = "version_outdated"
    default_message = _("Somebody published another version meanwhile: look at it, then save again.")


class NothingChanged(NotAllowedNow):
    code = "nothing_changed"
    default_message = _("These rules are in force already: nothing was published.")


@transaction.atomic
def publish_version(
    *, service: Service, rules: Rules, note: str, actor, now: datetime, based_on: int
) -> ServiceVersion:
    """Make `rules` the service's current version. `based_on` is the version the editor saw."""
    service = lock(service)
    current = service.current_version
    if current.number != based_on:
        raise VersionOutdated(current=current.number)
    require_publishable(service=service, rules=rules)
    if rules.to_json() == current.rules.to_json():
        raise NothingChanged()
    version = add_version(service=service, rules=rules, note=note, actor=actor, now=now)
    ServiceDraft.objects.filter(service=service, document=rules.to_json()).delete()
    record(
        account=service.account,
        actor=actor,
        action="service.published",
        subject=f"service:{service.code}",
        before={"version": current.number},
        after={
            "version": version.number,
            "note": version.note,
            "changes": [change.as_dict() for change in rules_diff(current.rules, rules)],
        },
        now=now,
    )
    return version


@transaction.atomic
def roll_back(
    *, service: Service, to: ServiceVersion, actor, now: datetime, based_on: int | None = None
) -> ServiceVersion:
    """Publish an earlier version's rules again, as a new version."""
    service = lock(service)
    current = service.current_version
    if based_on is not None and current.number != based_on:
        raise VersionOutdated(current=current.number)
    if to.pk == current.pk or to.rules.to_json() == current.rules.to_json():
        raise NothingChanged()
    require_publishable(service=service, rules=to.rules)
    note = f"← v{to.number}"
    version = add_version(service=service, rules=to.rules, note=note, actor=actor, now=now, restored_from=to)
    record(
        account=service.account,
        actor=actor,
        action="service.rolled_back",
        subject=f"service:{service.code}",
        before={"version": current.number},
        after={"version": version.number, "restored_from": to.number},
        now=now,
    )
    return version
