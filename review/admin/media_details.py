"""One recording of the media library: played, with what the machine found and what people said of it."""

import json

from django.http import JsonResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from moderation.admin.result import start_in
from moderation.admin.results import console_address
from moderation.media_panel import panel_of_asset
from moderation.models import MediaAsset, MediaAudit, MediaJob, Service
from review.admin.media_done import done_in
from review.admin.media_rows import reasons_for, rows_of
from review.admin.pieces import veiled_groups
from review.categories import categories_of
from review.keys import keys_of
from review.models import Reviewer

MOST_RECORDS = 100
MOST_ASKED = 50
# What a page that decides takes from the reviewer's own keys.
KEYS = (
    "pass", "block", "play", "mute", "frame_back", "frame_on", "moment_previous", "moment_next", "slower",
    "faster", "next", "previous",
)  # fmt: skip


class AssetPage(ConsolePage):
    ability = "content.view"
    http_method_names = ["get"]
    parents = ((_("Video Review"), "media_review"),)

    def get(self, request, media_id):
        asset = self.asset = self.one(MediaAsset, media_id=media_id, removed_at=None)
        asset.account = request.account
        row = rows_of(request.account, [asset])[0]
        poster = f"{row.cover}?size=large" if row.cover else ""
        panel = panel_of_asset(asset, address=console_address("media_recording", media_id), poster=poster)
        return self.render(
            row=row,
            asset=asset,
            panel=panel,
            veils=veiled_groups(request.account),
            start=start_in(request.GET),
            keys=json.dumps(self.keys),
            done=done_in(request),
            categories=categories_of(request.account, asset.content_type),
            reasons=reasons_for(request.account, asset.content_type),
            may_decide=self.can("review.decide"),
            may_manage=self.can("media.manage"),
            **self.more(asset),
        )

    def more(self, asset) -> dict:
        return {"back": self.back()}

    def back(self) -> str:
        return self.request.path

    @cached_property
    def keys(self) -> dict[str, str]:
        own = keys_of(self.owned(Reviewer).filter(user=self.request.user).first())
        return {action: own[action] for action in KEYS}


@register("video-review/<str:media_id>/", name="media_details")
class Details(AssetPage):
    title = _("Details")
    template_name = "review/media/details.html"

    def more(self, asset):
        records = self.owned(MediaAudit).filter(asset=asset).order_by("-created_at", "-id")
        standing = records.filter(withdrawn_at=None).first()
        return {
            "back": self.back(),
            "records": records[:MOST_RECORDS],
            "last": standing,
            "services": self.services(asset),
            "failure": self.failure(asset),
            "is_open": "records" in self.request.GET,
        }

    def services(self, asset) -> list[Service]:
        services = self.owned(Service).of_content(asset.content_type).exclude(current_version=None)
        return list(services.for_machine().by_code())

    def failure(self, asset) -> str:
        """Why the newest review failed, where it did."""
        if asset.review_status != MediaAsset.ReviewStatus.FAILED:
            return ""
        job = self.owned(MediaJob).filter(asset=asset, state=MediaJob.State.FAILED).newest_first().first()
        error = (job.error or {}) if job else {}
        return error.get("message") or error.get("code") or ""


@register("video-review/<str:media_id>/manual/", name="media_manual")
class ManualReview(AssetPage):
    """By snapshots: what was flagged first, a click away from its moment."""

    title = _("Manual Review")
    template_name = "review/media/manual.html"

    def back(self):
        """To the list as it was left, whose address the link brought along."""
        asked = self.request.GET.get("back", "")
        return asked if asked.startswith("/") else console_address("media_review")

    def more(self, asset):
        return {"back": self.back(), "next": self.next_open(asset)}

    def next_open(self, asset) -> str:
        """The recording after this one that no person has decided on."""
        older = self.owned(MediaAsset).there().filter(final="", created_at__lte=asset.created_at)
        older = older.exclude(pk=asset.pk).newest_first()
        return older.values_list("media_id", flat=True).first() or ""


@register("media-reviews/progress/", name="media_progress")
class Progress(ConsolePage):
    """How far reviews have come: asked again and again while one runs."""

    ability = "content.view"
    http_method_names = ["get"]

    def get(self, request):
        asked = request.GET.getlist("id")[:MOST_ASKED]
        jobs = self.owned(MediaJob).waiting().filter(asset__media_id__in=asked).select_related("asset")
        answer = {
            job.asset.media_id: {"percent": job.percent, "step": job.get_step_display()} for job in jobs
        }
        return JsonResponse({"running": answer})
