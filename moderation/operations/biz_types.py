"""BizTypes: copies of services, one for each kind of content, made and described together."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import NotAllowedNow, NotFound
from moderation.biz_types import services_named
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.publishing import NothingChanged, publish_version
from moderation.operations.services import copy_service, rename_service


class BizTypeTaken(NotAllowedNow):
    code = "biz_type_taken"
    default_message = _("Services carry this name or this code already: choose another.")


@transaction.atomic
def create_biz_type(
    *, account: Account, name: str, description: str, sources: Mapping[str, Service], actor, now: datetime
) -> dict[str, Service]:
    """Copy the service of each kind. The copy for videos is judged by the copies for pictures and sound."""
    if not sources:
        raise NotFound()
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if services_named(account, name):
        raise BizTypeTaken(name=name)
    made = {
        kind: copy_service(service=source, name=name, description=description, actor=actor, now=now)
        for kind, source in sources.items()
    }
    if ContentType.VIDEO.value in made:
        judge_by(made, actor=actor, now=now)
    return made


def judge_by(made: Mapping[str, Service], *, actor, now: datetime) -> None:
    video = made[ContentType.VIDEO.value]
    rules = video.current_version.rules
    if ContentType.IMAGE.value in made and rules.image_services:
        rules = replace(rules, image_services=(made[ContentType.IMAGE.value].code,))
    if ContentType.AUDIO.value in made and rules.audio_service:
        rules = replace(rules, audio_service=made[ContentType.AUDIO.value].code)
    try:
        publish_version(
            service=video, rules=rules, note="", actor=actor, now=now, based_on=video.current_version.number
        )
    except NothingChanged:
        return


@transaction.atomic
def describe_biz_type(*, services: Mapping[str, Service], description: str, actor, now: datetime) -> None:
    for service in sorted(services.values(), key=lambda service: service.pk):
        rename_service(service=service, name=service.name, description=description, actor=actor, now=now)
