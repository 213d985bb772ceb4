from libraries.models.imports import ImportedLines, KeywordImport
from libraries.models.samples import TextSample
from libraries.models.vocabularies import Keyword, KeywordHits, Variant, Vocabulary

__all__ = [
    "ImportedLines",
    "Keyword",
    "KeywordHits",
    "KeywordImport",
    "TextSample",
    "Variant",
    "Vocabulary",
]
