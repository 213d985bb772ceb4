from datetime import UTC, datetime

import pytest

from config.accounts.models import Account
from config.accounts.operations.accounts import open_account
from libraries.matching import cache
from libraries.models import Vocabulary
from libraries.operations.vocabularies import create_vocabulary

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_caches():
    cache.forget()


@pytest.fixture
def account(db) -> Account:
    return open_account(name="Harbour Forum", actor=None, now=NOW)


@pytest.fixture
def other_account(db) -> Account:
    return open_account(name="Market Square", actor=None, now=NOW)


@pytest.fixture
def make_vocabulary(account):
    def make(name: str = "House rules", keywords=(), of: Account | None = None) -> Vocabulary:
        return create_vocabulary(
            account=of or account, name=name, description="", keywords=keywords, actor=None, now=NOW
        )

    return make
