"""The versioned rules that turn facts into points and points into a grade."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LeadDefinition(models.Model):
    """One version. The one in force is the newest with `valid_from`."""

    version = models.PositiveIntegerField(unique=True)
    valid_from = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(condition=Q(half_life_days__gt=0), name="definition_half_life_positive"),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @classmethod
    def in_force(cls) -> "LeadDefinition":
        """The version by which leads are graded now, with its criteria."""
        return cls.objects.filter(valid_from__lte=timezone.now()).prefetch_related("criteria").order_by("-version")[0]


class Criterion(models.Model):
    """One fact, one test, and the points it is worth. The facts are named in `leads/grading.py`."""

    class Half(models.TextChoices):
        FIT = "fit", _("Fit")
        ENGAGEMENT = "engagement", _("Engagement")

    class Test(models.TextChoices):
        ONE_OF = "one_of", _("is one of")
        CONTAINS = "contains", _("contains")
        BETWEEN = "between", _("is between")
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
