"""The two image libraries that reviewers' decisions fill."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.accounts import revisions
from config.accounts.models import Account
from config.audit.models import AuditRecord
from libraries.image_limits import LibraryImageLimitReached
from libraries.matching import cache
from libraries.matching.fingerprints import Fingerprint
from libraries.models import ImageFingerprint, ImageLibrary, LibraryImage
from libraries.operations.image_adding import Became, NewImage, add_images, images_of
from libraries.operations.image_libraries import (
    ImageLibraryReviewed,
    change_image_library,
    create_image_library,
    delete_image_library,
)
from libraries.operations.image_samples import (
    SeenPicture,
    add_image_sample,
    bring_files,
    remove_image_sample,
)
from libraries.operations.images import change_image, remove_images
from libraries.storage import files_of, sweep
from moderation.operations.publishable import RulesInvalid
from tests.factories import make_account, publish, service_of
from tests.libraries.conftest import LATER, NOW
from tests.libraries.pictures import png, prints_of

FILE = png(1)


def seen(data: bytes = FILE, *, key: str = "", prints: bool = True, number: int = 1) -> SeenPicture:
    kept = tuple(one for one in prints_of(data) if not one.kind.startswith("dihedral")) if prints else ()
    return SeenPicture(bytes([number]) * 32, "png", 640, 480, len(data), kept, key)


def sample(account: Account, outcome: str = "block", *, now=NOW, **of) -> LibraryImage:
    label = "pornographic_adultContent" if outcome == "block" else ""
    return add_image_sample(
        account=account, picture=seen(**of), outcome=outcome, label=label, origin="r1", now=now
    )


def known(account: Account):
    return cache.image_index(account.pk, revisions.read(account.pk).images)


@pytest.fixture
def stored(media) -> str:
    return default_storage.save("pictures/UID1/one", ContentFile(FILE))


class TestAReviewedLibrary:
    def test_is_made_with_the_first_decision_of_its_kind(self, account):
        sample(account, "pass", number=1)
        sample(account, "block", number=2)
        sample(account, "block", number=3)

        held = dict(ImageLibrary.objects.owned_by(account).values_list("kind", "image_count"))
        assert held == {"reviewed_pass": 1, "reviewed_block": 2}

    def test_is_not_named_filled_changed_or_deleted_by_hand(self, account):
        image = sample(account)
        library = image.library
        new = NewImage("a.png", FILE)

        with pytest.raises(ImageLibraryReviewed):
            change_image_library(library=library, name="Mine", description="", actor=None, now=NOW)
        with pytest.raises(ImageLibraryReviewed):
            add_images(library=library, images=[new], actor=None, now=NOW)
        with pytest.raises(ImageLibraryReviewed):
            delete_image_library(library=library, used_by=[], actor=None, now=NOW)
        with pytest.raises(ImageLibraryReviewed):
            change_image(image=image, note="x", owner="", expires_at=None, actor=None, now=NOW)

    def test_cannot_be_put_into_rules(self, db):
        account = make_account()
        library = sample(account).library
        service = service_of(account, "baselineCheck")
        label = "pornographic_adultContent"

        with pytest.raises(RulesInvalid):
            publish(
                service,
                service.current_version.rules.with_label(label, on=True, image_libraries=(library.pk,)),
            )

    def test_leaves_its_name_free(self, account):
        name = sample(account).library.name

        assert create_image_library(account=account, name=name, description="", actor=None, now=NOW).pk

    def test_counts_against_no_limit(self, account, make_library, settings):
        settings.ASSAY_IMAGE_LIBRARIES_MOST = 1
        settings.ASSAY_LIBRARY_IMAGES_MOST = 1
        sample(account, "pass", number=1)
        sample(account, "block", number=2)
        library = make_library()

        (added,) = add_images(library=library, images=[NewImage("a.png", png(5))], actor=None, now=NOW)
        (refused,) = add_images(library=library, images=[NewImage("b.png", png(6))], actor=None, now=NOW)

        assert added.became is Became.ACCEPTED
        assert refused.refusal.code == LibraryImageLimitReached.code
        assert images_of(account) == 1

    def test_gives_its_images_up_to_people(self, account):
        image = sample(account)
        assert known(account).rulings.by_image

        assert remove_images(library=image.library, ids=[image.pk], actor=None, now=LATER) == 1

        assert not known(account).rulings.by_image and not known(account).size
        assert AuditRecord.objects.filter(action="images.removed").exists()


class TestASample:
    def test_is_found_at_once_and_follows_every_change(self, account):
        assert not len(known(account).rulings)
        image = sample(account, "pass")
        held = known(account)
        assert held.rulings.by_image[image.pk].outcome == "pass"
        assert [match.image_id for match in held.look(prints_of(FILE))] == [image.pk]

        sample(account, "block", now=LATER)
        held = known(account)
        assert held.rulings.by_image[image.pk].outcome == "block"
        assert [one.library_id for one in held.look(prints_of(FILE))] == [
            LibraryImage.objects.get().library_id
        ]

        assert remove_image_sample(account=account, sha256=bytes([1]) * 32, now=LATER)
        assert not len(known(account).rulings) and not known(account).look(prints_of(FILE))

    def test_is_known_alike_to_a_process_that_starts_later(self, account):
        sample(account, "pass", number=1)
        image = sample(account, "block", number=2)
        followed = known(account).rulings.by_image

        cache.forget()

        assert known(account).rulings.by_image == followed
        assert known(account).rulings.by_file[bytes([2]) * 32].image_id == image.pk

    def test_of_the_whole_counts_though_a_part_be_nearer(self, account):
        image = sample(account, "pass")
        whole = next(one for one in prints_of(FILE) if one.kind == "plain")
        few = int.from_bytes(whole.value) ^ 0b111
        changed = Fingerprint(few.to_bytes(32), whole.quality, "plain")
        parts = [one for one in prints_of(FILE) if one.kind.startswith("crop")]

        (match,) = known(account).look([changed, *parts])

        assert (match.image_id, match.kind, match.distance) == (image.pk, "plain", 3)

    def test_takes_its_file_and_thumbnail_from_where_the_result_keeps_it(self, account, stored):
        image = sample(account, key=stored)
        assert image.thumbnail == ""

        assert bring_files() == 1
        image.refresh_from_db()

        assert default_storage.open(image.original).read() == FILE
        assert default_storage.open(image.thumbnail).read().startswith(b"\xff\xd8\xff")
        assert default_storage.exists(stored)
        assert bring_files() == 0

    def test_that_has_no_fingerprints_gets_them_with_its_file(self, account, stored):
        sample(account, key=stored, prints=False)
        assert not known(account).look(prints_of(FILE))

        bring_files()

        assert known(account).look(prints_of(FILE))
        assert ImageFingerprint.objects.get().fingerprints

    def test_decides_without_a_file_where_none_is_kept(self, account, media):
        image = sample(account, key="pictures/UID1/gone")

        assert bring_files() == 0
        image.refresh_from_db()

        assert (image.original, image.thumbnail) == ("", "")
        assert known(account).look(prints_of(FILE))

    def test_leaves_the_results_own_picture_alone_when_it_goes(
        self, account, stored, django_capture_on_commit_callbacks
    ):
        sample(account, key=stored)
        with django_capture_on_commit_callbacks(execute=True):
            remove_image_sample(account=account, sha256=bytes([1]) * 32, now=LATER)

        assert default_storage.exists(stored)

    def test_keeps_its_files_when_its_verdict_changes(self, account, stored):
        image = sample(account, "pass", key=stored)
        bring_files()
        sample(account, "block", now=LATER)

        sweep(now=LATER.replace(year=LATER.year + 1))
        image.refresh_from_db()

        assert default_storage.exists(image.original) and default_storage.exists(image.thumbnail)

    def test_leaves_no_file_when_it_goes(self, account, stored, django_capture_on_commit_callbacks):
        image = sample(account, key=stored)
        bring_files()
        with django_capture_on_commit_callbacks(execute=True):
            remove_image_sample(account=account, sha256=bytes([1]) * 32, now=LATER)

        assert list(files_of(image.library_id)) == []
        assert not remove_image_sample(account=account, sha256=bytes([1]) * 32, now=LATER)
