"""Workers that die in the middle of an erasure: nothing is left, and all is counted once."""

import json
import os
import subprocess
import sys

import pytest

from config.audit.records import faults
from config.erasure.models import ErasureReceipt, SubjectMark, SubjectRequest
from config.erasure.operations import ask_erasure
from config.erasure.search import search
from config.erasure.subjects import Subject
from tests.erasure.people import make_person
from tests.erasure.test_erasing import count
from tests.factories import NOW, make_result
from tests.ground import proofs
from tests.stats.programs import ROOT, database_url

MORE, KILLS = proofs.of(400, part=30), proofs.of(200, part=16)


@pytest.mark.django_db(transaction=True)
def test_an_erasure_survives_its_workers(account, reviewer, settings, tmp_path):
    ann = make_person(account, "ann", reviewer=reviewer)
    for number in range(MORE):
        result = make_result(account, ann.mark(f"Post {number}"), author_id=ann.author_id)
        ann.marks.append(str(result.request_id))
    counted = count(account, ann.author_id, reviewer)
    subject = Subject.named("author_id", ann.author_id)
    asked = ask_erasure(account=account, subject=subject, actor=reviewer, now=NOW)

    where = {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "PYTHONPATH": str(ROOT),
        "ASSAY_VAR_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, ROOT / "tests/erasure/dying_workers.py", str(asked.pk), str(KILLS)],
        cwd=ROOT,
        env=os.environ | where,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["state"] == "done" and said["kills"] >= 4, said
    assert [(place.where, place.mark) for place in search(ann.marks)] == []
    receipt = ErasureReceipt.objects.get()
    assert receipt.counts == counted.counts
    assert list(faults()) == []
    assert SubjectMark.objects.count() == 0
    assert bytes(SubjectRequest.objects.get(pk=asked.pk).sealed) == b""
