"""Reads pictures for the image libraries, which stand below this app and may not decode by themselves."""

from libraries.pictures import ReadPicture
from moderation.media.decoding import decode


def read_for_library(data: bytes) -> ReadPicture:
    """Raises what `decode` raises."""
    with decode(data, thumbnails=True, for_library=True) as picture:
        return ReadPicture(
            format=picture.format,
            width=picture.width,
            height=picture.height,
            sha256=bytes.fromhex(picture.sha256),
            fingerprints=picture.fingerprints,
            thumbnail=picture.thumbnail,
        )
