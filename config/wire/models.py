from django.contrib.postgres.fields import ArrayField
from django.db import models

from config.accounts.models import AccountOwned, ApiKey


class UsedNonce(models.Model):
    """A call that was let in once. The digest is of the key's id and the nonce together."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    used_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{bytes(self.digest).hex()[:12]} at {self.used_at:%H:%M:%S}"


class TemporaryKey(AccountOwned):
    """A key for a while, in the name of a lasting one: never more than that one's scopes.

    One without scopes is good for uploads alone, to addresses that begin with `upload_prefix`.
    """

    lasting_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    access_key_id = models.CharField(max_length=40, unique=True)
    secret = models.BinaryField()
    token_hash = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    upload_prefix = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.access_key_id} until {self.expires_at:%Y-%m-%d %H:%M}"
