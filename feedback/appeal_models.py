"""Marketing asks for a rejection to be looked at again; the managers of both sides settle it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models import Lead


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user: User) -> "AppealQuerySet":
        """The appeals about leads that `user` sees."""
        if user.is_active and user.sees_everything:
            return self.all()
        return self.filter(verdict__handoff__lead__in=Lead.objects.visible_to(user))

    def open(self) -> "AppealQuerySet":
        """Those that wait; about a person who was erased nothing is settled any more."""
        return self.filter(settled_at=None, verdict__handoff__lead__erased_at=None)

    def for_list(self) -> "AppealQuerySet":
        people = ("by", "answered_by", "marketing_by", "sales_by")
        lead = "verdict__handoff__lead"
        return self.select_related(*people, lead, f"{lead}__organisation", "verdict__reason", "verdict__by")


class Appeal(models.Model):
    """One appeal against one rejection. It is settled as soon as a manager of each side says the same."""

    class Word(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        OVERTURNED = "overturned", _("Overturned")

    verdict = models.ForeignKey("feedback.Verdict", models.CASCADE, related_name="appeals")
    evidence = models.TextField(_("why sales should look again"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appeals")
    at = models.DateTimeField()
    answer = models.TextField(_("what sales answers"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # What each side's manager says last, and why.
    marketing_word = models.CharField(max_length=10, choices=Word.choices, blank=True)
    marketing_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    marketing_note = models.TextField(blank=True)
    sales_word = models.CharField(max_length=10, choices=Word.choices, blank=True)
    sales_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sales_note = models.TextField(blank=True)
    result = models.CharField(max_length=10, choices=Word.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["verdict"],
                condition=Q(settled_at=None),
                name="appeal_one_open_per_verdict",
                violation_error_message=_("This rejection is appealed already."),
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, result="")
                | Q(settled_at__isnull=False, result=F("marketing_word"), sales_word=F("marketing_word"))
                & ~Q(result=""),
                name="appeal_settled_by_both",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-settled_at", "-id"], name="appeal_settled")]

    def __str__(self) -> str:
        return f"appeal {self.pk} of verdict {self.verdict_id}"

    def get_absolute_url(self) -> str:
        return reverse("feedback:appeal", args=[self.pk])

    @property
    def lead(self) -> Lead:
        return self.verdict.handoff.lead
