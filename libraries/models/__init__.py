from libraries.models.images import ImageFingerprint, ImageHit, ImageLibrary, LibraryImage
from libraries.models.samples import TextSample
from libraries.models.vocabularies import Keyword, Vocabulary

__all__ = [
    "ImageFingerprint",
    "ImageHit",
    "ImageLibrary",
    "Keyword",
    "LibraryImage",
    "TextSample",
    "Vocabulary",
]
