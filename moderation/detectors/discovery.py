"""Which engines there are to choose from: those named in the settings, and those that other packages offer.

Nothing here loads weights or heavy packages: what is read is what an engine declares of itself.
"""

from collections import Counter
from dataclasses import dataclass
from importlib.metadata import entry_points

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from moderation.detectors import packages
from moderation.detectors.base import Detector, DetectorSpec, EngineMissing

GROUP = "assay.engines"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """An engine that was looked for. Without a `detector` it is missing, and `note` says why.

    `origin` is the package that offers it; empty for an engine that the settings name by its path.
    """

    name: str
    detector: Detector | None = None
    note: object = ""
    origin: str = ""
    spec: DetectorSpec | None = None


class NoSuchEngine(ImproperlyConfigured):
    """A path in the settings that leads to no class: a mistake, where a missing package is none."""


def find() -> list[Found]:
    """All of them, each name once: what the settings name stands before what packages offer."""
    found = [named(path) for path in settings.ASSAY_DETECTORS] + offered()
    kept: dict[str, Found] = {}
    for one in found:
        if one.name in kept:
            note = format_lazy(_("There is another engine of the name {name}."), name=one.name)
            one = Found(f"{one.name} ({one.origin or 'settings'})", None, note, one.origin, one.spec)
        kept.setdefault(one.name, one)
    return list(kept.values())


def named(path: str) -> Found:
    try:
        detector = class_at(path)()
    except EngineMissing as error:
        return Found(path, None, error.args[0])
    except NoSuchEngine:
        raise
    except Exception as error:  # noqa: BLE001 - one engine that breaks may not break the others
        log.exception("engine_broken", engine=path)
        return Found(path, None, reason(error))
    return there(detector)


def class_at(path: str) -> type[Detector]:
    try:
        return import_string(path)
    except ImportError as error:
        lacking = error.name or path
        if isinstance(error.__cause__, AttributeError) or f"{path}.".startswith(f"{lacking}."):
            raise NoSuchEngine(f"ASSAY_DETECTORS names {path}, which cannot be imported.") from error
        raise EngineMissing(reason(error)) from error


def offered() -> list[Found]:
    """Engines of other packages, only those that are allowed by name."""
    entries = {}
    allowed = list(dict.fromkeys(settings.ASSAY_ENGINE_PLUGINS))
    present = [entry for entry in entry_points(group=GROUP) if entry.name in allowed]
    counts = Counter(entry.name for entry in present)
    for entry in present:
        entries.setdefault(entry.name, entry)
    return [opened(name, entries.get(name), counts[name]) for name in allowed]


def opened(name: str, entry, count: int) -> Found:
    if entry is None:
        return Found(name, None, _("No installed package offers an engine of this name."))
    origin = entry.dist.name if entry.dist else entry.value
    if count > 1:
        return Found(name, None, _("Several packages offer an engine of this name."), origin)
    try:
        detector = entry.load()()
    except EngineMissing as error:
        return Found(name, None, error.args[0], origin)
    except Exception as error:  # noqa: BLE001 - others wrote it
        log.exception("engine_broken", engine=name, origin=origin)
        return Found(name, None, reason(error), origin)
    spec = getattr(detector, "spec", None)
    if not isinstance(spec, DetectorSpec) or spec.name != name:
        note = _("What the package offers does not declare itself as the engine of this name.")
        return Found(name, None, note, origin)
    return there(detector, origin)


def there(detector: Detector, origin: str = "") -> Found:
    """Whether what it needs is installed, as far as that can be said without loading it."""
    spec = detector.spec
    try:
        for package in spec.packages:
            packages.look_for(package)
        if hasattr(detector, "look_for"):
            detector.look_for()
    except EngineMissing as error:
        return Found(spec.name, None, error.args[0], origin, spec)
    return Found(spec.name, detector, "", origin, spec)


def reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
