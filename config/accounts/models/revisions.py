from django.db import models


class Revision(models.Model):
    """A counter that rises with every change of one kind of configuration of an account.

    Processes keep what they compiled beside the number they read: a request reads the numbers once,
    and a process whose copy is older loads again. No timeouts, no messages between processes.
    """

    class Kind(models.TextChoices):
        KEYS = "keys"
        SERVICES = "services"
        VOCABULARIES = "vocabularies"
        SAMPLES = "samples"
        IMAGES = "images"
        HEADS = "heads"
        ENGINES = "engines"

    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="one_revision_per_kind")]

    def __str__(self):
        return f"{self.account_id}:{self.kind}={self.number}"
