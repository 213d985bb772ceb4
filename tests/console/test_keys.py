import re

import pytest
from django.urls import reverse
from django.utils import timezone

from config.accounts.authentication import caller_for
from config.accounts.models import ApiKey
from config.accounts.operations.keys import issue_key
from config.errors import Unauthenticated

FORM = {"name": "web shop", "scopes": ["texts:moderate", "results:read"], "calls_per_minute": "600"}


def token_in(answer) -> str:
    return re.search(r'id="token"[^>]*value="(\w+)"', answer.content.decode())[1]


def is_taken(token) -> bool:
    try:
        return bool(caller_for(token=token, address="192.0.2.1", now=timezone.now()))
    except Unauthenticated:
        return False


def test_a_new_key_is_shown_once_and_works(account, account_admin):
    answer = account_admin.post(reverse("admin:api_key_new"), FORM)

    token = token_in(answer)
    assert is_taken(token)
    assert f"Authorization: Bearer {token}" in answer.content.decode().replace("&#x27;", "'")
    assert "no-store" in answer["Cache-Control"]
    assert token not in account_admin.get(reverse("admin:api_keys")).content.decode()
    assert set(ApiKey.objects.get().scopes) == set(FORM["scopes"])


def test_the_last_day_is_a_whole_day(account, account_admin):
    account_admin.post(reverse("admin:api_key_new"), FORM | {"expires_on": "2099-12-31"})

    assert ApiKey.objects.get().expires_at.isoformat().startswith("2099-12-31T23:59:59")


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"scopes": ["everything"]}, "not one of the available choices"),
        ({"ip_allow_list": "10.0.0.0/99"}, "such as 203.0.113.7"),
        ({"expires_on": "2001-01-01"}, "This day is over"),
        ({"calls_per_minute": "0"}, "greater than or equal to 1"),
        ({"name": ""}, "required"),
    ],
)
def test_a_wrong_form_is_refused_with_what_was_typed(account_admin, wrong, said):
    answer = account_admin.post(reverse("admin:api_key_new"), FORM | wrong)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert ApiKey.objects.count() == 0


def test_a_third_key_of_one_name_is_refused_in_the_form(account_admin):
    for _key in range(2):
        account_admin.post(reverse("admin:api_key_new"), FORM)

    answer = account_admin.post(reverse("admin:api_key_new"), FORM)

    assert "Two keys of this name" in answer.content.decode()
    assert ApiKey.objects.count() == 2


class TestOneKey:
    @pytest.fixture
    def key(self, account):
        return issue_key(account=account, name="web shop", actor=None, now=timezone.now())

    def test_rotating_makes_a_second_and_ends_the_first_later(self, account_admin, key):
        address = reverse("admin:api_key_rotate", args=[key.key.pk])
        assert account_admin.get(address).status_code == 200

        token = token_in(account_admin.post(address))

        assert is_taken(token)
        assert is_taken(key.token)
        key.key.refresh_from_db()
        assert key.key.expires_at is not None

    def test_rotating_twice_is_refused_with_a_message(self, account_admin, key):
        address = reverse("admin:api_key_rotate", args=[key.key.pk])
        account_admin.post(address)

        answer = account_admin.post(address, follow=True)

        assert answer.status_code == 200
        assert "Two keys of this name" in answer.content.decode()

    def test_revoking_asks_first_and_works_at_once(self, account_admin, key):
        address = reverse("admin:api_key_revoke", args=[key.key.pk])
        assert "cannot be undone" in account_admin.get(address).content.decode()
        assert is_taken(key.token)

        account_admin.post(address)

        assert not is_taken(key.token)

    def test_an_auditor_looks_and_changes_nothing(self, make_member, signed_in, key):
        auditor = signed_in(make_member("auditor"))

        assert "web shop" in auditor.get(reverse("admin:api_keys")).content.decode()
        for page in ["api_key_rotate", "api_key_revoke"]:
            assert auditor.post(reverse(f"admin:{page}", args=[key.key.pk])).status_code == 403
        assert is_taken(key.token)
