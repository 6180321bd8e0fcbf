"""What is kept of a person who was erased: nothing that can be read."""

from typing import ClassVar

from django.db import models

from leads.models.lead import Lead


class ErasedKey(models.Model):
    """The keyed digest of an erased address or external id, by which it is known when it comes again."""

    digest = models.CharField(max_length=64, unique=True)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="erased_keys")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"erased key of lead {self.lead_id}"
