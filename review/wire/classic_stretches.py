"""Version 2017-08-23: the stretches of speech of a recording, on the Audit page."""

from config.errors import NotFound
from config.wire.envelopes import Envelope
from config.wire.pages import Page, counted
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from moderation.catalogue.scenes import suggestion_of
from moderation.models import MediaJob, MediaSlice
from moderation.wire.classic_calls import as_uuid
from review.models import ReviewItem
from review.wire.classic_audit import word_of


@operation(CLASSIC_CONSOLE, "DescribeAuditContentItem", scope="results:read", envelope=Envelope.BARE)
def describe_audit_content_item(call: Call) -> dict:
    """The stretches of speech of a recording."""
    page, number = Page.asked(call.parameters), as_uuid(call.parameters.required("TaskId"))
    jobs = (
        MediaJob.objects.owned_by(call.account).filter(job_id=number) if number else MediaJob.objects.none()
    )
    job = jobs.first()
    if job is None:
        raise NotFound(field="TaskId")
    slices = MediaSlice.objects.owned_by(call.account).filter(job=job)
    item = ReviewItem.objects.owned_by(call.account).filter(request_id=job.job_id).first()
    said = word_of(item) if item else {"Audit": 0}
    first = (page.number - 1) * page.size + 1
    return page.facts(counted(slices)) | {
        "AuditContentItemList": [
            {
                "Id": one.pk,
                "ParentTaskId": str(job.job_id),
                "Sn": place,
                "Content": one.text,
                "StartTime": str(one.start_ms // 1000),
                "EndTime": str(-(-one.end_ms // 1000)),
                **({} if one.is_unheard else {"Suggestion": suggestion_of(one.level)}),
                **said,
            }
            for place, one in enumerate(page.of(slices.order_by("start_ms")), start=first)
        ]
    }
