"""Trying a service out: results marked as tests, and beside them what a draft would have said."""

from dataclasses import dataclass
from datetime import datetime

from config.accounts.models import Account
from config.accounts.revisions import Revisions
from moderation.models import ModerationResult, Service
from moderation.operations.moderate import describe, moderate_text
from moderation.operations.moderate_images import ImageSource, prepare
from moderation.pipeline import inspect_text
from moderation.scope import compile_scope
from moderation.values import Rules
from moderation.verdict import reach_verdict


@dataclass(frozen=True, slots=True)
class Trial:
    """`draft` is judged and not stored; None where there is no draft."""

    published: ModerationResult
    draft: ModerationResult | None = None


def try_image(
    *,
    account: Account,
    revisions: Revisions,
    service: Service,
    source: ImageSource,
    draft: Rules | None,
    data_id: str = "",
    context: dict | None = None,
    now: datetime,
) -> Trial:
    beside = (compile_scope(service, rules=draft),) if draft else ()
    prepared = prepare(
        account=account,
        revisions=revisions,
        service_codes=[service.code],
        source=source,
        data_id=data_id,
        context=context,
        origin=ModerationResult.Source.TEST,
        beside=beside,
        now=now,
    )
    [published] = prepared.store()
    return Trial(published, prepared.aside[0] if draft else None)


def try_text(
    *,
    account: Account,
    revisions: Revisions,
    service: Service,
    content: str,
    draft: Rules | None,
    data_id: str = "",
    context: dict | None = None,
    now: datetime,
) -> Trial:
    published = moderate_text(
        account=account,
        revisions=revisions,
        service_code=service.code,
        content=content,
        data_id=data_id,
        context=context,
        source=ModerationResult.Source.TEST,
        now=now,
    )
    if draft is None:
        return Trial(published)
    scope = compile_scope(service, rules=draft)
    inspection = inspect_text(published.content, scope=scope, revisions=revisions)
    verdict = reach_verdict(inspection.findings, scope.rules)
    other = describe(scope=scope, inspection=inspection, verdict=verdict)
    other.content, other.created_at = published.content, now
    return Trial(published, other)
