"""Image libraries as operations: making and naming them, adding pictures, taking them out."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from config.accounts import revisions
from config.audit.models import AuditRecord
from config.errors import NotFound, PlatformError, Unavailable
from libraries import pictures, storage
from libraries.image_limits import (
    ImageExpiryPassed,
    ImageLibraryDescriptionTooLong,
    ImageLibraryLimitReached,
    ImageLibraryNameMissing,
    ImageLibraryNameTooLong,
    ImageNoteTooLong,
    ImageOwnerTooLong,
    ImagesMissing,
    TooManyImages,
)
from libraries.models import ImageFingerprint, ImageHit, ImageLibrary, LibraryImage
from libraries.operations import image_adding
from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.image_hits import count_hits, sum_hits
from libraries.operations.image_libraries import (
    ImageLibraryInUse,
    ImageLibraryNameTaken,
    change_image_library,
    create_image_library,
    delete_image_library,
)
from libraries.operations.images import change_image, remove_expired_images, remove_images
from libraries.pictures import PictureReaderMissing, read_picture
from libraries.storage import StorageUnavailable
from tests.libraries.conftest import LATER, NOW
from tests.libraries.pictures import flat, jpeg, png

DAY = timedelta(days=1)


def actions(account) -> list[str]:
    return list(AuditRecord.objects.owned_by(account).order_by("number").values_list("action", flat=True))


def files() -> set[str]:
    return {key for library in storage.library_folders() for key in storage.files_of(library)}


class TestCreating:
    def test_is_told_in_the_audit(self, account):
        library = create_image_library(
            account=account, name="  Banned \n flyers ", description=" Ours ", actor=None, now=NOW
        )

        assert (library.name, library.description, library.image_count) == ("Banned flyers", "Ours", 0)
        assert actions(account)[-1] == "image_library.created"

    def test_a_name_is_taken_once_per_account(self, make_library, other_account):
        make_library("Flyers")
        make_library("Flyers", of=other_account)

        with pytest.raises(ImageLibraryNameTaken):
            make_library("Flyers")

    def test_the_eleventh_is_refused(self, make_library, other_account):
        for number in range(10):
            make_library(f"Library {number}")

        with pytest.raises(ImageLibraryLimitReached) as refused:
            make_library("One more")
        assert "at most 10" in str(refused.value.message)
        make_library("Flyers", of=other_account)

    @pytest.mark.parametrize(
        "name, description, error",
        [
            (" \0 ", "", ImageLibraryNameMissing),
            ("x" * 61, "", ImageLibraryNameTooLong),
            ("Flyers", "x" * 301, ImageLibraryDescriptionTooLong),
        ],
    )
    def test_names_and_descriptions_have_their_measure(self, account, name, description, error):
        with pytest.raises(error):
            create_image_library(account=account, name=name, description=description, actor=None, now=NOW)


class TestChanging:
    def test_is_told_with_before_and_after(self, make_library, account):
        library = make_library("Flyers")

        change_image_library(library=library, name="Handbills", description="New", actor=None, now=LATER)

        library.refresh_from_db()
        assert (library.name, library.description, library.updated_at) == ("Handbills", "New", LATER)
        assert '"name": "Flyers"' in AuditRecord.objects.owned_by(account).order_by("number").last().body

    def test_to_what_it_is_changes_nothing(self, make_library, account):
        library = make_library("Flyers")
        before = actions(account)

        change_image_library(library=library, name="Flyers", description="", actor=None, now=LATER)

        assert actions(account) == before

    def test_to_another_name_in_use_is_refused(self, make_library):
        make_library("Flyers")

        with pytest.raises(ImageLibraryNameTaken):
            change_image_library(
                library=make_library("Handbills"), name="Flyers", description="", actor=None, now=LATER
            )


class TestDeleting:
    def test_takes_images_fingerprints_and_hits_along(self, make_library, make_image, account):
        library, other = make_library("One"), make_library("Other")
        gone, kept = make_image(library), make_image(other)
        count_hits(account_id=account.pk, image_ids=[gone.pk, kept.pk], now=NOW)

        delete_image_library(library=library, used_by=[], actor=None, now=LATER)

        assert list(ImageLibrary.objects.all()) == [other]
        assert list(LibraryImage.objects.all()) == [kept]
        assert set(ImageFingerprint.objects.values_list("image", flat=True)) == {kept.pk}
        assert set(ImageHit.objects.values_list("image", flat=True)) == {kept.pk}
        assert actions(account)[-1] == "image_library.deleted"

    def test_its_files_go_with_the_next_sweep(self, make_library, make_image):
        library, other = make_library("One"), make_library("Other")
        make_image(library)
        kept = make_image(other)
        delete_image_library(library=library, used_by=[], actor=None, now=LATER)

        assert storage.sweep(now=LATER) == 2
        assert files() == {kept.original, kept.thumbnail}
        assert storage.library_folders() == [other.pk]

    def test_is_refused_while_services_use_it(self, make_library):
        library = make_library()

        with pytest.raises(ImageLibraryInUse) as refused:
            delete_image_library(library=library, used_by=["baselineCheck"], actor=None, now=LATER)
        assert "baselineCheck" in str(refused.value.message)
        assert refused.value.details == {"services": ["baselineCheck"]}

    def test_one_that_is_gone_is_not_found(self, make_library):
        library = make_library()
        ImageLibrary.objects.all().delete()

        with pytest.raises(NotFound):
            delete_image_library(library=library, used_by=[], actor=None, now=LATER)


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


class TestRemovingImages:
    def test_takes_their_files_and_fingerprints(
        self, make_library, make_image, account, django_capture_on_commit_callbacks
    ):
        library = make_library()
        gone, kept = make_image(library, 1), make_image(library, 2)
        before = revisions.read(account.pk).images

        with django_capture_on_commit_callbacks(execute=True):
            removed = remove_images(library=library, ids=[gone.pk, 0], actor=None, now=LATER)

        assert removed == 1
        assert list(LibraryImage.objects.present()) == [kept]
        gone.refresh_from_db()
        assert (gone.removed_at, gone.original, gone.thumbnail) == (LATER, "", "")
        assert gone.revision == revisions.read(account.pk).images == before + 1
        assert set(ImageFingerprint.objects.values_list("image", flat=True)) == {kept.pk}
        assert files() == {kept.original, kept.thumbnail}
        library.refresh_from_db()
        assert library.image_count == 1
        assert actions(account)[-1] == "images.removed"

    def test_of_another_library_are_left_alone(self, make_library, make_image):
        image = make_image(make_library("One"))

        assert remove_images(library=make_library("Other"), ids=[image.pk], actor=None, now=LATER) == 0
        assert LibraryImage.objects.present().get() == image

    def test_twice_counts_once(self, make_library, make_image):
        library = make_library()
        image = make_image(library)
        remove_images(library=library, ids=[image.pk], actor=None, now=NOW)

        assert remove_images(library=library, ids=[image.pk], actor=None, now=LATER) == 0


class TestChangingAnImage:
    def test_is_told_with_before_and_after(self, make_library, make_image, account):
        image = make_image(make_library())

        change_image(image=image, note="Seen", owner="Ann", expires_at=NOW + DAY, actor=None, now=NOW)

        image.refresh_from_db()
        assert (image.note, image.owner, image.expires_at) == ("Seen", "Ann", NOW + DAY)
        assert image.revision == revisions.read(account.pk).images == 2
        assert actions(account)[-1] == "image.changed"

    def test_a_note_alone_needs_no_new_revision(self, make_library, make_image, account):
        image = make_image(make_library())

        change_image(image=image, note="Seen", owner="", expires_at=None, actor=None, now=NOW)

        assert revisions.read(account.pk).images == 1

    def test_a_moment_that_is_over_is_refused_unless_it_stood_there(self, make_library, make_image):
        image = make_image(make_library(), expires_at=NOW + DAY)
        kept = {"owner": "", "actor": None, "now": NOW + 2 * DAY}

        change_image(image=image, note="Seen", expires_at=NOW + DAY, **kept)
        with pytest.raises(ImageExpiryPassed):
            change_image(image=image, note="", expires_at=NOW, **kept)

    def test_one_that_is_removed_is_not_found(self, make_library, make_image):
        library = make_library()
        image = make_image(library)
        remove_images(library=library, ids=[image.pk], actor=None, now=NOW)

        with pytest.raises(NotFound):
            change_image(image=image, note="", owner="", expires_at=None, actor=None, now=NOW)


class TestExpiry:
    def test_takes_out_those_whose_time_is_over(self, make_library, make_image, account):
        library = make_library()
        over = make_image(library, 1, expires_at=NOW + DAY)
        later = make_image(library, 2, expires_at=NOW + 2 * DAY)
        never = make_image(library, 3)

        assert remove_expired_images(now=NOW + DAY) == 1

        assert set(LibraryImage.objects.present()) == {later, never}
        over.refresh_from_db()
        assert over.removed_at == NOW + DAY
        assert actions(account)[-1] == "images.expired"
        assert remove_expired_images(now=NOW + DAY) == 0

    def test_goes_through_every_account(self, make_library, make_image, other_account):
        for library in (make_library(), make_library(of=other_account)):
            make_image(library, expires_at=NOW + DAY)

        assert remove_expired_images(now=NOW + DAY) == 2


class TestHits:
    def test_are_exact_before_and_after_they_are_summed(self, make_library, make_image, account):
        library = make_library()
        one, other = make_image(library, 1), make_image(library, 2)
        for now in (NOW, LATER):
            count_hits(account_id=account.pk, image_ids=[one.pk, one.pk], now=now)
        count_hits(account_id=account.pk, image_ids=[], now=NOW)

        def shown():
            return list(LibraryImage.objects.with_hits().order_by("id").values_list("hits", flat=True))

        assert shown() == [2, 0]
        assert sum_hits(batch=1) == 2
        assert shown() == [2, 0]
        one.refresh_from_db()
        other.refresh_from_db()
        assert (one.hit_count, one.last_hit_at) == (2, LATER)
        assert (other.hit_count, other.last_hit_at) == (0, None)
        assert not ImageHit.objects.exists()
        assert sum_hits() == 0

    def test_of_an_image_that_is_gone_are_dropped(self, account):
        count_hits(account_id=account.pk, image_ids=[404], now=NOW)

        assert sum_hits() == 1
        assert not ImageHit.objects.exists()


class TestSweeping:
    def test_drops_what_no_image_names_after_an_hour(self, make_library, make_image):
        library = make_library()
        image = make_image(library)
        lost = storage.keep_file(library_id=library.pk, content=b"lost")
        written = default_storage.get_modified_time(lost)

        assert storage.sweep(now=written) == 0
        assert storage.sweep(now=written + 2 * storage.GRACE) == 1
        assert files() == {image.original, image.thumbnail}

    def test_is_a_command_that_first_only_lists(self, make_library, make_image, capsys):
        library = make_library()
        image = make_image(library)
        delete_image_library(library=library, used_by=[], actor=None, now=LATER)

        call_command("sweep_files", "--dry-run")
        assert image.original in capsys.readouterr().out
        call_command("sweep_files")
        assert capsys.readouterr().out == "2 files deleted.\n"
        assert files() == set()
