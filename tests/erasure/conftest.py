from dataclasses import replace

import pytest

from config.accounts import revisions
from libraries.matching import cache
from moderation.detectors import registry
from moderation.models import Label, LabelMapping
from tests.factories import EVERY_LEVEL, make_account, make_endpoint, make_user, publish, service_of

PORN = "pornographic_adultContent"
ENGINES = [
    "moderation.detectors.patterns.engine.PatternEngine",
    "moderation.detectors.fake.FakePictureEngine",
    "moderation.detectors.fake.FakeReader",
]


@pytest.fixture
def engines(settings, db):
    """Texts are read for real; pictures say themselves what is to be seen in them."""
    settings.ASSAY_DETECTORS = ENGINES
    registry.forget()
    label = Label.objects.get(code=PORN)
    LabelMapping.objects.create(engine="fake_picture", raw="porn", label=label)
    yield
    registry.forget()


@pytest.fixture
def account(engines, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ASSAY_AUDIT_KEEP_DAYS = 7
    cache.forget()
    account = make_account()
    service = service_of(account, "baselineCheck")
    rules = service.current_version.rules.with_label(PORN, on=True, medium=50, high=85)
    publish(service, replace(rules, review_levels=EVERY_LEVEL))
    make_endpoint(account, events=["result.created", "review.decided", "media.audited"])
    revisions.read(account.pk)
    return account


@pytest.fixture
def reviewer(account):
    return make_user(account=account, role="account_admin")
