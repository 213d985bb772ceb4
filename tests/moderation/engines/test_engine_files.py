"""Engine files: real ONNX models of a few bytes, tried out by the real runtime in its own process."""

import io
import json
import stat
from pathlib import Path

import numpy
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from config.accounts import revisions
from config.audit.models import AuditRecord
from config.errors import PlatformError
from moderation.detectors import dynamic
from moderation.detectors.base import EngineMissing
from moderation.detectors.dynamic import dynamic_detectors
from moderation.detectors.file_engine import open_engine
from moderation.detectors.preprocessing import Preprocessing
from moderation.models import EngineFile, EngineFileVersion, LabelMapping
from moderation.operations.engine_files import (
    EngineFileDiffers,
    EngineFileInvalid,
    EngineFileSlugTaken,
    EngineFileUnmapped,
    add_engine_file,
    change_engine_file,
    replace_engine_file,
    use_version,
)
from moderation.operations.label_mappings import EngineCodeInvalid, MappingInvalid, read_mapping
from tests.factories import NOW, make_account, make_platform_admin, make_user
from tests.moderation.detectors.onnx_models import MEANS, mean_colours, message, model, node, number

SAMPLE = numpy.full((40, 60, 3), (200, 100, 50), numpy.uint8)
# The model's numbers are the means of the three channels: what must come of the sample can be said by hand.
EXPECTED = {"red": 78.43, "green": 39.22, "blue": 19.61}
PREPARED = Preprocessing(width=16, height=16).to_json()
DESCRIPTION = {
    "outputs": ["red", "green", "blue"],
    "activation": "none",
    "preprocessing": PREPARED,
    "expected": EXPECTED,
    "tolerance": 1.0,
}
MAPPING = {"red": ("violent_horrificContent",)}


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    dynamic.forget()
    yield
    dynamic.forget()


@pytest.fixture
def add(account):
    def add(**changes) -> EngineFile:
        values = {
            "slug": "colours",
            "name": "Colours",
            "licence": "MIT",
            "model": mean_colours(),
            "sample": SAMPLE,
            "description": DESCRIPTION,
            "mapping": MAPPING,
            "account": account,
            "actor": None,
            "now": NOW,
        }
        return add_engine_file(**values | changes)

    return add


def enable(engine, account, **changes):
    values = {"name": engine.name, "licence": "MIT", "is_enabled": True, "mapping": MAPPING}
    return change_engine_file(engine=engine, account=account, actor=None, now=NOW, **values | changes)


def engines(account):
    return dynamic_detectors(revisions.read(account.pk).engines, content_type="image")


class TestAProof:
    def test_lets_a_model_stand_that_scores_its_sample_as_expected(self, add, tmp_path):
        engine = add()

        assert not engine.is_enabled
        assert engine.current.number == 1
        assert engine.current.milliseconds > 0
        folder = tmp_path / "engines" / "colours" / "1"
        assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "model.onnx", "sample.npy"]
        assert stat.S_IMODE((tmp_path / "engines").stat().st_mode) == 0o700

    def test_catches_pixels_of_0_to_255_where_0_to_1_are_meant(self, add, tmp_path):
        wrong = DESCRIPTION | {"preprocessing": PREPARED | {"scale": 1.0}}

        with pytest.raises(EngineFileDiffers) as refused:
            add(description=wrong)
        assert refused.value.details["found"] == {"red": 100.0, "green": 100.0, "blue": 100.0}
        assert not EngineFile.objects.exists()
        assert list((tmp_path / "engines").iterdir()) == []

    def test_catches_channels_in_the_wrong_order(self, add):
        with pytest.raises(EngineFileDiffers) as refused:
            add(description=DESCRIPTION | {"preprocessing": PREPARED | {"channels": "BGR"}})
        assert refused.value.details["found"]["red"] == pytest.approx(19.61, abs=0.1)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"no model at all", ""),
            (model([node("Steal", ["image"], "shades", domain="evil.ops")]), "evil.ops.Steal"),
            (
                model(MEANS, tensors=[message(8, "weights") + message(13, b"") + number(14, 1)]),
                "other files",
            ),
            (model([node("NoSuchOperator", ["image"], "shades")]), "NoSuchOperator"),
        ],
        ids=["garbage", "custom operator", "external data", "unknown operator"],
    )
    def test_refuses_what_is_no_whole_model(self, add, content, said):
        with pytest.raises(EngineFileInvalid) as refused:
            add(model=content)
        assert said in str(refused.value.message)

    @pytest.mark.parametrize(
        "change",
        [
            {"outputs": ["red", "green"], "expected": {"red": 78.43}},
            {"outputs": ["red", "red", "blue"]},
            {"outputs": []},
            {"outputs": ["a,b", "green", "blue"], "expected": {"green": 39.2}},
            {"expected": {}},
            {"expected": {"purple": 1.0}},
            {"expected": {"red": 178.0}},
            {"tolerance": -1},
            {"activation": "magic"},
            {"preprocessing": {"width": 16, "height": 16, "colour": 1}},
            {"preprocessing": {"width": 15, "height": 16}},
        ],
        ids=str,
    )
    def test_refuses_a_description_that_does_not_fit(self, add, change):
        with pytest.raises(EngineFileInvalid):
            add(description=DESCRIPTION | change)
        assert not EngineFile.objects.exists()


