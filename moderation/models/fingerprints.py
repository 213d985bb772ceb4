from django.db import models

from libraries.models.images import PackedFingerprints


class ResultFingerprint(PackedFingerprints):
    """What a picture that people may decide on is known again by, taken when the machine looked at it."""

    result = models.OneToOneField(
        "moderation.ModerationResult",
        on_delete=models.CASCADE,
        related_name="fingerprint",
        primary_key=True,
    )

    def __str__(self):
        return f"{self.result_id}: {self.kinds}"
