"""Services and the versions of their rules. A publish takes effect with the next request everywhere."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow
from libraries.models import Vocabulary
from moderation.catalogue.services import PRESETS
from moderation.models import Label, Service, ServiceVersion
from moderation.rules_diff import rules_diff
from moderation.values import Rules


class RulesInvalid(Invalid):
    code = "rules_invalid"
    default_message = _("These rules cannot be published.")


class VersionOutdated(NotAllowedNow):
    code = "version_outdated"
    default_message = _("Somebody published another version meanwhile: look at it, then save again.")


class NothingChanged(NotAllowedNow):
    code = "nothing_changed"
    default_message = _("These rules are in force already: nothing was published.")


class ServiceNameMissing(Invalid):
    code = "service_name_missing"
    default_message = _("Give the service a name.")


@transaction.atomic
def install_default_services(*, account: Account, actor, now: datetime) -> list[Service]:
    """Give an account the preset services that it does not have yet."""
    held = set(Service.objects.owned_by(account).values_list("code", flat=True))
    return [
        create_service(
            account=account,
            code=preset.code,
            name=preset.name,
            description=preset.description,
            content_type=preset.content_type,
            rules=preset.rules,
            actor=actor,
            now=now,
        )
        for preset in PRESETS
        if preset.code not in held
    ]


@transaction.atomic
def create_service(
    *, account, code, name, description, content_type, rules: Rules, actor, now, copied_from=None
) -> Service:
    service = Service.objects.create(
        account=account,
        code=code,
        name=name,
        description=description,
        content_type=content_type,
        copied_from=copied_from,
        created_at=now,
    )
    add_version(service=service, rules=rules, note="", actor=actor, now=now)
    record(
        account=account,
        actor=actor,
        action="service.created",
        subject=f"service:{code}",
        after={"name": name, "copied_from": copied_from and copied_from.code, "rules": rules.to_json()},
        now=now,
    )
    return service


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
    record(
        account=service.account,
        actor=actor,
        action="service.published",
        subject=f"service:{service.code}",
        before={"version": current.number},
        after={
            "version": version.number,
            "note": note,
            "changes": [change.as_dict() for change in rules_diff(current.rules, rules)],
        },
        now=now,
    )
    return version


@transaction.atomic
def roll_back(*, service: Service, to: ServiceVersion, actor, now: datetime) -> ServiceVersion:
    """Publish an earlier version's rules again, as a new version."""
    service = lock(service)
    current = service.current_version
    if to.pk == current.pk or to.document == current.document:
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


@transaction.atomic
def copy_service(*, service: Service, name: str, description: str, actor, now: datetime) -> Service:
    require_name(name)
    source = lock(service)
    return create_service(
        account=source.account,
        code=free_code(source),
        name=name.strip(),
        description=description.strip(),
        content_type=source.content_type,
        rules=source.current_version.rules,
        actor=actor,
        now=now,
        copied_from=source,
    )


@transaction.atomic
def rename_service(*, service: Service, name: str, description: str, actor, now: datetime) -> Service:
    require_name(name)
    service = lock(service)
    before = {"name": service.name, "description": service.description}
    service.name, service.description = name.strip(), description.strip()
    service.save(update_fields=["name", "description"])
    bump(account_id=service.account_id, kind="services")
    record(
        account=service.account,
        actor=actor,
        action="service.renamed",
        subject=f"service:{service.code}",
        before=before,
        after={"name": service.name, "description": service.description},
        now=now,
    )
    return service


def lock(service: Service) -> Service:
    return (
        Service.objects.owned_by(service.account)
        .select_related("account", "current_version")
        .select_for_update(of=("self",))
        .get(pk=service.pk)
    )


def add_version(*, service, rules, note, actor, now, restored_from=None) -> ServiceVersion:
    newest = service.versions.newest_first().values_list("number", flat=True).first() or 0
    version = ServiceVersion.objects.create(
        account=service.account,
        service=service,
        number=newest + 1,
        document=rules.to_json(),
        note=note.strip(),
        restored_from=restored_from,
        published_by=actor,
        published_at=now,
    )
    service.current_version = version
    service.save(update_fields=["current_version"])
    bump(account_id=service.account_id, kind="services")
    return version


def free_code(source: Service) -> str:
    """`<source>_01`, `_02`, … : the first number never used."""
    taken = set(Service.objects.owned_by(source.account).values_list("code", flat=True))
    return next(code for code in (f"{source.code}_{n:02d}" for n in range(1, 10_000)) if code not in taken)


def require_name(name: str) -> None:
    if not name.strip():
        raise ServiceNameMissing(field="name")


def require_publishable(*, service: Service, rules: Rules) -> None:
    for code, rule in rules.labels.items():
        if not 0 <= rule.medium <= rule.high <= 100:
            message = _("%(label)s: the medium score may not lie above the high score, both from 0 to 100.")
            raise RulesInvalid(message % {"label": code}, field=f"labels.{code}")
    known = set(Label.objects.current().for_content(service.content_type).values_list("code", flat=True))
    if unknown := sorted(set(rules.labels) - known):
        raise RulesInvalid(_("The catalogue has no such label."), field="labels", unknown=unknown)
    wanted = rules.vocabularies()
    held = Vocabulary.objects.owned_by(service.account).filter(pk__in=wanted).values_list("pk", flat=True)
    if missing := sorted(wanted - set(held)):
        raise RulesInvalid(
            _("A vocabulary that these rules use does not exist."), field="vocabularies", missing=missing
        )


def services_using(*, vocabulary: Vocabulary) -> list[str]:
    """Codes of the services whose current rules use a vocabulary."""
    services = Service.objects.owned_by(vocabulary.account).select_related("current_version").by_code()
    return [
        service.code for service in services if vocabulary.pk in service.current_version.rules.vocabularies()
    ]
