"""Where in a picture the machine saw what: boxes in its own pixels, each with its label. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelledBox:
    left: int
    top: int
    width: int
    height: int
    level: str
    labels: tuple[str, ...]


def boxes_of(labels: list[dict], *, frame: int = 0) -> list[LabelledBox]:
    """One box for each place, with all labels that were seen there; the worst label gives its level."""
    places: dict[tuple[int, ...], LabelledBox] = {}
    for label in labels:
        for found in label["evidence"]:
            if "box" not in found or found.get("frame", 0) != frame:
                continue
            place = tuple(found["box"])
            held = places.get(place)
            if held is None:
                places[place] = LabelledBox(*place, label["level"], (label["label"],))
            elif label["label"] not in held.labels:
                places[place] = LabelledBox(*place, held.level, (*held.labels, label["label"]))
    return list(places.values())
