from django.db import models


class SignInAttempts(models.Model):
    """Sign-ins tried for one user name from one address since the window began. See `sign_in`."""

    subject = models.CharField(max_length=64, unique=True)
    starts_at = models.DateTimeField()
    tried = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["starts_at"], name="sign_in_attempts_by_age")]

    def __str__(self):
        return f"{self.subject[:8]}: {self.tried}"
