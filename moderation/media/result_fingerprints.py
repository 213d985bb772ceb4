"""Fingerprints of pictures that people may decide on, kept with the result: a decision decodes nothing."""

from collections.abc import Iterable

from libraries.matching.fingerprints import Fingerprint
from libraries.matching.rulings import TURNED
from moderation.models import ModerationResult, ResultFingerprint


def keep_fingerprints(*, result: ModerationResult, fingerprints: Iterable[Fingerprint]) -> None:
    """Runs in the transaction that stores the result."""
    ResultFingerprint(
        account_id=result.account_id, result=result, **ResultFingerprint.packed(fingerprints)
    ).save(force_insert=True)


def fingerprints_of(result: ModerationResult) -> tuple[Fingerprint, ...]:
    """Everything the picture is looked up by; nothing where it was not kept."""
    held = ResultFingerprint.objects.filter(result_id=result.pk).first()
    return held.fingerprints if held else ()


def for_library(fingerprints: Iterable[Fingerprint]) -> tuple[Fingerprint, ...]:
    """What a library keeps of a picture is what it is looked up by, but for its turns and reflections."""
    return tuple(one for one in fingerprints if not one.kind.startswith(TURNED))
