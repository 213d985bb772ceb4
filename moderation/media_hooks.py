"""What others know of recordings of the media library and do with them: they fill these."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from moderation.models import MediaAsset

# Called with an asset that is being removed, in the transaction of that: asset, actor=..., now=....
removers: list[Callable[..., Any]] = []


def leave(asset: MediaAsset, *, actor, now: datetime) -> None:
    for remove in removers:
        remove(asset, actor=actor, now=now)
