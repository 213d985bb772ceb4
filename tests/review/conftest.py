"""Callers of the API of an account whose manual review service is on."""

import json

import pytest

from config.accounts import authentication, rates
from tests.factories import make_account, make_key, switch_manual_review
from tests.moderation.conftest import fake_engines

__all__ = ["fake_engines"]


class Caller:
    """A key, and calls with it."""

    def __init__(self, client, account, **facts):
        self.client, self.account = client, account
        self.issued = make_key(account, **facts)
        self.headers = {"Authorization": f"Bearer {self.issued.token}"}

    def post(self, url, body=None, **headers):
        headers = self.headers | headers
        return self.client.post(url, json.dumps(body or {}), content_type="application/json", headers=headers)

    def send_form(self, url, form, **headers):
        return self.client.post(url, form, headers=self.headers | headers)

    def get(self, url):
        return self.client.get(url, headers=self.headers)


@pytest.fixture
def fresh_process(settings, tmp_path):
    authentication._known.clear()
    rates._lots.clear()
    settings.MEDIA_ROOT = tmp_path
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]


@pytest.fixture
def manual_account(db, fresh_process):
    return switch_manual_review(make_account())


@pytest.fixture
def caller(client, manual_account):
    return Caller(client, manual_account)


@pytest.fixture
def make_caller(client):
    return lambda account, **facts: Caller(client, account, **facts)
