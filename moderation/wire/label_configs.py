"""Which labels there are: of the platform for pictures, and of the account's services with their scores."""

from config.wire.envelopes import Envelope
from config.wire.refusals import invalid
from config.wire.registry import CONSOLE, Call, operation
from moderation.backing import Backings
from moderation.catalogue.groups import group_name, place_of
from moderation.models import Label
from moderation.models.content import ContentType
from moderation.values import LIBRARY_SUFFIX, NO_RISK
from moderation.wire.named_services import KINDS, service_of, services_of
from moderation.wire.rules_forms import group_of, label_told, scenes_told

TYPE = "content_moderation"


@operation(CONSOLE, "GetServiceLabelConfig", scope="services:read", envelope=Envelope.BARE)
def get_service_label_config(call: Call) -> dict:
    service = service_of(call)
    return {"Data": scenes_told(service.current_version.rules, service)}


@operation(CONSOLE, "QueryLabelConfig", scope="services:read", envelope=Envelope.BARE)
def query_label_config(call: Call) -> dict:
    """Labels of several services; lists narrowed by a class are empty, for no service is of one."""
    asked = call.parameters
    kinds = [KINDS.get(word.lower()) for word in asked.several("ResourceType")]
    if None in kinds:
        raise invalid("ResourceType", f"one of {', '.join(KINDS)} is expected.")
    if "Classify" in asked or ("Type" in asked and TYPE not in asked.several("Type")):
        return {"ContentModeration": []}
    rows = services_of(call).shown_to(call.account).by_code()
    if codes := asked.several("ServiceCode"):
        rows = rows.filter(code__in=codes)
    rows = rows.filter(content_type__in=kinds) if kinds else rows
    return {
        "ContentModeration": [
            {
                "ServiceCode": service.code,
                "ServiceName": service.shown_name,
                "ResourceType": service.content_type,
                "Scenes": scenes_told(service.current_version.rules, service),
            }
            for service in rows
        ]
    }


@operation(CONSOLE, "GetImageSceneLabelConf", scope="services:read", envelope=Envelope.CONSOLE_WITH_STATUS)
def get_image_scene_label_conf(call: Call) -> dict:
    """Every label of the platform that pictures can have."""
    scenes: dict[str, list[dict]] = {}
    labels = Label.objects.current().for_content(ContentType.IMAGE).exclude(code=NO_RISK)
    for label in labels.in_catalogue_order():
        told = {
            "Label": label.code,
            "Description": label.name,
            "Explanation": label.description,
            "LibraryLabel": label.code + LIBRARY_SUFFIX,
        }
        scenes.setdefault(label.group, []).append(told)
    return {
        "Data": [
            {"Scene": group, "SceneName": group_name(group), "Labels": scenes[group]}
            for group in sorted(scenes, key=place_of)
        ]
    }


@operation(CONSOLE, "GetImageSceneLabelListConf", scope="services:read", envelope=Envelope.BARE)
def get_image_scene_label_list_conf(call: Call) -> dict:
    service = service_of(call, "ImageServiceCode")
    if service.content_type != ContentType.IMAGE:
        raise invalid("ImageServiceCode", "the code of a service for pictures is expected.")
    rules, backings = service.current_version.rules, Backings(service)
    return {
        "Data": [
            {"Scene": group_of(code), **label_told(code, rules.labels[code], backings)}
            for code in sorted(rules.labels)
        ]
    }
