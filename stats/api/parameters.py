"""What a question for figures may say, in the published description."""

from drf_spectacular.utils import OpenApiParameter

from moderation.models.content import ContentType
from stats.asked import COMPARISONS, SOURCES
from stats.periods import GRAINS

BY = OpenApiParameter("by", str, enum=list(GRAINS), description="By day unless told otherwise.")
FIRST = OpenApiParameter("from", str, description="First day or month: 2026-11-01 or 2026-11.")
LAST = OpenApiParameter("to", str, description="Last day or month, included. Today unless told otherwise.")
SERVICE = OpenApiParameter(
    "service", str, many=True, description="Code of a service; may be repeated, or several with commas."
)
CONTENT_TYPE = OpenApiParameter(
    "content_type", str, many=True, enum=ContentType.values, description="All unless told otherwise."
)
SOURCE = OpenApiParameter(
    "source",
    str,
    many=True,
    enum=[source.value for source in SOURCES],
    description="All but online tests unless told otherwise.",
)
COMPARE = OpenApiParameter(
    "compare",
    str,
    enum=list(COMPARISONS),
    description="What it is compared with. `before`, unless told otherwise: as many days or months right "
    "before. `alike`: the latest before with the same weekdays, or the same months of the year before. "
    "`nothing`.",
)
RANGE = [BY, FIRST, LAST, SERVICE, CONTENT_TYPE]
