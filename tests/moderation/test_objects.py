"""Files under names: kept whole or not at all, for as long as the account says, and found by nobody else."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import get_resolver

from config.bodies import BodyReader
from config.erasure.models import SubjectRequest
from config.erasure.operations import ask_erasure
from config.erasure.subjects import Subject
from config.erasure.work import work_on
from config.retention.holds import LegallyHeld, place_hold
from config.retention.orphans import GRACE, orphans
from config.retention.periods import set_period
from config.retention.purging import purge
from config.wire.objects.addresses import BUCKET, Address, address_in, is_bucket, place
from moderation.models import UploadedObject
from moderation.operations.objects import (
    Announced,
    ObjectDigestWrong,
    ObjectIncomplete,
    ObjectNameInvalid,
    ObjectsTooMany,
    ObjectStorageFull,
    ObjectTooLarge,
    keep_object,
    remove_object,
)
from tests.factories import NOW, make_account, make_image_result
from tests.pictures import encode, scene

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "assay.example.com"}


@pytest.fixture
def account(settings, tmp_path):
    settings.MEDIA_ROOT = settings.ASSAY_VAR_DIR = tmp_path
    return make_account()


def keep(account, name="upload/a.jpg", data=b"some bytes", *, at=NOW, **more) -> UploadedObject:
    announced = Announced(**more)
    return keep_object(account=account, name=name, read=io.BytesIO(data).read, announced=announced, now=at)


def files(folder) -> int:
    return sum(path.is_file() for path in (folder / "objects").rglob("*"))


class TestObjects:
    @pytest.mark.parametrize("name", ["", "/a", "a\0b", "a\nb", "é" * 512, "\ufffd"])
    def test_have_names_that_can_be_told(self, account, name):
        with pytest.raises(ObjectNameInvalid):
            keep(account, name)
        assert keep(account, "é" * 511).name == "é" * 511

    @pytest.mark.parametrize(
        ("announced", "error"),
        [
            ({"length": 11}, ObjectIncomplete),
            ({"md5": b"another"}, ObjectDigestWrong),
            ({"sha256": "0" * 64}, ObjectDigestWrong),
        ],
    )
    def test_are_kept_whole_or_not_at_all(self, account, tmp_path, announced, error):
        with pytest.raises(error):
            keep(account, **announced)
        assert not UploadedObject.objects.exists() and not files(tmp_path)

    def test_are_not_kept_of_a_connection_that_broke(self, account, tmp_path):
        def broken(most: int) -> bytes:
            raise OSError("the client is gone")

        with pytest.raises(ObjectIncomplete):
            keep_object(account=account, name="a", read=broken, announced=Announced(), now=NOW)
        assert not files(tmp_path)

    def test_have_a_largest_size_and_a_sum(self, account, settings, tmp_path):
        settings.ASSAY_OBJECT_MAX_BYTES, settings.ASSAY_OBJECTS_MOST_BYTES = 20, 30
        keep(account, "first", b"x" * 20)
        with pytest.raises(ObjectTooLarge):
            keep(account, "second", b"x" * 21)
        for announced in ({}, {"length": 11}):
            with pytest.raises(ObjectsTooMany):
                keep(account, "second", b"x" * 11, **announced)
        keep(make_account(), "second", b"x" * 20)
        assert keep(account, "first", b"x" * 19).bytes == 19
        assert keep(account, "second", b"x" * 11).bytes == 11
        remove_object(account=account, name="first", now=NOW)
        keep(account, "third", b"x" * 19)
        assert files(tmp_path) == UploadedObject.objects.count() == 3

    def test_are_refused_while_the_disk_is_full(self, account, monkeypatch):
        class Full(io.BytesIO):
            def write(self, data):
                raise OSError(28, "No space left on device")

        monkeypatch.setattr("moderation.operations.objects.scratch", Full)
        with pytest.raises(ObjectStorageFull):
            keep(account)

    def test_go_when_the_days_of_the_account_are_over(self, account, tmp_path):
        other = make_account()
        for owner in (account, other):
            keep(owner, "old", at=NOW - timedelta(days=1, minutes=1))
            keep(owner, "new", at=NOW - timedelta(hours=23))
        set_period(account=other, name="objects", days=2, actor=None, now=NOW)

        assert purge(now=NOW, names=["objects"])["objects"] == 1

        left = set(UploadedObject.objects.values_list("account", "name"))
        assert left == {(account.pk, "new"), (other.pk, "old"), (other.pk, "new")}
        assert files(tmp_path) == 3

    def test_stay_while_the_account_is_held(self, account, tmp_path):
        kept = keep(account, at=NOW - timedelta(days=9))
        place_hold(
            account=account, scope="account", value="", reason="A court.", actor=None, until=None, now=NOW
        )
        with pytest.raises(LegallyHeld):
            remove_object(account=account, name=kept.name, now=NOW)
        with pytest.raises(LegallyHeld):
            keep(account, kept.name, b"other")
        purge(now=NOW, names=["objects"])
        assert UploadedObject.objects.get().sha256 == kept.sha256 and files(tmp_path) == 1

    def test_are_erased_with_what_was_made_of_them(self, account, tmp_path):
        mine, others = encode(scene(4)), encode(scene(9))
        make_image_result(account, mine, data_id="order-1")
        make_image_result(account, others, data_id="order-2")
        keep(account, "mine", mine)
        keep(account, "others", others)
        subject = Subject.named("data_id", "order-1")
        request = ask_erasure(account=account, subject=subject, actor=None, now=NOW)
        for _job in range(20):
            work_on(request_id=request.pk, now=NOW)

        assert SubjectRequest.objects.get().state == "done"
        assert UploadedObject.objects.get().name == "others" and files(tmp_path) == 1

    def test_without_a_row_are_orphans(self, account):
        kept = keep(account)
        lost = default_storage.save(f"objects/{account.uid}/lost", ContentFile(b"x"))
        later = kept.created_at + GRACE + timedelta(days=3650)
        assert lost in orphans(now=later) and kept.key not in orphans(now=later)


class TestAddresses:
    @pytest.mark.parametrize(
        ("url", "bucket", "endpoint", "path", "environ"),
        [
            ("https://assay.example.com", "assay", "https://example.com", "/upload/a/b", HOST),
            ("https://assay.example.com:8443", "assay", "https://example.com:8443", "/upload/a/b",
             {"HTTP_HOST": "assay.example.com:8443"}),
            ("http://192.0.2.7:8000", BUCKET, "http://192.0.2.7:8000", f"/{BUCKET}/upload/a/b", {}),
            ("http://localhost:8000", BUCKET, "http://localhost:8000", f"/{BUCKET}/upload/a/b", {}),
            ("https://example.com", BUCKET, "https://example.com", "/upload/a/b",
             {"HTTP_HOST": f"{BUCKET}.example.com"}),
            ("https://x.example.com", BUCKET, "https://x.example.com", "/upload/a/b",
             {"HTTP_HOST": f"{BUCKET}.x.example.com"}),
        ],
    )  # fmt: skip
    def test_lead_back_to_where_clients_were_sent(self, settings, url, bucket, endpoint, path, environ):
        settings.ASSAY_PUBLIC_URL = settings.ASSAY_UPLOADS_URL = url
        told = place()
        assert (told.bucket, told.endpoint, told.form) == (bucket, endpoint, f"{url}/{BUCKET}")
        assert address_in(path, environ) == Address(bucket, "upload/a/b")
        assert is_bucket(bucket) and is_bucket(BUCKET) and not is_bucket("elsewhere")

    def test_are_none_of_the_products(self, settings):
        settings.ASSAY_PUBLIC_URL = settings.ASSAY_UPLOADS_URL = "https://assay.example.com"
        routes = {str(entry.pattern).strip("^").split("/")[0] for entry in get_resolver().url_patterns}
        assert "console" in routes and "api" in routes
        for first in (*routes, "static", "green", "uploads", ""):
            assert address_in(f"/{first}", HOST) is None
            assert address_in(f"/{first}/upload/a", HOST) is None

    def test_of_a_platform_under_that_very_name_are_still_the_platforms(self, settings):
        settings.ASSAY_PUBLIC_URL = settings.ASSAY_UPLOADS_URL = f"https://{BUCKET}.example.com"
        environ = {"HTTP_HOST": f"{BUCKET}.example.com"}
        assert address_in("/console/", environ) is None
        assert address_in("/upload/a", environ) == Address(BUCKET, "upload/a")


class TestBodiesOfObjects:
    def served(self, body: bytes, path: str, takes: int, **environ) -> dict:
        """What a server is told at the end of a body of which the application read so much."""
        told = {}

        def application(environ, start_response):
            told["read"] = len(environ["wsgi.input"].read(takes)) if takes else 0
            start_response("403 Forbidden", [])
            return [b""]

        facts = {"REQUEST_METHOD": "PUT", "PATH_INFO": path, "wsgi.input": io.BytesIO(body)} | environ
        told["answer"] = BodyReader(application, most=10)(
            facts, lambda status, headers: told.update(status=status, headers=headers)
        )
        return told

    def test_may_be_longer_than_others_and_are_not_gathered(self):
        chunked = {"HTTP_TRANSFER_ENCODING": "chunked"}
        whole = {"CONTENT_LENGTH": "11"}
        for environ in (chunked, whole):
            assert self.served(b"x" * 11, f"/{BUCKET}/a", 11, **environ)["status"][:3] == "403"
            assert self.served(b"x" * 11, "/api/v1/texts", 11, **environ)["status"][:3] == "413"

    @pytest.mark.parametrize(("length", "closes"), [(11, False), (2**20 + 2**17, True)])
    def test_that_nobody_wanted_do_not_hold_the_connection(self, length, closes):
        told = self.served(b"x" * length, f"/{BUCKET}/a", 0, HTTP_TRANSFER_ENCODING="chunked")
        assert (("Connection", "close") in told["headers"]) is closes
