"""Content sent to people alone, of each kind, and what is looked at afterwards."""

from django.core.files.storage import default_storage

from review.models import ReviewItem
from review.operations.decisions import decide
from tests.factories import NOW, make_user
from tests.pictures import base64_of, encode, scene
from tests.recordings import FILM, tone

PICTURE = encode(scene(1))


# By kind: where it is sent to, what is sent, its service.
KINDS = {
    "text": ("/api/v1/texts/manual", {"content": "Meet me at the old mill"}, "textManualCheck"),
    "image": ("/api/v1/images/manual", {"image": base64_of(PICTURE)}, "imageManualCheck"),
    "audio": ("/api/v1/audios/manual", {"audio": base64_of(tone())}, "audioManualCheck"),
    "video": ("/api/v1/videos/manual", {"video": base64_of(FILM)}, "videoManualCheck"),
}


FILES = {"image": PICTURE, "audio": tone(), "video": FILM}


def submitted(caller, kind="text", **changes):
    url, body, _service = KINDS[kind]
    answer = caller.post(url, body | changes)
    assert answer.status_code == 202, answer.content
    return answer.json()


def read(caller, task):
    return caller.get(f"/api/v1/manual/{task['task_id']}").json()


def item_of(task) -> ReviewItem:
    return ReviewItem.objects.select_related("result").get(task_id=task["task_id"])


def decided(task, account, outcome="pass", **facts):
    reviewer = make_user(account=account)
    item = item_of(task)
    decide(account=account, item_id=item.pk, reviewer=reviewer, outcome=outcome, now=NOW, **facts)


def files() -> list[str]:
    found, folders = [], [""]
    while folders:
        folder = folders.pop()
        inner, names = default_storage.listdir(folder)
        folders += [f"{folder}{name}/" for name in inner]
        found += [f"{folder}{name}" for name in names]
    return found
