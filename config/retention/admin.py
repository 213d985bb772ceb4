"""Imported by Django at start: registers the pages."""

from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem, register
from config.retention import hold_pages, pages, receipt_pages

__all__ = ["hold_pages", "pages", "receipt_pages"]

register(
    NavItem(
        "administration",
        _("Retention"),
        "retention",
        "auto_delete",
        "retention.view",
        order=32,
        covers=("retention_change", "purge_receipts", "purge_receipt"),
    ),
    NavItem(
        "administration",
        _("Legal holds"),
        "legal_holds",
        "gavel",
        "retention.view",
        order=34,
        covers=("legal_hold_new", "legal_hold_release"),
    ),
)
