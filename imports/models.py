"""Files that came in, what became of each row, and mappings that people keep."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from imports import kinds


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> "ImportQuerySet":
        """The one door: whoever may load a kind of file sees the files of that kind."""
        return self.filter(kind__in=[kind.key for kind in kinds.loadable_by(user)])


class Import(models.Model):
    """One file, read once. `rows` is always the sum of the four results."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Not loaded yet")
        RUNNING = "running", _("Loading")
        DONE = "done", _("Loaded")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Could not go on")
        UNDONE = "undone", _("Undone")

    RESULTS = ("created", "updated", "unchanged", "refused")

    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=255)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="imports")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PREPARED)
    version = models.PositiveIntegerField(default=1)

    # How the file is read. The file itself is removed some days after its end.
    upload = models.FileField(upload_to="imports", max_length=120, blank=True)
    layout = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    fixed = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    questions = models.JSONField(default=list)

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True)

    # The checkpoint: all rows up to this one are accounted for.
    last_number = models.PositiveIntegerField(default=0)
    progressed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=list, help_text="The first ones: row and sentence.")

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-started_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rows=F("created") + F("updated") + F("unchanged") + F("refused")),
                name="import_rows_add_up",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, state__in=["prepared", "running"])
                | Q(finished_at__isnull=False, state__in=["done", "stopped", "failed", "undone"]),
                name="import_ended_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(progressed_at__isnull=False), name="import_running_moves"
            ),
            models.CheckConstraint(condition=Q(state="undone") ^ Q(undone_at=None), name="import_undone_has_a_moment"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-started_at", "-id"], name="import_newest_first"),
            # What a beat must look after.
            models.Index(fields=["progressed_at"], condition=Q(state="running"), name="import_running"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("imports:import", args=[self.pk])

    @property
    def headers(self) -> list[str]:
        """The columns of the file in their order; JSON keeps none for the mapping."""
        return list(self.layout.get("headers", self.mapping))

    @property
    def total(self) -> int:
        """How many rows the file holds, as far as is known."""
        return int(self.layout.get("rows", 0)) or self.rows

    @property
    def taken(self) -> int:
        """Rows that changed something."""
        return self.created + self.updated


class ImportRow(models.Model):
    """A refused row, kept word for word with the sentence that says why."""

    file = models.ForeignKey(Import, models.CASCADE, related_name="refused_rows")
    number = models.PositiveIntegerField(help_text="Row of the file; the header is row 1.")
    values = models.JSONField()
    sentence = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "number"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"row {self.number}: {self.sentence}"


class SavedMapping(models.Model):
    """What the columns of a file become, kept under a name for the next file with the same columns."""

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=20)
    signature = models.CharField(max_length=64, help_text="Digest of the set of headers.")
    mapping = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-saved_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint("kind", "signature", Lower("name"), name="mapping_named_once"),
        ]

    def __str__(self) -> str:
        return self.name
