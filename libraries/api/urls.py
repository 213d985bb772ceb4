from django.urls import path

from libraries.api.keywords import KeywordRemovals, Keywords
from libraries.api.samples import OneTextSample, TextSamples
from libraries.api.vocabularies import OneVocabulary, Vocabularies

urlpatterns = [
    path("vocabularies", Vocabularies.as_view(), name="api-vocabularies"),
    path("vocabularies/<int:vocabulary_id>", OneVocabulary.as_view(), name="api-vocabulary"),
    path("vocabularies/<int:vocabulary_id>/keywords", Keywords.as_view(), name="api-keywords"),
    path(
        "vocabularies/<int:vocabulary_id>/keywords/removals",
        KeywordRemovals.as_view(),
        name="api-keyword-removals",
    ),
    path("text-samples", TextSamples.as_view(), name="api-text-samples"),
    path("text-samples/<int:sample_id>", OneTextSample.as_view(), name="api-text-sample"),
]
