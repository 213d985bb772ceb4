"""Warm engines that are well, missing, broken, slow, deadly and greedy."""

import json
import os
import signal
import time
from dataclasses import replace

import numpy

from moderation.detectors.base import DetectorSpec, EngineMissing, Health, RawHit, RawLabel


class Sample:
    name = "sample"
    cost = 1.0
    seconds = 5.0

    def __init__(self):
        self.spec = DetectorSpec(
            name=self.name, version="1", content_types=frozenset({"image", "text"}),
            labels=(RawLabel("seen", "Something"),), is_warm=True, cost=self.cost, seconds=self.seconds,
        )  # fmt: skip

    def setup(self) -> None:
        self.loaded_in = os.getpid()

    def health(self) -> Health:
        return Health(True)

    def inspect(self, content) -> list[RawHit]:
        return []


class Red(Sample):
    """Sees how red it is, in the numbers of its library."""

    name = "red"

    def inspect(self, content):
        assert self.loaded_in == os.getpid()
        if isinstance(content, str):
            return [RawHit("seen", 50.0, 0, len(content), content)]
        height, width, _three = content.shape
        box = (numpy.int64(0), 0, width, numpy.int32(height))
        return [RawHit("seen", content[..., 0].mean() * numpy.float32(100 / 255), box=box)]


class Dear(Sample):
    name, cost = "dear", 100.0


class Missing(Sample):
    name = "missing"

    def setup(self):
        raise EngineMissing("The package is not installed.")


class Broken(Sample):
    name = "broken"

    def setup(self):
        raise RuntimeError("bad weights")


class Raises(Sample):
    name = "raises"

    def inspect(self, content):
        raise ValueError("cannot look")


class Absurd(Sample):
    name = "absurd"

    def inspect(self, content):
        return [RawHit("seen", float("nan"))]


class Writes(Sample):
    name = "writes"

    def inspect(self, content):
        content[0, 0] = 0
        return []


class Deadly(Sample):
    name, cost = "deadly", 2.0

    def inspect(self, content):
        os.kill(os.getpid(), signal.SIGKILL)


class Hangs(Sample):
    """In one call into C, so that nothing inside the process can end it."""

    name, cost, seconds = "hangs", 3.0, 0.3

    def inspect(self, content):
        return [RawHit("seen", len(str(7 ** (10**8))))]


class Slow(Sample):
    """Looks at a frame for a while, so that its time is up between two."""

    name, cost, seconds = "slow", 4.0, 0.5

    def inspect(self, content):
        time.sleep(0.3)
        return [RawHit("seen", 10.0)]


class Cold(Sample):
    name = "cold"

    def __init__(self):
        super().__init__()
        self.spec = DetectorSpec("cold", "1", frozenset({"text"}), ())


NAMES = ("Red", "Dear", "Missing", "Broken", "Raises", "Absurd", "Writes", "Deadly", "Hangs", "Slow", "Cold")
PATHS = ",".join(f"{__name__}.{name}" for name in NAMES)


class Ear(Sample):
    """Tells what it was given."""

    name = "ear"

    def __init__(self):
        super().__init__()
        self.spec = replace(self.spec, content_types=frozenset({"audio"}), reads_text=True)

    def inspect(self, content):
        told = [content.size, int(content[0]), int(content[-1]), content.flags.writeable]
        return [RawHit("seen", 50.0, text=json.dumps(told), at=(0, numpy.int64(content.size // 16)))]


class Deaf(Ear):
    name = "deaf"

    def inspect(self, content):
        os.kill(os.getpid(), signal.SIGKILL)


HEARING = ",".join(f"{__name__}.{name}" for name in ("Ear", "Deaf"))
