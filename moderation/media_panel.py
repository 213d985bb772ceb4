"""Everything that a player shows of recordings: the line, the frames in order, what is said. Read only."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from config.accounts.models import Account
from moderation.boxes import LabelledBox, boxes_of
from moderation.catalogue.names import BY_CODE
from moderation.media_timeline import (
    Found,
    LabelMoments,
    Lanes,
    Line,
    Moment,
    by_label,
    clock,
    contact_order,
    lanes,
    line_of,
    peaks_in,
    wave_path,
)
from moderation.models import MediaAsset, MediaJob, MediaShot, MediaSlice, ModerationResult
from moderation.models.content import ContentType, RiskLevel
from moderation.values import LIBRARY_SUFFIX, NO_RISK

STRIP = 12
TILE = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as a person is shown it."""

    pk: int
    at_ms: int
    level: str
    kind: str
    width: int
    height: int
    found: tuple[Found, ...] = ()
    boxes: tuple[LabelledBox, ...] = ()
    text: str = ""

    @property
    def clock(self) -> str:
        return clock(self.at_ms)

    @property
    def is_flagged(self) -> bool:
        return self.level != RiskLevel.NONE

    @property
    def score(self) -> float:
        return max((one.confidence or 0.0 for one in self.found), default=0.0)

    @property
    def groups(self) -> list[str]:
        return groups_of(self.found)


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of speech as a person reads it."""

    pk: int
    start_ms: int
    end_ms: int
    text: str
    level: str
    is_unheard: bool
    labels: list[dict]

    @property
    def clock(self) -> str:
        return clock(self.start_ms)

    @property
    def is_flagged(self) -> bool:
        return self.level != RiskLevel.NONE

    @property
    def found(self) -> tuple[Found, ...]:
        return found_in(self.labels)


@dataclass(frozen=True, slots=True)
class Panel:
    kind: str
    address: str
    line: Line
    flagged: list[Frame] = field(default_factory=list)
    others: list[Frame] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    wave: str = ""
    wave_width: int = 0
    poster: str = ""
    job: MediaJob | None = None

    @property
    def frame_rate(self) -> str:
        """Frames of a second, for steps of one frame; blank where nobody has counted them."""
        rate = self.job.facts.get("frame_rate") if self.job else None
        return f"{rate:g}" if isinstance(rate, int | float) and rate > 0 else ""

    @property
    def lanes(self) -> Lanes:
        return lanes(
            frames=bool(self.line.frames), wave=bool(self.wave), speech=bool(self.said), kind=self.kind
        )

    @property
    def strip(self) -> list[Frame]:
        return self.flagged[:STRIP]

    @property
    def tile_frames(self) -> list[Frame]:
        """What a small tile shows: the worst frames, or the first of all."""
        return (self.flagged or self.others)[:TILE]

    @property
    def read(self) -> list[Frame]:
        """Flagged frames in which something was written, each text once, as they follow each other."""
        texts: dict[str, Frame] = {}
        for frame in sorted(self.flagged, key=lambda frame: frame.at_ms):
            if frame.text:
                texts.setdefault(frame.text, frame)
        return list(texts.values())

    @property
    def groups(self) -> frozenset[str]:
        seen = {group for frame in self.flagged for group in frame.groups}
        return frozenset(seen.union(*(groups_of(one.found) for one in self.said)))

    @property
    def labels(self) -> list[LabelMoments]:
        return by_label(self.line)

    @property
    def shown_length(self) -> str:
        return clock(self.line.duration_ms)


def panel_of_asset(
    asset: MediaAsset, *, address: str, poster: str = "", job: MediaJob | None = None
) -> Panel:
    """By its newest job that has ended, or by the one given."""
    job = job or shown_job(asset)
    return draw(asset.content_type, address, job, poster=poster, duration_ms=asset.duration_ms)


def shown_job(asset: MediaAsset) -> MediaJob | None:
    """What is known of an asset: of the newest review that was made whole, else of the one under way."""
    jobs = MediaJob.objects.owned_by(asset.account).filter(asset=asset).newest_first()
    return jobs.filter(state=MediaJob.State.DONE).first() or jobs.first()


def panels_of_results(
    account: Account, results: Iterable[ModerationResult], *, addresses: dict[int, str], strip_only=False
) -> dict[int, Panel]:
    """Panels by the id of the result, with few queries for many of them."""
    results = [result for result in results if result.is_recording]
    if not results:
        return {}
    jobs = jobs_of(account, results)
    held = rows_of(jobs.values(), flagged_only=strip_only)
    return {
        result.pk: draw(
            result.content_type,
            addresses.get(result.pk, ""),
            jobs.get(result.pk),
            duration_ms=result.media.get("duration_ms", 0),
            rows=held,
        )
        for result in results
    }


def jobs_of(account: Account, results: list[ModerationResult]) -> dict[int, MediaJob]:
    """A job gives its id to the result that it came to."""
    by_id = {result.request_id: result.pk for result in results}
    found = MediaJob.objects.owned_by(account).filter(job_id__in=by_id)
    return {by_id[job.job_id]: job for job in found}


@dataclass(slots=True)
class Rows:
    frames: dict[int, list[Frame]] = field(default_factory=dict)
    said: dict[int, list[Said]] = field(default_factory=dict)


def rows_of(jobs: Iterable[MediaJob], *, flagged_only: bool = False) -> Rows:
    """`flagged_only`: of frames in which nothing was seen no more than their time."""
    rows, ids = Rows(), [job.pk for job in jobs]
    if not ids:
        return rows
    shots = MediaShot.objects.filter(job__in=ids)
    plain = shots.filter(level=RiskLevel.NONE)
    for shot in shots.exclude(level=RiskLevel.NONE) if flagged_only else shots:
        rows.frames.setdefault(shot.job_id, []).append(frame_of(shot))
    if flagged_only:
        fields = ("job_id", "pk", "at_ms", "level", "kind", "width", "height")
        for job_id, *facts in plain.values_list(*fields):
            rows.frames.setdefault(job_id, []).append(Frame(*facts))
    for one in MediaSlice.objects.filter(job__in=ids).order_by("start_ms"):
        rows.said.setdefault(one.job_id, []).append(said_of(one))
    return rows


def draw(
    kind: str,
    address: str,
    job: MediaJob | None,
    *,
    poster: str = "",
    duration_ms: int = 0,
    rows: Rows | None = None,
) -> Panel:
    rows = rows or rows_of([job] if job else [])
    frames = rows.frames.get(job.pk, []) if job else []
    said = rows.said.get(job.pk, []) if job else []
    facts = job.facts if job else {}
    flagged, others = contact_order(frames)
    peaks = peaks_in(facts.get("peaks"))
    return Panel(
        kind=kind,
        address=address,
        poster=poster,
        job=job,
        line=line_of(
            [moment_of(frame) for frame in frames],
            [speech_of(one) for one in said],
            duration_ms=duration_ms or facts.get("duration_ms", 0),
        ),
        flagged=flagged,
        others=others,
        said=said,
        wave=wave_path(peaks),
        wave_width=len(peaks),
    )


def moment_of(frame: Frame) -> Moment:
    return Moment(frame.at_ms, frame.level, kind=frame.kind, found=frame.found, text=frame.text)


def speech_of(one: Said) -> Moment:
    return Moment(
        one.start_ms, one.level, one.end_ms, found=one.found, text=one.text, is_unheard=one.is_unheard
    )


def frame_of(shot: MediaShot) -> Frame:
    labels = [label for verdict in shot.verdicts for label in verdict.get("labels", ())]
    boxed = [{**label, "evidence": label.get("evidence") or []} for label in labels]
    read = dict.fromkeys(text for verdict in shot.verdicts if (text := verdict.get("text")))
    return Frame(
        pk=shot.pk,
        at_ms=shot.at_ms,
        level=shot.level,
        kind=shot.kind,
        width=shot.width,
        height=shot.height,
        found=found_in(labels),
        boxes=tuple(boxes_of(boxed)),
        text="\n".join(read),
    )


def said_of(row: MediaSlice) -> Said:
    return Said(row.pk, row.start_ms, row.end_ms, row.text, row.level, row.is_unheard, row.labels)


def found_in(labels: Iterable[dict]) -> tuple[Found, ...]:
    worst: dict[str, Found] = {}
    for label in labels:
        one = Found(label["label"], label.get("level", ""), label.get("confidence"))
        held = worst.get(one.label)
        if not one.label.startswith(NO_RISK) and (
            held is None or (one.confidence or 0) > (held.confidence or 0)
        ):
            worst[one.label] = one
    return tuple(sorted(worst.values(), key=lambda one: -(one.confidence or 0)))


def groups_of(found: Iterable[Found]) -> list[str]:
    known = (BY_CODE.get(one.label.removesuffix(LIBRARY_SUFFIX)) for one in found)
    return list(dict.fromkeys(info.group for info in known if info and info.group))


def is_video(panel: Panel) -> bool:
    return panel.kind == ContentType.VIDEO
