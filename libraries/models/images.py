from collections.abc import Iterable

from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from libraries.image_limits import RECOMMENDED_SIDE
from libraries.matching.fingerprints import CLEAR, Fingerprint
from libraries.models.reviewed import Reviewed

HASH_BYTES = 32
SEPARATOR = ","


def octets(field: str) -> Func:
    return Func(F(field), function="octet_length", output_field=models.IntegerField())


class ImageLibraryQuerySet(AccountOwnedQuerySet):
    def by_name(self):
        return self.order_by("name", "id")

    def custom(self):
        """What people made; the rest is filled by what reviewers decide."""
        return self.filter(kind=ImageLibrary.Kind.CUSTOM)

    def reviewed(self):
        return self.exclude(kind=ImageLibrary.Kind.CUSTOM)

    def with_figures(self):
        """Each with `hits` of what it holds today, as of the last fold, and how much of that is `resting`."""
        libraries = list(self)
        held = LibraryImage.objects.present().filter(library__in=[one.pk for one in libraries]).order_by()
        sums = held.values("library").annotate(
            hits=Sum("hit_count"), resting=Count("pk", filter=Q(quarantined_at__isnull=False))
        )
        figures = {library: rest for library, *rest in sums.values_list("library", "hits", "resting")}
        for library in libraries:
            library.hits, library.resting = figures.get(library.pk, (0, 0))
        return libraries


class ImageLibrary(AccountOwned):
    """Pictures that an account knows: to be found wherever they turn up again, or to be exempt.

    What reviewers decided on stands in two libraries that nobody makes, names or puts into rules.
    """

    class Kind(models.TextChoices):
        CUSTOM = "custom", _("Custom")
        REVIEWED_PASS = "reviewed_pass", _("Passed by reviewers")
        REVIEWED_BLOCK = "reviewed_block", _("Blocked by reviewers")

    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.CUSTOM.value)
    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=300, blank=True)
    image_count = models.PositiveIntegerField(_("images"), default=0)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("updated"))

    objects = ImageLibraryQuerySet.as_manager()

    class Meta:
        verbose_name = _("image library")
        verbose_name_plural = _("image libraries")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"],
                condition=Q(kind="custom"),
                name="custom_image_library_names_are_unique_per_account",
            ),
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=~Q(kind="custom"),
                name="an_account_has_one_image_library_per_verdict",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_reviewed(self) -> bool:
        return self.kind != self.Kind.CUSTOM

    @property
    def shown_name(self) -> str:
        return str(self.get_kind_display()) if self.is_reviewed else self.name


class LibraryImageQuerySet(AccountOwnedQuerySet):
    def present(self):
        return self.filter(removed_at=None)

    def reviewed(self):
        return self.exclude(library__kind=ImageLibrary.Kind.CUSTOM)

    def quarantined(self):
        return self.filter(quarantined_at__isnull=False)

    def live(self, now):
        """Present, and not expired although nothing has swept it out yet."""
        return self.present().filter(Q(expires_at=None) | Q(expires_at__gt=now))

    def added_between(self, starts_at, ends_at):
        """From the first moment on and before the second; None leaves that end open."""
        rows = self.filter(added_at__gte=starts_at) if starts_at else self
        return rows.filter(added_at__lt=ends_at) if ends_at else rows

    def with_hits(self):
        """`hits`, exact at this moment: what is summed, and what waits to be."""
        waiting = ImageHit.objects.filter(image_id=OuterRef("pk")).order_by()
        counted = waiting.values("image_id").annotate(count=Count("pk")).values("count")
        return self.annotate(hits=F("hit_count") + Coalesce(Subquery(counted), 0))


