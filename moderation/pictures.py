"""What is looked for in a picture, cheap before dear. One look serves every service that asks for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from config.accounts.revisions import Revisions
from libraries.matching.cache import image_index
from libraries.matching.image_index import ImageMatch
from libraries.matching.rulings import Sample, is_same
from moderation.detectors.base import Box, RawHit
from moderation.detectors.guard import Look
from moderation.inspection import Inspection
from moderation.media.decoding import Frame, Picture
from moderation.models.content import ContentType
from moderation.pipeline import judge_text, look_with, may_flip, note_scores
from moderation.scope import Scope
from moderation.values import Finding, Source

LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Sighting:
    """A hit, and the frame it was seen in."""

    frame: Frame
    hit: RawHit

    @property
    def box(self) -> list[int] | None:
        return in_original(self.hit.box, self.frame) if self.hit.box else None


@dataclass(frozen=True, slots=True)
class Sightings:
    """Everything seen in one picture, before any service's rules."""

    picture: Picture
    matches: list[ImageMatch] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    looks: dict[str, Look] = field(default_factory=dict)

    def by(self, engine: str) -> list[Sighting]:
        look = self.looks.get(engine)
        if look is None:
            return []
        frames = look.frames or [0] * len(look.hits)
        return [
            Sighting(self.picture.frames[frame], hit) for frame, hit in zip(frames, look.hits, strict=True)
        ]


def see(
    picture: Picture,
    *,
    scopes: Iterable[Scope],
    revisions: Revisions,
    without: frozenset[str] = frozenset(),
) -> Sightings:
    """Look once for all services: in the image libraries, then with the engines that any of them needs.

    `without` are engines that are left out of this look: they have not failed, and uncover nothing.
    """
    scopes = list(scopes)
    matches, samples = known_of(picture, scopes=scopes, revisions=revisions)
    undecided = [scope for scope in scopes if exempted(matches, samples, scope) is None]
    wanted = frozenset().union(*(scope.engines_for(ContentType.IMAGE) for scope in undecided)) - without
    own = {name: engine for scope in undecided for name, engine in scope.own.items()}
    return Sightings(picture, matches, samples, look_with(wanted, picture, own))


def known_of(picture: Picture, *, scopes: list[Scope], revisions: Revisions):
    """What the account knows of the picture: from the libraries of these scopes, and from its reviewers."""
    libraries = frozenset().union(*(scope.image_libraries for scope in scopes))
    if not is_looked_up(scopes, revisions):
        return [], []
    known = image_index(scopes[0].service.account_id, revisions.images)
    found = known.look(picture.fingerprints)
    asks_samples = any(scope.rules.use_reviewed_samples for scope in scopes)
    samples = known.rulings.on(bytes.fromhex(picture.sha256), found) if asks_samples else []
    return [match for match in found if match.library_id in libraries], samples


def is_looked_up(scopes: Iterable[Scope], revisions: Revisions) -> bool:
    """Whether pictures are to be compared with known ones at all."""
    scopes = list(scopes)
    if not revisions.images:
        return False
    if any(scope.image_libraries for scope in scopes):
        return True
    if not any(scope.rules.use_reviewed_samples for scope in scopes):
        return False
    return bool(image_index(scopes[0].service.account_id, revisions.images).rulings)


def inspect_image(seen: Sightings, *, scope: Scope, revisions: Revisions) -> Inspection:
    told = replace(told_of(seen.samples, scope), fingerprints=seen.picture.fingerprints)
    exempt = exempted(seen.matches, seen.samples, scope)
    if exempt is not None:
        return replace(
            told, findings=[exempt], flipped=told.flipped if exempt.detector == "samples" else None
        )
    findings = told.findings + list(library_findings(seen.matches, scope))
    failed, scores = set(), {}
    for engine in sorted(scope.engines & seen.looks.keys()):
        look = seen.looks[engine]
        if look.failed:
            failed.add(engine)
        note_scores(scores, scope.specs[engine], look)
        findings += picture_findings(engine, seen.by(engine), scope)
    passage = Passage.read(sighting for name in sorted(scope.readers) for sighting in seen.by(name))
    if not passage.content:
        return replace(told, findings=findings, failed_engines=tuple(sorted(failed)), scores=scores)
    judged = judge_text(passage.content, scope=scope, revisions=revisions)
    return replace(
        judged,
        findings=findings + [passage.placed(finding) for finding in judged.findings],
        failed_engines=tuple(sorted({*failed, *judged.failed_engines})),
        scores=scores | judged.scores,
        text=passage.content,
        lines=tuple(passage.as_read()),
        notes=told.notes,
        flipped=told.flipped,
        fingerprints=told.fingerprints,
    )


