"""The lines of the trail."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


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
