"""What is held stays: placed, looked up by any mark, released, over by itself."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from config.audit.models import AuditRecord
from config.errors import PlatformError
from config.retention.holds import held, place_hold, release_hold
from tests.factories import make_account, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_account()


def place(account, scope="author_id", value="author-1", **given):
    asked = {"reason": "A court asked for it.", "actor": None, "now": timezone.now()} | given
    return place_hold(account=account, scope=scope, value=value, **asked)


class TestAHold:
    def test_holds_what_it_names_and_nothing_else(self, account):
        place(account)

        assert held(account, author_id="author-1")
        assert not held(account, author_id="author-2")
        assert not held(account, data_id="author-1")
        assert not held(make_account(), author_id="author-1")

    def test_on_the_account_holds_everything(self, account):
        place(account, scope="account", value="")

        assert held(account, author_id="whoever") and held(account, media_id="whatever")

    def test_knows_a_request_however_its_id_is_spelled(self, account):
        request_id = uuid4()
        place(account, scope="request_id", value=request_id.hex.upper())

        assert held(account, request_id=str(request_id))
        assert not held(account, request_id="no id at all")

    def test_ends_when_it_is_released_or_over(self, account):
        now = timezone.now()
        first = place(account)
        place(account, value="author-2", until=now + timedelta(hours=1))

        release_hold(account=account, hold_id=first.pk, actor=None, now=now)

        assert not held(account, author_id="author-1")
        assert held(account, author_id="author-2")
        assert not held(account, author_id="author-2", now=now + timedelta(hours=1))

    def test_is_audited_without_saying_whom_it_is_about(self, account):
        ann = make_user(account=account)
        hold = place(account, value="jane.doe", reason="Jane Doe sued.", actor=ann)
        release_hold(account=account, hold_id=hold.pk, actor=ann, now=timezone.now())

        records = AuditRecord.objects.owned_by(account).filter(action__startswith="hold.").order_by("id")
        assert [(one.action, one.subject) for one in records] == [
            ("hold.placed", f"hold:{hold.pk}"),
            ("hold.released", f"hold:{hold.pk}"),
        ]
        assert "jane" not in "".join(one.body for one in records).lower()
        assert json.loads(records[0].body)["after"]["mark"]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"scope": "service"}, "hold_scope_unknown"),
            ({"value": " "}, "hold_value_invalid"),
            ({"value": "x" * 129}, "hold_value_invalid"),
            ({"scope": "account", "value": "all"}, "hold_value_invalid"),
            ({"scope": "request_id", "value": "not-an-id"}, "hold_value_invalid"),
            ({"reason": ""}, "hold_reason_missing"),
            ({"reason": "x" * 501}, "hold_reason_missing"),
            ({"until": timezone.now() - timedelta(days=1)}, "hold_until_invalid"),
        ],
    )
    def test_by_a_code_of_its_own(self, account, asked, code):
        with pytest.raises(PlatformError) as caught:
            place(account, **asked)
        assert caught.value.code == code

    def test_to_release_what_is_not_there_or_has_ended(self, account):
        hold = place(account)
        now = timezone.now()
        with pytest.raises(PlatformError, match="nothing here"):
            release_hold(account=make_account(), hold_id=hold.pk, actor=None, now=now)
        release_hold(account=account, hold_id=hold.pk, actor=None, now=now)
        with pytest.raises(PlatformError) as caught:
            release_hold(account=account, hold_id=hold.pk, actor=None, now=now)
        assert caught.value.code == "hold_ended"
