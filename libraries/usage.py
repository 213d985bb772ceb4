"""Who uses a vocabulary or an image library: apps above know, libraries ask them."""

from collections.abc import Callable

from config.accounts.models import Account
from libraries.models import ImageLibrary, Vocabulary

# Each takes `vocabulary=` and returns the codes of the services whose rules use it.
askers: list[Callable[..., list[str]]] = []
# Each takes `account=` and returns those codes for all its vocabularies, by the vocabulary's id.
askers_of_all: list[Callable[..., dict[int, list[str]]]] = []
# Each takes `library=` and does the same for an image library.
askers_of_images: list[Callable[..., list[str]]] = []


def used_by(vocabulary: Vocabulary) -> list[str]:
    return [code for ask in askers for code in ask(vocabulary=vocabulary)]


def users_of_images(library: ImageLibrary) -> list[str]:
    return [code for ask in askers_of_images for code in ask(library=library)]


def users_by_vocabulary(account: Account) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for ask in askers_of_all:
        for number, codes in ask(account=account).items():
            found.setdefault(number, []).extend(codes)
    return found
