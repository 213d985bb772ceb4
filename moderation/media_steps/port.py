"""What the steps need of those who decode and listen: the one edge at which tests put fakes."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Port:
    as_local: Callable = None
    probe: Callable = None
    shots: Callable = None
    sound: Callable = None
    speech_in: Callable = None
    can_hear: Callable = None
    hear: Callable = None


port = Port()
