"""The company, and when its teams work."""

from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def validate_time_zone(name: str) -> None:
    """Refuse a name that the time zone database does not know."""
    if name and name not in available_timezones():
        raise ValidationError(_("Write a time zone such as Europe/Berlin."))


class Company(models.Model):
    """The one row of facts that hold for everybody; seeded from the environment."""

    name = models.CharField(_("name"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    currency = models.CharField(_("currency"), max_length=3)
    country = models.CharField(_("country"), max_length=2, blank=True)
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    # Of credit by time decay: a touch weighs half as much as one that came so many days later.
    credit_half_life = models.PositiveSmallIntegerField(
        _("half-life of credit, in days"),
        default=30,
        db_default=30,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )
    hands_off_a = models.BooleanField(_("hand off grade A at once"), default=True, db_default=True)
    hands_off_b = models.BooleanField(_("hand off grade B at once"), default=True, db_default=True)
    wakes_to_another = models.BooleanField(_("a lead that wakes up goes to another rep"), default=True, db_default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = "companies"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="company_is_one_row"),
            models.CheckConstraint(condition=Q(fiscal_year_start__range=(1, 12)), name="company_fiscal_month"),
            models.CheckConstraint(condition=Q(credit_half_life__range=(1, 3650)), name="company_credit_half_life"),
        ]

    def __str__(self) -> str:
        return self.name or "Alignment"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def office_hours() -> list[list[list[str]]]:
    """Nine to five, Monday to Friday: the hours of each weekday as spans, Monday first."""
    return [[["09:00", "17:00"]]] * 5 + [[], []]


class Calendar(models.Model):
    """When a team works. `accounts/calendars.py` reads it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    hours = models.JSONField(_("hours of each weekday"), default=office_hours)
    country = models.CharField(_("public holidays of"), max_length=2, blank=True)
    subdivision = models.CharField(_("region"), max_length=10, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ClosedDay(models.Model):
    """A day on which a calendar is closed besides its public holidays."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="closed_days")
    on = models.DateField(_("on"))
    name = models.CharField(_("name"), max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["on"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["calendar", "on"], name="closed_day_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}".strip()
