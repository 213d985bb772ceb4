from django.urls import path

from config.retention.api.holds import Hold, HoldRelease, Holds
from config.retention.api.periods import OnePeriod, PeriodPreview, Periods
from config.retention.api.receipts import Receipt, Receipts

urlpatterns = [
    path("retention", Periods.as_view(), name="api-retention"),
    path("retention/holds", Holds.as_view(), name="api-holds"),
    path("retention/holds/<int:hold_id>", Hold.as_view(), name="api-hold"),
    path("retention/holds/<int:hold_id>/release", HoldRelease.as_view(), name="api-hold-release"),
    path("retention/receipts", Receipts.as_view(), name="api-receipts"),
    path("retention/receipts/<int:receipt_id>", Receipt.as_view(), name="api-receipt"),
    path("retention/<slug:name>", OnePeriod.as_view(), name="api-period"),
    path("retention/<slug:name>/preview", PeriodPreview.as_view(), name="api-period-preview"),
]
