"""Recordings of the media library as its pages show them: what they are, and how they stand."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from moderation.admin.results import console_address
from moderation.catalogue.groups import GROUPS, group_name
from moderation.catalogue.names import BY_CODE, label_name
from moderation.media_timeline import clock
from moderation.models import MediaAsset, MediaJob
from moderation.values import LIBRARY_SUFFIX
from review.categories import categories_of

Status, Automated, Final = MediaAsset.ReviewStatus, MediaAsset.Automated, MediaAsset.Final
# By tone a mark has its colour and its shape.
STATUS_TONES = {
    Status.NOT_STARTED: "quiet",
    Status.SUCCEEDED: "good",
    Status.FAILED: "bad",
    Status.REVIEWING: "busy",
    Status.RE_REVIEWING: "busy",
}
AUTOMATED_TONES = {Automated.VIOLATION: "bad", Automated.SUSPECTED: "warn", Automated.NORMAL: "good"}
FINAL_TONES = {Final.PASS: "good", Final.BLOCK: "bad"}
STATE_TONES = {
    MediaAsset.State.NORMAL: "good",
    MediaAsset.State.FLAGGED: "bad",
    MediaAsset.State.REVIEWING: "warn",
}
NOTHING = ("--", "none")


@dataclass(frozen=True, slots=True)
class Mark:
    """A word with its tone."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class AssetRow:
    asset: MediaAsset
    job: MediaJob | None = None
    violations: list[tuple[str, str]] = field(default_factory=list)

    @property
    def length(self) -> str:
        return clock(self.asset.duration_ms, tenths=False)

    @property
    def is_under_review(self) -> bool:
        return self.asset.review_status in (Status.REVIEWING, Status.RE_REVIEWING)

    @property
    def status(self) -> Mark:
        return Mark(self.asset.get_review_status_display(), STATUS_TONES.get(self.asset.review_status, ""))

    @property
    def state(self) -> Mark:
        return Mark(self.asset.get_state_display(), STATE_TONES.get(self.asset.state, ""))

    @property
    def automated(self) -> Mark:
        """Of a review that failed there is no result to show, whatever an earlier one said."""
        if not self.asset.automated or self.asset.review_status == Status.FAILED:
            return Mark(*NOTHING)
        return Mark(self.asset.get_automated_display(), AUTOMATED_TONES.get(self.asset.automated, ""))

    @property
    def manual(self) -> Mark:
        return Mark(_("Completed"), "good") if self.asset.final else Mark(_("Not Reviewed"), "quiet")

    @property
    def final(self) -> Mark:
        if not self.asset.final:
            return Mark(*NOTHING)
        return Mark(self.asset.get_final_display(), FINAL_TONES.get(self.asset.final, ""))

    @property
    def cover(self) -> str:
        return console_address("media_cover", self.asset.media_id) if self.asset.cover_key else ""


def rows_of(account, assets: list[MediaAsset]) -> list[AssetRow]:
    under_review = MediaJob.objects.owned_by(account).waiting().filter(asset__in=assets)
    jobs = {job.asset_id: job for job in under_review} if assets else {}
    return [AssetRow(asset, jobs.get(asset.pk), violations_of(asset)) for asset in assets]


def violations_of(asset: MediaAsset) -> list[tuple[str, str]]:
    """Detection types that were found, each with the labels behind it."""
    found: dict[str, list[str]] = {}
    for code in asset.violations:
        info = BY_CODE.get(code.removesuffix(LIBRARY_SUFFIX))
        group = code if code in GROUPS else info.group if info else ""
        names = found.setdefault(group_name(group) if group else label_name(code), [])
        if code not in GROUPS:
            names.append(label_name(code))
    return [(group, ", ".join(dict.fromkeys(names))) for group, names in found.items()]


def reasons_for(account, content_type: str = "") -> list[str]:
    """What the account's categories offer as reasons, each once."""
    categories = categories_of(account, content_type)
    return list(dict.fromkeys(reason for one in categories for reason in one.reasons))
