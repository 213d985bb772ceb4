"""The pages of vocabularies, keywords and reviewed texts in the console."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.accounts.models import User
from config.accounts.operations.accounts import set_member
from config.audit.models import AuditRecord
from libraries import usage
from libraries.models import TextSample, Vocabulary
from libraries.operations.samples import add_text_sample
from tests.libraries.conftest import NOW

NEW = reverse("admin:libraries_vocabulary_add")
VOCABULARIES = reverse("admin:libraries_vocabulary_changelist")
KEYWORDS = reverse("admin:libraries_keyword_changelist")
SAMPLES = reverse("admin:libraries_textsample_changelist")


@pytest.fixture
def sign_in(account):
    def sign_in(role: str) -> Client:
        user = User.objects.create_user(f"{role}-{User.objects.count()}")
        set_member(account=account, user=user, role=role, actor=None, now=NOW)
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def editor(sign_in) -> Client:
    return sign_in("policy_admin")


@pytest.fixture
def viewer(sign_in) -> Client:
    return sign_in("viewer")


@pytest.fixture
def make_sample(account):
    def make(content: str, label: str = "") -> TextSample:
        return add_text_sample(
            account=account,
            content=content,
            outcome="block" if label else "pass",
            label=label,
            origin="r1",
            now=NOW,
        )

    return make


def change(vocabulary) -> str:
    return reverse("admin:libraries_vocabulary_change", args=[vocabulary.pk])


def page_of(answer) -> str:
    return answer.content.decode()


def delete_chosen(client, page: str, rows):
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
    assert client.post(page, chosen).status_code == 200
    return client.post(page, chosen | {"post": "yes"}, follow=True)


class TestCreatingAVocabulary:
    def test_takes_one_keyword_a_line(self, editor, account):
        answer = editor.post(
            NEW, {"name": "Rules", "description": "Ours", "keywords": "Bad\r\n\r\n彩金\r\nbad"}, follow=True
        )

        assert answer.status_code == 200
        vocabulary = Vocabulary.objects.get()
        assert (vocabulary.account, vocabulary.name, vocabulary.keyword_count) == (account, "Rules", 2)
        assert AuditRecord.objects.get(action="vocabulary.created").actor_user is not None

    def test_names_each_line_that_cannot_be_a_keyword(self, editor):
        answer = editor.post(NEW, {"name": "Rules", "keywords": "good\n50% off\n" + "x" * 21})

        page = page_of(answer)
        assert "Line 2, “50% off”: Special characters are not supported: take out %." in page
        assert (
            "Line 3, “xxxxxxxxxxxxxxxxxxxxx”: A keyword has at most 20 characters; this one has 21." in page
        )
        assert "good\n50% off" in page
        assert not Vocabulary.objects.exists()

    def test_tells_of_a_taken_name_beside_the_name(self, editor, make_vocabulary):
        make_vocabulary("Rules")

        page = page_of(editor.post(NEW, {"name": "Rules", "keywords": "bad"}))

        assert "Another vocabulary has this name already." in page
        assert Vocabulary.objects.count() == 1

    def test_tells_of_the_limit(self, editor, make_vocabulary):
        for number in range(20):
            make_vocabulary(f"Rules {number}")

        assert "at most 20 vocabularies" in page_of(editor.post(NEW, {"name": "One more", "keywords": ""}))


class TestChangingAVocabulary:
    def test_renames_and_adds_what_can_be_added(self, editor, make_vocabulary):
        vocabulary = make_vocabulary(keywords=["bad"])

        answer = editor.post(
            change(vocabulary),
            {"name": "Our rules", "description": "", "keywords": "bad\nworse\n50%"},
            follow=True,
        )

        page = page_of(answer)
        assert "Keywords added: 1. There already: 1." in page
        assert "Line 3, “50%”: Special characters" in page
        vocabulary.refresh_from_db()
        assert (vocabulary.name, vocabulary.keyword_count) == ("Our rules", 2)

    def test_is_not_for_those_who_only_look(self, viewer, make_vocabulary):
        vocabulary = make_vocabulary()

        page = page_of(viewer.get(change(vocabulary)))

        assert 'name="keywords"' not in page
        assert viewer.post(change(vocabulary), {"name": "x", "keywords": ""}).status_code == 403
        assert viewer.get(NEW).status_code == 403


class TestDeletingAVocabulary:
    def test_asks_with_the_number_of_keywords_instead_of_their_names(self, editor, make_vocabulary):
        vocabulary = make_vocabulary(keywords=["firstword", "secondword"])
        address = reverse("admin:libraries_vocabulary_delete", args=[vocabulary.pk])

        asked = page_of(editor.get(address))
        assert "House rules" in asked
        assert "firstword" not in asked
        editor.post(address, {"post": "yes"})

        assert not Vocabulary.objects.exists()
        assert AuditRecord.objects.filter(action="vocabulary.deleted").exists()

    def test_is_refused_while_services_use_it(self, editor, make_vocabulary, monkeypatch):
        vocabulary = make_vocabulary()
        monkeypatch.setattr(usage, "askers", [lambda vocabulary: ["comment_detection"]])

        answer = editor.post(
            reverse("admin:libraries_vocabulary_delete", args=[vocabulary.pk]), {"post": "yes"}, follow=True
        )

        assert "These services use this vocabulary: comment_detection" in page_of(answer)
        assert Vocabulary.objects.exists()

    def test_of_several_is_all_or_nothing(self, editor, make_vocabulary, monkeypatch):
        rows = [make_vocabulary("A"), make_vocabulary("B")]
        monkeypatch.setattr(
            usage, "askers", [lambda vocabulary: ["comment_detection"] * (vocabulary.name == "B")]
        )

        answer = delete_chosen(editor, VOCABULARIES, rows)

        assert "comment_detection" in page_of(answer)
        assert Vocabulary.objects.count() == 2


class TestKeywords:
    def test_are_found_by_their_beginning_in_any_spelling(self, viewer, make_vocabulary):
        make_vocabulary(keywords=["Blue lotus", "red lotus"])

        page = page_of(viewer.get(KEYWORDS, {"q": "ＢＬＵＥ"}))

        assert "Blue lotus" in page
        assert "red lotus" not in page

    def test_are_reached_from_their_vocabulary(self, viewer, make_vocabulary):
        vocabulary = make_vocabulary("A", ["apricot"])
        make_vocabulary("B", ["blueberry"])
        address = f"{KEYWORDS}?vocabulary__id__exact={vocabulary.pk}"
        assert address in page_of(viewer.get(VOCABULARIES))

        page = page_of(viewer.get(address))

        assert "apricot" in page
        assert "blueberry" not in page

    def test_are_removed_together(self, editor, make_vocabulary):
        first, second = make_vocabulary("A", ["bad", "good"]), make_vocabulary("B", ["worse"])
        rows = [first.keywords.get(text="bad"), second.keywords.get()]

        delete_chosen(editor, KEYWORDS, rows)

        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.keyword_count, second.keyword_count) == (1, 0)
        assert AuditRecord.objects.filter(action="keywords.removed").count() == 2

    def test_are_not_removed_by_those_who_only_look(self, viewer, make_vocabulary):
        row = make_vocabulary(keywords=["bad"]).keywords.get()

        viewer.post(KEYWORDS, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})

        assert viewer.post(
            reverse("admin:libraries_keyword_delete", args=[row.pk]), {"post": "yes"}
        ).status_code in (403, 404)
        row.refresh_from_db()


class TestReviewedTexts:
    def test_show_what_people_decided(self, sign_in, make_sample):
        make_sample("Add me\u202e on WeChat", "pt_to_contact")

        page = page_of(sign_in("reviewer").get(SAMPLES))

        assert "Add me" in page
        assert "\u202e" not in page
        assert "pt_to_contact" in page

    def test_show_no_text_to_those_who_may_not_read_content(self, viewer, make_sample):
        sample = make_sample("Add me on WeChat", "pt_to_contact")

        for address in (SAMPLES, reverse("admin:libraries_textsample_change", args=[sample.pk])):
            page = page_of(viewer.get(address))
            assert "pt_to_contact" in page
            assert "WeChat" not in page

    def test_are_removed_together_and_gone(self, editor, make_sample):
        rows = [make_sample("first"), make_sample("second")]
        make_sample("third")

        delete_chosen(editor, SAMPLES, rows)

        assert [sample.content for sample in TextSample.objects.present()] == ["third"]
        assert AuditRecord.objects.filter(action="sample.removed").count() == 2
        gone = reverse("admin:libraries_textsample_change", args=[rows[0].pk])
        assert editor.get(gone).status_code == 404


@pytest.mark.parametrize("page", [VOCABULARIES, KEYWORDS, SAMPLES])
def test_one_row_and_four_cost_the_same_queries(page, editor, make_vocabulary, make_sample):
    def one_more(number):
        make_vocabulary(f"Rules {number}", [f"word {number}"])
        make_sample(f"text {number}")

    one_more(0)
    editor.get(page)
    with CaptureQueriesContext(connection) as few:
        editor.get(page)
    for number in range(1, 4):
        one_more(number)

    with CaptureQueriesContext(connection) as more:
        editor.get(page)

    assert len(more) == len(few)
