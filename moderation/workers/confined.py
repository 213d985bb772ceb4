"""What all workers that open strangers' files have in common: they give up everything else first. Pure."""

import codecs

from moderation.workers import sandbox
from moderation.workers.places import EngineState

# What Python would load from disk when it first meets it in a file's texts.
ENCODINGS = ("ascii", "latin-1", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "cp1252", "idna")


def prepare_encodings() -> None:
    for name in ENCODINGS:
        codecs.lookup(name)


class Confined:
    """A handler in the sandbox. `largest_shared` is as far as it may write into what it was given."""

    is_confined = True
    largest_shared = 0

    def setup(self) -> None:
        sandbox.be_silent()
        self.lacking = sandbox.confine(file_size=self.largest_shared)

    def load_more(self) -> bool:
        return False

    def engines(self) -> list[EngineState]:
        """One line for those who watch: whether this machine has all of the sandbox."""
        return [EngineState("sandbox", "failed" if self.lacking else "ready", note=", ".join(self.lacking))]
