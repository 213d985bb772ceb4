"""Engine files: proved before they stand, versioned, switched on and off. Everything here is audited."""

import hashlib
import json
import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import numpy
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow, NotFound, TooLarge
from moderation.detectors.file_check import try_out
from moderation.detectors.file_engine import MANIFEST, MODEL, SAMPLE, Manifest, differences, folder_of
from moderation.models import EngineFile, EngineFileVersion
from moderation.operations.engine_revisions import bump_engines
from moderation.operations.label_mappings import MappingInvalid, map_labels, mapping_of, require_code

LARGEST = 512 * 2**20


class EngineFileInvalid(Invalid):
    code = "engine_file_invalid"
    default_message = _("This file cannot be used as an engine.")


class EngineFileTooLarge(TooLarge):
    code = "engine_file_too_large"
    default_message = _("An engine file has at most 512 MB.")


class EngineFileDiffers(Invalid):
    """The proof failed: most often the picture is not prepared as the model expects it."""

    code = "engine_file_differs"
    default_message = _(
        "The sample picture got other scores than expected. Most often scale, mean, channels or size "
        "are not those of the model's training."
    )


class EngineFileSlugTaken(NotAllowedNow):
    code = "engine_file_slug_taken"
    default_message = _("Another engine file has this code already.")


class EngineFileUnmapped(NotAllowedNow):
    code = "engine_file_unmapped"
    default_message = _("Map at least one of its labels first: nobody would see what it says.")


def add_engine_file(
    *,
    slug: str,
    name: str,
    licence: str,
    model: bytes,
    sample: numpy.ndarray,
    description: dict,
    mapping: dict[str, tuple[str, ...]],
    account: Account,
    actor,
    now: datetime,
) -> EngineFile:
    """Bring a new engine. It starts disabled. `account` is the one in whose audit trail it is written."""
    require_code(slug)
    if EngineFile.objects.filter(slug=slug).exists():
        raise EngineFileSlugTaken(field="slug")
    engine = EngineFile(slug=slug, name=name.strip(), licence=licence.strip(), created_at=now)
    proved = prove(engine=engine, number=1, model=model, sample=sample, description=description)
    with transaction.atomic():
        engine.save(force_insert=True)
        put(engine, proved, 1, len(model), actor, now)
        require_mapping(mapping, proved["manifest"])
        map_labels(engine=engine.engine, mapping=mapping)
        bump_engines()
        note(engine, account, actor, "engine_file.added", now, after=facts(engine))
    return engine


def replace_engine_file(
    *, engine: EngineFile, model: bytes, sample: numpy.ndarray, description: dict, account, actor, now
) -> EngineFile:
    """Another file, or another description of it, is a new version. Results name the version that judged."""
    number = engine.versions.order_by("-number").values_list("number", flat=True).first() + 1
    proved = prove(engine=engine, number=number, model=model, sample=sample, description=description)
    with transaction.atomic():
        engine = locked(engine)
        before = facts(engine)
        put(engine, proved, number, len(model), actor, now)
        outputs = set(proved["manifest"].outputs)
        kept = {raw: codes for raw, codes in mapping_of(engine.engine).items() if raw in outputs}
        map_labels(engine=engine.engine, mapping=kept)
        bump_engines()
        note(engine, account, actor, "engine_file.replaced", now, before=before, after=facts(engine))
    return engine


@transaction.atomic
def change_engine_file(
    *, engine: EngineFile, name: str, licence: str, is_enabled: bool, mapping, account, actor, now: datetime
) -> EngineFile:
    engine = locked(engine)
    before = facts(engine)
    require_mapping(mapping, Manifest.from_json(engine.current.manifest))
    engine.name, engine.licence, engine.is_enabled = name.strip(), licence.strip(), is_enabled
    if not engine.name:
        raise EngineFileInvalid(_("Give it a name."), field="name")
    if is_enabled and not any(mapping.values()):
        raise EngineFileUnmapped(field="mapping")
    engine.save(update_fields=["name", "licence", "is_enabled"])
    map_labels(engine=engine.engine, mapping=mapping)
    bump_engines()
    note(engine, account, actor, "engine_file.changed", now, before=before, after=facts(engine))
    return engine


