from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.console.pages import ConsolePage, breadcrumbs, register
from config.errors import PlatformError
from libraries.models import ImageLibrary
from libraries.operations.image_adding import images_of
from libraries.operations.image_libraries import (
    change_image_library,
    create_image_library,
    delete_image_library,
)
from libraries.usage import users_of_images

PARENTS = ((_("Image libraries"), "image_libraries"),)


class ImageLibraryForm(forms.Form):
    name = forms.CharField(
        label=_("Library name"), max_length=60, widget=forms.TextInput(attrs={"autofocus": True})
    )
    description = forms.CharField(
        label=_("Description"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


def refuse(form: forms.Form, error: PlatformError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error.message))


@register("image-libraries/", name="image_libraries")
class ImageLibraries(ConsolePage):
    title = _("Image libraries")
    ability = "libraries.view"
    template_name = "libraries/image_libraries.html"

    def get(self, request):
        held = self.owned(ImageLibrary).by_name().with_figures()
        libraries = [library for library in held if not library.is_reviewed]
        for library in libraries:
            library.used_by = users_of_images(library)
        most = settings.ASSAY_IMAGE_LIBRARIES_MOST
        return self.render(
            libraries=libraries,
            reviewed=[library for library in held if library.is_reviewed],
            most_libraries=most,
            images=number_format(images_of(request.account), force_grouping=True),
            most_images=number_format(settings.ASSAY_LIBRARY_IMAGES_MOST, force_grouping=True),
            may_edit=self.can("libraries.edit"),
            is_full=len(libraries) >= most,
        )


class ImageLibraryFormPage(ConsolePage):
    ability = "libraries.edit"
    parents = PARENTS
    template_name = "console/form_page.html"
    submit = _("Save")

    def ask(self, form):
        return self.render(form=form, submit=self.submit, back="admin:image_libraries")

    def post(self, request, **kwargs):
        form = ImageLibraryForm(request.POST)
        if form.is_valid():
            try:
                return self.keep(form.cleaned_data)
            except PlatformError as error:
                refuse(form, error)
        return self.ask(form)


@register("image-libraries/new/", name="image_library_new")
class NewImageLibrary(ImageLibraryFormPage):
    title = _("Create image library")
    submit = _("Create library")

    def get(self, request):
        return self.ask(ImageLibraryForm())

    def keep(self, asked: dict):
        library = create_image_library(
            account=self.request.account, actor=self.request.user, now=timezone.now(), **asked
        )
        self.say(_("The image library “%(name)s” is ready for images.") % {"name": library.name})
        return self.go("image_library", library.pk)


class OfOneLibrary(ConsolePage):
    """Pages under one image library, named `library_id` in their address."""

    parents = PARENTS

    @cached_property
    def library(self) -> ImageLibrary:
        return self.one(ImageLibrary, pk=self.kwargs["library_id"])

    def render(self, *args, **context):
        steps = breadcrumbs(self.parents, self.get_title())
        link = reverse("admin:image_library", args=[self.library.pk])
        steps.insert(-1, {"title": self.library.shown_name, "link": link})
        return super().render(*args, **{"breadcrumbs_items": steps} | context)


@register("image-libraries/<int:library_id>/edit/", name="image_library_edit")
class EditImageLibrary(OfOneLibrary, ImageLibraryFormPage):
    title = _("Edit image library")

    def get(self, request, library_id):
        return self.ask(
            ImageLibraryForm(initial={"name": self.library.name, "description": self.library.description})
        )

    def post(self, request, library_id):
        _scoped = self.library
        return super().post(request)

    def keep(self, asked: dict):
        change_image_library(library=self.library, actor=self.request.user, now=timezone.now(), **asked)
        self.say(_("Saved."))
        return self.go("image_libraries")


@register("image-libraries/<int:library_id>/delete/", name="image_library_delete")
class DeleteImageLibrary(OfOneLibrary):
    title = _("Delete image library")
    ability = "libraries.edit"
    template_name = "console/confirm.html"

    def get(self, request, library_id):
        count = self.library.image_count
        question = ngettext(
            "The library and its %(count)s image are deleted. This cannot be undone.",
            "The library and its %(count)s images are deleted. This cannot be undone.",
            count,
        )
        return self.render(
            subject=self.library.name,
            question=question % {"count": number_format(count, force_grouping=True)},
            submit=_("Delete library"),
            is_dangerous=True,
            back="admin:image_libraries",
        )

    def post(self, request, library_id):
        delete_image_library(
            library=self.library,
            used_by=users_of_images(self.library),
            actor=request.user,
            now=timezone.now(),
        )
        self.say(_("The image library “%(name)s” is deleted.") % {"name": self.library.name})
        return self.go("image_libraries")
