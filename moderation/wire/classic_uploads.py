"""Version 2017-08-23: forms by which files for libraries are put here."""

from config.wire.envelopes import Envelope
from config.wire.objects.gateway import UPLOADING
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from moderation.wire.uploads import get_upload_info

NAMES = {
    "Accessid": "AccessId",
    "Policy": "Policy",
    "Signature": "Signature",
    "Host": "Host",
    "Folder": "Folder",
    "Expire": "Expire",
}


@operation(CLASSIC_CONSOLE, "DescribeUploadInfo", scope=UPLOADING, envelope=Envelope.BARE)
def describe_upload_info(call: Call) -> dict:
    told = get_upload_info(call)
    return {name: told[newer] for name, newer in NAMES.items()}


@operation(CLASSIC_CONSOLE, "DescribeImageUploadInfo", scope=UPLOADING, envelope=Envelope.BARE)
def describe_image_upload_info(call: Call) -> dict:
    return describe_upload_info(call)
