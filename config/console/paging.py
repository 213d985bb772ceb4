"""Lists that stay fast at any length: counts stop at a cap, the longest lists page by id."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from unfold.views import ChangeList

from config.one_page import one_page

COUNT_CAP = 10_000
BEFORE = "before"
LARGEST_ID = 2**63 - 1


class BigTablePaginator(Paginator):
    """Counts at most COUNT_CAP rows, so no page costs a walk over the whole table."""

    @cached_property
    def count(self) -> int:
        if not hasattr(self.object_list, "query"):
            return len(self.object_list)
        counted = self.object_list.order_by().values("pk")[: COUNT_CAP + 1].count()
        return min(counted, COUNT_CAP)

    @property
    def is_capped(self) -> bool:
        return self.count >= COUNT_CAP


class KeysetChangeList(ChangeList):
    """Newest first, next page by ?before=<id>: as fast at row ten million as at row one, and no count."""

    is_keyset = True

    def get_filters_params(self, params=None):
        lookups = super().get_filters_params(params)
        lookups.pop(BEFORE, None)
        return lookups

    def get_ordering(self, request, queryset):
        return ["-pk"]

    def get_results(self, request):
        self.before = id_from(request.GET.get(BEFORE, ""))
        rows = self.queryset
        if self.before is not None:
            rows = rows.filter(pk__lt=self.before)
        found = one_page(rows, self.list_per_page + 1)
        self.result_list = found[: self.list_per_page]
        self.result_count = self.full_result_count = len(self.result_list)
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = self.multi_page = False
        self.paginator = self.model_admin.get_paginator(request, self.result_list, self.list_per_page)
        has_older = len(found) > self.list_per_page
        self.older_url = self.get_query_string({BEFORE: self.result_list[-1].pk}) if has_older else ""
        self.newest_url = self.get_query_string(remove=[BEFORE]) if self.before is not None else ""


def id_from(text: str) -> int | None:
    if not text.isascii() or not text.isdigit() or int(text[:19]) > LARGEST_ID:
        return None
    return int(text[:19])
