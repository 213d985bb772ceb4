"""Under what an account blocks: the categories it begins with, and the label that each stands for."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from config.accounts.models import Account
from moderation.operations.human_verdict import labels_for
from moderation.values import LIBRARY_SUFFIX, Level
from review.models import BlockCategory


@dataclass(frozen=True, slots=True)
class Preset:
    """A category that every account begins with, its policy and reasons in the first reader's language."""

    code: str
    name: str
    name_zh: str
    groups: tuple[str, ...]
    policy: str
    reasons: tuple[str, ...] = ()
    is_severe: bool = False


# Between them they take every detection type, so that whatever the machine found has a category.
PRESETS = (
    Preset(
        "porn",
        "Porn",
        "色情",
        ("pornographic", "suggestive"),
        _(
            "Block sexual acts, exposed genitals or breasts, sexual services and what asks for them. "
            "Anything sexual with a minor is blocked whatever the context. Medicine, art and education pass "
            "where they are plainly that."
        ),
        (_("Sexual act or nudity"), _("Sexual services"), _("Suggestive"), _("A minor in a sexual context")),
        is_severe=True,
    ),
    Preset(
        "terrorism",
        "Terrorism",
        "暴恐",
        ("terrorist",),
        _(
            "Block praise of terrorists and their symbols, calls for violence, graphic injuries and deaths, "
            "and offers of weapons. News that informs without gore passes."
        ),
        (_("Extremist symbol or propaganda"), _("Blood or gore"), _("Weapons"), _("Call for violence")),
        is_severe=True,
    ),
    Preset(
        "ad",
        "Ad",
        "广告",
        ("advertising", "logo"),
        _(
            "Block advertising that nobody asked for and what leads people elsewhere: contact details, "
            "links, QR codes, offers of jobs or money. A mention without a purpose of selling passes."
        ),
        (_("Contact details"), _("Link or QR code"), _("Unwanted advertising"), _("False promises")),
    ),
    Preset(
        "undesirable_scene",
        "Undesirable Scene",
        "不良场景",
        ("undesirable", "religion", "object", "quality"),
        _(
            "Block smoking, drinking, waste and superstition where they are shown as something to copy, "
            "meaningless content, and objects or religious scenes that this community keeps out."
        ),
        (_("Bad example"), _("Superstition"), _("Meaningless content"), _("Not wanted here")),
    ),
    Preset(
        "politics",
        "Politics",
        "涉政",
        ("political", "flag"),
        _(
            "Block insults to and distortions of political figures, institutions, flags and maps, and "
            "rumours about public affairs. Plain reports pass."
        ),
        (_("Political figure"), _("Flag, emblem or map"), _("Rumour"), _("Distorted history")),
    ),
    Preset(
        "text_and_image_violation",
        "Text and image violation",
        "图文违规",
        ("prohibited", "abusive", "fraud", "privacy", "customized"),
        _(
            "Block insults and hatred, drugs, gambling and other forbidden trade, fraud, and personal data "
            "of others, whether written or shown in a picture."
        ),
        (_("Insult or hatred"), _("Forbidden goods"), _("Gambling"), _("Fraud"), _("Personal data")),
    ),
)


def categories_of(account: Account, content_type: str = "") -> list[BlockCategory]:
    """The categories in use, in their order; of an account that has none yet, the presets, made now."""
    categories = BlockCategory.objects.owned_by(account)
    found = list(categories.in_order())
    if not found:
        install_presets(account)
        found = list(categories.in_order())
    return [one for one in found if not one.is_retired and is_for(one, content_type)]


def category_of(account: Account, code: str) -> BlockCategory | None:
    return next((one for one in categories_of(account) if one.code == code), None)


def is_for(category: BlockCategory, content_type: str) -> bool:
    return not content_type or not category.content_types or content_type in category.content_types


def install_presets(account: Account) -> None:
    """Safe to run twice at once: the second finds the codes taken."""
    BlockCategory.objects.bulk_create(
        [
            BlockCategory(
                account=account,
                code=preset.code,
                name=preset.name,
                name_zh=preset.name_zh,
                groups=list(preset.groups),
                policy=gettext(preset.policy),
                reasons=[gettext(reason) for reason in preset.reasons],
                is_severe=preset.is_severe,
                position=place,
            )
            for place, preset in enumerate(PRESETS, start=1)
        ],
        ignore_conflicts=True,
    )


def labels_of(category: BlockCategory, content_type: str) -> list[str]:
    """The labels that a category covers for a kind of content: by its detection types, then the catalogue."""
    if not is_for(category, content_type):
        return []
    found = labels_for(content_type).filter(group__in=category.groups).in_catalogue_order()
    rows = sorted(found.values_list("group", "code"), key=lambda row: category.groups.index(row[0]))
    return [code for _group, code in rows]


def best_label(covered: list[str], found: list[dict]) -> str:
    """Which of a category's labels stands for it: the worst that the machine found, else the first."""
    among = set(covered)
    named = [(one["label"].removesuffix(LIBRARY_SUFFIX), one) for one in found]
    fitting = [(code, one) for code, one in named if code in among]
    if not fitting:
        return covered[0] if covered else ""
    return max(fitting, key=lambda pair: (Level(pair[1]["level"]).rank, pair[1]["confidence"] or 0.0))[0]
