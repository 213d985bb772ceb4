"""What libraries need to know of a picture, and the hook by which an app above reads it for them.

Decoding is dangerous and stands in a sandbox above this app: `moderation` hands its reader in at start.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from config.errors import Unavailable
from libraries.matching.fingerprints import Fingerprint, plain


class PictureReaderMissing(Unavailable):
    code = "picture_reader_missing"
    default_message = _("This installation cannot read images: no decoder is set up.")


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """A picture as its file says it is, upright; `thumbnail` is a JPEG that was made anew."""

    format: str
    width: int
    height: int
    sha256: bytes
    fingerprints: tuple[Fingerprint, ...]
    thumbnail: bytes

    @property
    def plain(self) -> Fingerprint:
        """The fingerprint of all of it."""
        return plain(self.fingerprints)


Reader = Callable[[bytes], ReadPicture]

_readers: list[Reader] = []


def read_with(reader: Reader) -> None:
    """Let this function read pictures from now on. It raises PlatformErrors for what is no picture."""
    _readers[:] = [reader]


def read_picture(data: bytes) -> ReadPicture:
    if not _readers:
        raise PictureReaderMissing()
    return _readers[0](data)
