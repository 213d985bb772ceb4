"""What an account's heads learnt of texts holds for what is said."""

import pytest

from config.accounts import revisions
from moderation.detectors import registry
from moderation.hearing.speech import hear
from moderation.models import Head
from moderation.scope import compile_scope
from tests.factories import NOW, service_of
from tests.moderation.engines.conftest import LABEL, make_head
from tests.speech import spelling

ENGINES = ["moderation.detectors.sentences.SentenceEncoder", "moderation.detectors.fake.FakeHearer"]


@pytest.fixture
def hearing(settings):
    settings.ASSAY_DETECTORS = ENGINES
    registry.forget()
    yield
    registry.forget()


@pytest.mark.parametrize(("message", "is_covered"), [("you are a fool", True), ("[[hearer:foreign]]", False)])
def test_a_head_judges_what_is_heard_and_covers_nothing_that_is_not(account, hearing, message, is_covered):
    make_head(account, 1, status=Head.Status.ACTIVE, promoted_at=NOW)
    scope = compile_scope(service_of(account, "audio_media_detection"))
    found = hear(spelling(message), scope=scope, revisions=revisions.read(account.pk), start_ms=2000)

    hits = [(one.label, one.detector, one.evidence["start_ms"]) for one in found.findings]
    assert hits == ([(LABEL, "heads", 2000)] if is_covered else [])
    assert (LABEL in found.uncovered(scope)) is not is_covered
