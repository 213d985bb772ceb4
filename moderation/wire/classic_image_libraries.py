"""Version 2017-08-23: image libraries, their pictures, and where they are in force."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.errors import NotAllowedNow, NotFound, PlatformError
from config.wire.envelopes import Envelope
from config.wire.moments import read_moment, shown
from config.wire.pages import Page, counted
from config.wire.refusals import invalid, missing
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from libraries.image_limits import MOST_AT_ONCE
from libraries.links import link_to
from libraries.models import ImageLibrary, LibraryImage
from libraries.objects import picture_at
from libraries.operations.image_adding import NewImage, Remark, add_images
from libraries.operations.image_libraries import create_image_library, delete_image_library
from libraries.operations.images import remove_images
from libraries.usage import users_of_images
from libraries.wire.asked import ids_in
from moderation.lists_in_rules import BLACK, WHITE
from moderation.wire.classic_bindings import (
    IMAGE,
    PICTURES,
    Use,
    bind,
    category_asked,
    scene_asked,
    services_at,
    uses_of,
)

MODULE = "open_api"


class PicturesRefused(NotAllowedNow):
    code = "pictures_refused"
    default_message = _("Some of these pictures were not added; the others were.")


@operation(CLASSIC_CONSOLE, "CreateImageLib", scope="libraries:write", envelope=Envelope.BARE)
def create(call: Call) -> dict:
    """In force where its BizTypes are, unless it is to be off: that is a change of their rules, too."""
    category, scene = category_asked(call, PICTURES), scene_asked(call, IMAGE)
    is_on = call.parameters.flag("Enable", True)
    services = services_at(call, IMAGE) if is_on else []
    if services:
        call.caller.require("services:write")
    with transaction.atomic():
        library = create_image_library(
            account=call.account,
            name=call.parameters.required("Name"),
            description="",
            actor=call.caller.key,
            now=call.now,
        )
        bind(call, PICTURES, library.pk, services, (category, IMAGE, scene))
    return {"Id": library.pk}


@operation(CLASSIC_CONSOLE, "DescribeImageLib", scope="libraries:read", envelope=Envelope.BARE)
def describe(call: Call) -> dict:
    uses = uses_of(call, PICTURES)
    libraries = list(ImageLibrary.objects.owned_by(call.account).by_name())
    return {
        "TotalCount": len(libraries),
        "ImageLibList": [told_of(call, one, uses.get(one.pk, [])) for one in libraries],
    }


def told_of(call: Call, library: ImageLibrary, uses: list[Use]) -> dict:
    """What it is for is told of one that is in force; of those that reviewers fill it is known."""
    told = {
        "Id": library.pk,
        "Code": str(library.pk),
        "Name": str(library.shown_name),
        "ImageCount": library.image_count,
        "ModifiedTime": shown(library.updated_at, call.account),
        "ServiceModule": MODULE,
        "Source": "reviewed" if library.is_reviewed else "custom",
        "BizTypes": list(dict.fromkeys(use.biz_type for use in uses)),
        "Enable": str(bool(uses) or library.is_reviewed).lower(),
    }
    if library.is_reviewed:
        is_block = library.kind == ImageLibrary.Kind.REVIEWED_BLOCK
        return told | {"Category": BLACK if is_block else WHITE}
    if uses:
        told["Category"] = uses[0].category
        told |= {"Scene": uses[0].scene} if uses[0].scene else {}
    return told


@operation(CLASSIC_CONSOLE, "DeleteImageLib", scope="libraries:write", envelope=Envelope.BARE)
def delete(call: Call) -> dict:
    library = library_of(call, "Id")
    delete_image_library(
        library=library, used_by=users_of_images(library), actor=call.caller.key, now=call.now
    )
    return {}


@operation(CLASSIC_CONSOLE, "UploadImageToLib", scope="libraries:write", envelope=Envelope.BARE)
def upload(call: Call) -> dict:
    """Pictures by address, or as they were uploaded. Those that are refused are named."""
    library = library_of(call, "ImageLibId")
    places = [*call.parameters.several("Urls"), *call.parameters.several("Images")]
    if not 1 <= len(places) <= MOST_AT_ONCE:
        raise invalid("Urls", f"1 to {MOST_AT_ONCE} pictures are expected.")
    new = [picture(call, place) for place in places]
    outcomes = add_images(library=library, images=new, actor=call.caller.key, now=call.now)
    refused = [(place, one.refusal) for place, one in zip(places, outcomes, strict=True) if one.refusal]
    if refused:
        raise refusal_of(refused, of=len(places))
    return {}


def picture(call: Call, place: str) -> NewImage:
    name = place.partition("?")[0].rpartition("/")[2][:200]
    try:
        return NewImage(
            name, picture_at(place, account=call.account, most=settings.ASSAY_LIBRARY_IMAGE_BYTES)
        )
    except PlatformError as error:
        return NewImage(name, refusal=error)


def refusal_of(refused: list[tuple[str, Remark]], *, of: int) -> PicturesRefused:
    message = _("%(refused)s of %(all)s pictures were not added, the others were: %(which)s")
    which = " ".join(f"{place[:200]}: {remark.message}" for place, remark in refused)
    told = {"refused": len(refused), "all": of, "which": which}
    return PicturesRefused(message % told, field="Urls", refused=[place for place, _remark in refused])


@operation(CLASSIC_CONSOLE, "DescribeImageFromLib", scope="libraries:read", envelope=Envelope.BARE)
def list_images(call: Call) -> dict:
    library, page = library_of(call, "ImageLibId", custom=False), Page.asked(call.parameters)
    rows = library.images.present().added_between(
        read_moment(call.parameters, "StartDate", call.account),
        read_moment(call.parameters, "EndDate", call.account),
    )
    if "Id" in call.parameters:
        rows = rows.filter(pk=call.parameters.number("Id", most=2**63 - 1))
    images = page.of(rows.with_hits().order_by("-id"))
    return page.facts(counted(rows)) | {"ImageFromLibList": [image_told(call, one) for one in images]}


def image_told(call: Call, image: LibraryImage) -> dict:
    """The addresses are good for an hour, for whoever has them."""
    files = {"Image": ("image", image.original), "Thumbnail": ("thumbnail", image.thumbnail)}
    return {
        "Id": image.pk,
        "CreateTime": shown(image.added_at, call.account),
        "ImageHitCount": image.hits,
        **{
            name: link_to(kind, image.pk, key=call.caller.key, now=call.now)
            for name, (kind, kept) in files.items()
            if kept
        },
    }


@operation(CLASSIC_CONSOLE, "DeleteImageFromLib", scope="libraries:write", envelope=Envelope.BARE)
def delete_images(call: Call) -> dict:
    """Of any library of the account."""
    if "Ids" not in call.parameters:
        raise missing("Ids")
    ids = ids_in(call, "Ids", call.parameters.several("Ids"))
    images = LibraryImage.objects.owned_by(call.account).present().filter(pk__in=ids)
    libraries = ImageLibrary.objects.owned_by(call.account).filter(pk__in=images.values("library"))
    found = [
        remove_images(library=library, ids=ids, actor=call.caller.key, now=call.now)
        for library in libraries.order_by("pk")
    ]
    if not any(found):
        raise NotFound(_("This account has no such pictures."), field="Ids")
    return {}


def library_of(call: Call, name: str, *, custom: bool = True) -> ImageLibrary:
    """What reviewers decide fills two more: those can be looked at."""
    rows = ImageLibrary.objects.owned_by(call.account).select_related("account")
    rows = rows.custom() if custom else rows
    found = rows.filter(pk=call.parameters.number(name, most=2**63 - 1)).first()
    if found is None:
        raise NotFound(_("This account has no such image library."), field=name)
    return found
