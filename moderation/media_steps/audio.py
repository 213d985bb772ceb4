"""Speech of a recording, window by window: what is understood commits with how far it has come."""

import base64
from dataclasses import dataclass

from django.db import transaction

from config.accounts import revisions
from moderation.hearing import slices, waveform
from moderation.hearing.spans import Span, part_of
from moderation.inspection import Heard
from moderation.media_plan import share_done, sound_window
from moderation.media_steps import frames
from moderation.media_steps.port import port
from moderation.media_steps.scopes import judges_of
from moderation.media_steps.turn import Turn
from moderation.models import MediaJob, MediaSlice
from moderation.models.content import ContentType
from moderation.operations.moderate import is_flip, labels_json
from moderation.scope import Scope
from moderation.verdict import reach_verdict

PERCENT = 95
# Columns of the drawing of the whole sound.
PEAKS = 1200


@dataclass(frozen=True, slots=True)
class Ears:
    scope: Scope
    revisions: object

    def listen(self, job: MediaJob, pcm: bytes, span: Span) -> MediaSlice:
        scope = self.scope
        inspection = port.hear(pcm, scope=scope, revisions=self.revisions, start_ms=span.start_ms)
        reached = reach_verdict(inspection.findings, scope.rules)
        labels = labels_json(reached, inspection.notes)
        if is_flip(inspection, scope.rules):
            labels[0]["flipped"] = inspection.flipped
        return MediaSlice(
            account_id=job.account_id,
            job=job,
            start_ms=span.start_ms,
            end_ms=span.end_ms,
            text=inspection.text.replace("\0", "\ufffd"),
            is_unheard=inspection.heard is Heard.NOTHING,
            level=reached.level.value,
            labels=labels,
            uncovered=inspection.uncovered(scope),
        )


def run(turn: Turn) -> None:
    while turn.job.step == MediaJob.Step.AUDIO:
        listen_to_window(turn)
        turn.make_room()


def listen_to_window(turn: Turn) -> None:
    job = turn.job
    revision = revisions.read(job.account_id)
    ears = Ears(judges_of(job, revision).audio, revision)
    reached = job.progress.get("audio", {"until_ms": 0, "peaks": []})
    duration = job.facts["duration_ms"]
    window = sound_window(reached["until_ms"], duration)
    pcm = port.sound(turn.file, format=turn.format, window=window)
    is_last = window.stop >= duration
    spans = slices.cut(port.speech_in(pcm, start_ms=window.start), total_ms=window.stop)
    spans, following = slices.settled(spans, start_ms=window.start, end_ms=window.stop, is_last=is_last)
    rows = []
    for span in spans:
        turn.check()
        rows.append(ears.listen(job, part_of(pcm, span, start_ms=window.start), span))
    drawn = drawing(pcm, Span(window.start, following), start_ms=window.start, duration_ms=duration)
    reached = {"until_ms": following, "peaks": [*reached["peaks"], drawn]}
    with transaction.atomic():
        turn.note(**come_to(job, reached, is_last=is_last))
        MediaSlice.objects.bulk_create(rows)


def drawing(pcm: bytes, span: Span, *, start_ms: int, duration_ms: int) -> list:
    count = max(1, round(PEAKS * span.length_ms / duration_ms))
    peaks = waveform.peaks(part_of(pcm, span, start_ms=start_ms), count)
    return [base64.b64encode(peaks).decode(), span.length_ms]


def come_to(job: MediaJob, reached: dict, *, is_last: bool) -> dict:
    if not is_last:
        first = frames.PERCENT if job.content_type == ContentType.VIDEO else 10
        share = share_done(reached["until_ms"], job.facts["duration_ms"])
        return {"progress": {"audio": reached}, "percent": first + round((PERCENT - first) * share)}
    parts = [(base64.b64decode(peaks), length) for peaks, length in reached["peaks"]]
    whole = base64.b64encode(waveform.joined(parts, PEAKS)).decode()
    return {
        "progress": {"audio": {"until_ms": reached["until_ms"]}},
        "facts": job.facts | {"peaks": whole},
        "step": MediaJob.Step.VERDICT,
        "percent": PERCENT,
    }
