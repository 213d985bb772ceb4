from libraries.models.images import ImageFingerprint, ImageHit, ImageLibrary, LibraryImage
from libraries.models.imports import ImportedLines, KeywordImport
from libraries.models.reviewed import SampleFlip
from libraries.models.samples import TextSample
from libraries.models.vocabularies import Keyword, KeywordHits, Variant, Vocabulary

__all__ = [
    "ImageFingerprint",
    "ImageHit",
    "ImageLibrary",
    "ImportedLines",
    "Keyword",
    "KeywordHits",
    "KeywordImport",
    "LibraryImage",
    "SampleFlip",
    "TextSample",
    "Variant",
    "Vocabulary",
]
