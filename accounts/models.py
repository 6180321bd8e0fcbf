"""People, the side they stand on, and the company they work for."""

import hashlib
import secrets
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.repeat_models import KeptAnswer as KeptAnswer


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


class Team(models.Model):
    """People of one side who share leads; an empty time zone means the company's, no calendar nine to five."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    side = models.CharField(_("side"), max_length=9, choices=[("marketing", _("Marketing")), ("sales", _("Sales"))])
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_time_zone])
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("calendar")
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes people; `get_by_natural_key` ignores the case of the address."""

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **{"side": User.Side.SALES, **fields}
        )

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())

    def present(self, at: Any) -> "models.QuerySet[User]":
        """People who work here and are not away at the moment `at`."""
        away = Absence.objects.filter(person=OuterRef("pk"), since__lte=at, until__gt=at)
        return self.filter(Q(away_until=None) | Q(away_until__lte=at), ~Exists(away), is_active=True)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Without an address it is somebody whom only a file has named, and cannot sign in."""

    class Side(models.TextChoices):
        MARKETING = "marketing", _("Marketing")
        SALES = "sales", _("Sales")

    email = models.EmailField(_("e-mail"), null=True, unique=True)
    name = models.CharField(_("name"), max_length=120)
    side = models.CharField(_("side"), max_length=9, choices=Side.choices)
    is_manager = models.BooleanField(_("manager of the side"), default=False)
    is_staff = models.BooleanField(_("admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("team")
    )
    takes_leads = models.BooleanField(_("takes leads in turn"), default=False)
    capacity = models.PositiveSmallIntegerField(
        _("most open handoffs"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    away_until = models.DateTimeField(_("away until"), null=True, blank=True)
    keys_on = models.BooleanField(_("single-key shortcuts"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "side"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="user_email_ignores_case"),
            # A name without an address is a key of its own: the same file must find the same person.
            models.UniqueConstraint(Lower("name"), condition=Q(email=None), name="user_named_by_file_once"),
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(is_active=False),
                name="user_without_email_is_inactive",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or ""

    def get_full_name(self) -> str:
        return str(self)

    @property
    def in_sales(self) -> bool:
        return self.side == self.Side.SALES

    @property
    def sees_everything(self) -> bool:
        """Marketers and managers of both sides see every lead; reps see their team's."""
        return self.is_staff or self.is_manager or self.side == self.Side.MARKETING


class Absence(models.Model):
    """A span for which a person is away, known beforehand; `User.away_until` says that somebody is away now."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))

    class Meta:
        ordering: ClassVar = ["since"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("since")),
                name="absence_ends_after_it_begins",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"


class TokenQuerySet(models.QuerySet["Token"]):
    def usable(self, at: Any) -> "TokenQuerySet":
        """Tokens that open the door at the moment `at`; a deactivated owner closes it."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None, user__is_active=True)

    def matching(self, secret: str) -> "TokenQuerySet":
        return self.filter(digest=Token.digest_of(secret))


class Token(models.Model):
    """A key to the API. Only a digest is kept; the secret is shown once, when it is made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name or f"token {self.pk}"

    @staticmethod
    def digest_of(secret: str) -> str:
        # The secret has 256 random bits, so a plain hash cannot be searched backwards.
        return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def make(cls, *, user: "User", name: str = "") -> tuple["Token", str]:
        """A new token of `user`, and the secret that is never seen again."""
        secret = "al_" + secrets.token_urlsafe(32)
        return cls.objects.create(user=user, name=name, digest=cls.digest_of(secret)), secret


class Change(models.Model):
    """A line of the trail: who changed what of the settings. The database refuses to change or delete one."""

    class Act(models.TextChoices):
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        MOVED = "moved", _("moved")
        REMOVED = "removed", _("taken away")
        RETIRED = "retired", _("taken out of use")
        BROUGHT_BACK = "brought_back", _("brought back")
        EXPORTED = "exported", _("taken out as a file")

    recorded_at = models.DateTimeField(auto_now_add=True)
    # Nobody: a command.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    address = models.GenericIPAddressField(null=True)
    what = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    act = models.CharField(max_length=12, choices=Act.choices)
    # From what to what, by field.
    changes = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["what", "object_id", "-id"], name="change_of_row")]

    def __str__(self) -> str:
        return f"{self.what} {self.label} {self.act}"
