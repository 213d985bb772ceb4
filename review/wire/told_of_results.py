"""What else is known of the results of a page, in one query for each kind of fact."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from config.accounts.authentication import Caller
from moderation.api.bodies import result_bodies
from moderation.models import ModerationResult, Service
from review.models import Decision, Feedback


@dataclass(frozen=True, slots=True)
class Told:
    """By the id of the result; `kinds` by the code of a service."""

    zone: ZoneInfo
    bodies: dict[int, dict] = field(default_factory=dict)
    feedback: dict[int, list[Feedback]] = field(default_factory=dict)
    deciders: dict[int, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


def told_of(results: list[ModerationResult], *, caller: Caller) -> Told:
    account, ids = caller.account, [one.pk for one in results]
    told = Told(
        zone=ZoneInfo(account.time_zone),
        bodies=dict(zip(ids, result_bodies(results), strict=True)),
        kinds=kinds_of_parts(results, account),
    )
    for one in Feedback.objects.owned_by(account).open().filter(result__in=ids):
        told.feedback.setdefault(one.result_id, []).append(one)
    # Who decided is for those who may read the audit log.
    if "audit:read" in caller.scopes and any(one.human_outcome for one in results):
        told.deciders.update(deciders_of(ids, account))
    return told


def kinds_of_parts(results: list[ModerationResult], account) -> dict[str, str]:
    """Which of the services that judged parts of a video judge pictures, and which speech."""
    codes = {part["service"] for one in results for part in one.media.get("services", ())}
    if not codes:
        return {}
    services = Service.objects.owned_by(account).filter(code__in=codes)
    return dict(services.values_list("code", "content_type"))


def deciders_of(ids: list[int], account) -> dict[int, str]:
    decisions = Decision.objects.owned_by(account).standing().filter(item__result__in=ids)
    decisions = decisions.select_related("item", "reviewer", "reviewer_key").order_by("id")
    return {one.item.result_id: by_whom(one) for one in decisions}


def by_whom(decision: Decision) -> str:
    if decision.reviewer is not None:
        return decision.reviewer.get_username()
    return f"key:{decision.reviewer_key.prefix}"
