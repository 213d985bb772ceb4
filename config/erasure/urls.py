from django.urls import path

from config.erasure import api

urlpatterns = [
    path("erasures", api.Erasures.as_view(), name="erasures"),
    path("erasures/<uuid:uid>", api.OneErasure.as_view(), name="erasure"),
    path("erasures/<uuid:uid>/receipt", api.Receipt.as_view(), name="erasure-receipt"),
    path("subject_exports", api.SubjectExports.as_view(), name="subject-exports"),
    path("subject_exports/<uuid:uid>", api.OneSubjectExport.as_view(), name="subject-export"),
    path("subject_exports/<uuid:uid>/file", api.SubjectExportFile.as_view(), name="subject-export-file"),
]
