"""What stands under `/exports/`: files, for whoever has an address that we gave out. Without a session."""

from django.utils import timezone
from django.views.decorators.http import require_http_methods

from config.accounts.addresses import client_address
from config.api_errors import as_json
from config.errors import PlatformError
from stats.export_pages import file_answer
from stats.exports.links import ExportNotReady, fetch_export, shared_export

RETRY_SECONDS = 5


@require_http_methods(["GET"])
def fetch_shared(request, token, name):
    try:
        return answer_with(request, token)
    except PlatformError as error:
        answer = as_json(error)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def answer_with(request, token: str):
    now = timezone.now()
    export = shared_export(token=token, address=client_address(request), now=now)
    if export.is_under_way:
        answer = as_json(ExportNotReady(state=export.state))
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
        return answer
    return file_answer(export, fetch_export(export=export, key=export.requested_by_key, now=now))
