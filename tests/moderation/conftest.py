import pytest

from moderation.detectors import registry
from moderation.models import Label, LabelMapping

FAKES = [f"moderation.detectors.fake.{name}" for name in ("FakeEngine", "FakePictureEngine", "FakeReader")]
MEANINGS = [
    ("fake_picture", "porn", "pornographic_adultContent"),
    ("fake", "gambling", "contraband_gamble_tii"),
]


@pytest.fixture
def fake_engines(settings, db):
    """Engines that see what the content tells them to see, in the place of the real ones."""
    settings.ASSAY_DETECTORS = FAKES
    registry.forget()
    for engine, raw, code in MEANINGS:
        LabelMapping.objects.create(engine=engine, raw=raw, label=Label.objects.get(code=code))
    yield
    registry.forget()
