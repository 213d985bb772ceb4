"""What was just decided on recordings, carried in the address so that it can be taken back."""

from django.utils.translation import ngettext

from review.admin.done import standing_of
from review.models import Decision


def done_in(request) -> dict | None:
    tokens = [
        token for token in request.GET.get("done", "").split(",") if token.isascii() and token.isdigit()
    ]
    decisions = standing_of(request, tokens) if tokens else []
    if not decisions:
        return None
    return {"said": sentence(decisions), "tokens": ",".join(str(one.pk) for one in decisions)}


def sentence(decisions: list[Decision]) -> str:
    """Such as “3 recordings passed. 1 recording blocked.”"""
    passed = sum(one.outcome == "pass" for one in decisions)
    blocked = len(decisions) - passed
    parts = []
    if passed:
        said = ngettext("%(count)d recording passed.", "%(count)d recordings passed.", passed)
        parts.append(said % {"count": passed})
    if blocked:
        said = ngettext("%(count)d recording blocked.", "%(count)d recordings blocked.", blocked)
        parts.append(said % {"count": blocked})
    return " ".join(parts)
