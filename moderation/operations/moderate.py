"""One piece of content from the client's hands to a stored, answered result."""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import Revisions
from config.errors import Invalid, NotAllowedNow
from config.uuid7 import uuid7
from libraries.operations.hits import count_hits as count_keyword_hits
from libraries.operations.image_hits import count_hits as count_image_hits
from libraries.operations.sample_guard import note_flip
from moderation.callbacks.results import tell_of_result
from moderation.inspection import Inspection
from moderation.learning.embeddings import keep_embedding
from moderation.media.result_fingerprints import keep_fingerprints
from moderation.models import CallbackEndpoint, ModerationResult, ResultLabel
from moderation.models.content import ContentType
from moderation.pipeline import inspect_text
from moderation.scope import Scope, scopes_of
from moderation.signals import verdict_reached
from moderation.values import Finding, LabelVerdict, Level, Rules, Source, Verdict
from moderation.verdict import reach_verdict

LONGEST_ID = 128


class ServiceUnknown(Invalid):
    code = "service_unknown"
    default_message = _("This account has no such service: see the list of services for its codes.")


class ServiceForPeople(NotAllowedNow):
    code = "service_for_people"
    default_message = _("No machine judges what is sent to this service: send it to people's review.")


class ContentMissing(Invalid):
    code = "content_missing"
    default_message = _("There is no text to moderate.")


class ContentTooLong(Invalid):
    code = "content_too_long"
    default_message = _("The text is too long for one call: send it in parts.")


class IdInvalid(Invalid):
    code = "id_invalid"
    default_message = _("An id has at most 128 printable characters.")


def moderate_text(
    *,
    account: Account,
    revisions: Revisions,
    service_code: str,
    content: str,
    data_id: str = "",
    author_id: str = "",
    context: dict | None = None,
    request_id: UUID | None = None,
    source: str = ModerationResult.Source.API,
    now: datetime,
) -> ModerationResult:
    """Moderate one text and keep the result. `context` is what the client says of the author's device."""
    started = time.perf_counter_ns()
    scope = scope_for(
        account=account, revisions=revisions, service_code=service_code, content_type=ContentType.TEXT
    )
    content = require_text(content)
    require_id(data_id, field="data_id")
    require_id(author_id, field="account.id")
    inspection = inspect_text(content, scope=scope, revisions=revisions)
    verdict = reach_verdict(inspection.findings, scope.rules)
    result = describe(scope=scope, inspection=inspection, verdict=verdict)
    result.request_id = request_id or uuid7()
    result.content, result.source, result.created_at = content, source, now
    result.data_id, result.author_id, result.context = data_id, author_id, context or {}
    result.took_us = (time.perf_counter_ns() - started) // 1000
    store([(result, inspection, scope)])
    return result


def scope_for(*, account: Account, revisions: Revisions, service_code: str, content_type: str) -> Scope:
    scope = scopes_of(account_id=account.pk, revision=revisions.services).get(service_code)
    if scope is None or scope.service.content_type != content_type:
        raise ServiceUnknown(field="service", service=service_code)
    if scope.service.is_human_only:
        raise ServiceForPeople(field="service", service=service_code)
    return scope


def require_text(content: str) -> str:
    """The text as it is judged and kept: NUL, which the database cannot hold, shows as U+FFFD."""
    if not content.strip():
        raise ContentMissing(field="content")
    if len(content) > settings.ASSAY_TEXT_MAX_CHARACTERS:
        raise ContentTooLong(
            field="content", characters=len(content), most=settings.ASSAY_TEXT_MAX_CHARACTERS
        )
    return content.replace("\0", "\ufffd")


def require_id(text: str, *, field: str) -> None:
    if len(text) > LONGEST_ID or not text.isprintable():
        raise IdInvalid(field=field)


