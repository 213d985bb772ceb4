"""A sentence made by code, for the self-tests of engines that hear: the same on every machine.

A voice is pulses in a row, formed by a throat of four resonances. What it says needs no more than those:
vowels, and the consonants that are sung as vowels are.
"""

from functools import cache
from math import cos, exp, pi

import numpy

RATE = 16_000
SAYS = "you were all away"
PITCH = (118.0, 92.0)
FOURTH = 3500.0
WIDTHS = (70.0, 90.0, 130.0, 200.0)
PAUSE, FADE = 0.3, 0.05
# Three resonances, how long they are held, how loud.
SOUNDS = (
    *(((260, 2100, 3000), 0.10, 0.6), ((310, 900, 2250), 0.22, 0.9)),
    *(((290, 610, 2150), 0.09, 0.6), ((480, 1300, 1650), 0.20, 0.9)),
    *(((580, 880, 2450), 0.20, 1.0), ((310, 1050, 2880), 0.14, 0.5)),
    *(((630, 1200, 2450), 0.07, 0.7), ((290, 610, 2150), 0.10, 0.5)),
    *(((550, 1800, 2500), 0.12, 1.0), ((400, 2000, 2600), 0.12, 0.8)),
)


@cache
def sentence() -> numpy.ndarray:
    """`SAYS`, as samples: 16 kHz, mono, int16."""
    at, held = [0.0], [0]
    end = 0.0
    for number, (_places, length, _loud) in enumerate(SOUNDS):
        # Each sound is held for the middle half of its time, and glides to the next.
        at += [end + length / 4, end + length * 3 / 4]
        held += [number, number]
        end += length
    at, held = [*at, end + FADE], [*held, held[-1]]
    loud = [0.0, *(SOUNDS[number][2] for number in held[1:-1]), 0.0]
    time = numpy.arange(round(RATE * at[-1])) / RATE
    voice = pulses(time)
    for place, width in enumerate(WIDTHS):
        known = [FOURTH if place == 3 else SOUNDS[number][0][place] for number in held]
        voice = resonance(voice, numpy.interp(time, at, known), width)
    voice *= numpy.interp(time, at, loud)
    voice *= 0.5 / numpy.abs(voice).max()
    found = (numpy.pad(voice, round(RATE * PAUSE)) * 32767).astype(numpy.int16)
    found.flags.writeable = False
    return found


def pulses(time: numpy.ndarray) -> numpy.ndarray:
    """What the vocal cords give: one pulse a period, rounded."""
    turns = numpy.floor(numpy.cumsum(numpy.linspace(*PITCH, time.size)) / RATE)
    found, first, second = [], 0.0, 0.0
    for pulse in numpy.diff(turns, prepend=0).tolist():
        first = pulse + 0.97 * first
        second = 0.1 * first + 0.9 * second
        found.append(second)
    return numpy.diff(numpy.array(found), prepend=0)


def resonance(sound: numpy.ndarray, places: numpy.ndarray, width: float) -> numpy.ndarray:
    kept = exp(-pi * width / RATE)
    found, before, last = [], 0.0, 0.0
    for value, place in zip(sound.tolist(), places.tolist(), strict=True):
        turn = 2 * kept * cos(2 * pi * place / RATE)
        before, last = last, (1 - turn + kept * kept) * value + turn * last - kept * kept * before
        found.append(last)
    return numpy.array(found)
