"""The keys of the workbench: what they do, and which may be given to what. Pure but for the words.

Keys are named by `KeyboardEvent.code`, which is a place on the keyboard and the same in every layout. The
workbench acts on them without Ctrl, Alt or Meta, so that a browser's own combinations stay its own.
Digits are not here: they choose categories, in focus and in the grid. So are the arrows and Escape.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid

ACTIONS: dict[str, str] = {
    "pass": "KeyP",
    "block": "KeyB",
    "agree": "Enter",
    "undo": "KeyU",
    "skip": "KeyS",
    "escalate": "KeyE",
    "note": "KeyN",
    "next": "KeyJ",
    "previous": "KeyK",
    "left": "KeyH",
    "right": "KeyL",
    "peek": "Space",
    "zoom": "KeyZ",
    "blur": "KeyX",
    "greyscale": "KeyG",
    "mute": "KeyM",
    "mode": "KeyV",
    "similar": "KeyA",
    "play": "KeyT",
    "frame_back": "Comma",
    "frame_on": "Period",
    "moment_previous": "KeyD",
    "moment_next": "KeyF",
    "slower": "Minus",
    "faster": "Equal",
    "tab_previous": "BracketLeft",
    "tab_next": "BracketRight",
    "help": "Slash",
}
NAMES: dict[str, str] = {
    "pass": _("Pass"),
    "block": _("Block, then a digit"),
    "agree": _("Agree with the machine; in the grid, submit"),
    "undo": _("Undo"),
    "skip": _("Skip"),
    "escalate": _("Escalate"),
    "note": _("Note"),
    "next": _("Next; in the grid, down"),
    "previous": _("Previous; in the grid, up"),
    "left": _("Left in the grid"),
    "right": _("Right in the grid"),
    "peek": _("Peek while held"),
    "zoom": _("Zoom"),
    "blur": _("Blur on or off"),
    "greyscale": _("Greyscale on or off"),
    "mute": _("Sound on or off"),
    "mode": _("Next mode: grid, focus, case"),
    "similar": _("Look at similar items and decide them alike"),
    "play": _("Play or pause a recording"),
    "frame_back": _("One frame back"),
    "frame_on": _("One frame on"),
    "moment_previous": _("Flagged moment before"),
    "moment_next": _("Next flagged moment"),
    "slower": _("Play slower"),
    "faster": _("Play faster"),
    "tab_previous": _("The kind of content before"),
    "tab_next": _("The kind of content after"),
    "help": _("Show the keys"),
}

LETTERS = tuple(f"Key{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
# What an American keyboard has there: other layouts are told by the browser, where it can.
MARKS = {
    "Minus": "-",
    "Equal": "=",
    "BracketLeft": "[",
    "BracketRight": "]",
    "Backslash": "\\",
    "IntlBackslash": "<",
    "Semicolon": ";",
    "Backquote": "`",
    "Comma": ",",
    "Period": ".",
}
SHOWN = {"Space": _("Space"), "Enter": _("Enter"), "Slash": "?"}
DIGITS = frozenset(f"{row}{digit}" for row in ("Digit", "Numpad") for digit in range(10))
# Not among them: keys of the browser (F1 to F12, paging, Tab), the system's, and Escape and the arrows, which
# the console has. Firefox searches the page by ' and /: the first is nobody's, the second help's, as `?`.
ALLOWED = frozenset({*LETTERS, *MARKS, "Space", "Enter", "Slash"})
# Held as long as it is to act: keys that a held finger repeats must not decide anything.
HELD = frozenset({"peek"})


class ActionUnknown(Invalid):
    code = "key_action_unknown"
    default_message = _("There is no such action to give a key to.")


class KeyTaken(Invalid):
    code = "key_taken"
    default_message = _("This key does something else already: give that another key first.")


class KeyReserved(Invalid):
    code = "key_reserved"
    default_message = _("This key belongs to the browser, the system or the console: take another.")


class KeyForCategories(Invalid):
    code = "key_for_categories"
    default_message = _("Digits choose the category of a block: take another key.")


def keys_of(reviewer) -> dict[str, str]:
    """The key of each action for a reviewer, or for nobody in particular. Always whole, never twice the same.

    An action that is newer than a reviewer's choice, and whose key they gave away, gets a free letter.
    """
    own = dict(reviewer.keys) if reviewer is not None else {}
    chosen: dict[str, str] = {}
    for action in ACTIONS:
        code = own.get(action, "")
        if is_allowed(action, code) and code not in chosen.values():
            chosen[action] = code
    for action, code in ACTIONS.items():
        if action not in chosen:
            taken = set(chosen.values())
            chosen[action] = code if code not in taken else next(key for key in LETTERS if key not in taken)
    return {action: chosen[action] for action in ACTIONS}


def is_allowed(action: str, code: str) -> bool:
    return isinstance(code, str) and code in ALLOWED and (code != "Slash" or action == "help")


def require_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """What a reviewer chose, laid over the defaults; refuse what could not work. Return what differs."""
    for action, code in keys.items():
        if action not in ACTIONS:
            raise ActionUnknown(field=str(action))
        if isinstance(code, str) and code in DIGITS:
            raise KeyForCategories(field=action)
        if not is_allowed(action, code):
            raise KeyReserved(field=action, key=str(code))
    merged = ACTIONS | dict(keys)
    owners: dict[str, str] = {}
    for action, code in merged.items():
        if code in owners:
            # Of the two, that one is at fault whose key was changed.
            asked, other = (action, owners[code]) if code != ACTIONS[action] else (owners[code], action)
            raise KeyTaken(
                _("%(key)s is the key of “%(action)s” already: give that another key first.")
                % {"key": shown_key(code), "action": NAMES[other]},
                field=asked,
                key=code,
                action=other,
            )
        owners[code] = action
    return {action: code for action, code in merged.items() if code != ACTIONS[action]}


def shown_key(code: str) -> str:
    """What stands on the key, on an American keyboard."""
    if code.startswith("Key"):
        return code.removeprefix("Key")
    return str(MARKS.get(code) or SHOWN.get(code) or code)
