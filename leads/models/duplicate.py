"""One person, one lead: what looks like the same person twice, what was merged, and the old keys."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models.lead import Lead


class DuplicateQuerySet(models.QuerySet["Duplicate"]):
    def visible_to(self, user: User) -> "DuplicateQuerySet":
        """Pairs of which the person may see both leads."""
        if user.is_active and user.sees_everything:
            return self
        seen = Lead.objects.visible_to(user)
        return self.filter(first__in=seen, second__in=seen)

    def open(self) -> "DuplicateQuerySet":
        return self.filter(state=Duplicate.State.OPEN)

    def of(self, lead: Lead) -> "DuplicateQuerySet":
        return self.filter(Q(first=lead) | Q(second=lead))

    def with_import(self, run: int) -> "DuplicateQuerySet":
        """Pairs with a lead that the import `run` brought."""
        return self.filter(Q(first__run=run) | Q(second__run=run))

    def for_list(self) -> "DuplicateQuerySet":
        return self.select_related("first__organisation", "second__organisation", "decided_by")


class Duplicate(models.Model):
    """Two leads that may be one person, with the evidence. Nobody merges them but a person."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DISMISSED = "dismissed", _("Not the same person")

    class Kind(models.TextChoices):
        PHONE = "phone", _("Same phone")
        NAME = "name", _("Same name, same organisation")
        SIMILAR_NAME = "similar_name", _("Similar name, same organisation")
        ADDRESS = "address", _("Similar address")

    first = models.ForeignKey(Lead, models.CASCADE, related_name="duplicates_as_first", db_index=False)
    second = models.ForeignKey(Lead, models.CASCADE, related_name="duplicates_as_second")
    # [{kind, similarity (0 to 1), values: [the first's, the second's]}], the strongest first
    evidence = models.JSONField()
    # 0 to 100: how much the evidence says, to show the best pairs first; no probability.
    score = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_in_order"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | Q(state="dismissed", decided_at__isnull=False),
                name="duplicate_decided_at_a_moment",
            ),
        ]
        # The list, best first, paged by key.
        indexes: ClassVar = [models.Index(fields=["state", "-score", "-id"], name="duplicate_best_first")]

    def __str__(self) -> str:
        return f"leads {self.first_id} and {self.second_id}"

    def other(self, lead: Lead) -> Lead:
        """The one of the two that is not `lead`."""
        return self.second if self.first_id == lead.pk else self.first


class LeadAlias(models.Model):
    """A key by which a lead was known before it was merged: whoever comes by it is still found."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        EXTERNAL_ID = "external_id", _("External id")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="aliases")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    value = models.CharField(max_length=254)

    class Meta:
        verbose_name_plural = "lead aliases"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "value"], name="alias_of_one_lead"),
        ]

    def __str__(self) -> str:
        return self.value


class Merge(models.Model):
    """One lead was merged into another. `record` holds what the undo needs: the fields of both as
    they were, and the ids of all rows that moved (see `leads/merging.py`)."""

    kept = models.ForeignKey(Lead, models.PROTECT, related_name="merges")
    # No foreign key: the lead is gone until the merge is undone, and then has this id again.
    dropped = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    record = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            # Also how an old address of the merged lead finds the kept one.
            models.UniqueConstraint(fields=["dropped"], condition=Q(undone_at=None), name="merged_into_one_lead"),
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="merged_into_another"),
        ]

    def __str__(self) -> str:
        return f"lead {self.dropped} into {self.kept_id}"

    @property
    def dropped_name(self) -> str:
        """What the lead that went was called."""
        was = self.record["dropped"]
        return was["name"] or was["email"] or was["external_id"] or ""
