"""Lists and figures as files: the answer is an address under which the file is fetched without a key."""

from config.wire.envelopes import Envelope
from config.wire.refusals import invalid
from config.wire.registry import CLASSIC_CONSOLE, CONSOLE, Call, operation
from moderation.models.content import ContentType
from moderation.results_asked import Asked as ResultsAsked
from moderation.results_numbered import merged_ids
from moderation.wire.numbered_pages import MORE, begins_with_oldest
from moderation.wire.result_filters import asked_of as results_asked
from stats.asked import Asked
from stats.exports.asking import request_export
from stats.exports.at_once import ROWS_AT_ONCE, made_soon
from stats.exports.links import ExportNotReady, shared_address
from stats.exports.usage_rows import read_usage_asked
from stats.models import Export
from stats.wire.cip_stats import LEVELS, type_asked
from stats.wire.periods_asked import BIZ_TYPE, SERVICE_CODE, params_of

STATE = "x-assay-export-state"
COLUMNS = {"level": ("hits", "high", "medium", "low", "hit_share"), "label": ("hits", "labels")}


@operation(CONSOLE, "ExportScanResult", scope="results:read", envelope=Envelope.CONSOLE_WITH_STATUS)
def export_scan_result(call: Call) -> dict:
    return {"Data": address_of_results(call, results_asked(call))}


@operation(CONSOLE, "ExportTextScanResult", scope="results:read", envelope=Envelope.CONSOLE)
def export_text_scan_result(call: Call) -> dict:
    return {"Data": address_of_results(call, results_asked(call, content_type=ContentType.TEXT.value))}


@operation(CONSOLE, "ExportCipStats", scope="stats:read", envelope=Envelope.CONSOLE_WITH_STATUS)
def export_cip_stats(call: Call) -> dict:
    if call.parameters.text("Label"):
        raise invalid("Label", "a file has all labels.")
    usual = "level" if type_asked(call) == LEVELS else ""
    wanted = call.parameters.text("ExportType", usual).strip()
    if wanted and wanted not in COLUMNS:
        raise invalid("ExportType", f"one of these is expected: {', '.join(COLUMNS)}.")
    return {"Data": address_of_usage(call, service=SERVICE_CODE, columns=COLUMNS.get(wanted, ()))}


@operation(CLASSIC_CONSOLE, "ExportOpenApiRcpStats", scope="stats:read", envelope=Envelope.BARE)
def export_open_api_rcp_stats(call: Call) -> dict:
    return {"DownloadUrl": address_of_usage(call, service=BIZ_TYPE, columns=COLUMNS["level"])}


def address_of_results(call: Call, asked: ResultsAsked) -> str:
    if begins_with_oldest(call):
        raise invalid("Sort", "a file begins with the newest.")
    ids = merged_ids(asked, account=call.account, limit=ROWS_AT_ONCE + 1)
    return address_of(call, Export.Kind.RESULTS, asked.query, is_short=len(ids) <= ROWS_AT_ONCE)


def address_of_usage(call: Call, *, service: str, columns: tuple[str, ...]) -> str:
    asked: Asked = read_usage_asked(params_of(call, service=service), account=call.account, now=call.now)
    rows = len(asked.period.steps) * len(asked.services if asked.chosen is None else asked.chosen)
    query = asked.query(compare=None)
    return address_of(call, Export.Kind.USAGE, query, columns=columns, is_short=rows <= ROWS_AT_ONCE)


def address_of(
    call: Call, kind: Export.Kind, query: str, *, columns: tuple[str, ...] = (), is_short: bool
) -> str:
    """One that is still being written has its address already, which says so until it is ready."""
    export = request_export(
        account=call.account,
        actor=call.caller.key,
        kind=kind.value,
        format=Export.Format.XLSX.value,
        query=query,
        columns=columns,
        has_content=True,
        now=call.now,
    )
    export = made_soon(export, is_short=is_short)
    if export.state == Export.State.FAILED:
        raise ExportNotReady(state=export.state)
    call.headers[STATE] = export.state
    if export.is_cut:
        call.headers[MORE] = str(export.rows)
    return shared_address(export, now=call.now)
