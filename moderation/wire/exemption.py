"""Image libraries as services use them: whether what is in them is exempt. Their content: libraries.wire."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.errors import NotFound
from config.wire.envelopes import Envelope
from config.wire.moments import shown
from config.wire.parameters import Parameters
from config.wire.refusals import invalid
from config.wire.registry import CONSOLE, Call, operation
from libraries.models import ImageLibrary
from libraries.operations.image_libraries import change_image_library
from libraries.wire.asked import library_of
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.exemption import change_exemption
from moderation.wire.named_services import service_of, services_of


def picture_services(call: Call) -> list[Service]:
    """The one that is named, or else all that machines judge pictures by."""
    if "ServiceCode" not in call.parameters:
        return list(services_of(call).of_content(ContentType.IMAGE).for_machine())
    service = service_of(call)
    if service.content_type != ContentType.IMAGE:
        raise invalid("ServiceCode", "the code of a service for pictures is expected.")
    return [service]


@operation(CONSOLE, "ListImageLib", scope="libraries:read", envelope=Envelope.CONSOLE_WITH_STATUS)
def list_image_lib(call: Call) -> dict:
    """FreeInspection is 1 where a library exempts in the service that is named, or else in all of them."""
    exempt = [set(service.current_version.rules.exempt_image_libraries) for service in picture_services(call)]
    exempt_everywhere = set.intersection(*exempt) if exempt else set()
    libraries = ImageLibrary.objects.owned_by(call.account).custom().by_name()
    return {
        "MaxLibCount": settings.ASSAY_IMAGE_LIBRARIES_MOST,
        "LibList": [
            {
                "LibId": str(library.pk),
                "LibName": library.name,
                "Comment": library.description,
                "ImageNum": library.image_count,
                "FreeInspection": int(library.pk in exempt_everywhere),
                "GmtCreate": shown(library.created_at, call.account),
                "GmtModified": shown(library.updated_at, call.account),
            }
            for library in libraries
        ],
    }


@operation(CONSOLE, "UpdateImageLib", scope="libraries:write", envelope=Envelope.CONSOLE_WITH_STATUS)
def update_image_lib(call: Call) -> dict:
    """What is not sent stays. FreeInspection is for all services at once, and needs their scope, too."""
    library, asked = library_of(call), call.parameters
    exempts = read_switch(asked, "FreeInspection", asked.text("FreeInspection"))
    if exempts is not None:
        call.caller.require("services:write")
    change_image_library(
        library=library,
        name=asked.text("LibName", library.name),
        description=asked.text("Comment", library.description),
        actor=call.caller.key,
        now=call.now,
    )
    if exempts is not None:
        change_exemption(
            services=picture_services(call),
            libraries={library.pk: exempts},
            actor=call.caller.key,
            now=call.now,
        )
    return {"Data": True}


@operation(
    CONSOLE, "UpdateImageLibFreeInspection", scope="services:write", envelope=Envelope.CONSOLE_WITH_STATUS
)
def update_image_lib_free_inspection(call: Call) -> dict:
    given = call.parameters.json("Config")
    changes = {number_of(lib): read_switch(call.parameters, f"Config.{lib}", given[lib]) for lib in given}
    if not changes:
        raise invalid("Config", 'an object like {"12": 1} is expected: library ids with 0 or 1.')
    held = ImageLibrary.objects.owned_by(call.account).custom().filter(pk__in=changes)
    if held.count() < len(changes):
        raise NotFound(_("This account has no such image library."), field="Config")
    change_exemption(services=picture_services(call), libraries=changes, actor=call.caller.key, now=call.now)
    return {"Data": True}


def number_of(lib: str) -> int:
    if not (lib.isascii() and lib.isdigit() and len(lib) < 19):
        raise NotFound(_("This account has no such image library."), field="Config")
    return int(lib)


def read_switch(asked: Parameters, name: str, given) -> bool | None:
    if given in ("", None):
        return None
    if str(given) not in ("0", "1"):
        raise invalid(name, "0 or 1 is expected.")
    return str(given) == "1"
