"""Version 2017-08-23: which review items a list asks for, in the words of the SDK, and one page of them."""

from dataclasses import replace

from config.wire.pages import DEEPEST, Page
from config.wire.refusals import invalid
from config.wire.registry import Call
from moderation.catalogue.scenes import place_of
from moderation.models import Label
from moderation.models.content import ContentType
from moderation.models.labels import kinds_for
from moderation.operations.human_verdict import LABELLED_LIKE
from moderation.operations.moderate import ServiceUnknown
from moderation.values import LIBRARY_SUFFIX
from moderation.wire.classic_calls import service_for
from review.items_asked import ItemsAsked, read_items_asked
from review.items_query import newest_item_ids, with_words
from review.models import ReviewItem

KINDS = {"image": "image", "text": "text", "video": "video", "voice": "audio", "audio": "audio"}
NAMES = {"image": "image", "text": "text", "video": "video", "audio": "voice"}
OUTCOMES = ("pass", "block", "review")


def kind_of(call: Call, name: str) -> str:
    """Blank where all kinds are asked for."""
    return KINDS.get(choice(call, name, tuple(KINDS)), "")


def choice(call: Call, name: str, known: tuple[str, ...]) -> str:
    text = call.parameters.text(name).strip().lower()
    if text and text not in known:
        raise invalid(name, f"one of {', '.join(known)} is expected.")
    return text


def services_of(call: Call, kind: str) -> str:
    """The codes of a BizType's services, of the kind of content that is asked for or of all."""
    biz_type = call.parameters.text("BizType").strip()
    found = []
    for one in [kind] if kind else ContentType.values:
        try:
            found.append(service_for(call.account, biz_type, one))
        except ServiceUnknown:
            continue
    if biz_type and not found:
        raise ServiceUnknown(field="BizType", service=biz_type)
    return ",".join(filter(None, found))


def codes_for(kind: str, *, scene: str = "", label: str = "") -> list[str]:
    """Our labels for a scene of 1.0, for a label of it, or for both. One of ours stands for itself."""
    asked = [kind] if kind else list(ContentType.values)
    taken = {one: set(LABELLED_LIKE.get(one) or kinds_for(one)) for one in asked}
    found = {}
    for code, content_types in Label.objects.values_list("code", "content_types"):
        for one in asked:
            place = place_of(code, one)
            fits = (not scene or place[0] == scene) and (not label or label in (code, place[1]))
            if fits and taken[one] & set(content_types):
                found[code] = found[code + LIBRARY_SUFFIX] = True
    return list(found)


def read_asked(call: Call, asked: dict[str, str]) -> ItemsAsked:
    """What the console's lists are asked, with the times as this version names them."""
    times = {"from": call.parameters.text("StartDate"), "to": call.parameters.text("EndDate")}
    found, faults = read_items_asked(asked | times, account=call.account)
    if faults:
        raise faults[0]
    return found


def narrowed(asked: ItemsAsked, name: str, codes: list[str]) -> ItemsAsked:
    return replace(asked, **{name: tuple(codes)}, nothing=asked.nothing or not codes)


def page_of(call: Call, asked: ItemsAsked) -> tuple[list[ReviewItem], dict]:
    """The items of the page, and what answers say of pages: the total is exact up to the deepest row."""
    page = Page.asked(call.parameters)
    ids = [] if asked.nothing else newest_item_ids(asked, account=call.account, after=None, limit=DEEPEST + 1)
    shown = page.of(ids)
    items = with_words(ReviewItem.objects.owned_by(call.account).filter(pk__in=shown)) if shown else []
    return items, page.facts(len(ids))
