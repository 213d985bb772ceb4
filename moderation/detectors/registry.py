"""The engines of this installation, each behind a breaker, so that a broken one harms nobody."""

import threading
import time
from dataclasses import dataclass
from functools import cache

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from moderation.detectors.base import Detector, DetectorSpec, RawHit

FAILURES_TO_OPEN = 5
REST_SECONDS = 30.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What an engine saw; `failed` means that it could not look, which is not the same as nothing."""

    hits: list[RawHit]
    failed: bool = False


class GuardedDetector:
    """An engine whose failure is an answer. After some failures in a row it rests for a while."""

    def __init__(self, detector: Detector, clock=time.monotonic):
        self.detector = detector
        self.spec: DetectorSpec = detector.spec
        self.clock = clock
        self.failures = 0
        self.rests_until = 0.0
        self.lock = threading.Lock()

    @property
    def is_resting(self) -> bool:
        return self.failures >= FAILURES_TO_OPEN and self.clock() < self.rests_until

    def look_at(self, text: str) -> Look:
        if self.is_resting:
            return Look([], failed=True)
        try:
            hits = self.detector.inspect(text)
        except Exception:  # noqa: BLE001 - whatever an engine raises, the others still answer
            log.exception("engine_failed", engine=self.spec.name)
            with self.lock:
                self.failures += 1
                self.rests_until = self.clock() + REST_SECONDS
            return Look([], failed=True)
        if self.failures:
            self.failures = 0
        return Look(hits)


@cache
def detectors() -> tuple[GuardedDetector, ...]:
    return tuple(load(path) for path in settings.ASSAY_DETECTORS)


@cache
def detectors_for(content_type: str) -> tuple[GuardedDetector, ...]:
    return tuple(found for found in detectors() if content_type in found.spec.content_types)


def load(path: str) -> GuardedDetector:
    try:
        detector = import_string(path)()
    except ImportError as error:
        raise ImproperlyConfigured(f"ASSAY_DETECTORS names {path}, which cannot be imported.") from error
    detector.setup()
    return GuardedDetector(detector)


def forget() -> None:
    """Read the settings anew: for tests that change them."""
    detectors.cache_clear()
    detectors_for.cache_clear()
