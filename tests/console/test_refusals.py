"""An operation's refusal reaches the person: in the form, as a message, or as JSON for scripts."""

import pytest
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from config.accounts.models import Account
from config.console.refusals import answer, page_before
from config.errors import NotAllowedNow, NotFound


@pytest.fixture
def post():
    return RequestFactory().post("/console/x/", headers={"accept": "application/json"})


def test_scripts_get_the_platforms_json(post):
    told = answer(post, NotAllowedNow("Decided already."))

    assert told.status_code == 409
    assert b'"not_allowed_now"' in told.content


def test_what_is_not_found_is_a_404():
    with pytest.raises(Http404):
        answer(RequestFactory().post("/console/x/"), NotFound())


@pytest.mark.parametrize(
    "method, before, back",
    [
        ("post", "http://testserver/console/members/?q=1", "/console/members/?q=1"),
        ("post", "http://evil.example/console/members/", "/console/"),
        ("post", "", "/console/"),
        ("get", "http://testserver/console/x/", "/console/"),
    ],
)
def test_people_return_to_the_page_before(method, before, back):
    request = getattr(RequestFactory(), method)("/console/x/", headers={"referer": before})

    assert page_before(request) == back


def test_a_page_not_made_for_the_console_is_refused_at_start():
    with pytest.raises(ImproperlyConfigured, match="OwnedAdmin"):
        admin.site.register(Account, admin.ModelAdmin)


class TestFaultPages:
    def test_what_is_not_there(self, account_admin):
        body = account_admin.get("/console/nowhere/").content.decode()

        assert "There is nothing here" in body
        assert "console/console.css" in body

    def test_what_the_role_may_not(self, make_member, signed_in):
        answer = signed_in(make_member("viewer")).get("/console/keys/")

        assert answer.status_code == 403
        assert "Not for your role" in answer.content.decode()

    def test_a_form_without_token(self, account_admin):
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = account_admin.cookies

        answer = strict.post("/console/switch-account/", {"account": "1"})

        assert answer.status_code == 403
        assert "The form is too old" in answer.content.decode()

    def test_our_own_fault_needs_nothing_but_itself(self):
        body = render_to_string("500.html")

        assert "went wrong" in body
        assert "static" not in body
