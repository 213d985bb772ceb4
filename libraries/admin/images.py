from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.console.filters import beginning_of
from config.console.pages import breadcrumbs, register
from config.console.paging import id_from
from config.errors import Invalid, PlatformError
from config.one_page import one_page
from libraries.admin.image_libraries import OfOneLibrary, refuse
from libraries.image_search import read_id, read_moment
from libraries.models import ImageFingerprint, ImageLibrary, LibraryImage
from libraries.operations.images import change_image, remove_images
from libraries.operations.sample_guard import release_sample
from libraries.storage import read_file

PER_PAGE = 48
MOST_CHOSEN = 1000
# The thumbnail was made by us and never changes; still nothing in it may do anything.
SAFE = {
    "Cache-Control": "private, max-age=600",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@register("image-libraries/<int:library_id>/", name="image_library")
class ImageDetail(OfOneLibrary):
    """The pictures of a library, newest first."""

    ability = "libraries.view"
    template_name = "libraries/image_library.html"

    def get_title(self):
        return self.library.shown_name

    def get(self, request, library_id):
        asked, error = request.GET, None
        try:
            rows = self.search(asked)
        except Invalid as refusal:
            rows, error = self.owned(LibraryImage).none(), refusal.message
        before = id_from(asked.get("before", ""))
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found = one_page(rows, PER_PAGE + 1)
        images, has_older = found[:PER_PAGE], len(found) > PER_PAGE
        return self.render(
            breadcrumbs_items=breadcrumbs(self.parents, self.library.shown_name),
            library=self.library,
            images=images,
            asked=asked,
            error=error,
            is_search=any(asked.get(name) for name in ("id", "from", "to", "quarantine")),
            older=self.link(asked, before=images[-1].pk) if has_older else "",
            newest=self.link(asked) if before is not None else "",
            may_edit=self.can("libraries.edit"),
            now=timezone.now(),
        )

    def search(self, asked):
        rows = self.owned(LibraryImage).present().filter(library=self.library).with_hits()
        if asked.get("id", "").strip():
            rows = rows.filter(pk=read_id(asked["id"]))
        if asked.get("quarantine") == "1":
            rows = rows.quarantined()
        zone = timezone.get_current_timezone()
        return rows.added_between(
            read_moment(asked.get("from"), field="from", zone=zone),
            read_moment(asked.get("to"), field="to", is_end=True, zone=zone),
        )

    def link(self, asked, **changes) -> str:
        kept = asked.copy()
        kept.pop("before", None)
        for name, value in changes.items():
            kept[name] = value
        return f"{self.request.path}?{kept.urlencode()}"


@register("image-libraries/<int:library_id>/remove/", name="library_images_remove")
class RemoveImages(OfOneLibrary):
    ability = "libraries.edit"
    http_method_names = ["post"]

    def post(self, request, library_id):
        chosen = [id_from(text) for text in request.POST.getlist("image")[:MOST_CHOSEN]]
        removed = remove_images(
            library=self.library,
            ids=[pk for pk in chosen if pk is not None],
            actor=request.user,
            now=timezone.now(),
        )
        if removed:
            said = ngettext("%(n)d image is deleted.", "%(n)d images are deleted.", removed)
            self.say(said % {"n": removed})
        else:
            self.say(_("Choose the images to delete first."), messages.WARNING)
        return self.go("image_library", self.library.pk)


class NotesForm(forms.Form):
    """What people note beside a picture."""

    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.CharField(
        label=_("Owner"), max_length=100, required=False, help_text=_("Who is responsible for this image.")
    )
    expires_at = forms.DateField(
        label=_("Expires after"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day on which it is recognised. Empty: never."),
    )

    def clean_expires_at(self):
        """The moment at which that day is over."""
        day = self.cleaned_data["expires_at"]
        if day is None:
            return None
        try:
            return beginning_of(day + timedelta(days=1))
        except OverflowError:
            return None


def last_day(moment):
    """The day after which an image expires, as the form shows it."""
    return moment and timezone.localtime(moment - timedelta(microseconds=1)).date()


def fingerprints_of(image: LibraryImage) -> int:
    """None where the files of a reviewed picture are to come."""
    held = ImageFingerprint.objects.filter(image=image).first()
    return len(held.qualities) if held else 0


class OneImage(OfOneLibrary):
    ability = "libraries.view"

    @cached_property
    def image(self) -> LibraryImage:
        rows = self.owned(LibraryImage).present().select_related("library").with_hits()
        image = rows.filter(pk=self.kwargs["image_id"]).first()
        if image is None:
            raise Http404
        return image

    @cached_property
    def library(self) -> ImageLibrary:
        return self.image.library


@register("library-images/<int:image_id>/", name="library_image")
class ShowImage(OneImage):
    template_name = "libraries/library_image.html"

    def get_title(self):
        return _("Image %(id)s") % {"id": self.image.pk}

    def get(self, request, image_id):
        initial = {
            "note": self.image.note,
            "owner": self.image.owner,
            "expires_at": last_day(self.image.expires_at),
        }
        return self.show(NotesForm(initial=initial))

    def post(self, request, image_id):
        self.require("libraries.edit")
        form = NotesForm(request.POST)
        if form.is_valid():
            try:
                change_image(image=self.image, actor=request.user, now=timezone.now(), **self.asked(form))
            except PlatformError as error:
                refuse(form, error)
            else:
                self.say(_("Saved."))
                return self.go("image_library", self.library.pk)
        return self.show(form)

    def asked(self, form) -> dict:
        """A day that was left as it is keeps its moment, set by the API to the second perhaps."""
        asked = form.cleaned_data
        if last_day(asked["expires_at"]) == last_day(self.image.expires_at):
            asked["expires_at"] = self.image.expires_at
        return asked

    def show(self, form):
        image = self.image
        return self.render(
            image=image,
            library=self.library,
            form=form,
            sha256=bytes(image.sha256).hex(),
            fingerprints=fingerprints_of(image),
            may_edit=self.can("libraries.edit") and not self.library.is_reviewed,
            may_release=self.can("libraries.edit"),
            now=timezone.now(),
        )


@register("library-images/<int:image_id>/release/", name="library_image_release")
class ReleaseImage(OneImage):
    ability = "libraries.edit"
    http_method_names = ["post"]

    def post(self, request, image_id):
        release_sample(sample=self.image, actor=request.user, now=timezone.now())
        self.say(_("The sample decides again."))
        return self.go("library_image", self.image.pk)


@register("library-images/<int:image_id>/thumbnail.jpg", name="library_image_thumbnail")
class Thumbnail(OneImage):
    def get(self, request, image_id):
        if not self.image.thumbnail:
            raise Http404  # of a sample whose files are to come, or were never kept
        try:
            content = read_file(self.image.thumbnail)
        except FileNotFoundError:
            raise Http404 from None
        return HttpResponse(content, content_type="image/jpeg", headers=SAFE)
