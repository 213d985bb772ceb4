"""Image libraries as operations: making and naming them, adding pictures, taking them out."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from config.accounts import revisions
from config.audit.models import AuditRecord
from config.errors import NotFound
from libraries import storage
from libraries.image_limits import (
    ImageExpiryPassed,
    ImageLibraryDescriptionTooLong,
    ImageLibraryLimitReached,
    ImageLibraryNameMissing,
    ImageLibraryNameTooLong,
)
from libraries.models import ImageFingerprint, ImageHit, ImageLibrary, LibraryImage
from libraries.operations.image_hits import count_hits, sum_hits
from libraries.operations.image_libraries import (
    ImageLibraryInUse,
    ImageLibraryNameTaken,
    change_image_library,
    create_image_library,
    delete_image_library,
)
from libraries.operations.images import change_image, remove_expired_images, remove_images
from tests.libraries.conftest import LATER, NOW
from tests.libraries.pictures import actions, files

DAY = timedelta(days=1)


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
