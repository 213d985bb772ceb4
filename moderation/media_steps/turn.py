"""The work on one job under one lease: its file, opened once, and what is written of how far it has come."""

import time
from collections.abc import Callable
from contextlib import ExitStack

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.errors import PlatformError
from moderation.media import storage
from moderation.media.recordings import FORMATS, Format
from moderation.media_steps.port import port
from moderation.models import MediaJob
from moderation.operations.media_leases import note, require_held

# From then on a job makes room for others that wait, and goes on later.
TURN_SECONDS = 60.0
CHECK_SECONDS = 1.0
LONGEST_TOOK = 2**31 - 1


class MediaGone(PlatformError):
    code = "media_gone"
    status = 410
    default_message = _("The recording's file is not there any more: send it again.")


class TurnOver(Exception):
    """Others wait, or the process is to end: the job goes on from here under another lease."""


class Turn:
    def __init__(self, job: MediaJob, *, is_stopping: Callable[[], bool] = lambda: False):
        self.job = job
        self.is_stopping = is_stopping
        self.stack = ExitStack()
        self.opened = None
        self.began = self.noted = self.checked = time.monotonic()

    def __enter__(self) -> "Turn":
        return self

    def __exit__(self, *_error) -> None:
        self.stack.close()

    @property
    def format(self) -> Format:
        return FORMATS[self.job.facts["format"]]

    @property
    def file(self):
        """The recording where the decoders can be given it: opened when it is first wanted."""
        if self.opened is None:
            kept = storage.open_kept(self.job.key)
            if kept is None:
                raise MediaGone
            self.stack.enter_context(kept)
            self.opened = self.stack.enter_context(port.as_local(kept))
        return self.opened

    def note(self, **changes) -> None:
        """Commit how far it has come. Raises LeaseLost, and then nothing is written."""
        now = time.monotonic()
        progress = changes.pop("progress", {})
        took = self.job.progress.get("took_us", 0) + int((now - self.noted) * 1e6)
        changes["progress"] = self.job.progress | progress | {"took_us": min(took, LONGEST_TOOK)}
        note(self.job, **changes)
        self.noted = self.checked = now

    def check(self) -> None:
        """Between two pieces of work: has somebody cancelled it meanwhile? Asks once a second."""
        if time.monotonic() - self.checked >= CHECK_SECONDS:
            require_held(self.job)
            self.checked = time.monotonic()

    def make_room(self) -> None:
        """After a commit. Raises TurnOver where somebody else should have the place."""
        if self.is_stopping():
            raise TurnOver
        if time.monotonic() - self.began >= TURN_SECONDS and others_wait(self.job):
            raise TurnOver


def others_wait(job: MediaJob) -> bool:
    """Jobs of other accounts, and of the same one those that are to come sooner."""
    due = MediaJob.objects.waiting().filter(due_at__lte=timezone.now(), lease_token=None)
    return due.exclude(account=job.account_id, priority__lte=job.priority).exists()
