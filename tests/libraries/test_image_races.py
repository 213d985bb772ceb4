"""Limits of image libraries that several writers push at together hold, in threads and in processes."""

import json
import os
import subprocess
import sys

import pytest

from config import embedded
from libraries.models import ImageLibrary, LibraryImage
from libraries.operations.image_hits import count_hits, sum_hits
from libraries.operations.image_libraries import delete_image_library
from libraries.operations.images import remove_images
from tests.libraries.conftest import NOW
from tests.libraries.pictures import png
from tests.libraries.test_image_libraries import files
from tests.libraries.test_limit_races import WRITERS, all_at_once
from tests.stats.programs import database_url

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_place_for_a_library_goes_to_one(account, make_library):
    for number in range(9):
        make_library(f"Library {number}")

    outcomes = all_at_once(lambda number: make_library(f"New {number}"))

    assert outcomes == ["done"] + ["image_library_limit_reached"] * (WRITERS - 1)
    assert ImageLibrary.objects.owned_by(account).count() == 10


def test_a_name_goes_to_one(make_library):
    assert all_at_once(lambda number: make_library("Flyers")) == ["done"] + ["image_library_name_taken"] * 7


def test_the_same_file_added_by_all_is_held_once(make_library, add):
    library, data, became = make_library(), png(), []

    all_at_once(lambda number: became.extend(one.became for one in add(library, data)))

    assert sorted(became) == ["accepted"] + ["duplicate"] * (WRITERS - 1)
    library.refresh_from_db()
    assert library.image_count == library.images.count() == 1
    assert len(files()) == 2


def test_adding_while_it_is_deleted_is_one_or_the_other(account, make_library, add):
    library = make_library()
    pictures = [png(number) for number in range(WRITERS)]

    def write(number):
        if number == 0:
            delete_image_library(
                library=ImageLibrary(pk=library.pk, account=account), used_by=[], actor=None, now=NOW
            )
        else:
            add(library, pictures[number])

    assert set(all_at_once(write)) <= {"done", "not_found"}
    assert not LibraryImage.objects.owned_by(account).exists()


def test_hits_are_summed_while_images_come_and_go(account, make_library, make_image):
    library = make_library()
    images = [make_image(library, seed) for seed in range(WRITERS)]

    def write(number):
        for _round in range(20):
            count_hits(account_id=account.pk, image_ids=[image.pk for image in images], now=NOW)
            sum_hits(batch=7)
        remove_images(library=library, ids=[images[number].pk], actor=None, now=NOW)

    assert all_at_once(write) == ["done"] * WRITERS
    sum_hits()
    assert set(LibraryImage.objects.values_list("hit_count", flat=True)) == {20 * WRITERS}


FILLER = """
import json, sys, django
django.setup()
from django.conf import settings
from datetime import UTC, datetime
from libraries.models import ImageLibrary
from libraries.operations.image_adding import NewImage, add_images
from tests.libraries.pictures import png
library, first, media = json.loads(sys.argv[1])
settings.ASSAY_LIBRARY_IMAGES_MOST, settings.MEDIA_ROOT = 25, media
files = [NewImage("", png(seed)) for seed in range(first, first + 20)]
held = ImageLibrary.objects.get(pk=library)
print("ready", flush=True)
sys.stdin.readline()
became = []
for file in files:
    (outcome,) = add_images(library=held, images=[file], actor=None, now=datetime.now(UTC))
    became.append(outcome.refusal.code if outcome.refusal else outcome.became.value)
print(json.dumps(became), flush=True)
"""


def test_two_processes_do_not_pass_the_limit_together(account, make_library, media):
    libraries = [make_library("One"), make_library("Other")]
    fillers = [
        subprocess.Popen(
            [sys.executable, "-c", FILLER, json.dumps([library.pk, 100 * place, str(media)])],
            cwd=embedded.BASE,
            env=os.environ
            | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings_test"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place, library in enumerate(libraries)
    ]
    for filler in fillers:
        assert filler.stdout.readline() == "ready\n"
    for filler in fillers:
        filler.stdin.write("\n")
        filler.stdin.flush()
    became = [code for filler in fillers for code in json.loads(filler.communicate(timeout=60)[0])]

    assert (became.count("accepted"), became.count("library_image_limit_reached")) == (25, 15)
    assert LibraryImage.objects.owned_by(account).present().count() == 25
    assert sum(ImageLibrary.objects.values_list("image_count", flat=True)) == 25
    assert len(files()) == 50
