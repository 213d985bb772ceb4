"""The rules page's form: from what was posted back to rules."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from moderation.admin.rules_recordings import settings_from
from moderation.admin.rules_rows import OFF, RulesView
from moderation.values import LONGEST_DELAY, LabelRule, Level, Rules

REVIEWABLE = (Level.HIGH, Level.MEDIUM, Level.LOW, Level.NONE)


class ScoreInvalid(Invalid):
    code = "score_invalid"
    default_message = _("Scores are numbers from 0 to 100.")


class DelayInvalid(Invalid):
    code = "delay_invalid"
    default_message = _("Decisions are sent after 0 to 3,600 seconds.")


def rules_from(posted, *, view: RulesView) -> Rules:
    """Rules as posted, over those of `view`: a label that the form did not show stays as it is."""
    labels = dict(view.rules.labels)
    for group in (*view.groups, *view.more):
        for row in group.rows:
            if f"medium:{row.code}" not in posted:
                continue
            asked = asked_rule(posted, row)
            if row.code in labels or asked != OFF:
                labels[row.code] = asked
    return replace(
        view.rules,
        labels=labels,
        ignored_vocabularies=numbers(posted.getlist("ignored")),
        exempt_image_libraries=numbers(posted.getlist("exempt")),
        use_reviewed_samples="use_reviewed_samples" in posted,
        review_levels=levels(posted.getlist("review_levels")),
        manual_levels=levels(posted.getlist("manual_levels")),
        send_delay=delay(posted.get("send_delay"), view.rules.send_delay),
        **settings_from(posted, view=view.recordings),
    )


def levels(texts: list[str]) -> frozenset[Level]:
    return frozenset(level for level in REVIEWABLE if level.value in texts)


def delay(text: str | None, before: int) -> int:
    if text is None:
        return before
    if not (text.isascii() and text.isdigit() and int(text) <= LONGEST_DELAY):
        raise DelayInvalid(field="send_delay")
    return int(text)


def asked_rule(posted, row) -> LabelRule:
    chosen = numbers(posted.getlist(f"lists:{row.code}"))
    is_on = f"on:{row.code}" in posted
    if chosen and not row.chosen and not row.behind.engines:
        # Nothing but this list can return the label: whoever chooses one wants it looked at.
        is_on = True
    return LabelRule(
        on=is_on,
        medium=score(posted.get(f"medium:{row.code}"), label=row.code),
        high=score(posted.get(f"high:{row.code}"), label=row.code),
        vocabularies=() if row.takes_images else chosen,
        image_libraries=chosen if row.takes_images else (),
    )


def score(text: str | None, *, label: str) -> float:
    try:
        value = float(text or "")
    except ValueError as error:
        raise ScoreInvalid(field=f"labels.{label}") from error
    if not 0 <= value <= 100:
        raise ScoreInvalid(field=f"labels.{label}")
    return value


def numbers(texts: list[str]) -> tuple[int, ...]:
    return tuple(sorted({int(text) for text in texts if text.isascii() and text.isdigit()}))
