from config.accounts.models.accounts import Account, Membership, User
from config.accounts.models.idempotency import IdempotencyRecord
from config.accounts.models.keys import ApiKey, RateWindow
from config.accounts.models.owned import AccountOwned, AccountOwnedQuerySet
from config.accounts.models.revisions import Revision

__all__ = [
    "Account",
    "AccountOwned",
    "AccountOwnedQuerySet",
    "ApiKey",
    "IdempotencyRecord",
    "Membership",
    "RateWindow",
    "Revision",
    "User",
]
