"""Every kind of export there is."""

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from stats.exports.decision_rows import DECISIONS
from stats.exports.kind import Kind
from stats.exports.library_rows import SAMPLES, VOCABULARY
from stats.exports.log_rows import AUDIT, CALLBACKS
from stats.exports.result_rows import RESULTS
from stats.exports.review_rows import LABELS, QUEUES
from stats.exports.usage_rows import USAGE

KINDS: dict[str, Kind] = {
    kind.code.value: kind
    for kind in (USAGE, RESULTS, DECISIONS, QUEUES, LABELS, SAMPLES, VOCABULARY, AUDIT, CALLBACKS)
}


class KindUnknown(Invalid):
    code = "export_kind_unknown"
    default_message = _("There is no export of this kind: see its description for those that there are.")


def kind_of(code: str) -> Kind:
    if code not in KINDS:
        raise KindUnknown(field="kind", kinds=list(KINDS))
    return KINDS[code]
