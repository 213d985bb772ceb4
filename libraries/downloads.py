"""What the console and the API have in common about files: their answers, and the jobs of long imports."""

from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from config.tables.safe_cells import safe_file_name
from libraries.models import KeywordImport
from libraries.operations.keyword_imports import carry_on, is_quick, report_of
from libraries.outcomes import shown


def go_on(held: KeywordImport) -> KeywordImport:
    """A short import is done while somebody waits, a long one is left to a job."""
    if held.state == KeywordImport.State.RUNNING and is_quick(held):
        carry_on(held.pk)
        held.refresh_from_db()
    elif held.is_under_way:
        transaction.on_commit(partial(async_task, "libraries.tasks.run_import", held.pk))
    return held


def report_rows(held: KeywordImport) -> tuple[list[str], Iterator[tuple]]:
    headers = [_("Line"), _("Keyword"), _("Outcome"), _("Detail")]
    is_planned = held.stage == "check"
    return headers, (
        (line, text, *shown(outcome, detail, is_planned=is_planned))
        for line, text, outcome, detail in report_of(held)
    )


def as_download(answer, stem: str, extension: str):
    answer.headers["Content-Disposition"] = content_disposition_header(True, safe_file_name(stem, extension))
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
