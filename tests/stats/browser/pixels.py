"""Charts read as an eye reads them: by the colours of a screenshot."""

import io
from collections.abc import Iterable

from PIL import Image

LEAST = 60


def rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


class Picture:
    def __init__(self, png: bytes):
        self.image = Image.open(io.BytesIO(png)).convert("RGB")
        self.width, self.height = self.image.size
        self.pixels = list(self.image.get_flattened_data())

    def column(self, x: int) -> list[tuple]:
        return [self.pixels[y * self.width + x] for y in range(self.height)]

    def areas(self, colours: Iterable[str]) -> list[tuple[str, tuple[int, int, int, int]]]:
        """Stretches of one colour, each as its colour and its box: left, top, right, bottom."""
        wanted, seen, found = {rgb(colour): colour for colour in colours}, set(), []
        for start, pixel in enumerate(self.pixels):
            if pixel in wanted and start not in seen:
                part = self.stretch(start, pixel, seen)
                if len(part) >= LEAST:
                    found.append((wanted[pixel], box_of(part, self.width)))
        return found

    def stretch(self, start: int, pixel: tuple, seen: set[int]) -> list[int]:
        part, edge = [], [start]
        seen.add(start)
        while edge:
            at = edge.pop()
            part.append(at)
            for beside in self.beside(at):
                if beside not in seen and self.pixels[beside] == pixel:
                    seen.add(beside)
                    edge.append(beside)
        return part

    def beside(self, at: int) -> list[int]:
        x = at % self.width
        near = [at - self.width, at + self.width]
        near += [at - 1] if x else []
        near += [at + 1] if x < self.width - 1 else []
        return [one for one in near if 0 <= one < len(self.pixels)]


def box_of(part: list[int], width: int) -> tuple[int, int, int, int]:
    columns, rows = [at % width for at in part], [at // width for at in part]
    return min(columns), min(rows), max(columns) + 1, max(rows) + 1


def outermost(boxes: list[tuple]) -> list[tuple]:
    """Without those inside others: the insides of letters."""
    return [one for one in boxes if not any(is_inside(one, other) for other in boxes if other != one)]


def is_inside(one: tuple, other: tuple) -> bool:
    (_colour, (left, top, right, bottom)), (_other, (x0, y0, x1, y1)) = one, other
    return x0 <= left and y0 <= top and right <= x1 and bottom <= y1


def size(box: tuple[int, int, int, int]) -> int:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)
