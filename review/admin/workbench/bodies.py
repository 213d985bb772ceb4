"""What the workbench's scripts send, as typed shapes. What does not fit is refused by its path."""

import msgspec

from config.api import converted
from config.errors import Invalid

MOST_ITEMS = 100


class Claim(msgspec.Struct):
    tab: str = ""
    view: str = "focus"
    count: int = 12
    queue: int | None = None
    author: str = ""
    data: str = ""
    replace: bool = False


class Verdict(msgspec.Struct):
    """A decision as the browser keeps it until it has arrived; `op` is the browser's own id of it."""

    op: str
    item: int
    outcome: str
    category: str = ""
    label: str = ""
    reason: str = ""
    note: str = ""
    ms: int | None = None


class Verdicts(msgspec.Struct):
    ops: list[Verdict]


class BatchVerdict(msgspec.Struct):
    items: list[int]
    outcome: str
    category: str = ""
    label: str = ""
    reason: str = ""
    ms: int | None = None


class Undo(msgspec.Struct):
    decisions: list[int] = []
    batches: list[str] = []
    # For a page that has forgotten the cards: in which view it shows them.
    view: str = ""


class Said(msgspec.Struct):
    """A skip's reason, an escalation's note or a note."""

    item: int
    text: str


class Beat(msgspec.Struct):
    items: list[int] = []
    seen: dict[str, float] = {}
    looked: int = 0
    report: str = ""
    figures: bool = False


def read(request, shape):
    """The JSON of a request; a page that is going away can only send it as a field of a form."""
    is_form = request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")
    body = request.POST.get("body", "").encode() if is_form else request.body
    try:
        document = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise Invalid() from error
    shaped = converted(document, shape)
    for name in ("items", "ops"):
        if len(getattr(shaped, name, ())) > MOST_ITEMS:
            raise Invalid(field=name)
    return shaped
