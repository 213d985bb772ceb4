from datetime import timedelta

import pytest

from config.accounts import authentication
from config.accounts.authentication import AddressRefused, KeyExpired, caller_for
from config.accounts.models import ApiKey
from config.accounts.operations.keys import (
    AddressInvalid,
    KeyIsDead,
    RotationBusy,
    ScopeUnknown,
    issue_key,
    revoke_key,
    rotate_key,
)
from config.accounts.secrets import decrypt
from config.errors import Unauthenticated
from tests.factories import NOW, make_account, make_key

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=25)


@pytest.fixture(autouse=True)
def no_keys_known():
    authentication._known.clear()


@pytest.fixture
def account():
    return make_account()


def call(token, address="198.51.100.7", now=NOW):
    return caller_for(token=token, address=address, now=now)


class TestAKey:
    def test_lets_its_account_in(self, account):
        issued = make_key(account)

        assert call(issued.token).account == account

    def test_is_not_in_the_database(self, account):
        issued = make_key(account)
        row = ApiKey.objects.values().get(pk=issued.key.pk)
        stored = b" ".join(
            value if isinstance(value, bytes) else str(value).encode() for value in row.values()
        )

        assert issued.token.encode() not in stored
        assert issued.token.partition("_")[2].encode() not in stored
        assert issued.signing_secret.encode() not in stored
        assert decrypt(row["signing_secret"]) == issued.signing_secret

    @pytest.mark.parametrize(
        "spoil", [lambda t: t[:-1], lambda t: t + "x", lambda t: "", lambda t: "AKX_" + t]
    )
    def test_must_be_whole(self, account, spoil):
        token = make_key(account).token

        with pytest.raises(Unauthenticated):
            call(spoil(token))

    def test_dies_when_revoked_though_it_is_known(self, account):
        issued = make_key(account)
        call(issued.token)
        revoke_key(key=issued.key, actor=None, now=NOW)

        with pytest.raises(KeyExpired):
            call(issued.token)

    def test_dies_when_it_expires(self, account):
        issued = make_key(account, expires_at=NOW + timedelta(days=1))
        call(issued.token)

        with pytest.raises(KeyExpired):
            call(issued.token, now=NOW + timedelta(days=1))

    def test_answers_only_its_own_addresses(self, account):
        issued = make_key(account, ip_allow_list=["10.1.0.0/16", "2001:db8::7"])

        assert call(issued.token, "10.1.2.3").account == account
        assert call(issued.token, "::ffff:10.1.2.3").account == account
        assert call(issued.token, "2001:db8::7").account == account
        for refused in ("10.2.0.1", "2001:db8::8", "", "nonsense"):
            with pytest.raises(AddressRefused):
                call(issued.token, refused)

    def test_knows_when_it_was_last_used(self, account):
        issued = make_key(account)
        call(issued.token)
        call(issued.token, now=NOW + timedelta(seconds=59))
        call(issued.token, now=NOW + timedelta(seconds=61))

        assert ApiKey.objects.get(pk=issued.key.pk).last_used_at == NOW + timedelta(seconds=61)

    def test_costs_one_query_once_it_is_known(self, account, django_assert_num_queries):
        issued = make_key(account)
        call(issued.token)
        call(issued.token)

        with django_assert_num_queries(1):
            call(issued.token)

    def test_refuses_scopes_and_addresses_that_are_none(self, account):
        with pytest.raises(ScopeUnknown):
            make_key(account, scopes=["everything"])
        with pytest.raises(AddressInvalid):
            make_key(account, ip_allow_list=["10.0.0.300"])


class TestRotation:
    def test_keeps_both_keys_for_a_day(self, account):
        old = make_key(account)
        new = rotate_key(key=old.key, actor=None, now=NOW)

        assert call(old.token).account == call(new.token).account == account
        assert call(new.token, now=LATER).account == account
        with pytest.raises(KeyExpired):
            call(old.token, now=LATER)

    def test_never_leaves_three_alive(self, account):
        old = make_key(account)
        new = rotate_key(key=old.key, actor=None, now=NOW)

        with pytest.raises(RotationBusy):
            rotate_key(key=new.key, actor=None, now=NOW)
        with pytest.raises(RotationBusy):
            issue_key(account=account, name=old.key.name, actor=None, now=NOW)

    def test_is_not_for_dead_keys(self, account):
        old = make_key(account)
        revoke_key(key=old.key, actor=None, now=NOW)

        with pytest.raises(KeyIsDead):
            rotate_key(key=ApiKey.objects.get(pk=old.key.pk), actor=None, now=NOW)
