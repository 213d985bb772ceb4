"""Image libraries and their images over the REST API."""

import base64
import json
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from config.accounts import authentication, rates
from config.accounts.operations.keys import issue_key
from config.audit.models import AuditRecord
from libraries import usage
from libraries.models import ImageLibrary, LibraryImage
from libraries.operations.image_hits import count_hits
from libraries.storage import read_file
from tests.libraries.conftest import NOW
from tests.libraries.pictures import png

V1 = "/api/v1"
BOUNDARY = "x" * 20


@pytest.fixture(autouse=True)
def _fresh_keys():
    authentication._known.clear()
    rates._lots.clear()


@pytest.fixture
def call(client, account, media):
    token = issue_key(account=account, name="web shop", actor=None, now=NOW).token

    def call(method: str, path: str, body=None, *, token=token, files=None, **sent):
        headers = {"Authorization": f"Bearer {token}"}
        if files is not None:
            sent = {"data": {"files": files} | (body or {})}
        elif body is not None:
            sent = {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(client, method)(V1 + path, headers=headers, **sent)

    return call


@pytest.fixture
def images(make_library) -> str:
    return f"/image-libraries/{make_library().pk}/images"


def as_upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def in_base64(content: bytes, **notes) -> dict:
    return {"content": base64.b64encode(content).decode(), **notes}


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


class TestImageLibraries:
    def test_live_from_creation_to_deletion(self, call):
        made = call("post", "/image-libraries", {"name": "Banned flyers", "description": "Ours"})
        assert made.status_code == 201
        one = f"/image-libraries/{made.json()['id']}"

        assert call("get", "/image-libraries").json() == [made.json()] == [call("get", one).json()]

        changed = call("patch", one, {"name": "Flyers"})
        assert (changed.status_code, changed.json()["name"]) == (200, "Flyers")
        assert changed.json()["description"] == "Ours"

        assert call("delete", one).status_code == 204
        assert refusal(call("get", one)) == (404, "not_found")

    def test_the_audit_names_the_key(self, call, account):
        call("post", "/image-libraries", {"name": "Flyers"})

        record = AuditRecord.objects.owned_by(account).get(action="image_library.created")
        assert record.actor_key is not None

    @pytest.mark.parametrize(
        "body, status, code, field",
        [
            ({}, 400, "invalid", None),
            ({"name": 5}, 400, "invalid", "name"),
            ({"name": " "}, 400, "image_library_name_missing", "name"),
            ({"name": "x" * 61}, 400, "image_library_name_too_long", "name"),
            (
                {"name": "a", "description": "x" * 301},
                400,
                "image_library_description_too_long",
                "description",
            ),
            ({"name": "Taken"}, 409, "image_library_name_taken", "name"),
        ],
    )
    def test_what_is_wrong_is_named(self, call, make_library, body, status, code, field):
        make_library("Taken")

        answer = call("post", "/image-libraries", body)

        assert refusal(answer) == (status, code)
        assert answer.json()["error"].get("field") == field

    def test_the_eleventh_is_refused(self, call, make_library):
        for number in range(10):
            make_library(f"Library {number}")

        answer = call("post", "/image-libraries", {"name": "One more"})

        assert refusal(answer) == (409, "image_library_limit_reached")

    def test_one_in_use_names_the_services(self, call, make_library, monkeypatch):
        monkeypatch.setattr(usage, "askers_of_images", [lambda library: ["baselineCheck"]])
        library = make_library()

        answer = call("delete", f"/image-libraries/{library.pk}")

        assert refusal(answer) == (409, "image_library_in_use")
        assert answer.json()["error"]["details"] == {"services": ["baselineCheck"]}
        assert ImageLibrary.objects.exists()

    def test_those_of_others_are_not_there(self, call, make_library, make_image, other_account):
        library = make_library(of=other_account)
        image = make_image(library)
        one = f"/image-libraries/{library.pk}"

        assert call("get", "/image-libraries").json() == []
        for method, path, body in [
            ("get", one, None),
            ("patch", one, {"name": "Mine"}),
            ("delete", one, None),
            ("get", f"{one}/images", None),
            ("post", f"{one}/images", {"images": [in_base64(png(2))]}),
            ("post", f"{one}/images/removals", {"ids": [image.pk]}),
            ("get", f"{one}/images/{image.pk}", None),
            ("patch", f"{one}/images/{image.pk}", {"note": "Mine"}),
        ]:
            assert refusal(call(method, path, body)) == (404, "not_found"), path
        assert LibraryImage.objects.present().get().note == ""

    def test_a_key_needs_the_scope(self, call, account, images):
        reader = issue_key(account=account, name="r", actor=None, now=NOW, scopes=["libraries:read"]).token

        assert call("get", images, token=reader).status_code == 200
        for path, body in [(images, {"images": []}), (f"{images}/removals", {"ids": []})]:
            assert refusal(call("post", path, body, token=reader)) == (403, "scope_missing")


class TestAddingImages:
    def test_as_files_of_a_form(self, call, images):
        answer = call(
            "post",
            images,
            {"note": "Seen in March", "expires_at": "2126-01-01T00:00:00Z"},
            files=[as_upload("one.png", png(1)), as_upload("two.png", png(2)), as_upload("no.png", b"no")],
        )

        assert answer.status_code == 200
        one, two, no = answer.json()["images"]
        assert [part["name"] for part in (one, two, no)] == ["one.png", "two.png", "no.png"]
        assert [part["status"] for part in (one, two, no)] == ["accepted", "accepted", "refused"]
        assert no["refusal"]["code"] == "image_format_unsupported"
        image = LibraryImage.objects.get(pk=one["image"]["id"])
        assert (image.note, image.owner, image.expires_at.year) == ("Seen in March", "web shop", 2126)
        assert read_file(image.original) == png(1)
        assert one["image"]["sha256"] == bytes(image.sha256).hex()
        assert (one["image"]["format"], one["image"]["width"], one["image"]["hits"]) == ("png", 640, 0)

    def test_in_base64(self, call, images):
        sent = [
            in_base64(png(1), name="one.png", note="Ours", owner="Ann"),
            in_base64(png(1)),
            {"content": "no base64!"},
            {"content": ""},
        ]

        answer = call("post", images, {"images": sent})

        outcomes = answer.json()["images"]
        assert [one["status"] for one in outcomes] == ["accepted", "duplicate", "refused", "refused"]
        assert outcomes[1]["image"] == outcomes[0]["image"]
        assert (outcomes[0]["image"]["note"], outcomes[0]["image"]["owner"]) == ("Ours", "Ann")
        assert outcomes[2]["refusal"]["code"] == "image_not_base64"

    def test_ten_of_four_megabytes_fit_into_one_form(self, call, images, client):
        files = [as_upload(f"{number}.png", bytes(4 * 2**20)) for number in range(10)]

        outcomes = call("post", images, files=files).json()["images"]

        assert [one["refusal"]["code"] for one in outcomes] == ["image_format_unsupported"] * 10

    def test_a_large_file_is_refused_beside_a_good_one(self, call, images):
        files = [as_upload("large.png", bytes(4 * 2**20 + 1)), as_upload("good.png", png())]

        outcomes = call("post", images, files=files).json()["images"]
        encoded = call("post", images, {"images": [in_base64(bytes(4 * 2**20 + 1))]}).json()["images"]

        assert [one["status"] for one in outcomes] == ["refused", "accepted"]
        assert outcomes[0]["refusal"]["code"] == encoded[0]["refusal"]["code"] == "library_image_too_large"

    def test_tells_of_small_ones_and_of_similar_ones(self, call, images):
        call("post", images, {"images": [in_base64(png(1))]})

        (small,) = call("post", images, {"images": [in_base64(png(1, width=200, height=150))]}).json()[
            "images"
        ]

        assert small["status"] == "accepted"
        assert [remark["code"] for remark in small["remarks"]] == ["image_smaller_than_recommended"]

    @pytest.mark.parametrize(
        "body, code",
        [
            ({}, "invalid"),
            ({"images": []}, "images_missing"),
            ({"images": [{"content": ""}] * 11}, "too_many_images"),
            ({"images": [{"content": 5}]}, "invalid"),
            ({"images": [{"content": "", "expires_at": "2026-01-01"}]}, "invalid"),
            ({"images": [{"content": "", "expires_at": "2026-01-01T00:00:00"}]}, "invalid"),
        ],
    )
    def test_a_body_that_makes_no_sense_is_refused(self, call, images, body, code):
        assert refusal(call("post", images, body)) == (400, code)

    def test_eleven_files_are_refused(self, call, images):
        files = [as_upload(f"{number}.png", b"x") for number in range(11)]

        assert refusal(call("post", images, files=files)) == (400, "too_many_images")
        assert refusal(call("post", images, {"files": ""}, files=[])) == (400, "images_missing")

    @pytest.mark.parametrize(
        "kind, body, status, code",
        [
            ("multipart/form-data", b"x", 400, "multipart_invalid"),
            (f"multipart/form-data; boundary={BOUNDARY}", b"no parts", 400, "images_missing"),
            ("multipart/form-data; boundary=é", b"x", 400, "multipart_invalid"),
            ("multipart/form-data; boundary=" + "b" * 300, b"x", 415, "unsupported_media_type"),
            ("text/plain", b"x", 415, "unsupported_media_type"),
            ("application/json", b"{", 400, "body_invalid"),
        ],
    )
    def test_a_body_that_cannot_be_read_is_refused(self, call, images, kind, body, status, code):
        assert refusal(call("post", images, data=body, content_type=kind)) == (status, code)

    def test_a_form_of_too_many_parts_is_refused(self, call, images, settings):
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
        fields = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f{number}"\r\n\r\n1\r\n'
            for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)
        )
        body = f"{fields}--{BOUNDARY}--\r\n".encode()

        answer = call("post", images, data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}")

        assert refusal(answer) == (400, "too_many_parts")

    def test_json_larger_than_json_may_be_is_refused(self, call, images, settings):
        settings.ASSAY_MAX_JSON_BYTES = 1000

        answer = call("post", images, {"images": [{"content": "A" * 1000}]})

        assert refusal(answer) == (413, "too_large")


