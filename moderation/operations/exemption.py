"""Which image libraries clear a picture in a service: a part of its rules, changed for itself."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from moderation.models import Service
from moderation.operations.publishing import NothingChanged, publish_version


@transaction.atomic
def change_exemption(
    *, services: Iterable[Service], libraries: Mapping[int, bool], actor, now: datetime
) -> list[Service]:
    """Each library exempts in these services, or no longer. Returns the services that changed."""
    added = {number for number, is_exempt in libraries.items() if is_exempt}
    removed = set(libraries) - added
    changed = []
    # Always in the same order: two who change several services do not wait for each other.
    for service in sorted(services, key=lambda service: service.pk):
        version = service.current_version
        held = set(version.rules.exempt_image_libraries)
        rules = replace(version.rules, exempt_image_libraries=tuple(sorted((held | added) - removed)))
        try:
            publish_version(
                service=service, rules=rules, note="", actor=actor, now=now, based_on=version.number
            )
        except NothingChanged:
            continue
        changed.append(service)
    return changed
