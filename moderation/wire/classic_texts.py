"""Version 1.0: texts, judged while the client waits."""

from config.uuid7 import uuid7
from config.wire.envelopes import Envelope
from config.wire.registry import CLASSIC, Call, operation
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.operations.moderate import ContentMissing, moderate_text
from moderation.scope import scopes_of
from moderation.wire.classic_calls import Task, client_of, each, judge_for, keep_scenes, read_scan
from moderation.wire.classic_results import details_of, masked, told_of

TEXT = ContentType.TEXT.value


@operation(CLASSIC, "TextScan", scope="texts:moderate", envelope=Envelope.LOWER, path="/green/text/scan")
def scan_texts(call: Call) -> dict:
    scan = read_scan(call, TEXT)
    code = judge_for(call.account, scan, TEXT)

    def judge(task: Task) -> dict:
        if task.content is None:
            raise ContentMissing(field="content")
        author, device = client_of(call, task)
        result = moderate_text(
            account=call.account,
            revisions=call.caller.revisions,
            service_code=code,
            content=task.content,
            data_id=str(task.data_id or ""),
            author_id=author,
            context=keep_scenes(scan) | device,
            request_id=uuid7(),
            now=call.now,
        )
        rules = scopes_of(account_id=call.account.pk, revision=call.caller.revisions.services)[code].rules
        return text_told(call, result, rules, scan.scenes)

    return each(call, scan.tasks, judge)


def text_told(call: Call, result: ModerationResult, rules, scenes: list[str]) -> dict:
    entries, extras = told_of(call, result, rules, scenes)
    details, stars = details_of(result.labels, TEXT), masked(result.content, result.labels)
    if details:
        entries = [entry | {"details": details} for entry in entries]
    told = {"taskId": str(result.request_id), "content": result.content, "results": entries}
    return told | ({"filteredContent": stars} if stars else {}) | ({"extras": extras} if extras else {})
