"""People, the side they stand on, and their teams."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.company import Calendar, validate_time_zone


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