def exempted(matches, samples: list[Sample], scope: Scope) -> Finding | None:
    """Why nothing else counts: the account's libraries say so, or the reviewers do."""
    match = exemption(matches, scope)
    if match is not None:
        return Finding("", 100.0, Source.EXEMPTION, "images", match_evidence(match))
    return next((one for one in told_of(samples, scope).findings if one.source is Source.EXEMPTION), None)


def exemption(matches, scope: Scope):
    """The match that exempts the picture: only one that is the same picture, not one that is similar."""
    exempt = frozenset(scope.rules.exempt_image_libraries)
    return next((match for match in matches if match.library_id in exempt and is_same(match)), None)


def told_of(samples: list[Sample], scope: Scope) -> Inspection:
    """What reviewers decided on the picture, as far as the service asks them."""
    if not scope.rules.use_reviewed_samples:
        return Inspection([])
    resting = [one for one in samples if one.ruling.rests]
    notes = tuple(Finding("", 0.0, Source.QUARANTINED, "samples", sample_evidence(one)) for one in resting)
    sample = next((one for one in samples if not one.ruling.rests), None)
    if sample is None:
        return Inspection([], notes=notes)
    ruling = sample.ruling
    source = Source.SAMPLE if sample.is_block else Source.EXEMPTION
    finding = Finding(ruling.label, 100.0, source, "samples", sample_evidence(sample))
    return Inspection([finding], notes=notes, flipped=ruling.image_id if may_flip(ruling) else None)


def sample_evidence(sample: Sample) -> dict:
    """The sample is named twice: as every sample is, and as a picture of a library is."""
    named = {"sample": sample.ruling.image_id, "image": sample.ruling.image_id}
    if sample.match is None:
        return named | {"distance": 0, "match": "file"}
    like = match_evidence(sample.match)
    del like["image_library"]
    return like | named


def library_findings(matches, scope: Scope):
    for match in matches:
        for label in scope.labels_of_image_library.get(match.library_id, ()):
            yield Finding(label, 100.0, Source.IMAGE_LIBRARY, "images", match_evidence(match))


def match_evidence(match) -> dict:
    return {
        "image": match.image_id,
        "image_library": match.library_id,
        "distance": match.distance,
        "match": "identical" if is_same(match) else "similar",
        "kind": match.kind,
        "library_kind": match.library_kind,
    }


def picture_findings(engine: str, sightings: list[Sighting], scope: Scope):
    for sighting in sightings:
        hit = sighting.hit
        for label in scope.labels_of_raw.get((engine, hit.raw), ()):
            evidence = {"raw": hit.raw, **place_of(sighting)}
            if hit.text:
                evidence["text"] = hit.text
            if hit.note:
                evidence["note"] = hit.note
            yield Finding(label, hit.score, Source.ENGINE, engine, evidence)


def place_of(sighting: Sighting) -> dict:
    place = {"frame": sighting.frame.index} if sighting.frame.index else {}
    return place | ({"box": sighting.box} if sighting.box else {})


@dataclass(frozen=True, slots=True)
class Passage:
    """The text read in a picture, line under line, and where each line stands in the picture."""

    content: str
    lines: tuple[tuple[int, int, Sighting], ...]

    @classmethod
    def read(cls, sightings: Iterable[Sighting]) -> "Passage":
        parts, lines, at, known = [], [], 0, set()
        for sighting in sightings:
            text = sighting.hit.text.strip()
            # Frames of an animation, and tiles that overlap, show the same line again.
            if not text or text in known or at + len(text) > LONGEST_TEXT:
                continue
            known.add(text)
            parts.append(text)
            lines.append((at, at + len(text), sighting))
            at += len(text) + 1
        return cls("\n".join(parts), tuple(lines))

    def as_read(self) -> Iterator[dict]:
        return (
            {"text": sighting.hit.text.strip(), **place_of(sighting)} for _at, _end, sighting in self.lines
        )

    def placed(self, finding: Finding) -> Finding:
        """The finding with the place of its lines in the picture."""
        start, end = finding.evidence.get("start", 0), finding.evidence.get("end", 0)
        under = [sighting for first, last, sighting in self.lines if first < end and start < last]
        if not under:
            return finding
        boxes = [sighting.box for sighting in under if sighting.box]
        place = {"line": "\n".join(sighting.hit.text for sighting in under)}
        if under[0].frame.index:
            place["frame"] = under[0].frame.index
        if boxes:
            place["box"] = around(boxes)
        return Finding(
            finding.label, finding.score, finding.source, finding.detector, finding.evidence | place
        )


def in_original(box: Box, frame: Frame) -> list[int]:
    """A box in the pixels of the upright picture as it came."""
    left, top, width, height = box
    scale = frame.scale
    return [
        round(frame.left + left * scale),
        round(frame.top + top * scale),
        round(width * scale),
        round(height * scale),
    ]


def around(boxes: list[list[int]]) -> list[int]:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    return [left, top, right - left, bottom - top]
