from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from config.console.models import SignInAttempts
from config.console.sign_in import GUESSES, WINDOW, forget_old_guesses, subject_of, take_guess
from tests.console.conftest import NOW, PASSWORD

DOOR = "/console/login/"


def try_in(client, username, password, **headers):
    return client.post(DOOR, {"username": username, "password": password, "next": "/console/"}, **headers)


def test_the_right_password_opens(client, platform_admin):
    assert try_in(client, "root", PASSWORD).status_code == 302
    assert SignInAttempts.objects.count() == 0


def test_a_member_needs_no_staff_flag(client, make_member):
    make_member("viewer", username="vera")

    assert try_in(client, "vera", PASSWORD).status_code == 302
    assert client.get("/console/").status_code == 200


def test_everything_wrong_gets_one_answer(client, platform_admin, django_user_model):
    django_user_model.objects.create_user("gone", password=PASSWORD, is_active=False)

    said = {
        str(try_in(client, name, password).context["form"].non_field_errors())
        for name, password in [("root", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD)]
    }

    assert len(said) == 1


def test_after_five_failures_the_right_password_is_refused_too(client, platform_admin):
    for _guess in range(GUESSES):
        assert "do not fit" in try_in(client, "root", "wrong").content.decode()

    answer = try_in(client, "ROOT ", PASSWORD)

    assert "Too many attempts" in answer.content.decode()


def test_other_names_and_other_addresses_go_on(client, platform_admin, make_member):
    make_member("viewer", username="vera")
    for _guess in range(GUESSES + 1):
        try_in(client, "root", "wrong")

    assert try_in(client, "vera", PASSWORD).status_code == 302
    assert try_in(client, "root", PASSWORD, REMOTE_ADDR="198.51.100.9").status_code == 302


def test_the_window_ends(db):
    subject = subject_of("root", "192.0.2.1")
    for guess in range(1, GUESSES + 3):
        assert take_guess(subject=subject, now=NOW) == guess

    assert take_guess(subject=subject, now=NOW + WINDOW - timedelta(seconds=1)) > GUESSES
    assert take_guess(subject=subject, now=NOW + WINDOW) == 1


def test_old_guesses_are_forgotten(db):
    take_guess(subject=subject_of("root", "192.0.2.1"), now=NOW)

    assert forget_old_guesses(now=NOW) == 0
    assert forget_old_guesses(now=NOW + WINDOW) == 1


def test_the_name_itself_is_not_kept(client, db):
    try_in(client, "my-password-by-mistake", "x")

    assert "mistake" not in str(SignInAttempts.objects.values_list("subject", flat=True)[0])


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_all_counted():
    subject = subject_of("root", "192.0.2.1")

    def guess(_number):
        try:
            return take_guess(subject=subject, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        counted = sorted(pool.map(guess, range(40)))

    assert counted == list(range(1, 41))


class TestLanguage:
    def test_a_visitor_chooses_by_cookie(self, client, db):
        answer = client.post(reverse("admin:choose_language"), {"language": "zh-hans", "next": DOOR})

        assert answer.url == DOOR
        assert "登录" in client.get(DOOR).content.decode()

    def test_a_person_keeps_the_choice(self, make_member, signed_in):
        user = make_member("viewer")
        signed_in(user).post(reverse("admin:choose_language"), {"language": "zh-hans"})

        assert "概览" in signed_in(user).get("/console/").content.decode()

    @pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
    def test_leads_to_no_other_host(self, client, db, back):
        answer = client.post(reverse("admin:choose_language"), {"language": "en", "next": back})

        assert answer.url == "/console/"

    def test_takes_only_our_languages(self, make_member, signed_in):
        user = make_member("viewer")
        signed_in(user).post(reverse("admin:choose_language"), {"language": "../../x"})

        user.refresh_from_db()
        assert user.language == ""


def test_signing_out_needs_a_post(account_admin):
    assert account_admin.get("/console/logout/").status_code == 405
    assert account_admin.post("/console/logout/").status_code == 200
    assert account_admin.get("/console/").status_code == 302
