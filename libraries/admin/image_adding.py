from django.conf import settings
from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.pages import register
from config.console.refusals import wants_json
from config.errors import PlatformError
from libraries.admin.image_libraries import OfOneLibrary, refuse
from libraries.admin.images import NotesForm
from libraries.image_limits import MOST_AT_ONCE, ImagesMissing, TooManyImages, megabytes
from libraries.operations.image_adding import Became, Outcome, add_images
from libraries.uploads import from_upload

SAID = {
    Became.ACCEPTED: _("Accepted"),
    Became.DUPLICATE: _("Duplicate"),
    Became.REFUSED: _("Refused"),
}


@register("image-libraries/<int:library_id>/add/", name="library_images_add")
class AddImages(OfOneLibrary):
    """Takes one file a request from the page's script, or up to ten from the plain form."""

    title = _("Add images")
    ability = "libraries.edit"
    template_name = "libraries/add_images.html"

    def get(self, request, library_id):
        return self.ask(NotesForm())

    def post(self, request, library_id):
        form = NotesForm(request.POST)
        try:
            told = [told_of(outcome) for outcome in self.add(form)] if form.is_valid() else []
        except PlatformError as error:
            if wants_json(request):
                raise
            refuse(form, error)
            told = []
        if not wants_json(request):
            return self.ask(form, told)
        if form.is_valid():
            return JsonResponse({"images": told})
        return JsonResponse({"error": {"message": first_error(form)}}, status=400)

    def add(self, form) -> list[Outcome]:
        files = self.request.FILES.getlist("files")
        if not files:
            raise ImagesMissing(field="files")
        if len(files) > MOST_AT_ONCE:
            raise TooManyImages(field="files", most=MOST_AT_ONCE)
        images = [from_upload(file, **form.cleaned_data) for file in files]
        return add_images(library=self.library, images=images, actor=self.request.user, now=timezone.now())

    def ask(self, form, told=()):
        size = settings.ASSAY_LIBRARY_IMAGE_BYTES
        return self.render(
            library=self.library,
            form=form,
            told=told,
            most=MOST_AT_ONCE,
            most_bytes=size,
            most_megabytes=megabytes(size),
        )


def told_of(outcome: Outcome) -> dict:
    """What became of a file, in words."""
    image = outcome.image
    lines = [outcome.refusal.message] if outcome.refusal else []
    if outcome.became is Became.DUPLICATE:
        lines.append(_("This file is in the library already, as image %(id)s.") % {"id": image.pk})
    lines += [remark.message for remark in outcome.remarks]
    for similar in outcome.similar[:3]:
        message = _("Almost the same as image %(id)s: %(distance)s of 256 bits differ.")
        lines.append(message % {"id": similar.image_id, "distance": similar.distance})
    return {
        "name": outcome.name,
        "outcome": outcome.became.value,
        "said": str(SAID[outcome.became]),
        "lines": [str(line) for line in lines],
        "warned": bool(outcome.remarks or outcome.similar),
        "id": image and image.pk,
        "page": image and reverse("admin:library_image", args=[image.pk]),
        "thumbnail": image and reverse("admin:library_image_thumbnail", args=[image.pk]),
    }


def first_error(form) -> str:
    return next(error for errors in form.errors.values() for error in errors)
