"""Run inside a served installation: accounts with media libraries, and what is done to them."""

import json
import sys
from pathlib import Path

import django
from django.utils import timezone

django.setup()

from config.accounts.operations.accounts import open_account  # noqa: E402
from config.accounts.operations.keys import issue_key  # noqa: E402
from moderation.media import storage  # noqa: E402
from moderation.models import MediaAsset, MediaUpload  # noqa: E402
from moderation.operations.assets import create_asset  # noqa: E402
from moderation.operations.for_people import RecordingSource  # noqa: E402
from moderation.operations.playback import playback_address  # noqa: E402
from tests.films import free_box  # noqa: E402

SCOPES = ["media:read", "media:write", "review:decide"]
PIECE = 2**20


def main(*, action: str, **arguments) -> dict:
    return {"open": open_with_keys, "keep": keep, "address": address, "hash": hash_of}[action](**arguments)


def open_with_keys() -> dict:
    now = timezone.now()
    made = {}
    for name in ("ours", "theirs"):
        account = open_account(name=f"Media {name}", actor=None, now=now)
        key = issue_key(account=account, name="media", scopes=SCOPES, actor=None, now=now)
        made[name] = {"account": account.uid, "token": key.token}
    return made


def keep(*, account: str, path: str, fill: int = 0) -> dict:
    """A recording of the library from a file; `fill` bytes of nothing behind it make it as long as needed."""
    owner = django.apps.apps.get_model("accounts", "Account").objects.get(uid=account)

    def pieces():
        yield Path(path).read_bytes()
        if fill:
            yield free_box(fill // PIECE * PIECE)
        for _number in range(fill // PIECE):
            yield bytes(PIECE)

    asset = create_asset(
        account=owner, title="Kept", source=RecordingSource(pieces=pieces, name="kept.mp4"),
        content_type="video", actor=None, now=timezone.now(),
    )  # fmt: skip
    return {"media_id": asset.media_id, "bytes": asset.bytes}


def address(*, media_id: str, seconds: int, ago: int = 0, only: str = "") -> dict:
    asset = MediaAsset.objects.get(media_id=media_id)
    now = timezone.now() - timezone.timedelta(seconds=ago)
    return {"url": playback_address(asset=asset, seconds=seconds, address=only, now=now)}


def hash_of(*, upload_id: str) -> dict:
    upload = MediaUpload.objects.get(upload_id=upload_id)
    return {"facts": upload.facts, "size": storage.size_of(upload.key)}


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
