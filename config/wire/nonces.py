"""Each nonce is good for one call of its key, in all processes together."""

import hashlib
from datetime import datetime

from django.db import connection

from config.wire.models import UsedNonce
from config.wire.refusals import Refusal
from config.wire.signatures.proofs import WINDOW

TAKE = "INSERT INTO wire_usednonce (digest, used_at) VALUES (%s, %s) ON CONFLICT DO NOTHING"


def take(*, key_id: str, nonce: str, now: datetime) -> None:
    """Only after the signature held: nobody else may use up the nonces of a key."""
    digest = hashlib.sha256(f"{key_id}\n{nonce}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [digest, now])
        if not cursor.rowcount:
            raise Refusal("SignatureNonceUsed", "The signature nonce was used already.")


def forget_old(*, now: datetime) -> int:
    """A call that old is refused for its time stamp, which may lie as far ahead as behind."""
    return UsedNonce.objects.filter(used_at__lt=now - 2 * WINDOW).delete()[0]
