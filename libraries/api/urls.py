from django.urls import path

from libraries.api.hashes import FetchHashes, HashChanges, Hashes
from libraries.api.image_libraries import ImageLibraries, OneImageLibrary
from libraries.api.images import LibraryImageRelease, LibraryImageRemovals, LibraryImages, OneLibraryImage
from libraries.api.imports import (
    ImportConfirmation,
    ImportReport,
    Imports,
    OneImport,
    VocabularyExport,
)
from libraries.api.keywords import KeywordChanges, KeywordRemovals, Keywords
from libraries.api.samples import OneTextSample, TextSampleRelease, TextSamples
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
    path("image-libraries", ImageLibraries.as_view(), name="api-image-libraries"),
    path("image-libraries/<int:library_id>", OneImageLibrary.as_view(), name="api-image-library"),
    path("image-libraries/<int:library_id>/hashes", Hashes.as_view(), name="api-hashes"),
    path("image-libraries/<int:library_id>/hashes/changes", HashChanges.as_view(), name="api-hash-changes"),
    path(
        "image-libraries/<int:library_id>/hashes/FetchHashes", FetchHashes.as_view(), name="api-fetch-hashes"
    ),
    path("image-libraries/<int:library_id>/images", LibraryImages.as_view(), name="api-library-images"),
    path(
        "image-libraries/<int:library_id>/images/removals",
        LibraryImageRemovals.as_view(),
        name="api-library-image-removals",
    ),
    path(
        "image-libraries/<int:library_id>/images/<int:image_id>",
        OneLibraryImage.as_view(),
        name="api-library-image",
    ),
    path(
        "image-libraries/<int:library_id>/images/<int:image_id>/release",
        LibraryImageRelease.as_view(),
        name="api-library-image-release",
    ),
    path(
        "vocabularies/<int:vocabulary_id>/keywords/changes",
        KeywordChanges.as_view(),
        name="api-keyword-changes",
    ),
    path("vocabularies/<int:vocabulary_id>/imports", Imports.as_view(), name="api-imports"),
    path("vocabularies/<int:vocabulary_id>/export", VocabularyExport.as_view(), name="api-export"),
    path("keyword-imports/<int:import_id>", OneImport.as_view(), name="api-import"),
    path(
        "keyword-imports/<int:import_id>/confirmation",
        ImportConfirmation.as_view(),
        name="api-import-confirmation",
    ),
    path("keyword-imports/<int:import_id>/report", ImportReport.as_view(), name="api-import-report"),
    path("text-samples", TextSamples.as_view(), name="api-text-samples"),
    path("text-samples/<int:sample_id>", OneTextSample.as_view(), name="api-text-sample"),
    path(
        "text-samples/<int:sample_id>/release",
        TextSampleRelease.as_view(),
        name="api-text-sample-release",
    ),
]