class LibraryImage(Reviewed, AccountOwned):
    """One picture of a library. Its id is the Image ID.

    A removed one stays as a row without its files, so that processes that follow the revisions learn of it.
    A reviewed one has an `origin`, and its files come after it, if the picture was kept at all.
    """

    library = models.ForeignKey(
        ImageLibrary,
        on_delete=models.CASCADE,
        related_name="images",
        verbose_name=_("image library"),
        db_index=False,
    )
    sha256 = models.BinaryField(max_length=32)
    format = models.CharField(_("format"), max_length=12)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    bytes = models.PositiveIntegerField(_("bytes"))
    quality = models.PositiveSmallIntegerField(_("detail"))
    original = models.CharField(max_length=100)
    thumbnail = models.CharField(max_length=100)
    note = models.CharField(_("note"), max_length=300, blank=True)
    owner = models.CharField(_("owner"), max_length=100, blank=True)
    # Of a reviewed one: under which label it was blocked, and the result that was decided on.
    label = models.CharField(_("label"), max_length=60, blank=True)
    origin = models.CharField(_("from result"), max_length=60, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    added_by = models.CharField(_("added by"), max_length=150)
    added_at = models.DateTimeField(_("added"))
    hit_count = models.PositiveIntegerField(_("hits"), default=0)
    last_hit_at = models.DateTimeField(_("last hit"), null=True)
    revision = models.BigIntegerField()
    removed_at = models.DateTimeField(null=True)
    # Of one that was removed: the hash under which it stood in the list for others, so that they learn of it.
    withdrawn_hash = models.BinaryField(max_length=32, null=True)

    objects = LibraryImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("library image")
        verbose_name_plural = _("library images")
        constraints = [
            models.UniqueConstraint(
                fields=["library", "sha256"],
                condition=Q(removed_at=None),
                name="a_library_holds_an_image_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) & ~Q(original="") & ~Q(thumbnail="")
                | Q(removed_at=None) & ~Q(origin="")
                | Q(removed_at__isnull=False, original="", thumbnail=""),
                name="present_images_have_files_and_removed_ones_none",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "revision"], name="images_by_revision"),
            models.Index(
                fields=["library", "id"],
                include=["account", "hit_count", "quarantined_at", "added_at"],
                condition=Q(removed_at=None),
                name="images_newest_first",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(removed_at=None, expires_at__isnull=False),
                name="images_that_expire",
            ),
            models.Index(
                fields=["id"],
                condition=Q(removed_at=None, thumbnail="") & ~Q(original=""),
                name="images_whose_files_are_to_come",
            ),
            models.Index(
                fields=["removed_at"],
                condition=Q(withdrawn_hash__isnull=False),
                name="images_withdrawn",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def is_small(self) -> bool:
        return min(self.width, self.height) < RECOMMENDED_SIDE

    @property
    def has_little_detail(self) -> bool:
        return self.quality < CLEAR


class PackedFingerprints(AccountOwned):
    """All fingerprints of a picture in one row, one behind the other."""

    kinds = models.CharField(max_length=600)
    hashes = models.BinaryField()
    qualities = models.BinaryField()

    class Meta:
        abstract = True

    @staticmethod
    def packed(fingerprints: Iterable[Fingerprint]) -> dict:
        """The columns."""
        taken = tuple(fingerprints)
        return {
            "kinds": SEPARATOR.join(one.kind for one in taken),
            "hashes": b"".join(one.value for one in taken),
            "qualities": bytes(one.quality for one in taken),
        }

    @property
    def fingerprints(self) -> tuple[Fingerprint, ...]:
        hashes = bytes(self.hashes)
        return tuple(
            Fingerprint(hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES], quality, kind)
            for place, (quality, kind) in enumerate(
                zip(bytes(self.qualities), self.kinds.split(SEPARATOR), strict=True)
            )
        )


class ImageFingerprint(PackedFingerprints):
    """The hashes by which a picture is found again: of all of it, and of parts that others cut out.

    An account may have a million and a half, which every process loads when it starts.
    """

    image = models.OneToOneField(
        LibraryImage, on_delete=models.CASCADE, related_name="fingerprint", primary_key=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Exact(octets("hashes"), octets("qualities") * HASH_BYTES),
                name="each_fingerprint_has_32_bytes_and_a_quality",
            )
        ]

    def __str__(self):
        return f"{self.image_id}: {self.kinds}"

    @classmethod
    def of(cls, image: LibraryImage, fingerprints: Iterable[Fingerprint]) -> "ImageFingerprint":
        return cls(account_id=image.account_id, image=image, **cls.packed(fingerprints))


class ImageHit(AccountOwned):
    """A picture was recognised, and this is not summed yet: inserted and deleted, never changed."""

    # Moderations insert these: to check the keys would make them wait for whoever edits the library.
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    image = models.ForeignKey(
        LibraryImage, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.image_id}@{self.at:%Y-%m-%d %H:%M}"
