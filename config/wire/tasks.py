from django.utils import timezone

from config.wire import nonces
from config.wire.models import TemporaryKey


def forget_old_proofs() -> dict[str, int]:
    now = timezone.now()
    return {
        "nonces": nonces.forget_old(now=now),
        "temporary_keys": TemporaryKey.objects.filter(expires_at__lt=now).delete()[0],
    }
