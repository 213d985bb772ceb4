"""What the rules page shows and takes of recordings: who judges videos, which frames are looked at."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.publishable import judges_for, settings_of_recordings
from moderation.rules_words import READS
from moderation.values import LONGEST_STEP, MOST_FRAMES, SHORTEST_STEP, Rules


class FramesInvalid(Invalid):
    code = "frames_invalid"
    default_message = _("A frame is looked at every 0.2 to 60 seconds, and 1 to 2,000 of them in all.")


@dataclass(frozen=True, slots=True)
class Judge:
    """A service of the account, as it can be chosen to judge a part of videos."""

    service: Service
    is_chosen: bool

    @property
    def number(self) -> int:
        return self.service.current_version.number


class RecordingsView:
    """The settings of recordings in one set of rules."""

    def __init__(self, *, service: Service, rules: Rules):
        self.service, self.rules = service, rules
        self.settings = settings_of_recordings(service)

    @property
    def is_of_videos(self) -> bool:
        return "image_services" in self.settings

    @property
    def has_speech(self) -> bool:
        return "unheard_to_people" in self.settings

    @cached_property
    def image_judges(self) -> list[Judge]:
        return self.judges(ContentType.IMAGE, self.rules.image_services)

    @cached_property
    def audio_judges(self) -> list[Judge]:
        return self.judges(ContentType.AUDIO, (self.rules.audio_service,))

    def judges(self, kind: str, chosen) -> list[Judge]:
        services = judges_for(self.service, kind).select_related("current_version").in_families()
        return [Judge(one, one.code in chosen) for one in services]

    @property
    def seconds(self) -> str:
        """Between frames, as a number field takes it."""
        return f"{self.rules.every_ms / 1000:g}"

    @property
    def reads(self) -> list[tuple[str, str, bool]]:
        return [(value, name, value == self.rules.reads) for value, name in READS.items()]

    @property
    def bounds(self) -> dict[str, str | int]:
        return {
            "shortest": f"{SHORTEST_STEP / 1000:g}",
            "longest": f"{LONGEST_STEP / 1000:g}",
            "frames": MOST_FRAMES,
        }


def settings_from(posted, *, view: RecordingsView) -> dict:
    """The settings of recordings as posted; those that the page does not show are left out."""
    asked = {}
    if view.has_speech:
        asked["unheard_to_people"] = "unheard_to_people" in posted
    if view.is_of_videos:
        asked |= {
            "image_services": tuple(sorted(set(posted.getlist("image_services")))),
            "audio_service": posted.get("audio_service", ""),
            "every_ms": milliseconds(posted.get("every_seconds", "")),
            "most_frames": frames(posted.get("most_frames", "")),
            "sees_cuts": "sees_cuts" in posted,
            "reads": posted["reads"] if posted.get("reads") in READS else view.rules.reads,
        }
    return asked


def milliseconds(text: str) -> int:
    try:
        value = Decimal(text) * 1000
    except ArithmeticError as error:
        raise FramesInvalid(field="every_ms") from error
    if not (value.is_finite() and SHORTEST_STEP <= value <= LONGEST_STEP):
        raise FramesInvalid(field="every_ms")
    return int(value)


def frames(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST_FRAMES):
        raise FramesInvalid(field="most_frames")
    return int(text)
