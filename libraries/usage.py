"""Who uses a vocabulary: apps above know, libraries ask them."""

from collections.abc import Callable

from libraries.models import Vocabulary

# Each takes `vocabulary=` and returns the codes of the services whose rules use it.
askers: list[Callable[..., list[str]]] = []


def used_by(vocabulary: Vocabulary) -> list[str]:
    return [code for ask in askers for code in ask(vocabulary=vocabulary)]
