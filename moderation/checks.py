"""System checks of the engines that the settings name. An engine that is not installed is no error."""

from django.conf import settings
from django.core import checks

from moderation.detectors import discovery
from moderation.detectors.base import EngineMissing
from moderation.detectors.speech_folder import SpeechFolderEngine


def register() -> None:
    checks.register(check_engines)
    checks.register(check_plugins)
    checks.register(check_speech_model)


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


def check_speech_model(app_configs, **kwargs) -> list[checks.Warning]:
    if not settings.ASSAY_SPEECH_MODEL:
        return []
    try:
        found = discovery.there(SpeechFolderEngine())
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a folder is told, and stops nothing
        found = discovery.Found("", note=discovery.reason(error))
    if found.detector is not None:
        return []
    return [
        checks.Warning(
            f"The model that ASSAY_SPEECH_MODEL names cannot be used: {found.note}",
            hint="Mend the folder, or note its files anew with manage.py speech_model.",
            id="assay.W005",
        )
    ]
