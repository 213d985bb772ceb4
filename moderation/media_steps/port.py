"""What the steps need of those who decode and listen: the one edge at which tests put fakes."""

from collections.abc import Callable
from dataclasses import dataclass

from moderation.hearing import speech, vad
from moderation.media.film import local, reading


@dataclass(slots=True)
class Port:
    as_local: Callable
    probe: Callable
    shots: Callable
    sound: Callable
    speech_in: Callable
    hear: Callable


port = Port(
    as_local=local.as_local,
    probe=reading.probe,
    shots=reading.shots,
    sound=reading.sound,
    speech_in=vad.speech_in,
    hear=speech.hear,
)
