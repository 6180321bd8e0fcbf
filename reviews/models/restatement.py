"""What a signed quarter would come to by now."""

from typing import ClassVar

from django.db import models

from reviews.models.review import Review


class Restatement(models.Model):
    """A figure of a signed quarter that would be another one by now: beside the frozen number, never in its place."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="restatements", db_index=False)
    figure = models.CharField(max_length=40)
    # The frozen code; empty: the quarter as a whole.
    campaign = models.CharField(max_length=120, blank=True)
    # As `Value.as_json` tells them.
    frozen = models.JSONField()
    now = models.JSONField()
    since = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["campaign", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "campaign", "figure"], name="restatement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.review} {self.campaign} {self.figure}"
