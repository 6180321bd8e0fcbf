"""The moment a graded lead passes to sales, how fast it must be answered, and the sweep's trace."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Team, User
from leads.models.lead import Lead


class ServiceLevel(models.Model):
    """How fast which grade must be answered. Dated: a handoff is judged by what held then."""

    class Kind(models.TextChoices):
        FIRST_RESPONSE = "first_response", _("First response")
        VERDICT = "verdict", _("Verdict")

    class Unit(models.TextChoices):
        CALENDAR_DAYS = "calendar_days", _("calendar days")
        WORKING_DAYS = "working_days", _("working days")
        WORKING_HOURS = "working_hours", _("working hours")

    grade = models.CharField(max_length=1, choices=Lead.Grade.choices)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    amount = models.PositiveSmallIntegerField(_("within"))
    unit = models.CharField(_("counted in"), max_length=13, choices=Unit.choices, default=Unit.CALENDAR_DAYS)
    valid_from = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["kind", "grade", "valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grade", "kind", "valid_from"], name="service_level_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="service_level_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.grade} {self.kind}: {self.amount} {self.get_unit_display()}"

    @property
    def words(self) -> str:
        """Its target in words: "7 calendar days"."""
        match self.unit:
            case ServiceLevel.Unit.WORKING_HOURS:
                words = ngettext("%(n)d working hour", "%(n)d working hours", self.amount)
            case ServiceLevel.Unit.WORKING_DAYS:
                words = ngettext("%(n)d working day", "%(n)d working days", self.amount)
            case _unit:
                words = ngettext("%(n)d calendar day", "%(n)d calendar days", self.amount)
        return words % {"n": self.amount}


class HandoffQuerySet(models.QuerySet["Handoff"]):
    def visible_to(self, user: User) -> "HandoffQuerySet":
        """The same door as `Lead.visible_to`, for the handoffs themselves."""
        if not user.is_active:
            return self.none()
        if user.sees_everything:
            return self.all()
        return self.filter(Q(rep=user) | Q(team=user.team_id) if user.team_id else Q(rep=user))

    def open(self) -> "HandoffQuerySet":
        return self.filter(closed_at=None)

    def waiting(self) -> "HandoffQuerySet":
        """Open handoffs that nobody in sales has answered."""
        return self.open().filter(responded_at=None)

    def for_list(self) -> "HandoffQuerySet":
        return self.select_related("lead", "lead__organisation", "lead__campaign", "rep")


class Handoff(models.Model):
    """A lead in the hands of sales. Its clock is derived from these moments by `leads/clock.py`."""

    class Released(models.TextChoices):
        GRADE_FELL = "grade_fell", _("the grade fell below B before anybody answered")
        TAKEN_BACK = "taken_back", _("the import that opened the lead was undone")
        NOT_RECORDED = "not_recorded", _("imported history, the answer is not recorded")
        KEPT_OUT = "kept_out", _("the lead is kept out of figures")
        ERASED = "erased", _("the person was erased on request")
        PULLED_BACK = "pulled_back", _("marketing pulled it back before anybody answered")
        MERGED = "merged", _("the lead was merged with another that is with sales")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="handoffs", db_index=False)
    rep = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="handoffs", db_index=False
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="handoffs")
    grade = models.CharField(_("grade then"), max_length=1, choices=Lead.Grade.choices)
    explanation = models.JSONField(_("explanation then"), default=dict)
    routed_because = models.CharField(max_length=200, blank=True)
    routed_by = models.ForeignKey(
        "leads.RoutingRule", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    historic = models.BooleanField(_("imported history"), default=False)

    at = models.DateTimeField(_("handed off at"))
    # Since when its rep has it; None while it waits in a queue. What lies before is not the rep's wait.
    taken_at = models.DateTimeField(_("with its rep since"), null=True, blank=True)
    risk_at = models.DateTimeField(_("at risk from"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    verdict_due_at = models.DateTimeField(_("verdict due at"), null=True)
    responded_at = models.DateTimeField(_("first response at"), null=True, blank=True)
    responded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    verdict_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_why = models.CharField(max_length=12, choices=Released.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    # When each level was raised; a level is raised once.
    warned_at = models.DateTimeField(null=True, blank=True)
    flagged_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = HandoffQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(closed_at=None),
                name="handoff_one_open_per_lead",
                violation_error_message=_("This lead is with sales already."),
            ),
            models.CheckConstraint(
                condition=Q(responded_at=None) | Q(responded_at__gte=F("at")),
                name="handoff_answered_after_it_was_made",
                violation_error_message=_("An answer can't be earlier than its handoff."),
            ),
            models.CheckConstraint(condition=Q(due_at=None) | Q(due_at__gt=F("at")), name="handoff_due_after_made"),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(responded_at=None),
                name="handoff_released_only_unanswered",
            ),
            models.CheckConstraint(
                condition=Q(verdict_at=None) | Q(closed_at__isnull=False),
                name="handoff_verdict_closes",
            ),
        ]
        indexes: ClassVar = [
            # The handoffs of a lead, with what figures ask of each: the explanation makes the rows themselves wide.
            models.Index(
                fields=["lead"],
                include=[
                    "id",
                    "grade",
                    "at",
                    "due_at",
                    "responded_at",
                    "released_at",
                    "closed_at",
                    "verdict_at",
                    "verdict_due_at",
                    "historic",
                    # Who may see the lead.
                    "rep",
                    "team",
                ],
                name="handoff_of_lead",
            ),
            # The work list of a rep and of a team: who waits by the moment they are due, then who was answered.
            models.Index(
                fields=["rep", "responded_at", "due_at"],
                include=["team"],  # so that this index alone counts what is open
                condition=Q(closed_at=None),
                name="handoff_work_of_rep",
            ),
            models.Index(
                fields=["team", "responded_at", "due_at"], condition=Q(closed_at=None), name="handoff_work_of_team"
            ),
            # The list of leads by the moment when their answer is due.
            models.Index(fields=["due_at", "lead"], condition=Q(closed_at=None), name="handoff_work_by_due"),
            # Whose clock no longer runs, or never did.
            models.Index(
                fields=["lead"], condition=Q(released_at__isnull=False) | Q(due_at=None), name="handoff_without_clock"
            ),
            # Whose turn it is: the last handoff of each rep. With what tells how many a rep answered in time lately.
            models.Index(
                fields=["rep", "-at", "-id"], include=["due_at", "responded_at", "released_at"], name="handoff_turn"
            ),
            # What the sweep must look at: it costs what is due.
            models.Index(
                fields=["risk_at"],
                name="handoff_to_warn",
                condition=Q(warned_at=None, flagged_at=None, responded_at=None, closed_at=None, historic=False),
            ),
            models.Index(
                fields=["due_at"],
                name="handoff_to_flag",
                condition=Q(flagged_at=None, released_at=None, historic=False)
                & (Q(responded_at=None) | Q(responded_at__gt=F("due_at"))),
            ),
            models.Index(
                fields=["due_at"],
                name="handoff_to_escalate",
                condition=Q(
                    escalated_at=None, flagged_at__isnull=False, responded_at=None, closed_at=None, historic=False
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"handoff {self.pk} of lead {self.lead_id}"

    @property
    def is_waiting(self) -> bool:
        """Open, and nobody in sales has answered."""
        return self.closed_at is None and self.responded_at is None


class SweepRun(models.Model):
    """One sweep of the clocks, kept for a month: `/readyz` asks when the last one ended."""

    finished_at = models.DateTimeField(db_index=True)
    at_risk = models.PositiveIntegerField()
    breached = models.PositiveIntegerField()
    escalated = models.PositiveIntegerField()
    released = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"sweep {self.finished_at}"
