"""The charts' colours in files, where no style sheet reaches. The same stand in stats/usage.css."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    ground: str
    strong: str
    muted: str
    line: str
    floor: str
    hits: str
    clean: str
    before: str
    hues: tuple[str, ...]

    def hue(self, rank: int) -> str:
        return self.hues[rank - 1]


LIGHT = Palette(
    ground="#ffffff",
    strong="#10161f",
    muted="#5b6675",
    line="#dfe3e8",
    floor="#aeb7c2",
    hits="#d2552f",
    clean="#9fb4d8",
    before="#10161f",
    hues=(
        "#c9dcff",
        "#ffd3c2",
        "#cdeccf",
        "#e6d3f7",
        "#ffe6a3",
        "#bfe9ec",
        "#f9cfe3",
        "#e0e79a",
        "#e3d0bd",
        "#b5e8cf",
        "#cfcdf9",
        "#dcdfe5",
    ),  # fmt: skip
)
DARK = Palette(
    ground="#14181e",
    strong="#f0f3f7",
    muted="#9aa5b3",
    line="#2d3641",
    floor="#556172",
    hits="#ee7f58",
    clean="#4a648f",
    before="#f0f3f7",
    hues=(
        "#28487f",
        "#7a3a22",
        "#245a34",
        "#563575",
        "#6b5312",
        "#17585f",
        "#772f55",
        "#4d5a15",
        "#5d4634",
        "#1c6a50",
        "#3d3c88",
        "#434b57",
    ),  # fmt: skip
)
PALETTES = {"light": LIGHT, "dark": DARK}
