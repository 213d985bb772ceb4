from datetime import UTC, datetime

import pytest
from django.test import Client

from config.accounts.models import Account, User
from config.accounts.operations.accounts import open_account, set_member

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse"


@pytest.fixture
def account(db) -> Account:
    return open_account(name="Harbour Forum", actor=None, now=NOW)


@pytest.fixture
def other_account(db) -> Account:
    return open_account(name="Market Square", actor=None, now=NOW)


@pytest.fixture
def make_member(account):
    def make(role: str, *, of: Account | None = None, username: str = "") -> User:
        user = User.objects.create_user(username or f"{role}-{User.objects.count()}", password=PASSWORD)
        set_member(account=of or account, user=user, role=role, actor=None, now=NOW)
        return user

    return make


@pytest.fixture
def platform_admin(db) -> User:
    return User.objects.create_superuser("root", password=PASSWORD)


@pytest.fixture
def signed_in():
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def account_admin(make_member, signed_in) -> Client:
    return signed_in(make_member("account_admin"))