class TestImages:
    @pytest.fixture
    def three(self, call, images) -> list[int]:
        sent = {"images": [in_base64(png(seed)) for seed in (1, 2, 3)]}
        return [one["image"]["id"] for one in call("post", images, sent).json()["images"]]

    def test_are_listed_newest_first_by_pages(self, call, images, three):
        first = call("get", f"{images}?limit=2").json()
        second = call("get", f"{images}?limit=2&cursor={first['next']}").json()

        assert [image["id"] for image in first["images"]] == [three[2], three[1]]
        assert [image["id"] for image in second["images"]] == [three[0]]
        assert second["next"] is None

    def test_are_found_by_id_and_by_the_time_they_were_added(self, call, images, three):
        LibraryImage.objects.filter(pk=three[0]).update(added_at=NOW)

        def found(query: str) -> list[int]:
            return [image["id"] for image in call("get", f"{images}?{query}").json()["images"]]

        today = timezone.now().date()
        assert found(f"id={three[1]}") == [three[1]]
        assert found("id=1" + "0" * 18) == []
        assert found(f"added_to={NOW:%Y-%m-%d}&id={three[0]}") == [three[0]]
        assert found(f"added_from={datetime.max.year}-01-01") == []
        assert found(f"added_from=2126-01-01&added_to={today}") == []
        assert found("added_from=2026-11-21T09:00:00Z&added_to=2026-11-21T09:00:01Z") == [three[0]]
        assert found("added_from=2026-11-21T10:00:00%2B01:00&added_to=2026-11-21T10:00:01+01:00") == [
            three[0]
        ]

    @pytest.mark.parametrize(
        "query, field",
        [("id=x", "id"), ("added_from=soon", "added_from"), ("added_to=9999-12-31", "added_to")],
    )
    def test_a_search_that_makes_no_sense_is_refused(self, call, images, query, field):
        answer = call("get", f"{images}?{query}")

        assert refusal(answer) == (400, "search_invalid")
        assert answer.json()["error"]["field"] == field

    def test_are_removed_by_id(self, call, images, three):
        assert call("post", f"{images}/removals", {"ids": [*three[:2], 1]}).json() == {"removed": 2}

        assert [image["id"] for image in call("get", images).json()["images"]] == [three[2]]
        assert refusal(call("get", f"{images}/{three[0]}")) == (404, "not_found")

    def test_are_changed_field_by_field(self, call, images, three):
        one = f"{images}/{three[0]}"

        call("patch", one, {"note": "Seen"})
        changed = call("patch", one, {"expires_at": "2126-01-01T00:00:00+08:00"}).json()
        assert (changed["note"], changed["expires_at"]) == ("Seen", "2125-12-31T16:00:00+00:00")
        assert call("patch", one, {"expires_at": None}).json()["expires_at"] is None
        assert call("get", one).json()["note"] == "Seen"

    @pytest.mark.parametrize(
        "body, code",
        [
            ({"note": "x" * 301}, "image_note_too_long"),
            ({"owner": "x" * 101}, "image_owner_too_long"),
            ({"expires_at": "2020-01-01T00:00:00Z"}, "image_expiry_passed"),
            ({"expires_at": "2020-01-01"}, "invalid"),
            ({"note": None}, "invalid"),
        ],
    )
    def test_a_change_that_makes_no_sense_is_refused(self, call, images, three, body, code):
        assert refusal(call("patch", f"{images}/{three[0]}", body)) == (400, code)

    def test_show_their_hits(self, call, images, three, account):
        count_hits(account_id=account.pk, image_ids=three[:1], now=NOW)

        assert call("get", f"{images}/{three[0]}").json()["hits"] == 1
