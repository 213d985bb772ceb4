"""`manage.py evaluate`, on small files and on public data."""

import csv
import json

import pytest
from django.core.management import CommandError, call_command

from moderation.detectors import registry
from moderation.evaluation.dataset import read_dataset
from moderation.learning import measures
from moderation.models import ModerationResult
from moderation.operations.heads import promote_head
from tests.factories import NOW
from tests.moderation.engines.conftest import DATA, LABEL, make_head, needs_data

PATTERNS = "moderation.detectors.patterns.engine.PatternEngine"
PROFANITY = "moderation.detectors.profanity.ProfanityEngine"
SENTENCES = "moderation.detectors.sentences.SentenceEncoder"
ROWS = [
    ("加我微信 abc_12345", "pt_to_contact"),
    ("Add me on WeChat: abc_12345", "pt_to_contact"),
    ("真人荷官 下注就送", "contraband_gambling"),
    ("The library opens at nine.", "nonLabel"),
    ("It rained all day.", "nonLabel"),
    ("My mail is demo@example.com", "nonLabel"),
    ("A casino of old times, with no words of today", "contraband_gambling"),
]


@pytest.fixture
def engines(settings):
    def use(*paths):
        settings.ASSAY_DETECTORS = list(paths)
        registry.forget()

    use(PATTERNS)
    yield use
    settings.ASSAY_DETECTORS = [PATTERNS]
    registry.forget()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *ROWS])
    return path


@pytest.fixture
def evaluate(capsys):
    def run(*arguments, **options) -> dict:
        call_command("evaluate", *map(str, arguments), json=True, **options)
        return json.loads(capsys.readouterr().out)

    return run


def by_label(found: dict) -> dict:
    return {one["label"]: one for one in found["labels"]}


class TestEvaluate:
    def test_counts_each_label_with_its_interval(self, db, engines, table, evaluate):
        found = evaluate(table)
        contacts, gambling = by_label(found)["pt_to_contact"], by_label(found)["contraband_gambling"]

        assert (contacts["count"], contacts["hits"], contacts["right"]) == (2, 3, 2)
        assert contacts["precision"] == pytest.approx(2 / 3)
        assert contacts["precision_interval"] == pytest.approx(measures.wilson(2, 3))
        assert (gambling["count"], gambling["right"], gambling["recall"]) == (2, 1, 0.5)
        assert (
            found["confusions"]
            == [
                ["nonLabel", "pt_to_contact", 1],
                ["contraband_gambling", "nonLabel", 1],
            ]
            or ["nonLabel", "pt_to_contact", 1] in found["confusions"]
        )
        assert (found["clean"], found["false_alarms"]) == (3, 1)

    def test_judges_as_a_service_does_and_stores_nothing(self, account, engines, table, evaluate):
        found = evaluate(table, account=account.uid, service="ad_compliance_detection")

        # That service looks for no contacts.
        assert by_label(found)["pt_to_contact"]["hits"] == 0
        assert by_label(found)["contraband_gambling"]["right"] == 1
        assert not ModerationResult.objects.exists()

    def test_reads_folders_tsv_and_other_names_for_labels(self, tmp_path):
        (tmp_path / "pt_to_contact").mkdir()
        (tmp_path / "pt_to_contact" / "a.txt").write_text("VX abc_12345")
        (tmp_path / "pt_to_contact" / "b.png").write_bytes(b"")
        [text, picture] = read_dataset(tmp_path, renamed={})
        assert (text.text, text.labels, picture.is_picture) == ("VX abc_12345", {"pt_to_contact"}, True)

        tsv = tmp_path / "x.tsv"
        tsv.write_text('tweet\tlabel\tlabel2\n"open\tOFF\t\nb\tNOT\tspam|ad\n')
        rows = read_dataset(tsv, renamed={"OFF": LABEL, "NOT": "nonLabel"})
        assert [(row.text, row.labels) for row in rows] == [('"open', {LABEL}), ("b", {"spam", "ad"})]

    def test_takes_the_same_random_part_each_time(self, table):
        assert read_dataset(table, renamed={}, limit=3) == read_dataset(table, renamed={}, limit=3)

    def test_hears_the_heads_of_an_account_and_its_shadows_if_asked(self, account, engines, table, evaluate):
        engines(PATTERNS, SENTENCES)
        promote_head(head=make_head(account, 1), actor=None, now=NOW)
        assert by_label(evaluate(table, account=account.uid))[LABEL]["hits"] == len(ROWS)
        make_head(account, 3, label="spam")
        assert "spam" not in by_label(evaluate(table, account=account.uid))
        assert by_label(evaluate(table, account=account.uid, shadows=True))["spam"]["hits"] == len(ROWS)

    def test_is_readable_without_json(self, db, engines, table, capsys):
        call_command("evaluate", str(table), show=5)
        said = capsys.readouterr().out

        assert "false alarms on nonLabel: 1 of 3" in said
        assert "My mail is demo@example.com" in said
        assert "contraband_gambling -> nonLabel: 1" in said

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["nothing.csv"], "There is no"),
            ([__file__], "name two with"),
        ],
    )
    def test_says_what_it_cannot_read(self, db, engines, arguments, said):
        with pytest.raises(CommandError, match=said):
            call_command("evaluate", *arguments)

    def test_says_what_is_missing(self, account, engines, table):
        with pytest.raises(CommandError, match="--account"):
            call_command("evaluate", str(table), service="comment_detection")
        with pytest.raises(CommandError, match="no such service"):
            call_command("evaluate", str(table), service="none", account=account.uid)
        with pytest.raises(CommandError, match="VALUE=LABEL"):
            call_command("evaluate", str(table), renamed=["x"])

    @needs_data
    def test_measures_the_profanity_engine_on_public_tweets(self, db, engines, evaluate):
        engines(PROFANITY)
        renamed = [f"0={LABEL}", f"1={LABEL}", "2=nonLabel"]
        found = evaluate(
            DATA / "davidson" / "labeled_data.csv", limit=400, renamed=renamed, least=80.0,
            label_column="class",
        )  # fmt: skip

        one = by_label(found)[LABEL]
        assert one["precision"] > 0.95
        assert one["average_precision"] > 0.95


class TestMeasures:
    def test_average_precision_is_that_of_the_books(self):
        # Ranks 1, 3 and 4 are right: (1/1 + 2/3 + 3/4) / 3.
        assert measures.average_precision([9, 8, 7, 6, 5], [1, 0, 1, 1, 0]) == pytest.approx(29 / 36)

    def test_average_precision_takes_ties_together(self):
        assert measures.average_precision([5, 5, 5, 5], [1, 0, 0, 0]) == pytest.approx(0.25)

    def test_wilson_stays_inside(self):
        low, high = measures.wilson(10, 10)
        assert (round(low, 3), round(high, 3)) == (0.722, 1.0)
        assert measures.wilson(0, 0) is None

    def test_advice_is_the_lowest_score_that_holds_upwards(self):
        scores = [*range(1, 101)]
        truth = [score > 50 for score in scores]

        found = measures.advice(scores, truth)
        assert found["medium"] == 39.0  # 50 of 62
        assert found["high"] == 49.0  # 50 of 52
        assert measures.advice(scores, [False] * 100) == {"medium": None, "high": None}
