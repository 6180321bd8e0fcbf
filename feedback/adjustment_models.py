"""A change that answers a reason: who makes it, until when, and the story of it."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.models import Campaign

LONGEST_TITLE = 200


class AdjustmentQuerySet(models.QuerySet["Adjustment"]):
    def visible_to(self, user: User) -> "AdjustmentQuerySet":
        """Both sides see every adjustment: a rep wants to know what came of a reason."""
        return self.all() if user.is_active else self.none()

    def running(self) -> "AdjustmentQuerySet":
        """Neither done nor dropped."""
        return self.filter(state__in=Adjustment.RUNNING)

    def for_list(self) -> "AdjustmentQuerySet":
        return self.select_related("campaign", "reason", "owner")


class Adjustment(models.Model):
    """A change of a campaign that answers one reason, or all of a group where `reason` is empty."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        STARTED = "started", _("Started")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    RUNNING = (State.OPEN, State.STARTED)

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="adjustments", verbose_name=_("campaign"))
    group = models.CharField(max_length=20)
    reason = models.ForeignKey("feedback.Reason", models.PROTECT, null=True, blank=True, related_name="adjustments")
    title = models.CharField(_("what changes"), max_length=LONGEST_TITLE)
    note = models.TextField(_("note"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="adjustments", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due on"))
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    # What was done, or why it was dropped.
    said = models.TextField(blank=True)
    # The share before is that of the handoffs made from here until it was opened.
    before_from = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The share after is that of the handoffs made from here on.
    done_at = models.DateTimeField(null=True, blank=True)
    # When its owner was told of each level; another due day begins anew.
    due_told_at = models.DateTimeField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state="done") ^ Q(done_at=None), name="adjustment_done_at_a_moment"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "started"]) | ~Q(said=""),
                name="adjustment_ends_with_words",
                violation_error_message=_("Write a few words."),
            ),
            models.CheckConstraint(
                condition=Q(before_from__lt=models.F("opened_at")), name="adjustment_looks_back_first"
            ),
        ]
        indexes: ClassVar = [
            # Who must be reminded, and the open ones by their day.
            models.Index(
                fields=["due_on", "id"], condition=Q(state__in=["open", "started"]), name="adjustment_running"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("adjustments:adjustment", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING

    @property
    def about(self) -> str:
        """What it answers: the reason, or the group."""
        return self.reason.label if self.reason else str(self.group_label)

    @property
    def group_label(self) -> str:
        groups = self._meta.get_field("reason").related_model.Group  # type: ignore[union-attr]
        return str(groups(self.group).label)

    def is_late(self, today: date) -> bool:
        return self.is_running and self.due_on < today


class AdjustmentChange(models.Model):
    """One line of an adjustment's story, added to and never changed; `data` keeps from what to what."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        CHANGED = "changed", _("Changed")
        STARTED = "started", _("Started")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")
        RESUMED = "resumed", _("Taken up again")

    adjustment = models.ForeignKey(Adjustment, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    data = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
