"""What a process knows of an account's pictures: as fresh as the revision of the request."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from config import embedded
from config.accounts import revisions
from libraries.matching import cache
from libraries.operations.image_libraries import delete_image_library
from libraries.operations.images import change_image, remove_expired_images, remove_images
from tests.libraries.conftest import LATER, NOW
from tests.libraries.pictures import jpeg, png, prints_of
from tests.stats.programs import database_url

HOUR = timedelta(hours=1)


def known(account):
    return cache.image_index(account.pk, revisions.read(account.pk).images)


def seen(account, data: bytes, *, now=NOW) -> list[int]:
    """As a request does it: read the revisions once, then look."""
    return [match.image_id for match in known(account).find(prints_of(data), now=now)]


class TestImages:
    def test_follow_every_change(self, account, make_library, make_image):
        library = make_library()
        assert seen(account, png()) == []
        image = make_image(library)
        assert seen(account, png()) == [image.pk]
        assert seen(account, jpeg(quality=50)) == [image.pk]
        assert seen(account, png(2)) == []
        remove_images(library=library, ids=[image.pk], actor=None, now=LATER)
        assert seen(account, png()) == []
        again = make_image(library)
        assert seen(account, png()) == [again.pk]

    def test_only_what_changed_is_loaded(self, account, make_library, make_image, monkeypatch):
        library = make_library()
        for seed in range(1, 5):
            make_image(library, seed)
        index, followed = known(account).index, []
        follow = type(index).follow

        def count(self, changes, revision):
            changes = list(changes)
            followed.append([image_id for image_id, _rows in changes])
            follow(self, changes, revision)

        monkeypatch.setattr(type(index), "follow", count)
        image = make_image(library, 9)

        assert seen(account, png(9)) == [image.pk]
        assert followed == [[image.pk]]
        assert known(account).index is index

    def test_are_loaded_once_for_a_revision(
        self, account, make_library, make_image, django_assert_num_queries
    ):
        make_image(make_library())
        number = revisions.read(account.pk).images
        cache.image_index(account.pk, number)

        with django_assert_num_queries(0):
            for _request in range(3):
                cache.image_index(account.pk, number)

    def test_of_a_deleted_library_are_forgotten(self, account, make_library, make_image):
        gone, kept = make_library("Gone"), make_library("Kept")
        make_image(gone, 1)
        image = make_image(kept, 2)
        held = known(account)

        delete_image_library(library=gone, used_by=[], actor=None, now=LATER)

        assert (seen(account, png(1)), seen(account, png(2))) == ([], [image.pk])
        assert known(account).size < held.size

    def test_of_another_account_are_not_seen(self, account, other_account, make_library, make_image):
        make_image(make_library(of=other_account))

        assert seen(account, png()) == []

    def test_a_new_process_does_not_learn_of_removed_ones(self, account, make_library, make_image):
        library = make_library()
        remove_images(library=library, ids=[make_image(library, 1).pk], actor=None, now=LATER)
        image = make_image(library, 2)
        cache.forget()

        assert (seen(account, png(1)), seen(account, png(2))) == ([], [image.pk])


class TestExpiredImages:
    def test_match_nothing_from_their_moment_on(self, account, make_library, make_image):
        image = make_image(make_library(), expires_at=LATER)

        assert seen(account, png(), now=LATER - HOUR / 60) == [image.pk]
        assert seen(account, png(), now=LATER) == []

    def test_are_known_to_a_new_process_too(self, account, make_library, make_image):
        image = make_image(make_library(), expires_at=LATER)
        cache.forget()

        assert seen(account, png(), now=NOW) == [image.pk]
        assert seen(account, png(), now=LATER) == []

    def test_match_again_if_they_are_given_more_time(self, account, make_library, make_image):
        image = make_image(make_library(), expires_at=LATER)
        assert seen(account, png(), now=LATER) == []

        change_image(image=image, note="", owner="", expires_at=None, actor=None, now=NOW)

        assert seen(account, png(), now=LATER) == [image.pk]

    def test_match_no_longer_if_their_time_is_cut(self, account, make_library, make_image):
        image = make_image(make_library())
        assert seen(account, png(), now=LATER) == [image.pk]

        change_image(image=image, note="", owner="", expires_at=LATER, actor=None, now=NOW)

        assert seen(account, png(), now=LATER) == []

    def test_leave_the_index_when_they_are_removed(self, account, make_library, make_image):
        make_image(make_library(), expires_at=LATER)
        assert known(account).size > 0

        remove_expired_images(now=LATER)

        assert known(account).size == 0
        assert known(account).expiries == {}


OTHER_PROCESS = """
import sys, django
django.setup()
from config.accounts import revisions
from libraries.matching import cache
from tests.libraries.pictures import png, prints_of
account = int(sys.argv[1])
asked = prints_of(png(int(sys.argv[2])))
for line in sys.stdin:
    found = cache.image_index(account, revisions.read(account).images).find(asked)
    print(*[match.image_id for match in found], flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_change_with_its_next_request(account, make_library, make_image):
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(account.pk), "1"],
        cwd=embedded.BASE,
        env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings_test"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask() -> str:
        other.stdin.write("\n")
        other.stdin.flush()
        return other.stdout.readline().strip()

    try:
        library = make_library()
        assert ask() == ""
        image = make_image(library)
        assert ask() == str(image.pk)
        remove_images(library=library, ids=[image.pk], actor=None, now=LATER)
        assert ask() == ""
        again = make_image(library)
        assert ask() == str(again.pk)
        delete_image_library(library=library, used_by=[], actor=None, now=LATER)
        assert ask() == ""
    finally:
        other.stdin.close()
        other.wait(10)