class TestAnEngineFile:
    def test_is_used_by_every_process_from_the_next_request_on(self, add, account):
        engine = add()
        assert engines(account) == ()
        before = revisions.read(account.pk)

        enable(engine, account)

        after = revisions.read(account.pk)
        assert (after.engines, after.services) == (before.engines + 1, before.services + 1)
        [found] = engines(account)
        assert found.spec.name == "file:colours"
        look = found.look_at(SAMPLE)
        assert {hit.raw: round(hit.score, 1) for hit in look.hits} == {
            "red": 78.4,
            "green": 39.2,
            "blue": 19.6,
        }
        assert found.detector.health().is_ok

    def test_keeps_its_session_and_breaker_while_others_change(self, add, account):
        enable(add(), account)
        [first] = engines(account)
        first.breaker.failed()
        add(slug="others")

        [again] = engines(account)
        assert again is first
        assert again.failures == 1

    def test_is_the_same_for_accounts_that_were_opened_later(self, add, account):
        enable(add(), account)
        later = make_account()

        assert revisions.read(later.pk).engines == revisions.read(account.pk).engines
        assert [found.spec.name for found in engines(later)] == ["file:colours"]

    def test_is_opened_by_its_reference_without_a_database(self, add):
        add()

        engine = open_engine("file:colours@1")
        assert engine.inspect(SAMPLE)[0].score == pytest.approx(78.43, abs=0.1)
        for wrong in ("file:colours@2", "file:../colours@1", "colours", "file:colours@1/.."):
            with pytest.raises(EngineMissing):
                open_engine(wrong)

    def test_whose_bytes_were_changed_on_the_disk_looks_no_more(self, add, account, tmp_path):
        enable(add(), account)
        path = tmp_path / "engines" / "colours" / "1" / "model.onnx"
        path.write_bytes(path.read_bytes() + b"\0")

        [found] = engines(account)
        assert found.look_at(SAMPLE).failed

    def test_that_is_replaced_is_another_version_and_can_go_back(self, add, account):
        engine = enable(add(), account)
        [first] = engines(account)
        swapped = DESCRIPTION | {
            "outputs": ["warm", "green", "blue"],
            "expected": {"warm": 78.43},
        }
        engine = replace_engine_file(
            engine=engine, model=mean_colours(), sample=SAMPLE, description=swapped,
            account=account, actor=None, now=NOW,
        )  # fmt: skip

        [second] = engines(account)
        assert (first.spec.version, second.spec.version) == ("1", "2")
        assert not LabelMapping.objects.filter(engine="file:colours").exists()  # there is no red any more
        use_version(version=EngineFileVersion.objects.get(number=1), account=account, actor=None, now=NOW)
        assert engines(account)[0].spec.version == "1"

    def test_is_not_enabled_unmapped_nor_mapped_to_what_is_not_there(self, add, account):
        engine = add(mapping={})

        with pytest.raises(EngineFileUnmapped):
            enable(engine, account, mapping={})
        with pytest.raises(MappingInvalid):
            enable(engine, account, mapping={"red": ("no_such_label",)})
        with pytest.raises(MappingInvalid):
            enable(engine, account, mapping={"purple": ("ad",)})
        with pytest.raises(EngineFileSlugTaken):
            add()

    @pytest.mark.parametrize("slug", ["../up", "new", "", "a/b", "Big", "x" * 41])
    def test_has_a_code_that_fits_into_addresses_and_folders(self, add, slug):
        with pytest.raises(EngineCodeInvalid):
            add(slug=slug)

    def test_is_audited_with_its_digest(self, add, account):
        enable(add(), account)

        actions = AuditRecord.objects.owned_by(account).filter(action__startswith="engine_file.")
        assert list(actions.order_by("number").values_list("action", flat=True)) == [
            "engine_file.added",
            "engine_file.changed",
        ]
        assert EngineFileVersion.objects.get().sha256 in actions.first().body


