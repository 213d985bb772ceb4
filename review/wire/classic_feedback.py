"""Version 1.0: what a client says against a result that it was given."""

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid, NotFound
from config.wire.envelopes import Envelope
from config.wire.registry import CLASSIC, Call, operation
from moderation.catalogue.scenes import NORMAL, code_for, labels_in
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.operations.human_verdict import labels_for
from moderation.wire.classic_calls import Task, as_uuid, each, read, require_few, require_scenes
from review.models import Feedback
from review.operations.feedback import give_feedback

Kind = Feedback.Kind
PASS, BLOCK = "pass", "block"


class SuggestionUnknown(Invalid):
    code = "suggestion_unknown"
    default_message = _("A suggestion is pass or block.")


class LabelUntranslatable(Invalid):
    code = "label_untranslatable"
    default_message = _("No label of ours stands for this label in these scenes: name one of the catalogue.")


class Said(Task, rename="camel"):
    task_id: str = ""
    suggestion: str = ""
    label: str = ""
    labels: list[str] = []
    scenes: list[str] = []
    note: str | None = None

    @property
    def words(self) -> list[str]:
        return [one for one in (self.label, *self.labels) if one]


@operation(
    CLASSIC, "ImageScanFeedback", scope="results:write", envelope=Envelope.LOWER, path="/green/image/feedback"
)
def feedback_on_image(call: Call) -> dict:
    return feedback(call, ContentType.IMAGE.value)


@operation(
    CLASSIC, "TextFeedback", scope="results:write", envelope=Envelope.LOWER, path="/green/text/feedback"
)
def feedback_on_text(call: Call) -> dict:
    return feedback(call, ContentType.TEXT.value)


@operation(
    CLASSIC, "VideoFeedback", scope="results:write", envelope=Envelope.LOWER, path="/green/video/feedback"
)
def feedback_on_video(call: Call) -> dict:
    return feedback(call, ContentType.VIDEO.value)


def feedback(call: Call, content_type: str) -> dict:
    """Of one result, which is answered or refused as a whole; or of several, each on its own."""
    if not isinstance(call.json, list):
        say(call, read(call, Said), content_type)
        return {}
    said = read(call, list[Said])
    require_few(said)

    def one(task: Said) -> dict:
        say(call, task, content_type)
        return {"taskId": task.task_id}

    return each(call, said, one)


def say(call: Call, said: Said, content_type: str) -> None:
    require_scenes(said.scenes, content_type)
    result = result_of(call, said, content_type)
    is_pass = said.suggestion == PASS or (not said.suggestion and said.words == [NORMAL])
    if said.suggestion not in ("", PASS, BLOCK) or not (said.suggestion or said.words):
        raise SuggestionUnknown(field="suggestion")
    give_feedback(
        result=result,
        kind=Kind.FALSE_POSITIVE if is_pass else Kind.MISSED_VIOLATION,
        label=wrong_label(said, result) if is_pass else missed_label(said, result),
        note=said.note or "",
        actor=call.caller.key,
        now=call.now,
    )


def result_of(call: Call, said: Said, content_type: str) -> ModerationResult:
    number = as_uuid(said.task_id)
    found = ModerationResult.objects.owned_by(call.account).filter(content_type=content_type)
    result = found.select_related("service", "version").filter(request_id=number).order_by("id").first()
    if number is None or result is None:
        raise NotFound(field="taskId")
    return result


def wrong_label(said: Said, result: ModerationResult) -> str:
    """The one that the client says is wrong, if it names one that the result carries."""
    carried = [one["label"] for one in result.labels]
    named = (code_for(word, said.scenes, carried, result.content_type) for word in said.words)
    return next((code for code in named if code), "")


def missed_label(said: Said, result: ModerationResult) -> str:
    """What the service looks for comes first, then what it might, then the rest; nothing that it found."""
    carried = {one["label"] for one in result.labels}
    known = list(labels_for(result.content_type).in_catalogue_order().values_list("code", flat=True))
    rules = result.version.rules
    on = {code for code, rule in rules.labels.items() if rule.on}
    open_ones = (code for code in known if code not in carried)
    codes = sorted(open_ones, key=lambda code: (code not in on, code not in rules.labels))
    for word in said.words:
        if code := code_for(word, said.scenes, codes, result.content_type):
            return code
    if not said.words:
        in_scenes = (code for scene in said.scenes for code in labels_in(scene, codes, result.content_type))
        if code := next(in_scenes, ""):
            return code
    raise LabelUntranslatable(field="label")
