"""System checks of the engines that the settings name. An engine that is not installed is no error."""

from django.conf import settings
from django.core import checks

from moderation.detectors import discovery
from moderation.detectors.base import EngineMissing


def register() -> None:
    checks.register(check_engines)
    checks.register(check_plugins)


def check_engines(app_configs, **kwargs) -> list[checks.Error]:
    found = []
    for path in settings.ASSAY_DETECTORS:
        try:
            discovery.class_at(path)
        except discovery.NoSuchEngine as error:
            found.append(checks.Error(str(error), id="assay.E009"))
        except EngineMissing:
            pass
    return found


def check_plugins(app_configs, **kwargs) -> list[checks.Warning]:
    offered = {entry.name for entry in discovery.entry_points(group=discovery.GROUP)}
    return [
        checks.Warning(
            f"ASSAY_ENGINE_PLUGINS allows {name!r}, and no installed package offers an engine of this name.",
            hint="Install the package in the environment of every process, or take the name off the list.",
            id="assay.W004",
        )
        for name in settings.ASSAY_ENGINE_PLUGINS
        if name not in offered
    ]
