from datetime import timedelta
from hashlib import sha256

import pytest

from config.accounts.idempotency import (
    IdempotencyInProgress,
    IdempotencyKeyInvalid,
    IdempotencyKeyReused,
    answer_once,
    forget_old_answers,
    take,
)
from config.accounts.models import IdempotencyRecord
from tests.factories import NOW, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def acts():
    return []


def ask(account, acts, key="k1", request=b"{}", now=NOW, fail=False):
    def act():
        acts.append(key)
        if fail:
            raise ZeroDivisionError
        return 200, b"answer %d" % len(acts)

    return answer_once(account=account, key=key, request=request, now=now, act=act)


class TestAnIdempotencyKey:
    def test_gives_the_first_answer_again(self, account, acts):
        assert ask(account, acts) == (200, b"answer 1", False)
        assert ask(account, acts, now=NOW + timedelta(hours=1)) == (200, b"answer 1", True)
        assert acts == ["k1"]

    def test_is_for_one_request_only(self, account, acts):
        ask(account, acts)

        with pytest.raises(IdempotencyKeyReused):
            ask(account, acts, request=b"[]", now=NOW + timedelta(seconds=1))

    def test_belongs_to_an_account(self, account, acts):
        ask(account, acts)
        ask(make_account(), acts)

        assert len(acts) == 2

    def test_is_free_again_after_a_failure(self, account, acts):
        with pytest.raises(ZeroDivisionError):
            ask(account, acts, fail=True)

        assert ask(account, acts, now=NOW + timedelta(seconds=1)) == (200, b"answer 2", False)

    def test_waits_for_the_first_copy_and_takes_over_from_a_dead_one(self, account, acts):
        digest = sha256(b"{}").digest()
        take(account=account, key="k1", digest=digest, now=NOW)

        with pytest.raises(IdempotencyInProgress):
            ask(account, acts, now=NOW + timedelta(seconds=1))
        assert ask(account, acts, now=NOW + timedelta(seconds=61))[2] is False

    @pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
    def test_has_a_form(self, account, acts, key):
        with pytest.raises(IdempotencyKeyInvalid):
            ask(account, acts, key=key)

    def test_is_forgotten_after_a_day(self, account, acts):
        ask(account, acts)

        assert forget_old_answers(now=NOW + timedelta(hours=23)) == 0
        assert forget_old_answers(now=NOW + timedelta(hours=25)) == 1
        assert not IdempotencyRecord.objects.exists()
