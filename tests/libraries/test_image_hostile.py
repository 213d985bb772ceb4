"""Broken and hostile files sent to an image library: each gets an answer of its own, never a fault."""

from pathlib import Path

import pytest

from libraries.image_limits import MOST_AT_ONCE
from libraries.models import LibraryImage
from libraries.operations.image_adding import NewImage, add_images
from libraries.storage import read_file
from tests.libraries.conftest import NOW
from tests.libraries.pictures import png
from tests.libraries.test_image_libraries import files

BROKEN = Path(__file__).resolve().parents[2].parent / "shared/data/media_broken"
REFUSALS = {
    "image_decode_failed",
    "image_decode_timeout",
    "image_format_unsupported",
    "image_missing",
    "image_too_large",
    "image_too_many_frames",
    "image_too_many_pixels",
    "image_truncated",
    "library_image_too_large",
}


@pytest.mark.skipif(not BROKEN.is_dir(), reason="needs shared/data/media_broken")
def test_every_broken_file_is_refused_with_a_code_or_kept_safely(make_library):
    library = make_library()
    paths = sorted(path for path in BROKEN.rglob("*") if path.is_file() and path.suffix != ".md")
    outcomes = []
    for start in range(0, len(paths), MOST_AT_ONCE):
        sent = [NewImage(path.name, path.read_bytes()) for path in paths[start : start + MOST_AT_ONCE]]
        outcomes += add_images(library=library, images=sent, actor=None, now=NOW)

    assert len(outcomes) == len(paths) > 10
    assert {one.refusal.code for one in outcomes if one.refusal} <= REFUSALS
    assert any(one.refusal for one in outcomes)
    kept = LibraryImage.objects.present()
    assert len(files()) == 2 * kept.count()
    assert all(read_file(image.thumbnail).startswith(b"\xff\xd8\xff") for image in kept)


def test_a_broken_file_does_not_keep_good_ones_out(make_library, add):
    sent = [png(1), png(2)[:2000], b"GIF89a", png(3)]

    outcomes = add(make_library(), *sent)

    assert [one.became for one in outcomes] == ["accepted", "refused", "refused", "accepted"]
    assert {one.refusal.code for one in outcomes[1:3]} <= REFUSALS
