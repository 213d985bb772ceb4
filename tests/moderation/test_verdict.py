"""The six risk rules of the product page, as a table, and what must always hold of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.values import EXEMPT, NO_RISK, Finding, LabelRule, Level, Rules, Source
from moderation.verdict import reach_verdict

RULES = Rules(labels={"drugs": LabelRule(medium=60, high=90), "spam": LabelRule(medium=50, high=80)})


def engine(label, score):
    return Finding(label, score, Source.ENGINE, "fake")


def word(label):
    return Finding(label, 100, Source.VOCABULARY, "keywords")


def image(label):
    return Finding(
        label, 100, Source.IMAGE_LIBRARY, "images", {"image": 7, "image_library": 3, "distance": 4}
    )


EXEMPTION = Finding("", 100, Source.EXEMPTION, "samples")


@pytest.mark.parametrize(
    "findings, level, labels",
    [
        ([engine("drugs", 95)], Level.HIGH, ["drugs"]),
        ([engine("drugs", 90)], Level.HIGH, ["drugs"]),
        ([engine("drugs", 89.99)], Level.MEDIUM, ["drugs"]),
        ([engine("drugs", 60)], Level.MEDIUM, ["drugs"]),
        ([engine("drugs", 59.99)], Level.LOW, ["drugs"]),
        ([engine("drugs", 70), engine("spam", 85)], Level.HIGH, ["spam", "drugs"]),
        ([], Level.NONE, [NO_RISK]),
        ([word("drugs")], Level.HIGH, ["drugs_lib"]),
        ([word("drugs"), engine("drugs", 10)], Level.HIGH, ["drugs_lib", "drugs"]),
        ([image("drugs")], Level.HIGH, ["drugs_lib"]),
        ([image("drugs"), word("drugs"), engine("spam", 55)], Level.HIGH, ["drugs_lib", "spam"]),
        ([word("drugs"), EXEMPTION], Level.NONE, [EXEMPT]),
        ([image("drugs"), engine("spam", 99), EXEMPTION], Level.NONE, [EXEMPT]),
        ([engine("unasked", 99)], Level.NONE, [NO_RISK]),
    ],
    ids=[
        "1 in the high range is high",
        "1 the high score itself is high",
        "2 in the medium range is medium",
        "2 the medium score itself is medium",
        "3 below the medium range is low",
        "4 the worst label decides",
        "5 no label is safe",
        "6 a custom list is high",
        "6 a custom list outranks an engine's score",
        "6 an image library is a custom list",
        "6 hits in several lists are one label",
        "an exemption beats everything",
        "an exemption beats an image library too",
        "a label the service does not look for is not returned",
    ],
)
def test_the_risk_rules(findings, level, labels):
    verdict = reach_verdict(findings, RULES)

    assert verdict.level is level
    assert [label.label for label in verdict.labels] == labels


def test_a_label_that_is_off_is_not_returned():
    rules = RULES.with_label("drugs", on=False)

    assert reach_verdict([engine("drugs", 99), word("drugs")], rules).level is Level.NONE


scores = st.floats(0, 100)
labels = st.sampled_from(["drugs", "spam"])
found = st.builds(engine, labels, scores) | st.builds(word, labels) | st.builds(image, labels)


@given(st.lists(found), labels, scores, scores)
def test_raising_a_score_never_lowers_the_level(others, label, one, other):
    low, high = sorted((one, other))

    before = reach_verdict([*others, engine(label, low)], RULES).level
    after = reach_verdict([*others, engine(label, high)], RULES).level

    assert after.rank >= before.rank


@given(st.lists(found), st.randoms())
def test_an_exemption_beats_all(findings, random):
    mixed = [*findings, EXEMPTION]
    random.shuffle(mixed)

    assert reach_verdict(mixed, RULES).labels[0].label == EXEMPT


@given(st.lists(found, min_size=1), st.randoms())
def test_the_order_of_findings_does_not_matter(findings, random):
    mixed = list(findings)
    random.shuffle(mixed)

    one, other = reach_verdict(findings, RULES), reach_verdict(mixed, RULES)

    assert one.level is other.level
    assert {label.label for label in one.labels} == {label.label for label in other.labels}


@given(st.lists(found, min_size=1), labels)
def test_a_custom_list_is_high(findings, label):
    assert reach_verdict([*findings, word(label)], RULES).level is Level.HIGH
