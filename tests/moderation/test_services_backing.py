"""What stands behind a label: an engine, lists only, or nothing yet."""

import pytest

from moderation.backing import Backing, Backings
from moderation.detectors import registry
from moderation.models import Label, LabelMapping
from moderation.values import LabelRule
from tests.factories import make_account, service_of

FAKE = "moderation.detectors.fake."
LISTED = LabelRule(vocabularies=(1,))


@pytest.fixture
def service(db):
    return service_of(make_account(), "baselineCheck_global")


@pytest.fixture
def install(settings, db):
    def install(*names):
        settings.ASSAY_DETECTORS = [FAKE + name for name in names]
        registry.forget()

    for engine, code in (("fake", "contraband_gamble_tii"), ("fake_picture", "violent_blood")):
        LabelMapping.objects.create(engine=engine, raw="seen", label=Label.objects.get(code=code))
    yield install
    registry.forget()


def test_an_engine_that_is_installed_stands_behind_its_labels(service, install):
    install("FakeEngine", "FakePictureEngine", "FakeReader")
    backings = Backings(service)

    assert backings.of("violent_blood").engines == ("fake_picture",)
    assert backings.of("contraband_gamble_tii").engines == ("fake",)
    assert backings.of("contraband_gamble_tii").backing(LabelRule()) is Backing.ENGINE


def test_what_is_not_installed_is_named(service, install):
    install("FakeEngine", "FakeReader")
    behind = Backings(service).of("violent_blood")

    assert (behind.engines, behind.missing) == ((), ("fake_picture",))
    assert behind.backing(LabelRule()) is Backing.NEEDS_ENGINE


def test_lists_stand_alone_behind_what_no_engine_sees(service, install):
    install("FakeEngine", "FakePictureEngine", "FakeReader")
    drugs = Backings(service).of("contraband_drug")

    assert drugs.backing(LabelRule()) is Backing.NEEDS_ENGINE
    assert drugs.backing(LabelRule(image_libraries=(1,))) is Backing.LIBRARY_ONLY


def test_nothing_stands_behind_text_in_pictures_that_nothing_reads(service, install):
    """Neither engines of texts nor vocabularies: the page says what is missing."""
    install("FakeEngine", "FakePictureEngine")
    behind = Backings(service).of("contraband_gamble_tii")

    assert (behind.engines, behind.missing) == ((), ("ocr",))
    assert behind.backing(LISTED) is Backing.NEEDS_ENGINE
