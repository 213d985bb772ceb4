"""The console's list and page of detection results."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.accounts.roles import Role
from libraries.operations.vocabularies import create_vocabulary
from tests.factories import NOW, RISKY, make_account, make_result, make_user, publish, service_of
from tests.moderation.results_made import PORN, image_service, moderate_picture, store

pytestmark = pytest.mark.django_db
LIST = reverse("admin:moderation_moderationresult_changelist")


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def visitor(account):
    return signed_in(account, Role.POLICY_ADMIN)


def signed_in(account, role):
    client = Client()
    client.force_login(make_user(account=account, role=role))
    return client


def shown(client, **params):
    answer = client.get(LIST, params)
    assert answer.status_code == 200
    return answer


def rows(answer):
    return [row.result.data_id for row in answer.context["rows"]]


def fresh(account, *labels, back=0, **fields):
    return store(account, *labels, at=timezone.now() - timedelta(minutes=back), **fields)


class TestTheList:
    def test_stands_newest_first_with_what_was_found(self, account, visitor):
        fresh(account, "pt_to_contact", data_id="older", back=5)
        fresh(account, data_id="newer")

        answer = shown(visitor)

        assert rows(answer) == ["newer", "older"]
        assert "as-risk-high" in answer.text and "pt_to_contact" in answer.text

    def test_goes_on_with_older_ones_and_back(self, account, visitor):
        for number in range(60):
            fresh(account, data_id=f"post-{number}", back=number)

        first = shown(visitor, source="api")
        older = parse_qs(urlsplit("?" + first.context["older"]).query)
        second = visitor.get(LIST, {name: values[0] for name, values in older.items()})

        assert rows(first) == [f"post-{number}" for number in range(50)]
        assert rows(second) == [f"post-{number}" for number in range(50, 60)]
        assert "51 to 60, newest first" in second.text
        assert second.context["newest_query"] == "source=api"

    def test_ends_at_the_most_that_are_shown(self, account, visitor, settings):
        settings.ASSAY_RESULTS_SHOWN_MOST = 70
        for number in range(75):
            fresh(account, data_id=f"post-{number}", back=number)

        first = shown(visitor)
        older = dict(part.split("=") for part in first.context["older"].split("&"))
        second = visitor.get(LIST, older)

        assert len(rows(second)) == 20
        assert second.context["older"] == ""
        assert "At most 70 are shown" in second.text

    def test_says_which_labels_there_are_not(self, account, visitor):
        fresh(account, "pt_to_contact", data_id="hit")

        answer = shown(visitor, label="pt_to_contact,no_such_label")

        assert rows(answer) == ["hit"]
        assert "no label called no_such_label" in answer.text
        assert 'value="pt_to_contact,no_such_label"' in answer.text

    def test_shows_hostile_text_as_text(self, account, visitor):
        fresh(account, content="<script>alert(1)</script>\u202egnp.exe")

        answer = shown(visitor)

        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert(1)" in answer.text and "RLO" in answer.text

    def test_keeps_content_from_those_who_may_not_see_it(self, account):
        result = fresh(account, "pt_to_contact", content="a secret sentence", data_id="seen")
        viewer = signed_in(account, Role.VIEWER)

        page = viewer.get(reverse("admin:moderation_moderationresult_change", args=[result.pk]))

        assert "secret" not in shown(viewer).text and "seen" in shown(viewer).text
        assert "secret" not in page.text and "Your role does not show content." in page.text

    def test_offers_the_services_of_the_tab(self, account, visitor):
        image_service(account)

        assert 'value="albums"' not in shown(visitor, content_type="text").text
        assert 'value="comment_detection"' not in shown(visitor, content_type="image").text

    def test_costs_as_many_queries_for_many_rows_as_for_one(
        self, account, visitor, django_assert_max_num_queries
    ):
        for number in range(30):
            fresh(account, "pt_to_contact", data_id=f"post-{number}")
        shown(visitor)

        with django_assert_max_num_queries(14):
            shown(visitor, label="pt_to_contact")


class TestOneResult:
    def test_names_the_rule_that_decided_and_the_scores_it_was_judged_by(self, account, visitor):
        result = make_result(account, RISKY, data_id="post-7")

        page = visitor.get(reverse("admin:moderation_moderationresult_change", args=[result.pk])).text

        rule = service_of(account).current_version.rules.labels["pt_to_contact"]
        assert "Rule 1: the score" in page
        assert f"medium from {rule.medium:g}, high from {rule.high:g}" in page
        assert "abc_12345" in page and "post-7" in page and str(result.request_id) in page
        assert reverse("admin:moderation_rules", args=[result.service_id]) in page

    def test_shows_a_word_as_written_and_as_compared(self, account, visitor):
        made = create_vocabulary(
            account=account, name="Flowers", description="", keywords=["blue lotus"], actor=None, now=NOW
        )
        service = service_of(account)
        rules = service.current_version.rules
        publish(service, rules.with_label("customized", on=True, vocabularies=(made.pk,)))
        result = make_result(account, "Fresh Ｂｌｕｅ　LOTUS here")

        page = visitor.get(reverse("admin:moderation_moderationresult_change", args=[result.pk])).text

        assert "Ｂｌｕｅ　LOTUS" in page and "blue lotus" in page
        assert "Rule 6" in page
        assert reverse("admin:libraries_vocabulary_change", args=[made.pk]) in page

    @pytest.mark.usefixtures("fake_engines")
    def test_frames_what_was_seen_in_a_picture(self, account, visitor, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        image_service(account)
        [result] = moderate_picture(account, at=timezone.now(), data_id="picture")

        page = visitor.get(reverse("admin:moderation_moderationresult_change", args=[result.pk])).text
        row = shown(visitor, content_type="image", label=PORN)

        picture = reverse("admin:moderation_picture", args=[result.pk])
        assert f"{picture}?size=large" in page and "<rect" in page
        assert result.media["sha256"] in page and "fake_picture" in page
        assert rows(row) == ["picture"] and f'src="{picture}"' in row.text and 'loading="lazy"' in row.text
        assert visitor.get(picture).headers["Content-Type"] == "image/jpeg"

    def test_of_another_account_is_not_there(self, visitor):
        foreign = store(make_account(), "pt_to_contact")

        answer = visitor.get(reverse("admin:moderation_moderationresult_change", args=[foreign.pk]))

        assert answer.status_code == 404
