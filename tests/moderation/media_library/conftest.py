import pytest

from config.accounts import authentication, rates
from tests.factories import make_account, make_key


@pytest.fixture(autouse=True)
def fresh_process(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.ASSAY_VAR_DIR = tmp_path / "var"
    authentication._known.clear()
    rates._lots.clear()


@pytest.fixture
def account(db):
    return make_account()


class Caller:
    """A key, and calls with it."""

    def __init__(self, client, account, **facts):
        self.client, self.account = client, account
        self.headers = {"Authorization": f"Bearer {make_key(account, **facts).token}"}

    def call(self, method, path, body=None, **kwargs):
        headers = self.headers | kwargs.pop("headers", {})
        if body is not None:
            kwargs |= {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(f"/api/v1/{path}", headers=headers, **kwargs)


@pytest.fixture
def caller(client, account):
    return Caller(client, account)


@pytest.fixture
def make_scoped(client, account):
    return lambda scopes: Caller(client, account, scopes=scopes)


@pytest.fixture
def stranger(client, db):
    return Caller(client, make_account())
