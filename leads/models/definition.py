"""The versioned rules that turn facts into points and points into a grade, and who signed them."""

from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LeadDefinition(models.Model):
    """One version. The one in force is the newest with `valid_from`; the one without is the draft."""

    version = models.PositiveIntegerField(unique=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    drafted_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(_("signatures asked for at"), null=True, blank=True)
    # Counts the edits of a draft, so that nobody overwrites or signs what they have not seen.
    revision = models.PositiveIntegerField(default=1)
    half_life_days = models.PositiveSmallIntegerField(_("half-life of engagement, days"), default=30)
    from_a = models.SmallIntegerField(_("A from"), default=70)
    from_b = models.SmallIntegerField(_("B from"), default=45)
    from_c = models.SmallIntegerField(_("C from"), default=20)

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(from_a__gt=F("from_b")) & Q(from_b__gt=F("from_c")),
                name="definition_thresholds_fall",
                violation_error_message=_("A must start above B, and B above C."),
            ),
            models.CheckConstraint(
                condition=Q(half_life_days__gt=0),
                name="definition_half_life_positive",
                violation_error_message=_("Write a half-life of 1 day or more."),
            ),
            models.UniqueConstraint(
                IsNull(F("valid_from"), True),
                condition=Q(valid_from=None),
                name="definition_one_draft",
                violation_error_message=_("There is a draft already; go on with that one, or drop it."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(asked_at__isnull=False) | Q(based_on=None),
                name="definition_signed_after_asking",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @classmethod
    def in_force(cls) -> "LeadDefinition":
        """The version by which leads are graded now, with its criteria."""
        return cls.objects.filter(valid_from__lte=timezone.now()).prefetch_related("criteria").order_by("-version")[0]

    @cached_property
    def rules(self) -> list["Criterion"]:
        """The criteria in their order, read once; a definition that is not saved carries its own."""
        return list(self.criteria.all())

    @property
    def is_draft(self) -> bool:
        return self.valid_from is None


class Criterion(models.Model):
    """One fact, one test, and the points it is worth. The facts are named in `leads/facts.py`."""

    class Half(models.TextChoices):
        FIT = "fit", _("Fit")
        ENGAGEMENT = "engagement", _("Engagement")

    class Test(models.TextChoices):
        ONE_OF = "one_of", _("is one of")
        CONTAINS = "contains", _("contains")
        BETWEEN = "between", _("is between")
        KNOWN = "known", _("is known")
        TOUCH_KIND = "touch_kind", _("touch of kind")
        TOUCH_COUNT = "touch_count", _("number of touches at least")

    definition = models.ForeignKey(LeadDefinition, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    half = models.CharField(max_length=10, choices=Half.choices)
    label = models.CharField(max_length=120)
    fact = models.CharField(max_length=80)
    test = models.CharField(max_length=12, choices=Test.choices)
    value = models.JSONField()
    points = models.SmallIntegerField()

    class Meta:
        ordering: ClassVar = ["position"]
        verbose_name_plural = "criteria"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["definition", "position"], name="criterion_in_order"),
        ]

    def __str__(self) -> str:
        return self.label


class DefinitionSignature(models.Model):
    """A manager's word for one side. An edit of the draft takes it away; both make the version hold."""

    class Side(models.TextChoices):
        MARKETING = "marketing", _("Marketing")
        SALES = "sales", _("Sales")

    definition = models.ForeignKey(LeadDefinition, models.CASCADE, related_name="signatures")
    side = models.CharField(max_length=9, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["side"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["definition", "side"],
                name="definition_signed_once_per_side",
                violation_error_message=_("This side has signed already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} {self.side}"
