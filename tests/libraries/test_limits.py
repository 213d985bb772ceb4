"""What a keyword, a name and a description may look like, and what is said when they do not."""

import pytest

from config.errors import PlatformError
from libraries.limits import clean_description, clean_keyword, clean_name


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("bad", "bad"),
        ("  Free   Gifts ", "Free Gifts"),
        ("微信", "微信"),
        ("x" * 20, "x" * 20),
        ("字" * 20, "字" * 20),
        ("e\u0301" * 20, "é" * 20),
        ("don’t", "don’t"),
        ("A&B +1-2_3.4 @x #y", "A&B +1-2_3.4 @x #y"),
        ("हिन्दी", "हिन्दी"),
        ("①", "①"),
    ],
)
def test_a_keyword_is_kept_as_it_was_typed(typed, kept):
    assert clean_keyword(typed)[0] == kept


@pytest.mark.parametrize(
    "typed, code, said",
    [
        ("x" * 21, "keyword_too_long", "at most 20 characters; this one has 21"),
        ("ﷺ" * 20, "keyword_too_long", "at most 20 characters"),
        ("50% off", "keyword_special_characters", "take out %."),
        ("(a) $b!", "keyword_special_characters", "take out ( ) $ !."),
        ("smile 😀", "keyword_special_characters", "take out 😀."),
        ("a\u200bb", "keyword_special_characters", "take out U+200B."),
        ("a\0b", "keyword_special_characters", "take out U+0000."),
        ("微信！", "keyword_special_characters", "take out ！."),
        ("", "keyword_empty", "at least one letter or digit"),
        ("--", "keyword_empty", "at least one letter or digit"),
        ("\u3164", "keyword_empty", "at least one letter or digit"),
    ],
)
def test_a_refusal_says_what_is_wrong(typed, code, said):
    with pytest.raises(PlatformError) as refused:
        clean_keyword(typed)

    assert refused.value.code == code
    assert said in str(refused.value.message)


@pytest.mark.parametrize(
    "clean, typed, code",
    [
        (clean_name, "  ", "vocabulary_name_missing"),
        (clean_name, "\0", "vocabulary_name_missing"),
        (clean_name, "x" * 61, "vocabulary_name_too_long"),
        (clean_description, "x" * 301, "vocabulary_description_too_long"),
    ],
)
def test_names_and_descriptions_have_limits_too(clean, typed, code):
    with pytest.raises(PlatformError) as refused:
        clean(typed)

    assert refused.value.code == code
