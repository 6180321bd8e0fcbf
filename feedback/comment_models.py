"""The short talk of both sides about an answer: thanks, a question back, a reply."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models import Handoff


class Comment(models.Model):
    """One line about what sales answered on a handoff. It hangs on the handoff, so a corrected verdict keeps it."""

    class Kind(models.TextChoices):
        THANKS = "thanks", _("Thanked")
        QUESTION = "question", _("Asked back")
        REPLY = "reply", _("Replied")

    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="comments")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["handoff", "by"],
                condition=Q(kind="thanks"),
                name="comment_thanks_once",
                violation_error_message=_("You have thanked for this answer already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