class TestThePages:
    @pytest.fixture
    def admin(self, db):
        client = Client()
        client.force_login(make_platform_admin())
        return client

    def form(self, **changes):
        file = io.BytesIO()
        Image.fromarray(SAMPLE).save(file, format="PNG")
        values = {
            "slug": "colours",
            "name": "Colours",
            "licence": "MIT",
            "model": SimpleUploadedFile("m.onnx", mean_colours()),
            "outputs": "red\ngreen\nblue",
            "activation": "none",
            "preprocessing": json.dumps(PREPARED),
            "sample": SimpleUploadedFile("s.png", file.getvalue()),
            "expected": json.dumps(EXPECTED),
            "tolerance": "1",
            "mapping": "red = violent_horrificContent",
        }
        return values | changes

    def test_take_a_file_prove_it_and_enable_it(self, account, admin):
        page = admin.post(reverse("admin:moderation_engine_file_new"), self.form(), follow=True)
        assert "the engine was added" in page.content.decode(), page.content.decode()
        one = reverse("admin:moderation_engine_file", args=["colours"])
        saved = {"name": "Colours", "licence": "MIT", "is_enabled": "on", "mapping": "red = ad"}
        admin.post(one, saved)

        assert EngineFile.objects.get().is_enabled
        assert "file:colours" in admin.get(reverse("admin:moderation_engine_files")).content.decode()

    def test_show_by_how_much_a_score_is_off(self, account, admin):
        wrong = self.form(preprocessing=json.dumps(PREPARED | {"scale": 1.0}))
        page = admin.post(reverse("admin:moderation_engine_file_new"), wrong)

        assert page.status_code == 400
        assert "100.0" in page.content.decode()
        assert not EngineFile.objects.exists()

    def test_take_a_large_file_that_lies_on_the_server(self, account, admin, tmp_path):
        incoming = tmp_path / "engines" / "incoming"
        incoming.mkdir(parents=True)
        Path(incoming / "big.onnx").write_bytes(mean_colours())
        values = self.form(incoming="big.onnx")
        del values["model"]
        admin.post(reverse("admin:moderation_engine_file_new"), values)

        assert EngineFile.objects.get().current.bytes == len(mean_colours())

    def test_are_for_platform_admins_only(self, account, client):
        client.force_login(make_user(account=account, role="account_admin"))

        for name in ("moderation_engine_files", "moderation_engine_file_new"):
            assert client.get(reverse(f"admin:{name}")).status_code == 403
        assert client.get(reverse("admin:moderation_engine_file", args=["x"])).status_code == 403


def test_a_mapping_is_written_in_lines():
    assert read_mapping("a = x, y\n\n b=z\nc =") == {"a": ("x", "y"), "b": ("z",), "c": ()}
    with pytest.raises(PlatformError):
        read_mapping("no equals sign")