@transaction.atomic
def use_version(*, version: EngineFileVersion, account, actor, now: datetime) -> EngineFile:
    """Go back to a version that was proved before."""
    engine = locked(version.engine)
    before = facts(engine)
    engine.current = version
    engine.save(update_fields=["current"])
    bump_engines()
    note(engine, account, actor, "engine_file.version_chosen", now, before=before, after=facts(engine))
    return engine


def prove(*, engine: EngineFile, number: int, model: bytes, sample, description: dict) -> dict:
    """Write the version's folder, and let a process of its own try it out. Nothing stands if that fails."""
    if len(model) > LARGEST:
        raise EngineFileTooLarge(field="model")
    try:
        manifest = Manifest.from_json(
            description
            | {
                "name": engine.engine,
                "version": str(number),
                "sha256": hashlib.sha256(model).hexdigest(),
                "licence": engine.licence,
            }
        )
    except (ValueError, TypeError, KeyError) as error:
        raise EngineFileInvalid(str(error), field="description") from error
    place = folder_of(engine.slug, number)
    root = Path(settings.MEDIA_ROOT) / "engines"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
    try:
        (fresh / MODEL).write_bytes(model)
        numpy.save(fresh / SAMPLE, sample, allow_pickle=False)
        (fresh / MANIFEST).write_text(json.dumps(manifest.to_json(), ensure_ascii=False))
        found = require_proof(manifest, try_out(fresh))
        place.parent.mkdir(mode=0o700, exist_ok=True)
        if place.exists():  # left behind by a save whose transaction failed
            shutil.rmtree(place)
        os.replace(fresh, place)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return {"manifest": manifest, "milliseconds": found["milliseconds"]}


def require_proof(manifest: Manifest, found: dict) -> dict:
    if "scores" not in found:
        reason = found.get("error") or _("It crashed, hung, or used up the memory.")
        raise EngineFileInvalid(reason, field="model", how=found.get("how", ""))
    off = differences(manifest, found["scores"])
    if max(off.values()) > manifest.tolerance:
        told = {label: round(points, 2) for label, points in found["scores"].items()}
        raise EngineFileDiffers(field="description", expected=manifest.expected, found=told)
    return found


def require_mapping(mapping: dict[str, tuple[str, ...]], manifest: Manifest) -> None:
    if unknown := sorted(set(mapping) - set(manifest.outputs)):
        raise MappingInvalid(_("The model has no such label."), field="mapping", unknown=unknown)


def put(engine: EngineFile, proved: dict, number: int, size: int, actor, now: datetime) -> None:
    manifest = proved["manifest"]
    engine.current = EngineFileVersion.objects.create(
        engine=engine,
        number=number,
        sha256=manifest.sha256,
        bytes=size,
        manifest=manifest.to_json(),
        milliseconds=proved["milliseconds"],
        added_by=actor,
        added_at=now,
    )
    engine.save(update_fields=["current"])


def locked(engine: EngineFile) -> EngineFile:
    rows = EngineFile.objects.select_for_update(of=("self",)).select_related("current")
    found = rows.filter(pk=engine.pk).first()
    if found is None:
        raise NotFound()
    return found


def facts(engine: EngineFile) -> dict:
    return {
        "name": engine.name,
        "licence": engine.licence,
        "version": engine.current.number,
        "sha256": engine.current.sha256,
        "is_enabled": engine.is_enabled,
        "mapping": mapping_of(engine.engine),
    }


def note(engine: EngineFile, account, actor, action: str, now: datetime, before=None, after=None) -> None:
    record(
        account=account,
        actor=actor,
        action=action,
        subject=f"engine:{engine.engine}",
        before=before,
        after=after,
        now=now,
    )