def describe(*, scope: Scope, inspection: Inspection, verdict: Verdict) -> ModerationResult:
    return ModerationResult(
        account_id=scope.service.account_id,
        service=scope.service,
        version_id=scope.version_id,
        content_type=scope.service.content_type,
        level=verdict.level.value,
        labels=labels_json(verdict, inspection.notes),
        uncovered=inspection.uncovered(scope),
        scores=inspection.scores,
    )


def labels_json(verdict: Verdict, notes: tuple[Finding, ...]) -> list[dict]:
    """The notes stand with the label that decides."""
    first, *others = verdict.labels
    return [label_json(first, notes), *map(label_json, others)]


def label_json(verdict: LabelVerdict, notes: tuple[Finding, ...] = ()) -> dict:
    return {
        "label": verdict.label,
        "level": verdict.level.value,
        "confidence": verdict.confidence,
        "evidence": [
            {"source": finding.source.value, "detector": finding.detector, "score": finding.score}
            | ({} if finding.most is Level.HIGH else {"most": finding.most.value})
            | finding.evidence
            for finding in (*verdict.findings, *notes)
        ],
    }


@transaction.atomic
def store(
    judged: Iterable[tuple[ModerationResult, Inspection, Scope]],
    *,
    also: Iterable[CallbackEndpoint] = (),
    is_answered: bool = True,
) -> None:
    """Keep the results of one request: all of them with all that follows, or none.

    `also` are endpoints that are told of them beside those that asked for it. Whoever is answered at once
    knows already: of that there is an event only where an endpoint asked for it.
    """
    for result, inspection, scope in judged:
        result.save(force_insert=True)
        ResultLabel.objects.create_for(result)
        if inspection.embedding is not None and result.content_type == ContentType.TEXT:
            keep_embedding(result=result, embedding=inspection.embedding)
        if inspection.fingerprints and is_for_people(result, scope):
            keep_fingerprints(result=result, fingerprints=inspection.fingerprints)
        count_list_hits(result=result, findings=inspection.findings)
        count_flip(result=result, inspection=inspection, scope=scope)
        verdict_reached.send(sender=ModerationResult, result=result, rules=scope.rules)
        if result.source == ModerationResult.Source.API and (scope.is_told or not is_answered):
            tell_of_result(result, account=scope.service.account, also=also)


def count_list_hits(*, result: ModerationResult, findings: list[Finding]) -> None:
    """For the people who keep the lists: which of their words and pictures are ever met."""
    words = Counter(one.evidence["keyword_id"] for one in findings if one.source is Source.VOCABULARY)
    images = {one.evidence["image"] for one in findings if "image" in one.evidence}
    if words:
        count_keyword_hits(result.account_id, words, result.created_at)
    if images:
        count_image_hits(account_id=result.account_id, image_ids=images, now=result.created_at)


def is_for_people(result: ModerationResult, scope: Scope) -> bool:
    is_tried = result.source == ModerationResult.Source.TEST
    return not is_tried and (
        Level(result.level) in scope.rules.seen_by_people or is_unheard(result, scope.rules)
    )


def is_unheard(result: ModerationResult, rules: Rules) -> bool:
    """Whether people are to listen to speech because nothing else could."""
    return rules.unheard_to_people and bool(result.media.get("unheard_ms"))


def count_flip(*, result: ModerationResult, inspection: Inspection, scope: Scope) -> None:
    """For the guard over samples: how often one has its way against the machine."""
    if result.source == ModerationResult.Source.TEST or not is_flip(inspection, scope.rules):
        return
    note_flip(
        account_id=result.account_id,
        content_type=result.content_type,
        sample_id=inspection.flipped,
        now=result.created_at,
    )


def is_flip(inspection: Inspection, rules: Rules) -> bool:
    """Not where the machine alone would have said the same."""
    if inspection.flipped is None:
        return False
    others = [one for one in inspection.findings if one.source is not Source.SAMPLE]
    return len(others) == len(inspection.findings) or reach_verdict(others, rules).level is not Level.HIGH
