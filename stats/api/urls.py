from django.urls import path

from stats.api.exactness import UsageExactness
from stats.api.exports import ExportFile, Exports, OneExport, UsageReport
from stats.api.review_statistics import ReviewStatistics
from stats.api.schedules import OneSchedule, Schedules
from stats.api.service_level import UsageErrors, UsageLatency
from stats.api.usage import Usage

urlpatterns = [
    path("usage", Usage.as_view(), name="api-usage"),
    path("usage/report", UsageReport.as_view(), name="api-usage-report"),
    path("exports", Exports.as_view(), name="api-exports"),
    path("exports/<int:export_id>", OneExport.as_view(), name="api-one-export"),
    path("exports/<int:export_id>/file", ExportFile.as_view(), name="api-export-file"),
    path("export-schedules", Schedules.as_view(), name="api-export-schedules"),
    path("export-schedules/<int:schedule_id>", OneSchedule.as_view(), name="api-export-schedule"),
    path("review/statistics", ReviewStatistics.as_view(), name="api-review-statistics"),
    path("usage/latency", UsageLatency.as_view(), name="api-usage-latency"),
    path("usage/errors", UsageErrors.as_view(), name="api-usage-errors"),
    path("usage/exactness", UsageExactness.as_view(), name="api-usage-exactness"),
]
