"""What became of an import's lines, in words."""

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from libraries.imports import FileEmpty, FileSuspicious, FileTooLarge, FileTooLong, FileUnreadable
from libraries.limits import (
    KeywordEmpty,
    KeywordLimitReached,
    KeywordOwnerTooLong,
    KeywordSpecialCharacters,
    KeywordTooLong,
)
from libraries.operations.keyword_imports import (
    ADDED,
    REPEATED,
    ImportGivenUp,
    KeywordExpiryUnreadable,
)

# Name, explanation of the detail, tone of the card.
OUTCOMES = {
    ADDED: (_("Added"), "", "good"),
    REPEATED: (_("Repeated"), _("stands in line %(detail)s"), ""),
    KeywordTooLong.code: (_("Too long"), _("%(detail)s characters; 20 is the most"), "warn"),
    KeywordSpecialCharacters.code: (_("Special characters"), _("take out %(detail)s"), "warn"),
    KeywordEmpty.code: (_("No letter or digit"), "", "warn"),
    KeywordExpiryUnreadable.code: (_("Expiry not understood"), _("“%(detail)s”"), "warn"),
    KeywordOwnerTooLong.code: (_("Owner too long"), _("%(detail)s characters; 60 is the most"), "warn"),
    KeywordLimitReached.code: (_("Over the limit"), "", "bad"),
}
HELD = _("is in the vocabulary")
PLANNED = _("To be added")
ALWAYS = (ADDED, REPEATED, KeywordTooLong.code, KeywordSpecialCharacters.code)
FAILURES = {
    kind.code: kind.default_message
    for kind in (FileEmpty, FileSuspicious, FileTooLarge, FileTooLong, FileUnreadable, ImportGivenUp)
}


def shown(outcome: str, detail: str, *, is_planned: bool = False) -> tuple[str, str]:
    """The outcome and its detail in words; planned is what a check foresees."""
    name, explained, _tone = OUTCOMES[outcome]
    if outcome == REPEATED and not detail:
        return str(name), str(HELD)
    told = str(explained) % {"detail": detail} if detail and explained else ""
    return str(PLANNED if is_planned and outcome == ADDED else name), told


def counted(counts: dict[str, int], *, is_planned: bool = False) -> list[tuple[str, str, str, str]]:
    """Code, name, number and tone of the outcomes: the usual ones always, others where they occurred."""
    return [
        (
            code,
            shown(code, "", is_planned=is_planned)[0],
            number_format(counts.get(code, 0), force_grouping=True),
            tone if counts.get(code) else "",
        )
        for code, (_name, _explained, tone) in OUTCOMES.items()
        if code in ALWAYS or counts.get(code)
    ]
