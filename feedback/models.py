"""What sales did about a handoff, what they said, and where the lead ended."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from feedback.adjustment_models import Adjustment, AdjustmentChange
from feedback.appeal_models import Appeal
from feedback.comment_models import Comment
from leads.models import Handoff, Lead

__all__ = ["Adjustment", "AdjustmentChange", "Appeal", "Comment", "Outcome", "Reason", "Response", "Verdict"]


class Reason(models.Model):
    """Why a lead did not progress. The group says which change it calls for."""

    class Group(models.TextChoices):
        WRONG_TARGET = "wrong_target", _("Wrong target")
        NO_COMPELLING_NEED = "no_compelling_need", _("No compelling need")
        TIMING = "timing", _("Timing")
        DATA_FAULT = "data_fault", _("Data fault")
        NO_CONTACT = "no_contact", _("No contact")
        LOST = "lost", _("Lost")

    key = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=120)
    group = models.CharField(max_length=20, choices=Group.choices)
    needs_note = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("label"),
                name="reason_label_once",
                violation_error_message=_("The list has a reason of this name. It may be retired."),
            )
        ]

    def __str__(self) -> str:
        return self.label


class Response(models.Model):
    """Something a person in sales did about a handoff. Automatic replies are none."""

    class Kind(models.TextChoices):
        CALL = "call", _("Called")
        EMAIL = "email", _("E-mailed")
        MEETING = "meeting", _("Met")
        MESSAGE = "message", _("Messaged")
        OTHER = "other", _("Reached out")
        VERDICT = "verdict", _("Verdict")

    class Excuse(models.TextChoices):
        """What held up an answer that came late."""

        CAPACITY = "capacity", _("No capacity")
        WRONG_OWNER = "wrong_owner", _("Wrong owner")
        ABSENT = "absent", _("Absent")
        BAD_DATA = "bad_data", _("Bad data")
        UNREACHABLE = "unreachable", _("Could not be reached")
        FORGOT = "forgot", _("Forgot")

    handoff = models.ForeignKey(Handoff, models.CASCADE, related_name="responses")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="responses")
    note = models.TextField(blank=True)
    # Only the first response can be late.
    excuse = models.CharField(max_length=11, choices=Excuse.choices, blank=True, db_default="")
    recorded_at = models.DateTimeField(auto_now_add=True)
    # What the answer found, for the way back (`feedback/undoing.py`); empty where a file told it.
    before = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Verdict(models.Model):
    """Sales' judgement on a handoff; there is one."""

    class Value(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        NURTURE = "nurture", _("Not now")
        REJECTED = "rejected", _("Rejected")

    class Evidence(models.TextChoices):
        BUYER_SAID = "buyer_said", _("The buyer said so")
        REP_CONCLUDED = "rep_concluded", _("I concluded it")
        NO_CONTACT = "no_contact", _("No contact was made")

    class GradeOpinion(models.TextChoices):
        TOO_HIGH = "too_high", _("Grade too high")
        RIGHT = "right", _("Grade right")
        TOO_LOW = "too_low", _("Grade too low")

    handoff = models.OneToOneField(Handoff, models.CASCADE, related_name="verdict")
    verdict = models.CharField(max_length=8, choices=Value.choices)
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, blank=True, related_name="verdicts")
    evidence = models.CharField(max_length=13, choices=Evidence.choices, blank=True)
    note = models.TextField(blank=True)
    wake_up_on = models.DateField(null=True, blank=True)
    grade_opinion = models.CharField(max_length=8, choices=GradeOpinion.choices, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="verdicts")
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verdict="accepted") | Q(reason__isnull=False),
                name="verdict_has_a_reason",
                violation_error_message=_("Choose the reason."),
            ),
            models.CheckConstraint(
                condition=~Q(verdict="nurture") | Q(wake_up_on__isnull=False),
                name="verdict_nurture_has_a_date",
                violation_error_message=_("Write the day on which the lead wakes up."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display()


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def contradictions(self) -> "OutcomeQuerySet":
        """Outcomes dated before the first contact: kept as told, and shown."""
        return self.filter(at__lt=F("lead__captured_at"))


class Outcome(models.Model):
    """Where a lead ended: an opportunity, a win or a loss. Told by sales or a file, kept as told."""

    class Kind(models.TextChoices):
        OPPORTUNITY = "opportunity", _("Opportunity")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="outcomes")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    at = models.DateTimeField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, blank=True, related_name="outcomes")
    competitor = models.CharField(_("lost to"), max_length=120, blank=True, db_default="")
    # When an opportunity is thought to close.
    expected_on = models.DateField(_("expected to close on"), null=True, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="outcomes")
    recorded_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lead", "kind", "at"], name="outcome_told_once"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="outcome_amount_not_negative",
                violation_error_message=_("Write an amount of 0 or more."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="lost") | Q(reason__isnull=False),
                name="outcome_lost_has_a_reason",
                violation_error_message=_("Choose the reason."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "at"], name="outcome_in_period")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
