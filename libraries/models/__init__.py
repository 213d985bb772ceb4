from libraries.models.samples import TextSample
from libraries.models.vocabularies import Keyword, Vocabulary

__all__ = ["Keyword", "TextSample", "Vocabulary"]
