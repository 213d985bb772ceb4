"""The pattern engine: contacts, links and phrases of advertisers, found in the folded text."""

from collections.abc import Iterable

from libraries.matching.normalise import View, normalise
from moderation.detectors.base import DetectorSpec, Health, RawHit, RawLabel
from moderation.detectors.patterns import adverts, contacts, links
from moderation.detectors.patterns.sighting import Sighting
from moderation.detectors.patterns.unmask import unmask

GOLDEN = "加我微信 abc_12345 免费领取"
GOLDEN_RAWS = {"contact.wechat", "ad.promotion"}
LONGEST = 20_000

LABELS = (
    RawLabel("contact.phone", "Telephone numbers"),
    RawLabel("contact.wechat", "WeChat ids, and invitations to WeChat"),
    RawLabel("contact.qq", "QQ numbers and groups"),
    RawLabel("contact.telegram", "Telegram handles and groups"),
    RawLabel("contact.whatsapp", "WhatsApp numbers"),
    RawLabel("contact.line", "LINE ids"),
    RawLabel("contact.email", "E-mail addresses"),
    RawLabel("link.url", "Web addresses, plain and disguised"),
    RawLabel("link.shortener", "Shortened addresses"),
    RawLabel("link.ip", "Addresses of bare hosts"),
    RawLabel("ad.recruitment", "Dubious jobs"),
    RawLabel("ad.investment", "Sure profits"),
    RawLabel("ad.promotion", "Offers, gifts and prizes"),
    RawLabel("ad.loan", "Loans"),
    RawLabel("ad.gambling", "Gambling"),
    RawLabel("ad.certificate", "Forged papers"),
)


class PatternEngine:
    spec = DetectorSpec(
        name="patterns",
        version="1",
        content_types=frozenset({"text"}),
        labels=LABELS,
        languages=("en", "zh"),
    )

    def setup(self) -> None:
        """The tables are built when their modules are imported."""

    def health(self) -> Health:
        seen = {hit.raw for hit in self.inspect(GOLDEN)}
        return Health(seen == GOLDEN_RAWS, f"saw {sorted(seen)}")

    def inspect(self, text: str) -> list[RawHit]:
        text = text[:LONGEST]
        view = normalise(text)
        unmasked = unmask(view)
        hits = raw_hits(text, view, [*contacts.find(view.text), *links.find(view.text)])
        has_contact = any(hit.score >= 60 for hit in hits)
        hits += raw_hits(text, view, adverts.find(view.text, has_contact=has_contact))
        if unmasked is not None:
            hits += raw_hits(text, unmasked, contacts.find(unmasked.text))
            hits += raw_hits(text, unmasked, adverts.find(unmasked.text, has_contact=has_contact))
        return strongest(hits) if hits else hits


def raw_hits(text: str, view: View, sightings: Iterable[Sighting]) -> list[RawHit]:
    hits = []
    for seen in sightings:
        start, end = view.span(seen.start, seen.end)
        hits.append(RawHit(seen.raw, seen.score, start, end, text[start:end], seen.note))
    return hits


def strongest(hits: list[RawHit]) -> list[RawHit]:
    """Of hits of one label on overlapping places, the strongest and longest."""
    kept: list[RawHit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.start - hit.end, hit.start)):
        overlaps = any(
            other.raw == hit.raw and other.start < hit.end and hit.start < other.end for other in kept
        )
        if hit.score > 0 and not overlaps:
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.raw))
