"""What is done with services: they are made with the account, copied, renamed, their rules published."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow
from libraries.models import ImageLibrary, Vocabulary
from moderation.catalogue.services import PRESETS
from moderation.models import Service, ServiceVersion
from moderation.models.content import ContentType
from moderation.operations.publishable import RulesInvalid
from moderation.operations.publishing import NothingChanged, VersionOutdated, publish_version, roll_back
from moderation.operations.versions import add_version, lock, version_of
from moderation.values import Rules

__all__ = [
    "NothingChanged",
    "RulesInvalid",
    "VersionOutdated",
    "copy_service",
    "create_service",
    "install_default_services",
    "publish_version",
    "rename_service",
    "roll_back",
    "services_by_vocabulary",
    "services_judged_by",
    "services_using",
    "services_using_images",
]

LONGEST_CODE, LONGEST_NAME, LONGEST_DESCRIPTION = 60, 100, 500


class ServiceNameMissing(Invalid):
    code = "service_name_missing"
    default_message = _("Give the service a name.")


class ServiceNameTooLong(Invalid):
    code = "service_name_too_long"
    default_message = _("A service's name has at most 100 characters.")


class ServiceDescriptionTooLong(Invalid):
    code = "service_description_too_long"
    default_message = _("A service's description has at most 500 characters.")


class ServiceCodeTooLong(NotAllowedNow):
    code = "service_code_too_long"
    default_message = _("The copy's code would be too long: copy the service that this one is a copy of.")


@transaction.atomic
def install_default_services(*, account: Account, actor, now: datetime) -> list[Service]:
    """Give an account the preset services that it does not have yet."""
    held = set(Service.objects.owned_by(account).values_list("code", flat=True))
    missing = [preset for preset in PRESETS if preset.code not in held]
    if not missing:
        return []
    made = Service.objects.bulk_create(
        Service(
            account=account,
            code=preset.code,
            name=preset.name,
            description=preset.description,
            content_type=preset.content_type,
            is_human_only=preset.is_human_only,
            created_at=now,
        )
        for preset in missing
    )
    versions = ServiceVersion.objects.bulk_create(
        version_of(service=service, number=1, rules=preset.rules, actor=actor, now=now)
        for service, preset in zip(made, missing, strict=True)
    )
    for service, version in zip(made, versions, strict=True):
        service.current_version = version
    Service.objects.bulk_update(made, ["current_version"])
    bump(account_id=account.pk, kind="services")
    record(
        account=account,
        actor=actor,
        action="services.installed",
        subject=f"account:{account.uid}",
        after={"services": [preset.code for preset in missing]},
        now=now,
    )
    return made


@transaction.atomic
def create_service(
    *,
    account,
    code,
    name,
    description,
    content_type,
    rules: Rules,
    actor,
    now,
    copied_from=None,
    is_human_only=False,
) -> Service:
    service = Service.objects.create(
        account=account,
        code=code,
        name=name,
        description=description,
        content_type=content_type,
        copied_from=copied_from,
        is_human_only=is_human_only,
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
def copy_service(*, service: Service, name: str, description: str, actor, now: datetime) -> Service:
    name, description = clean_facts(name, description)
    source = lock(service)
    return create_service(
        account=source.account,
        code=free_code(source),
        name=name,
        description=description,
        content_type=source.content_type,
        rules=source.current_version.rules,
        actor=actor,
        now=now,
        copied_from=source,
        is_human_only=source.is_human_only,
    )


@transaction.atomic
def rename_service(*, service: Service, name: str, description: str, actor, now: datetime) -> Service:
    name, description = clean_facts(name, description)
    service = lock(service)
    before = {"name": service.name, "description": service.description}
    after = {"name": name, "description": description}
    if before == after:
        return service
    service.name, service.description = name, description
    service.save(update_fields=["name", "description"])
    bump(account_id=service.account_id, kind="services")
    record(
        account=service.account,
        actor=actor,
        action="service.renamed",
        subject=f"service:{service.code}",
        before=before,
        after=after,
        now=now,
    )
    return service


def free_code(source: Service) -> str:
    """`<source>_01`, `_02`, … : the first number never used."""
    taken = set(Service.objects.owned_by(source.account).values_list("code", flat=True))
    code = next(code for code in (f"{source.code}_{n:02d}" for n in range(1, 10_000)) if code not in taken)
    if len(code) > LONGEST_CODE:
        raise ServiceCodeTooLong()
    return code


def clean_facts(name: str, description: str) -> tuple[str, str]:
    name = " ".join(name.replace("\0", "").split())
    description = description.replace("\0", "").strip()
    if not name:
        raise ServiceNameMissing(field="name")
    if len(name) > LONGEST_NAME:
        raise ServiceNameTooLong(field="name", characters=len(name))
    if len(description) > LONGEST_DESCRIPTION:
        raise ServiceDescriptionTooLong(field="description", characters=len(description))
    return name, description


def services_using(*, vocabulary: Vocabulary) -> list[str]:
    """Codes of the services whose current rules use a vocabulary."""
    return [
        code for code, rules in current_rules(vocabulary.account) if vocabulary.pk in rules.vocabularies()
    ]


def services_by_vocabulary(*, account: Account) -> dict[int, list[str]]:
    """The same of all vocabularies at once."""
    found: dict[int, list[str]] = {}
    for code, rules in current_rules(account):
        for number in rules.vocabularies():
            found.setdefault(number, []).append(code)
    return found


def services_using_images(*, library: ImageLibrary) -> list[str]:
    """Codes of the services whose current rules use an image library."""
    return [code for code, rules in current_rules(library.account) if library.pk in rules.image_libraries()]


def services_judged_by(*, service: Service) -> list[str]:
    """Codes of the video services whose current rules name a service to judge a part of them."""
    videos = Service.objects.owned_by(service.account).of_content(ContentType.VIDEO)
    named = Q(current_version__document__image_services__contains=[service.code])
    named |= Q(current_version__document__audio_service=service.code)
    return list(videos.filter(named).by_code().values_list("code", flat=True))


def current_rules(account: Account) -> list[tuple[str, Rules]]:
    services = Service.objects.owned_by(account).select_related("current_version").by_code()
    return [(service.code, service.current_version.rules) for service in services]
