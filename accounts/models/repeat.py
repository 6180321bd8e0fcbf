"""The answers of the API that are kept for a while, so that what is sent again is not done again."""

from django.db import models


class KeptAnswer(models.Model):
    """What a POST with a key was answered. Of the key and of what was sent only digests are kept; an answer
    that is NULL was about somebody who was erased since."""

    # Who, where and with which key.
    key = models.CharField(max_length=64, unique=True)
    sent = models.CharField(max_length=64)
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    answer = models.TextField(null=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.path} {self.status}"
