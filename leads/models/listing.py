"""What people keep of the lead list: views with a name, their columns, and the files they took away."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> "SavedViewQuerySet":
        """One's own and the shared ones. A shared view shows everybody only the leads they may see."""
        return self.filter(Q(owner=user) | Q(shared=True)) if user.is_active else self.none()


class SavedView(models.Model):
    """Filters, order and columns of the lead list under a name."""

    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    shared = models.BooleanField(_("shared with everybody"), default=False)
    query = models.CharField(max_length=2000, blank=True)
    order = models.CharField(max_length=20, blank=True)
    columns = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="saved_view_named_once",
                violation_error_message=_("You have a view of this name. Write another name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListColumns(models.Model):
    """The columns that a person wants to see where no view names its own."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    columns = ArrayField(models.CharField(max_length=30))


class Export(models.Model):
    """Leads that somebody took away as a file: who, when, which, how many."""

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    class State(models.TextChoices):
        WAITING = "waiting", _("in the making")
        DONE = "done", _("ready")
        FAILED = "failed", _("given up")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    query = models.CharField(max_length=20_000, blank=True)
    columns = ArrayField(models.CharField(max_length=30))
    at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    rows = models.PositiveIntegerField(_("leads"), default=0)
    written = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(_("left out, not to be contacted"), default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Empty for a file that went out with the answer, and again after some days.
    file = models.FileField(upload_to="exports", blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["by", "-at", "-id"], name="export_of_person"),
            # What no worker has finished, and what must be deleted.
            models.Index(fields=["at"], condition=Q(state="waiting"), name="export_waiting"),
            models.Index(fields=["at"], condition=~Q(file=""), name="export_with_file"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def percent(self) -> int:
        """How much is written, 0 to 100."""
        return min(100, 100 * self.written // self.rows) if self.rows else 0
