"""What becomes of pictures that are added to a library."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from config.errors import NotFound, PlatformError, Unavailable
from libraries import pictures, storage
from libraries.image_limits import (
    ImageExpiryPassed,
    ImageNoteTooLong,
    ImageOwnerTooLong,
    ImagesMissing,
    TooManyImages,
)
from libraries.models import ImageLibrary, LibraryImage
from libraries.operations import image_adding
from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.images import remove_images
from libraries.pictures import PictureReaderMissing, read_picture
from libraries.storage import StorageUnavailable
from tests.libraries.conftest import NOW
from tests.libraries.pictures import actions, files, flat, jpeg, png

DAY = timedelta(days=1)


class TestAddingImages:
    def test_keeps_what_the_file_is(self, make_library, add, account):
        library = make_library()
        data = jpeg(width=800, height=600)

        (outcome,) = add(library, data, note=" From March ", owner=" Trust  team ", expires_at=NOW + DAY)

        image = LibraryImage.objects.get()
        assert (outcome.became, outcome.image, outcome.remarks) == ("accepted", image, ())
        assert (image.format, image.width, image.height, image.bytes) == ("jpeg", 800, 600, len(data))
        assert (image.note, image.owner, image.expires_at) == ("From March", "Trust team", NOW + DAY)
        assert (image.added_by, image.added_at, image.removed_at) == ("system", NOW, None)
        assert storage.read_file(image.original) == data
        assert storage.read_file(image.thumbnail).startswith(b"\xff\xd8\xff")
        assert image.fingerprint.fingerprints == read_picture(data).fingerprints
        assert "plain" in image.fingerprint.kinds.split(",")
        library.refresh_from_db()
        assert (library.image_count, library.updated_at) == (1, NOW)
        assert actions(account)[-1] == "images.added"

    def test_who_adds_is_responsible_unless_told_otherwise(self, make_library, add):
        assert add(make_library(), png())[0].image.owner == "system"

    def test_tells_of_each_file(self, make_library, add, settings):
        settings.ASSAY_LIBRARY_IMAGE_BYTES = 2**20
        library = make_library()
        (first,) = add(library, png(1))

        outcomes = add(
            library, png(2), png(1), b"\0" * (2**20 + 1), b"no image", png(3, width=200, height=300)
        )

        assert [one.became for one in outcomes] == ["accepted", "duplicate", "refused", "refused", "accepted"]
        assert outcomes[1].image == first.image
        assert [one.refusal and one.refusal.code for one in outcomes] == [
            None,
            None,
            "library_image_too_large",
            "image_format_unsupported",
            None,
        ]
        assert outcomes[2].refusal.message == "This file has 1.0 MB; an image of a library has at most 1 MB."
        assert [remark.code for remark in outcomes[4].remarks] == ["image_smaller_than_recommended"]
        assert "200 × 300" in outcomes[4].remarks[0].message
        assert LibraryImage.objects.count() == 3
        assert len(files()) == 6

    def test_the_same_file_twice_in_one_upload_is_held_once(self, make_library, add):
        accepted, duplicate = add(make_library(), png(), png())

        assert (accepted.became, duplicate.became) == ("accepted", "duplicate")
        assert duplicate.image == accepted.image
        assert len(files()) == 2

    def test_the_same_file_may_be_in_two_libraries_and_that_is_told(self, make_library, add):
        (first,) = add(make_library("One"), png())
        (second,) = add(make_library("Other"), png())

        assert second.became == "accepted"
        assert [(one.image_id, one.library_id, one.distance) for one in second.similar] == [
            (first.image.pk, first.image.library_id, 0)
        ]

    def test_tells_of_what_looks_almost_the_same(self, make_library, add):
        library = make_library()
        (first,) = add(library, png(1))
        add(library, png(2))

        (outcome,) = add(library, jpeg(1, quality=40))

        assert outcome.became == "accepted"
        (similar,) = outcome.similar
        assert similar.image_id == first.image.pk
        assert 0 <= similar.distance <= 10

    def test_says_so_if_there_is_little_to_recognise(self, make_library, add):
        (outcome,) = add(make_library(), flat())

        assert outcome.became == "accepted"
        assert [remark.code for remark in outcome.remarks] == ["image_has_little_detail"]

    def test_one_removed_before_may_be_added_again(self, make_library, add):
        library = make_library()
        (first,) = add(library, png())
        remove_images(library=library, ids=[first.image.pk], actor=None, now=NOW)

        (again,) = add(library, png())

        assert again.became == "accepted"
        assert again.image.pk != first.image.pk

    def test_those_that_fit_are_added_when_the_account_is_nearly_full(self, make_library, add, settings):
        settings.ASSAY_LIBRARY_IMAGES_MOST = 3
        one, other = make_library("One"), make_library("Other")
        add(one, png(1), png(2))

        outcomes = add(other, png(3), png(4))

        assert [outcome.became for outcome in outcomes] == ["accepted", "refused"]
        assert outcomes[1].refusal.code == "library_image_limit_reached"
        assert "at most 3 images" in outcomes[1].refusal.message
        assert len(files()) == 6

    def test_more_than_ten_are_refused_before_any_is_read(self, make_library, add, monkeypatch):
        monkeypatch.setattr(pictures, "_readers", [pytest.fail])

        with pytest.raises(TooManyImages):
            add(make_library(), *[png()] * 11)

    def test_none_is_refused(self, make_library, add):
        with pytest.raises(ImagesMissing):
            add(make_library())

    @pytest.mark.parametrize(
        "notes, error",
        [
            ({"note": "x" * 301}, ImageNoteTooLong),
            ({"owner": "x" * 101}, ImageOwnerTooLong),
            ({"expires_at": NOW}, ImageExpiryPassed),
        ],
    )
    def test_notes_have_their_measure(self, make_library, add, notes, error):
        (outcome,) = add(make_library(), png(), **notes)

        assert outcome.refusal.code == error.code
        assert files() == set()

    def test_to_a_library_that_is_gone_leaves_no_file(self, make_library, add):
        library = make_library()
        ImageLibrary.objects.all().delete()

        with pytest.raises(NotFound):
            add(library, png())
        assert files() == set()

    def test_that_fails_in_the_middle_leaves_no_file_and_no_row(self, make_library, add, monkeypatch):
        library = make_library()
        monkeypatch.setattr(image_adding, "record", lambda **_given: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            add(library, png(1), png(2))
        assert files() == set()
        assert not LibraryImage.objects.exists()

    def test_while_the_disk_is_full_is_refused_and_leaves_nothing(self, make_library, add, monkeypatch):
        library = make_library()
        save, saved = default_storage.save, []

        def save_three(key, content):
            if len(saved) == 3:
                raise OSError(28, "No space left on device")
            saved.append(key)
            return save(key, content)

        monkeypatch.setattr(default_storage, "save", save_three)
        with pytest.raises(StorageUnavailable):
            add(library, png(1), png(2))
        assert files() == set()

    @pytest.mark.parametrize(
        "name", ["../../etc/passwd", "C:\\x.png", "a\0b.png", "<script>.png", "\u202egnp.exe", "x" * 5000]
    )
    def test_a_files_name_is_told_back_and_used_for_nothing(self, make_library, media, name):
        library = make_library()

        (outcome,) = add_images(library=library, images=[NewImage(name, png())], actor=None, now=NOW)

        assert outcome.name == name
        assert all(Path(default_storage.path(key)).is_relative_to(media) for key in files())
        assert all(name not in key for key in files())

    def test_needs_a_reader(self, make_library, add, monkeypatch):
        monkeypatch.setattr(pictures, "_readers", [])

        with pytest.raises(PictureReaderMissing) as refused:
            add(make_library(), png())
        assert isinstance(refused.value, Unavailable)
        with pytest.raises(PlatformError):
            read_picture(png())
