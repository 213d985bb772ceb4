"""What stands under `/library-files/`: pictures, their thumbnails and lists of keywords, by signed links."""

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.api_errors import as_json
from config.errors import NotFound, PlatformError
from libraries.downloads import as_download
from libraries.links import Link, read_link
from libraries.models import LibraryImage, Vocabulary
from libraries.resources import export_vocabulary
from libraries.storage import read_file

# Files from outside: nothing in them may do anything, whatever a browser takes them for.
SAFE = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@require_safe
def library_file(request, token):
    try:
        link = read_link(token, now=timezone.now())
        return vocabulary(link) if link.kind == "vocabulary" else picture(link)
    except PlatformError as error:
        return as_json(error)


def picture(link: Link) -> HttpResponse:
    image = LibraryImage.objects.owned_by(link.key.account).present().filter(pk=link.number).first()
    kept = image and (image.thumbnail if link.kind == "thumbnail" else image.original)
    if not kept:
        raise NotFound()
    try:
        content = read_file(kept)
    except FileNotFoundError:
        raise NotFound() from None
    kind = "jpeg" if link.kind == "thumbnail" else image.format.lower()
    return HttpResponse(content, content_type=f"image/{kind}", headers=SAFE)


def vocabulary(link: Link) -> StreamingHttpResponse:
    found = Vocabulary.objects.owned_by(link.key.account).filter(pk=link.number).first()
    if found is None:
        raise NotFound()
    content, content_type = export_vocabulary(
        vocabulary=found, kind="txt", actor=link.key, now=timezone.now()
    )
    answer = StreamingHttpResponse(content, content_type=content_type, headers=SAFE)
    return as_download(answer, f"keywords-{found.pk}-{found.name}", "txt")
