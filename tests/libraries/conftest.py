from datetime import UTC, datetime

import pytest

from config.accounts.models import Account
from config.accounts.operations.accounts import open_account
from libraries.matching import cache
from libraries.models import ImageLibrary, LibraryImage, Vocabulary
from libraries.operations.image_adding import NewImage, Outcome, add_images
from libraries.operations.image_libraries import create_image_library
from libraries.operations.vocabularies import create_vocabulary
from tests.libraries.pictures import png

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_caches():
    cache.forget()


@pytest.fixture
def account(db) -> Account:
    return open_account(name="Harbour Forum", actor=None, now=NOW)


@pytest.fixture
def other_account(db) -> Account:
    return open_account(name="Market Square", actor=None, now=NOW)


@pytest.fixture
def make_vocabulary(account):
    def make(name: str = "House rules", keywords=(), of: Account | None = None) -> Vocabulary:
        return create_vocabulary(
            account=of or account, name=name, description="", keywords=keywords, actor=None, now=NOW
        )

    return make


@pytest.fixture
def media(settings, tmp_path):
    """Where the files of image libraries go."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def make_library(account, media):
    def make(name: str = "Banned flyers", of: Account | None = None) -> ImageLibrary:
        return create_image_library(account=of or account, name=name, description="", actor=None, now=NOW)

    return make


@pytest.fixture
def add():
    """Add files to a library and see what became of each."""

    def add(library: ImageLibrary, *contents: bytes, **notes) -> list[Outcome]:
        now = notes.pop("now", NOW)
        files = [NewImage(f"{place}.png", content, **notes) for place, content in enumerate(contents)]
        return add_images(library=library, images=files, actor=notes.pop("actor", None), now=now)

    return add


@pytest.fixture
def make_image(add):
    def make(library: ImageLibrary, seed: int = 1, **notes) -> LibraryImage:
        (outcome,) = add(library, png(seed), **notes)
        return outcome.image

    return make
