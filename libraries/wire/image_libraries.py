"""Image libraries and the pictures in them. What services make of them: moderation.wire.exemption."""

from django.conf import settings

from config.wire.envelopes import Envelope
from config.wire.moments import read_moment, shown
from config.wire.pages import Page, counted
from config.wire.refusals import invalid
from config.wire.registry import CONSOLE, Call, operation
from libraries.image_search import read_id
from libraries.links import link_to
from libraries.models import ImageLibrary, LibraryImage
from libraries.objects import picture_at
from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.image_libraries import create_image_library
from libraries.operations.images import remove_images
from libraries.wire.asked import ids_in, library_of

ENVELOPE = Envelope.CONSOLE_WITH_STATUS
SORTED = {"desc": "-id", "asc": "id"}
MOST_AT_ONCE = 1000


@operation(CONSOLE, "CreateImageLib", scope="libraries:write", envelope=ENVELOPE)
def create_image_lib(call: Call) -> dict:
    return {"Data": {"LibId": str(created(call).pk)}}


@operation(CONSOLE, "AddImageLib", scope="libraries:write", envelope=ENVELOPE)
def add_image_lib(call: Call) -> dict:
    created(call)
    return {"Data": True}


def created(call: Call) -> ImageLibrary:
    return create_image_library(
        account=call.account,
        name=call.parameters.required("LibName"),
        description=call.parameters.text("Comment"),
        actor=call.caller.key,
        now=call.now,
    )


@operation(CONSOLE, "AddImages2Lib", scope="libraries:write", envelope=ENVELOPE)
def add_images_to_lib(call: Call) -> dict:
    """One that the library holds already is answered with the id that it has."""
    library, place = library_of(call), call.parameters.required("ImgUrl").strip()
    content = picture_at(place, account=call.account, most=settings.ASSAY_LIBRARY_IMAGE_BYTES)
    new = NewImage(place.partition("?")[0].rpartition("/")[2][:200], content)
    (outcome,) = add_images(library=library, images=[new], actor=call.caller.key, now=call.now)
    if outcome.refusal is not None:
        raise outcome.refusal
    return {"Data": {"ImgId": str(outcome.image.pk)}}


@operation(CONSOLE, "ListImagesFromLib", scope="libraries:read", envelope=ENVELOPE)
def list_images_from_lib(call: Call) -> dict:
    library, asked = library_of(call), call.parameters
    page, order = Page.asked(asked), order_asked(call)
    starts_at = read_moment(asked, "StartDate", call.account)
    ends_at = read_moment(asked, "EndDate", call.account)
    is_whole = not (starts_at or ends_at or "ImgId" in asked)
    rows = library.images.present().added_between(starts_at, ends_at)
    if "ImgId" in asked:
        rows = rows.filter(pk=read_id(asked.text("ImgId")))
    total = library.image_count if is_whole else counted(rows)
    images = page.of(rows.order_by(order))
    return page.facts(total) | {"Items": [told(call, image) for image in images]}


def order_asked(call: Call, *, field: str = "GmtCreate") -> str:
    """Newest first, unless told otherwise."""
    asked = call.parameters.json("Sort", default={}) or {field: "desc"}
    way = str(asked.get(field, "")).lower()
    if set(asked) != {field} or way not in SORTED:
        raise invalid("Sort", f'{{"{field}": "desc"}} or {{"{field}": "asc"}} is expected.')
    return SORTED[way]


def told(call: Call, image: LibraryImage) -> dict:
    """The addresses are good for an hour, for whoever has them."""
    files = {"ImageUrl": ("image", image.original), "ThumbnailUrl": ("thumbnail", image.thumbnail)}
    return {
        "ImageId": str(image.pk),
        "GmtCreate": shown(image.added_at, call.account),
        **{
            name: link_to(kind, image.pk, key=call.caller.key, now=call.now)
            for name, (kind, kept) in files.items()
            if kept
        },
    }


@operation(CONSOLE, "DeleteImagesFromLib", scope="libraries:write", envelope=ENVELOPE)
def delete_images_from_lib(call: Call) -> dict:
    """Data says whether any of them was there."""
    library, ids = library_of(call), call.parameters.several("ImageIds")
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise invalid("ImageIds", f"a list of 1 to {MOST_AT_ONCE} ids is expected.")
    removed = remove_images(
        library=library, ids=ids_in(call, "ImageIds", ids), actor=call.caller.key, now=call.now
    )
    return {"Data": removed > 0}
