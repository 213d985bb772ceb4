"""The keys of the workbench: which there are, which may be chosen, and that no two do the same."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.keys import (
    ACTIONS,
    ALLOWED,
    DIGITS,
    NAMES,
    ActionUnknown,
    KeyForCategories,
    KeyReserved,
    KeyTaken,
    keys_of,
    require_keys,
    shown_key,
)

CODES = [
    *sorted(ALLOWED),
    *sorted(DIGITS),
    "F5",
    "Escape",
    "Tab",
    "Quote",
    "ArrowUp",
    "MetaLeft",
    "",
    None,
    7,
]
CHOICES = st.dictionaries(st.sampled_from(list(ACTIONS)), st.sampled_from(CODES), max_size=6)


def reviewer(**keys):
    return SimpleNamespace(keys=keys)


class TestDefaults:
    def test_are_all_different_allowed_and_named(self):
        assert len(set(ACTIONS.values())) == len(ACTIONS)
        assert set(ACTIONS.values()) <= ALLOWED
        assert NAMES.keys() == ACTIONS.keys()
        assert require_keys({}) == {}

    def test_leave_the_digits_to_categories(self):
        assert DIGITS.isdisjoint(ALLOWED)

    def test_hold_for_nobody_in_particular(self):
        assert keys_of(None) == keys_of(reviewer()) == ACTIONS


class TestChoosing:
    def test_lays_a_choice_over_the_defaults_and_keeps_only_what_differs(self):
        assert require_keys({"pass": "KeyQ", "block": "KeyB"}) == {"pass": "KeyQ"}

    def test_may_swap_two(self):
        swapped = require_keys({"pass": "KeyB", "block": "KeyP"})

        assert keys_of(reviewer(**swapped)) == ACTIONS | {"pass": "KeyB", "block": "KeyP"}

    @pytest.mark.parametrize(
        "code",
        ["F1", "F3", "F5", "F6", "F7", "F11", "F12", "Tab", "Escape", "ArrowLeft", "Home", "PageDown",
         "Backspace", "Delete", "Quote", "ControlLeft", "AltRight", "MetaLeft", "ShiftLeft", "CapsLock",
         "PrintScreen", "ContextMenu", "Pause", "Process", "Unidentified", "", "p", "Ctrl+P", None, 7,
         ["KeyP"]],
    )  # fmt: skip
    def test_refuses_keys_of_others(self, code):
        with pytest.raises(KeyReserved) as refused:
            require_keys({"pass": code})

        assert refused.value.field == "pass"

    @pytest.mark.parametrize("code", ["Digit0", "Digit5", "Digit9", "Numpad1"])
    def test_refuses_digits(self, code):
        with pytest.raises(KeyForCategories):
            require_keys({"pass": code})

    def test_gives_the_question_mark_to_help_alone(self):
        with pytest.raises(KeyReserved):
            require_keys({"note": "Slash", "help": "KeyQ"})

    @pytest.mark.parametrize("keys", [{"pass": "KeyB"}, {"help": "KeyQ", "pass": "KeyQ"}])
    def test_refuses_a_clash_and_says_with_what(self, keys):
        with pytest.raises(KeyTaken) as refused:
            require_keys(keys)

        assert refused.value.field in keys
        assert str(NAMES[refused.value.details["action"]]) in str(refused.value.message)

    def test_refuses_an_action_that_is_not_there(self):
        with pytest.raises(ActionUnknown):
            require_keys({"fly": "KeyF"})

    @given(CHOICES)
    def test_lets_through_only_what_is_whole_and_without_a_clash(self, keys):
        try:
            kept = require_keys(keys)
        except (KeyTaken, KeyReserved, KeyForCategories):
            return
        assert keys_of(reviewer(**kept)) == ACTIONS | keys

    @given(CHOICES)
    def test_reads_whatever_was_stored_as_one_key_for_each_action(self, keys):
        read = keys_of(reviewer(**keys))

        assert read.keys() == ACTIONS.keys()
        assert len(set(read.values())) == len(ACTIONS)
        assert require_keys(read) is not None


@pytest.mark.parametrize(
    "code, shown",
    [("KeyP", "P"), ("Slash", "?"), ("Space", "Space"), ("BracketLeft", "["), ("Enter", "Enter")],
)
def test_a_key_is_shown_as_it_is_printed(code, shown):
    assert shown_key(code) == shown
