"""The list of hashes as others copy it: every hash is the one by which the picture is found again."""

from datetime import timedelta

import pytest

from config.accounts import authentication, rates
from libraries.erasing import empty_images
from libraries.hash_feed import forget_withdrawn_hashes
from libraries.models import ImageLibrary, LibraryImage
from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.image_libraries import create_image_library
from libraries.operations.images import remove_images
from tests.factories import NOW, make_account, make_key
from tests.libraries.pictures import flat, png, prints_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path):
    authentication._known.clear()
    rates._lots.clear()
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def token(account):
    return make_key(account).token


@pytest.fixture
def library(account):
    return create_image_library(account=account, name="Flyers", description="", actor=None, now=NOW)


def add(library, *contents, now=NOW) -> list[LibraryImage]:
    new = [NewImage(f"{place}.png", content) for place, content in enumerate(contents)]
    return [one.image for one in add_images(library=library, images=new, actor=None, now=now)]


def pdq(content: bytes) -> str:
    return next(one.value.hex() for one in prints_of(content) if one.kind == "plain")


def address(library: ImageLibrary, rest: str = "") -> str:
    return f"/api/v1/image-libraries/{library.pk}/hashes{rest}"


def read(client, path, token, **headers):
    return client.get(path, headers={"Authorization": f"Bearer {token}"} | headers)


class TestLines:
    def test_are_the_hashes_of_clear_pictures(self, client, library, token):
        first, second = png(1), png(2)
        images = add(library, first, second, flat())
        assert images[2].has_little_detail
        answer = read(client, address(library), token)
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.getvalue().decode() == f"pdq {pdq(first)}\npdq {pdq(second)}\n"

    def test_are_sent_when_they_changed(self, client, library, token):
        (image,) = add(library, png(1))
        tag = read(client, address(library), token)["ETag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            unchanged = read(client, address(library), token, **{"If-None-Match": known})
            assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", tag)
        remove_images(library=library, ids=[image.pk], actor=None, now=NOW)
        changed = read(client, address(library), token, **{"If-None-Match": tag})
        assert (changed.status_code, changed.getvalue()) == (200, b"")
        assert changed["ETag"] != tag

    def test_are_nobody_elses(self, client, library, token, account):
        add(library, png(1))
        stranger = make_key(make_account()).token
        other = make_key(account, scopes=["services:read"]).token
        for rest in ("", "/changes", "/FetchHashes"):
            assert read(client, address(library, rest), stranger).status_code == 404
            assert read(client, address(library, rest), other).status_code == 403
            assert client.get(address(library, rest)).status_code == 401
        reviewed = ImageLibrary.objects.create(
            account=account, kind="reviewed_block", name="", created_at=NOW, updated_at=NOW
        )
        assert read(client, address(reviewed), token).status_code == 404


class TestChanges:
    def test_lead_from_the_first_to_the_newest(self, client, library, token, account):
        def copy(cursor: str | None) -> str | None:
            while True:
                more = f"&cursor={cursor}" if cursor else ""
                page = read(client, address(library, f"/changes?limit=2{more}"), token).json()
                for one in page["hashes"]:
                    if one["state"] == "active":
                        held[one["image_id"]] = one["pdq"]
                    else:
                        held.pop(one["image_id"], None)
                cursor = page["next"]
                if not page["has_more"]:
                    return cursor

        held: dict[int, str] = {}
        images = add(library, *(png(n) for n in range(5)))
        cursor = copy(None)
        assert held == {image.pk: pdq(png(n)) for n, image in enumerate(images)}
        remove_images(library=library, ids=[images[1].pk], actor=None, now=NOW)
        (new,) = add(library, png(9))
        empty_images(account, [images[3]])
        after = copy(cursor)
        assert set(held) == {images[0].pk, images[2].pk, images[4].pk, new.pk}
        assert copy(after) == after
        anew, before = {}, held
        held = anew
        copy(None)
        assert held == before

    @pytest.mark.parametrize("query", ["?cursor=x", "?cursor=bm9wZQ", "?limit=0", "?limit=201"])
    def test_refuse_what_they_did_not_give(self, client, library, token, query):
        assert read(client, address(library, f"/changes{query}"), token).status_code == 400


class TestClientsOfStopNCII:
    def fetch(self, client, library, token, **asked):
        answer = client.get(
            address(library, "/FetchHashes"),
            asked,
            headers={"x-functions-key": token, "Ocp-Apim-Subscription-Key": "any"},
        )
        assert answer.status_code == 200, answer.content
        return answer.json()

    def test_read_the_list_page_by_page(self, client, library, token):
        images = add(library, *(png(n) for n in range(3)))
        first = self.fetch(client, library, token, startTimestamp=10, pageSize=2)
        assert (first["count"], first["hasMoreRecords"]) == (2, True)
        second = self.fetch(
            client, library, token, startTimestamp=10, pageSize=2, nextPageToken=first["nextPageToken"]
        )
        assert (second["count"], second["hasMoreRecords"], second["nextPageToken"]) == (1, False, None)
        records = first["hashRecords"] + second["hashRecords"]
        assert [one["hashValue"] for one in records] == [pdq(png(n)) for n in range(3)]
        assert records[0] == {
            "lastModtimestamp": int(NOW.timestamp()),
            "signalType": "ImagePDQ",
            "hashValue": pdq(png(0)),
            "hashStatus": "Active",
            "caseNumbers": {str(images[0].pk): "Active"},
            "CSPFeedbacks": [],
        }

    def test_hear_of_what_was_withdrawn(self, client, library, token, account):
        picture, again, erased = add(library, png(1), png(2), png(3))
        add(library, png(2, width=320, height=240))  # as another file, of the same hash or not
        later = NOW + timedelta(days=1)
        remove_images(library=library, ids=[picture.pk, again.pk, erased.pk], actor=None, now=later)
        empty_images(account, [LibraryImage.objects.get(pk=erased.pk)])
        told = self.fetch(client, library, token, startTimestamp=int(later.timestamp()))["hashRecords"]
        by_hash = {one["hashValue"]: one["hashStatus"] for one in told}
        assert by_hash[pdq(png(1))] == "Withdrawn"
        assert pdq(png(3)) not in by_hash
        is_kept = pdq(png(2)) == pdq(png(2, width=320, height=240))
        assert (pdq(png(2)) in by_hash) is not is_kept
        lines = read(client, address(library), token).getvalue().decode()
        assert set(by_hash).isdisjoint(lines.split())

        assert forget_withdrawn_hashes(now=later + timedelta(days=91)) == 2
        assert self.fetch(client, library, token, startTimestamp=int(later.timestamp()))["count"] == 0

    def test_are_refused_without_their_key(self, client, library):
        for headers in ({}, {"x-functions-key": "x"}, {"Ocp-Apim-Subscription-Key": "x"}):
            assert client.get(address(library, "/FetchHashes"), headers=headers).status_code == 401
