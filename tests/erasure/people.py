"""Authors with everything that the product can hold of anybody, made through the product's operations."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.core.files.storage import default_storage

from config.accounts import revisions
from config.accounts.idempotency import answer_once
from config.accounts.models import Account
from libraries.models import TextSample
from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.image_libraries import create_image_library
from libraries.operations.image_samples import bring_files
from moderation.models import (
    Callback,
    CallbackAttempt,
    MediaAsset,
    MediaAudit,
    MediaUpload,
    ModerationResult,
    ResultEmbedding,
    ResultFingerprint,
    SampleEmbedding,
)
from moderation.operations.assets import rename_asset
from moderation.operations.moderate_images import ImageSource, prepare
from moderation.operations.tasks import accept_image
from review.models import ReviewItem, Skip
from review.operations.decisions import decide
from review.operations.escalation import add_note
from review.operations.feedback import give_feedback
from stats.exports.asking import request_export
from stats.exports.jobs import make_export
from stats.models import Export, ExportSchedule
from tests.factories import NOW, make_result
from tests.ground.media import film, make_asset, make_job, make_media_result
from tests.libraries.pictures import picture, png
from tests.pictures import saying


@dataclass
class Person:
    """What was sent of one author, and every mark by which they would be found."""

    account: Account
    name: str
    marks: list = field(default_factory=list)
    results: list = field(default_factory=list)
    asset: MediaAsset | None = None

    @property
    def author_id(self) -> str:
        return f"author-{self.name}"

    @property
    def vector(self) -> bytes:
        return b"vector of " + self.name.encode()

    @property
    def film(self) -> bytes:
        return film() + self.name.encode()

    @property
    def picture(self) -> bytes:
        return saying(f"[[fake:porn=91]]{self.name}", picture(len(self.name) + ord(self.name[0])))

    def mark(self, text: str) -> str:
        """Words that stand nowhere else."""
        made = f"{text} of {self.name} {uuid4().hex[:8]}"
        self.marks.append(made)
        return made


def sum_of(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def make_person(account: Account, name: str, *, reviewer) -> Person:
    person = Person(account, name)
    person.marks += [person.vector, sum_of(person.picture), sum_of(person.film)]
    person.marks += [person.author_id, f"post-{name}", f"photo-{name}", f"film-{name}", f"later-{name}"]
    write_text(person, reviewer)
    show_picture(person, reviewer)
    send_picture_for_later(person)
    send_film(person, reviewer)
    hand_over(person, reviewer)
    person.marks += [str(one.request_id) for one in person.results]
    person.marks += [one.media["sha256"] for one in person.results if one.media.get("sha256")]
    return person


def write_text(person: Person, reviewer) -> None:
    words = person.mark("Add me on WeChat: abc_12345, free gifts")
    result = make_result(
        person.account,
        words,
        data_id=f"post-{person.name}",
        author_id=person.author_id,
        context={"ip": person.mark("10.1.2.3")},
    )
    person.results.append(result)
    answer = json.dumps({"request_id": str(result.request_id), "data_id": result.data_id}).encode()
    answer_once(
        account=person.account,
        key=f"send-post-{person.name}",
        request=b"",
        now=NOW,
        act=lambda: (200, answer),
    )
    item = ReviewItem.objects.get(result=result)
    add_note(account=person.account, item_id=item.pk, author=reviewer, text=person.mark("He again"), now=NOW)
    Skip.objects.create(
        account=person.account, item=item, user=reviewer, reason=person.mark("Not I"), skipped_at=NOW
    )
    decide_on(person, item, reviewer)
    give_feedback(
        result=result, kind="false_positive", note=person.mark("It is a quotation"), actor=reviewer, now=NOW
    )
    ResultEmbedding.objects.update_or_create(
        result=result, defaults={"account": person.account, "embedder": "e", "vector": person.vector}
    )
    sample = TextSample.objects.owned_by(person.account).get(origin=str(result.request_id))
    SampleEmbedding.objects.create(account=person.account, sample=sample, embedder="e", vector=person.vector)
    for callback in Callback.objects.filter(subject=f"result:{result.request_id}"):
        CallbackAttempt.objects.create(
            account=person.account,
            callback=callback,
            number=1,
            started_at=NOW,
            took_ms=1,
            response_excerpt=person.mark("Thanks for the post"),
        )


def decide_on(person: Person, item: ReviewItem, reviewer, label: str = "pt_to_contact") -> None:
    decide(
        account=person.account,
        item_id=item.pk,
        reviewer=reviewer,
        outcome="block",
        label=label,
        reason=person.mark("Known for it"),
        note=person.mark("Third time"),
        now=NOW,
    )


def show_picture(person: Person, reviewer) -> None:
    (result,) = prepare(
        account=person.account,
        revisions=revisions.read(person.account.pk),
        service_codes=["baselineCheck"],
        source=ImageSource(data=person.picture, name=person.mark("me.png")),
        data_id=f"photo-{person.name}",
        author_id=person.author_id,
        now=NOW,
    ).store()
    person.results.append(result)
    assert ResultFingerprint.objects.filter(result=result).exists()
    decide_on(person, ReviewItem.objects.get(result=result), reviewer, "pornographic_adultContent")
    bring_files()
    library = create_image_library(
        account=person.account, name=f"Banned {uuid4().hex[:6]}", description="", actor=reviewer, now=NOW
    )
    add_images(library=library, images=[NewImage("a.png", person.picture)], actor=reviewer, now=NOW)


def send_picture_for_later(person: Person) -> None:
    task = accept_image(
        account=person.account,
        revisions=revisions.read(person.account.pk),
        service_codes=["baselineCheck"],
        source=ImageSource(data=png(len(person.name), width=300), name=person.mark("beach.png")),
        data_id=f"later-{person.name}",
        author_id=person.author_id,
        callback=f"https://client.example/done?who={person.author_id}",
        seed="seed",
        now=NOW,
    )
    person.marks += [str(task.task_id), task.key]


def send_film(person: Person, reviewer) -> None:
    named = {"data_id": f"film-{person.name}", "author_id": person.author_id}
    asset = make_asset(person.account, person.mark("Boat trip"), data=person.film, **named)
    rename_asset(asset=asset, title=person.mark("Ship trip"), actor=reviewer, now=NOW)
    said = ((0.0, 2.0, person.mark("My number is"), "pt_to_contact"),)
    job = make_job(person.account, asset=asset, said=said, name=person.mark("trip.mp4"), **named)
    result = make_media_result(job, data=person.film)
    ModerationResult.objects.filter(pk=result.pk).update(**named)
    MediaAudit.objects.create(
        account=person.account,
        asset=asset,
        status="blocked",
        reason=person.mark("Seen"),
        auditor="x",
        created_at=NOW,
    )
    MediaUpload.objects.create(
        account=person.account,
        upload_id=uuid4(),
        content_type="video",
        name=person.mark("upload.mp4"),
        length=1,
        key=asset.key,
        used_at=NOW,
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    person.asset = asset
    person.results.append(result)
    person.marks += [asset.media_id, asset.key, asset.cover_key, str(job.job_id), asset.sha256]
    person.marks += [one.key for one in job.shots.all()]


def hand_over(person: Person, reviewer) -> None:
    """A list of what this author did, exported by a colleague."""
    export = request_export(
        account=person.account,
        actor=reviewer,
        query=f"data_id=post-{person.name}",
        kind="results",
        format="xlsx",
        has_content=True,
        now=NOW,
    )
    assert make_export(export_id=export.pk, now=NOW)
    export = Export.objects.get(pk=export.pk)
    assert default_storage.exists(export.file)
    person.marks.append(export.file)
    ExportSchedule.objects.create(
        account=person.account,
        name=f"Daily {uuid4().hex[:8]}",
        kind="results",
        format="csv",
        query=f"data_id=post-{person.name}",
        every="day",
        next_first=NOW.date(),
        due_at=NOW + timedelta(days=1),
        created_at=NOW,
    )
