"""Packages that engines need: looked for without importing them, and imported only where an engine is set up.

Engines import their heavy packages here and not at the top of their modules, so that what an engine declares
can be read by processes that never run it, and by installations that lack the package.
"""

import importlib
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from moderation.detectors.base import EngineMissing


def look_for(name: str) -> Path:
    """The folder of an installed package. Nothing of the package is run."""
    try:
        found = find_spec(name)
    except (ImportError, ValueError):
        found = None
    if found is None or not found.origin:
        raise EngineMissing(format_lazy(_("The package {name} is not installed."), name=name))
    return Path(found.origin).parent


def load(name: str) -> ModuleType:
    look_for(name.partition(".")[0])
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as error:  # OSError: a shared library of the system is not there
        note = format_lazy(_("The package {name} cannot be used: {error}"), name=name, error=error)
        raise EngineMissing(note) from error
