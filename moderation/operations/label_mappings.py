"""Under which labels of the catalogue the labels of an engine from the database stand."""

import re

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from moderation.models import Label, LabelMapping

LONGEST = 60
CODE = re.compile(r"[-a-z0-9_]{1,40}\Z")
TAKEN = {"new", "incoming", "version"}


class EngineCodeInvalid(Invalid):
    code = "engine_code_invalid"
    default_message = _("A code has at most 40 characters: small letters, digits, hyphens and underscores.")


class MappingInvalid(Invalid):
    code = "mapping_invalid"
    default_message = _(
        "Write one line for each label of the engine: its own name = labels of the catalogue."
    )


def require_code(code: str) -> None:
    """It becomes part of addresses and of places on the disk."""
    if not CODE.match(code) or code in TAKEN:
        raise EngineCodeInvalid(field="slug")


def read_mapping(text: str) -> dict[str, tuple[str, ...]]:
    """Lines of `raw = label, label`; of two lines for one label the last counts."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        raw, equals, codes = line.rpartition("=")
        raw, codes = raw.strip(), tuple(code.strip() for code in codes.split(",") if code.strip())
        if not equals or not raw or len(raw) > LONGEST:
            raise MappingInvalid(field="mapping", line=line)
        found[raw] = codes
    return found


def written_mapping(mapping: dict[str, tuple[str, ...]]) -> str:
    return "\n".join(f"{raw} = {', '.join(codes)}" for raw, codes in mapping.items())


def mapping_of(engine: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    rows = LabelMapping.objects.filter(engine=engine).order_by("id").values_list("raw", "label__code")
    for raw, code in rows:
        found[raw] = (*found.get(raw, ()), code)
    return found


def map_labels(*, engine: str, mapping: dict[str, tuple[str, ...]]) -> None:
    """Make the engine's rows equal to this. Runs in the transaction that changes the engine."""
    wanted = {code for codes in mapping.values() for code in codes}
    labels = dict(Label.objects.current().filter(code__in=wanted).values_list("code", "pk"))
    if unknown := sorted(wanted - labels.keys()):
        raise MappingInvalid(_("The catalogue has no such label."), field="mapping", unknown=unknown)
    LabelMapping.objects.filter(engine=engine).delete()
    LabelMapping.objects.bulk_create(
        LabelMapping(engine=engine, raw=raw, label_id=labels[code])
        for raw, codes in mapping.items()
        for code in dict.fromkeys(codes)
    )
