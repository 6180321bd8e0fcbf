"""Where leads work."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: User) -> "OrganisationQuerySet":
        """The one door: reps see the organisations of the leads that they see, everybody else all."""
        if not user.is_active:
            return self.none()
        if user.sees_everything:
            return self.all()
        # The relation's model: leads stand on organisations, so their module can't be imported here.
        model: Any = self.model._meta.get_field("leads").related_model
        leads = model.objects.visible_to(user)
        return self.filter(Exists(leads.filter(organisation=OuterRef("pk"))))


class Organisation(models.Model):
    """A lead's employer: one row per web domain, or per name where no domain is known."""

    name = models.CharField(_("name"), max_length=200)
    domain = models.CharField(_("domain"), max_length=253, null=True, blank=True, unique=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("account's owner"),
    )
    # The defaults stand in the database too: a file brings organisations by SQL.
    is_target = models.BooleanField(_("target account"), default=False, db_default=False)
    target_since = models.DateTimeField(null=True, blank=True)
    target_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), condition=Q(domain=None), name="organisation_named_once"),
            models.CheckConstraint(
                condition=Q(is_target=True, target_since__isnull=False) | Q(is_target=False, target_since=None),
                name="organisation_target_since_a_moment",
            ),
        ]
        indexes: ClassVar = [
            # Who else works for an organisation of this name, whatever its domain; and the list by name.
            models.Index(Lower("name"), name="organisation_by_name"),
            # The target accounts, and the leads that work for one.
            models.Index(Lower("name"), condition=Q(is_target=True), name="organisation_target"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("leads:organisation", args=[self.pk])
