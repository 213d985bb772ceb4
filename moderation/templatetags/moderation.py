from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from config.console.hostile import badged
from libraries.models import ImageLibrary
from moderation.boxes import boxes_of
from moderation.catalogue import names
from moderation.highlights import parts_of
from moderation.models.content import ContentType
from moderation.values import Source

register = template.Library()


@register.simple_tag
def label_name(code):
    return names.label_name(code)


@register.simple_tag
def hits(result):
    """A result's text, safe to show, with what the machine hit marked and named."""
    # The places of a picture's hits are places in the text that was read in it.
    is_picture = result.content_type == ContentType.IMAGE
    text = result.media.get("text", "") if is_picture else result.content
    # What stands for a recording here is its name: what was hit was said in it.
    is_recording = result.content_type in (ContentType.AUDIO, ContentType.VIDEO)
    return hits_in(text, [] if is_recording else result.labels)


@register.simple_tag
def hits_in(text, labels):
    """The same of a text that stands elsewhere, such as the one read from a picture."""
    return format_html_join("", "{}", ((shown(part),) for part in parts_of(text, labels)))


def shown(part):
    if not part.labels:
        return badged(part.text)
    why = ", ".join(names.label_name(code) for code in part.labels)
    return format_html('<mark title="{}">{}</mark>', why, badged(part.text))


@register.inclusion_tag("moderation/picture.html")
def picture(result, size="small", boxes=False):
    """A safe copy of a result's picture, with what was seen framed; nothing where it is not kept."""
    is_kept = result.content_type == ContentType.IMAGE and result.media.get("key")
    address = reverse("admin:moderation_picture", args=[result.pk]) if is_kept else ""
    return {
        "address": f"{address}?size={size}" if address else "",
        "media": result.media,
        "boxes": boxes_of(result.labels) if boxes else [],
    }


@register.inclusion_tag("moderation/evidence.html")
def evidence_of(result):
    """What stands behind each label, each sighting once; a library's picture beside what it matched."""
    seen, found = set(), []
    for label in result.labels:
        for one in label["evidence"]:
            key = (one["detector"], one.get("text"), one.get("image"), one.get("raw"), one.get("keyword"))
            if key not in seen:
                seen.add(key)
                found.append({**one, "label": label["label"], "level": label["level"]})
    return {"found": found, "library_names": library_names(found), "quarantined": Source.QUARANTINED.value}


def library_names(found: list[dict]) -> dict[int, str]:
    numbers = {one["image_library"] for one in found if "image_library" in one}
    return dict(ImageLibrary.objects.filter(pk__in=numbers).values_list("pk", "name")) if numbers else {}
