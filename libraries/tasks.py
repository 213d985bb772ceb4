from django.utils import timezone

from libraries.models import KeywordImport
from libraries.operations.hits import fold_hits
from libraries.operations.keyword_imports import carry_on, forget_old_imports


def fold_keyword_hits() -> int:
    return fold_hits()


def run_import(import_id: int) -> bool:
    return carry_on(import_id)


def carry_on_imports() -> int:
    """Those whose job never ran or was killed."""
    free = KeywordImport.objects.free(timezone.now()).order_by("id").values_list("pk", flat=True)
    return sum(carry_on(import_id) for import_id in list(free))


def forget_imports() -> int:
    return forget_old_imports(now=timezone.now())
