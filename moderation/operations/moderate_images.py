"""One picture from the client's hands to stored, answered results: one for each service it was sent to."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import Revisions
from config.errors import Invalid
from config.uuid7 import uuid7
from libraries.matching.fingerprints import plain
from moderation.inspection import Inspection
from moderation.media import storage
from moderation.media.decoding import Picture, decode
from moderation.media.fetch import fetch_image
from moderation.models import CallbackEndpoint, ModerationResult
from moderation.models.content import ContentType
from moderation.operations.moderate import describe, is_for_people, require_id, scope_for, store
from moderation.pictures import Sightings, inspect_image, is_looked_up, see
from moderation.scope import Scope
from moderation.verdict import reach_verdict

MOST_SERVICES = 10
LONGEST_NAME = 2000


class ServicesMissing(Invalid):
    code = "services_missing"
    default_message = _("Name the service whose rules apply, or up to ten of them.")


class ServicesTooMany(Invalid):
    code = "services_too_many"
    default_message = _("One call takes at most ten services.")


@dataclass(frozen=True, slots=True)
class ImageSource:
    """A picture as the client gives it: an address to fetch it from, or its bytes and what it is called."""

    url: str = ""
    data: bytes | None = None
    name: str = ""

    def read(self) -> bytes:
        return fetch_image(self.url) if self.data is None else self.data


@dataclass(frozen=True, slots=True)
class Prepared:
    """Results that only need to be stored. `key` is set where the picture's bytes were written for them.

    `aside` are results by other rules, to be shown and not to be kept.
    """

    judged: list[tuple[ModerationResult, Inspection, Scope]]
    key: str = ""
    aside: tuple[ModerationResult, ...] = ()

    @property
    def results(self) -> list[ModerationResult]:
        return [result for result, _inspection, _scope in self.judged]

    def store(
        self, *, also: Iterable[CallbackEndpoint] = (), is_answered: bool = True
    ) -> list[ModerationResult]:
        """Keep the results, in the caller's transaction if there is one; or leave nothing behind."""
        try:
            store(self.judged, also=also, is_answered=is_answered)
        except BaseException:
            self.discard()
            raise
        return self.results

    def discard(self) -> None:
        if self.key:
            storage.remove([self.key])


def moderate_image(**asked) -> list[ModerationResult]:
    """Moderate one picture by the rules of each service and keep the results, in the services' order.

    Takes what `prepare` takes.
    """
    return prepare(**asked).store()


def prepare(
    *,
    account: Account,
    revisions: Revisions,
    service_codes: list[str],
    source: ImageSource,
    data_id: str = "",
    author_id: str = "",
    context: dict | None = None,
    request_id: UUID | None = None,
    origin: str = ModerationResult.Source.API,
    kept_as: str = "",
    beside: tuple[Scope, ...] = (),
    now: datetime,
) -> Prepared:
    """Everything but the writing. Fetches and decodes, so never call this inside a transaction.

    The picture is fetched, decoded and looked at once, whatever the number of services. `kept_as` is the
    key under which its bytes are stored already; `beside` are scopes to judge by without keeping the result.
    """
    started = time.perf_counter_ns()
    scopes = image_scopes(account=account, revisions=revisions, service_codes=service_codes)
    require_id(data_id, field="data_id")
    require_id(author_id, field="account.id")
    data = source.read()
    looked_up = is_looked_up([*scopes, *beside], revisions)
    with decode(data, fingerprinted=looked_up) as picture:
        seen = see(picture, scopes=[*scopes, *beside], revisions=revisions)
        judged = [judge(seen, scope=scope, revisions=revisions) for scope in scopes]
        aside = [judge(seen, scope=scope, revisions=revisions)[0] for scope in beside]
        fingerprints = picture.fingerprints
        media = facts_of(picture)
    for result, _inspection, _scope in judged:
        result.source = origin
    if not fingerprints and any(is_for_people(result, scope) for result, _inspection, scope in judged):
        # Few pictures go to people, and only they are looked at twice.
        with decode(data) as again:
            fingerprints = again.fingerprints
        judged = [
            (result, replace(inspection, fingerprints=fingerprints), scope)
            for result, inspection, scope in judged
        ]
    if fingerprints:
        media["pdq"] = plain(fingerprints).value.hex()
    new_key = ""
    if settings.ASSAY_KEEP_PICTURES:
        new_key = "" if kept_as else storage.new_key(account_uid=account.uid, now=now)
        media["key"] = kept_as or new_key
        if new_key:
            storage.keep(new_key, data)
    request_id = request_id or uuid7()
    took_us = (time.perf_counter_ns() - started) // 1000
    for result in [*(result for result, _inspection, _scope in judged), *aside]:
        result.request_id = request_id
        result.content, result.source, result.created_at = named(source), origin, now
        result.data_id, result.author_id, result.context = data_id, author_id, context or {}
        result.media = media | result.media
        result.took_us = took_us
    return Prepared(judged, new_key, tuple(aside))


def image_scopes(*, account: Account, revisions: Revisions, service_codes: list[str]) -> list[Scope]:
    codes = list(dict.fromkeys(service_codes))
    if not codes:
        raise ServicesMissing(field="service")
    if len(codes) > MOST_SERVICES:
        raise ServicesTooMany(field="services", most=MOST_SERVICES)
    return [
        scope_for(account=account, revisions=revisions, service_code=code, content_type=ContentType.IMAGE)
        for code in codes
    ]


def judge(seen: Sightings, *, scope: Scope, revisions: Revisions):
    inspection = inspect_image(seen, scope=scope, revisions=revisions)
    verdict = reach_verdict(inspection.findings, scope.rules)
    result = describe(scope=scope, inspection=inspection, verdict=verdict)
    if inspection.text:
        result.media = {"text": inspection.text, "lines": list(inspection.lines)}
    return result, inspection, scope


def facts_of(picture: Picture) -> dict:
    return {
        "sha256": picture.sha256,
        "format": picture.format,
        "width": picture.width,
        "height": picture.height,
        "bytes": picture.bytes,
        "frames": picture.frame_count,
    }


def named(source: ImageSource) -> str:
    """What stands for the picture in lists: where it came from, or what it was called."""
    return (source.url or source.name).replace("\0", "\ufffd")[:LONGEST_NAME]
