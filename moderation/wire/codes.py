"""The numbers under which clients know what is wrong with texts and pictures."""

from config.wire.envelopes import CODES
from moderation.callbacks.vendor import FAULTS

TOO_LONG, REFUSED_FORMAT = 402, 407

CODES.update(FAULTS)
CODES.update(
    {
        "content_too_long": TOO_LONG,
        "services_too_many": TOO_LONG,
        "url_invalid": 404,
    }
)
