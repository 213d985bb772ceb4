"""What is told of a part of a chart on hovering: by the browser as a title, by a script as a card."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tip:
    head: str
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        return "\n".join([self.head, *(f"{name}: {value}" for name, value in self.lines)])

    @property
    def card(self) -> str:
        """Lines of cells, for a script to lay out."""
        return "\n".join([self.head, *(f"{name}\t{value}" for name, value in self.lines)])
