"""What was just done to items, carried in the address so that it can be undone without a script."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation.catalogue.names import label_name
from review.models import Decision
from review.states import Stage


def done_in(request) -> dict | None:
    """What the visitor did a moment ago and what stands of it: a sentence, and what undoing it takes."""
    tokens = [token for token in request.GET.get("done", "").split(",") if token]
    return told(standing_of(request, tokens), tokens) if tokens else None


def standing_of(request, tokens: list[str]) -> list[Decision]:
    ids, batches = read(tokens)
    own = Decision.objects.owned_by(request.account).standing().filter(reviewer=request.user)
    found = list(own.filter(pk__in=ids)) if ids else []
    return found + (list(own.filter(batch__in=batches)) if batches else [])


def told(decisions: list[Decision], tokens: list[str]) -> dict | None:
    if not decisions:
        return None
    return {"said": sentence(decisions), "tokens": ",".join(tokens)}


def sentence(decisions: list[Decision]) -> str:
    """One for each result that the decisions came to, such as “3 items blocked as Porn.”"""
    counted: dict[tuple, int] = {}
    for one in decisions:
        key = (one.stage, one.outcome, one.label)
        counted[key] = counted.get(key, 0) + 1
    return " ".join(said(*key, count) for key, count in counted.items())


def said(stage: str, outcome: str, label: str, count: int) -> str:
    facts = {"count": count, "label": label_name(label) if label else ""}
    if stage == Stage.RECHECK:
        if outcome == "pass":
            text = ngettext("%(count)d item rechecked: pass.", "%(count)d items rechecked: pass.", count)
        else:
            text = ngettext(
                "%(count)d item rechecked: block as %(label)s.",
                "%(count)d items rechecked: block as %(label)s.",
                count,
            )
    elif outcome == "pass":
        text = ngettext("%(count)d item passed.", "%(count)d items passed.", count)
    else:
        text = ngettext(
            "%(count)d item blocked as %(label)s.", "%(count)d items blocked as %(label)s.", count
        )
    return text % facts


def read(tokens: list[str]) -> tuple[list[int], list[UUID]]:
    """Ids of decisions and of batches; what nobody wrote is left out."""
    ids, batches = [], []
    for token in tokens:
        if token.isascii() and token.isdigit() and len(token) < 19:
            ids.append(int(token))
            continue
        try:
            batches.append(UUID(token))
        except ValueError:
            continue
    return ids, batches


def refusals(refused: dict) -> str:
    """Why some items stayed as they were: each reason once, with how many it met."""
    counted: dict[str, int] = {}
    for error in refused.values():
        counted[str(error.message)] = counted.get(str(error.message), 0) + 1
    if not counted:
        return ""
    if len(counted) == 1 and len(refused) == 1:
        return next(iter(counted))
    reasons = " ".join(f"{reason} ({count})" for reason, count in counted.items())
    return _("Not done: %(reasons)s") % {"reasons": reasons}
