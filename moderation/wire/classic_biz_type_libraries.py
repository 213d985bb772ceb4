"""Version 2017-08-23: which libraries a BizType uses, and as what."""

from django.utils.translation import gettext_lazy as _

from config.errors import NotFound
from config.wire.envelopes import Envelope
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from libraries.models import ImageLibrary, Vocabulary
from moderation.lists_in_rules import BLACK, IGNORE, WHITE
from moderation.wire.classic_bindings import IMAGE, PICTURES, WORDS, held, put, scene_asked
from moderation.wire.classic_biz_types import kind_asked, service_of
from moderation.wire.service_rules import publish

REVIEW = "REVIEW"
OF_PICTURES = (BLACK, WHITE, REVIEW)
OF_WORDS = (BLACK, WHITE, REVIEW, IGNORE)


@operation(CLASSIC_CONSOLE, "DescribeBizTypeImageLib", scope="services:read", envelope=Envelope.BARE)
def describe_images(call: Call) -> dict:
    libraries = ImageLibrary.objects.owned_by(call.account).custom().by_name()
    return described(call, PICTURES, libraries, OF_PICTURES, IMAGE)


@operation(CLASSIC_CONSOLE, "DescribeBizTypeTextLib", scope="services:read", envelope=Envelope.BARE)
def describe_words(call: Call) -> dict:
    return described(
        call, WORDS, Vocabulary.objects.owned_by(call.account).by_name(), OF_WORDS, kind_of_words(call)
    )


def described(call: Call, field: str, libraries, categories: tuple[str, ...], kind: str) -> dict:
    """All that may be chosen, and what is chosen. What there is no such use of has nothing to choose from."""
    scene = scene_asked(call, kind)
    rules = service_of(call, kind).current_version.rules
    named = {library.pk: {"Code": str(library.pk), "Name": library.name} for library in libraries}
    told = {}
    for category in categories:
        chosen = held(rules, field, category, kind, scene)
        is_there = category == BLACK or category == (WHITE if field == PICTURES else IGNORE)
        told[category.capitalize()] = {
            "All": list(named.values()) if is_there else [],
            "Selected": [named[number] for number in chosen if number in named],
        }
    return told


@operation(CLASSIC_CONSOLE, "UpdateBizTypeImageLib", scope="services:write", envelope=Envelope.BARE)
def update_images(call: Call) -> dict:
    return changed(call, PICTURES, ImageLibrary.objects.owned_by(call.account).custom(), OF_PICTURES, IMAGE)


@operation(CLASSIC_CONSOLE, "UpdateBizTypeTextLib", scope="services:write", envelope=Envelope.BARE)
def update_words(call: Call) -> dict:
    return changed(call, WORDS, Vocabulary.objects.owned_by(call.account), OF_WORDS, kind_of_words(call))


def changed(call: Call, field: str, libraries, categories: tuple[str, ...], kind: str) -> dict:
    """Exactly the libraries that are sent for a use; a use that is not sent stays."""
    scene = scene_asked(call, kind)
    service = service_of(call, kind)
    rules = service.current_version.rules
    for category in categories:
        name = category.capitalize()
        if name in call.parameters:
            rules = put(rules, field, category, numbers_in(call, name, libraries), kind, scene)
    publish(call, service, rules)
    return {}


def numbers_in(call: Call, name: str, libraries) -> list[int]:
    codes = call.parameters.several(name)
    asked = {int(code) for code in codes if code.isascii() and code.isdigit() and len(code) < 19}
    found = set(libraries.filter(pk__in=asked).values_list("pk", flat=True))
    if len(asked) < len(set(codes)) or found != asked:
        raise NotFound(_("This account has no such library."), field=name)
    return sorted(found)


def kind_of_words(call: Call) -> str:
    return kind_asked(call) if "ResourceType" in call.parameters else "text"
