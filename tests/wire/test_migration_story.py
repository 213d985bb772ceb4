"""A program of the vendor's customers moves here: its endpoint and its key are changed, and nothing else."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import segno
from django.utils import timezone
from openpyxl import load_workbook

from config.runtime import programs
from moderation.models import ModerationResult, ModerationTask
from stats.models import UsageFact

PROGRAM = Path(__file__).with_name("their_program.py")
TEXT = "Add me on wechat abc_12345 for cheap followers"


@pytest.fixture
def at_work(served):
    """What else a platform runs: who looks at pictures of tasks, and who delivers."""
    started = [served.start(programs.tasks()), served.start_delivery()]
    yield served
    for process in started:
        served.stop(process)


def test_with_the_endpoint_and_the_key_alone(at_work, account, key, tmp_path):
    picture, workbook = tmp_path / "offer.png", tmp_path / "usage.xlsx"
    segno.make("https://shop.example.com/offer").save(str(picture), scale=8)
    today = timezone.now()
    asked = {
        "config": {
            "endpoint": urlsplit(at_work.url).netloc,
            "key": key.key.prefix,
            "secret": key.signing_secret,
            "uid": account.uid,
        },
        "text": TEXT,
        "picture": str(picture),
        "workbook": str(workbook),
        "from": f"{today - timedelta(days=1):%Y-%m-%d}",
        "to": f"{today + timedelta(days=1):%Y-%m-%d}",
    }
    done = subprocess.run(
        [sys.executable, PROGRAM, json.dumps(asked)], capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stderr[-3000:]
    read = json.loads(done.stdout)

    results = ModerationResult.objects.owned_by(account)
    text, image, later = (results.get(data_id=name) for name in ("text-1", "image-1", "image-2"))
    for told, result in ((read["text"], text), (read["image"], image), (read["later"], later)):
        assert told["level"] == result.level != "none"
        assert set(told["labels"]) == {one["label"] for one in result.labels if one["level"] != "none"}

    [task] = ModerationTask.objects.owned_by(account)
    assert read["task"].lower() == str(task.task_id)
    [content] = read["callbacks"]
    assert content["scanResult"]["dataId"] == "image-2"
    assert content["scanResult"]["suggestion"] in ("block", "review")

    shown = {(str(one.request_id), one.data_id) for one in (image, later)}
    assert {(number.lower(), name) for number, name, _labels in read["images"]} == shown
    assert read["texts"] == [[read["texts"][0][0], "text-1", TEXT]]

    calls = sum(
        UsageFact.objects.owned_by(account).filter(content_type="image").values_list("calls", flat=True)
    )
    assert calls == 2
    assert sum(sum(column) for column in read["columns"].values()) == calls
    header, *rows = load_workbook(workbook).active.iter_rows(values_only=True)
    assert rows
    assert "2" in {str(cell) for row in rows for cell in row}
