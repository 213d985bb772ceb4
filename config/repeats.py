"""Calls that may be repeated under an Idempotency-Key: the first answer is given again."""

import hashlib
from collections.abc import Callable, Iterable

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from config.accounts.idempotency import answer_once
from config.api import JsonRenderer, OwnedAPIView

ENCODER = JsonRenderer()
REPEATS = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Repeats with the same key and content get the first answer again, for a day.",
)


def answered(
    view: OwnedAPIView, *, asked, act: Callable[[], dict], status: int = 200, digest: Callable[[], str] = str
) -> Response:
    """`asked` and the digest of a file beside it are what makes two calls the same."""
    key = view.request.headers.get("Idempotency-Key")
    if key is None:
        return Response(act(), status=status)
    status, body, is_replayed = answer_once(
        account=view.account,
        key=key,
        request=msgspec.json.encode([view.request.path, asked, digest()]),
        now=timezone.now(),
        act=lambda: (status, ENCODER.render(act())),
    )
    headers = {"Idempotency-Replayed": "true"} if is_replayed else None
    return Response(msgspec.json.decode(body), status=status, headers=headers)


def digest_of(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()
