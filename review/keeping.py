"""Results that review still needs: nothing that waits for a person is purged."""

from config.accounts.models import Account
from review.models import ReviewItem


def waiting_results(account: Account, ids: list[int]) -> list[int]:
    items = ReviewItem.objects.owned_by(account).open().filter(result__in=ids)
    return list(items.values_list("result_id", flat=True))
