"""Results as the console of the vendor lists them, with what people made of them."""

from config.wire.envelopes import Envelope
from config.wire.registry import CONSOLE, Call, operation
from moderation.models.content import ContentType
from moderation.results_asked import Asked
from moderation.results_numbered import numbered
from moderation.wire.numbered_pages import DEEPEST, MORE, begins_with_oldest, page_asked
from moderation.wire.result_filters import asked_of
from review.wire.scan_items import scan_item, text_item
from review.wire.told_of_results import told_of


@operation(CONSOLE, "GetScanResult", scope="results:read", envelope=Envelope.CONSOLE_WITH_STATUS)
def get_scan_result(call: Call) -> dict:
    return {"Data": listed(call, asked_of(call), scan_item)}


@operation(CONSOLE, "GetTextScanResult", scope="results:read", envelope=Envelope.CONSOLE)
def get_text_scan_result(call: Call) -> dict:
    return {"Data": listed(call, asked_of(call, content_type=ContentType.TEXT.value), text_item)}


def listed(call: Call, asked: Asked, as_item) -> dict:
    page = page_asked(call)
    found = numbered(
        asked,
        account=call.account,
        first=page.first,
        size=page.size,
        most=DEEPEST,
        oldest_first=begins_with_oldest(call),
    )
    if found.more:
        call.headers[MORE] = str(DEEPEST)
    told = told_of(found.results, caller=call.caller)
    return page.facts(total=found.total) | {"Items": [as_item(one, told) for one in found.results]}
