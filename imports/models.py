"""Files that came in, and what became of each row."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Import(models.Model):
    """One file, read once. `rows` is always the sum of the four results."""

    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=255)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="imports")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    mapping = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-started_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rows=F("created") + F("updated") + F("unchanged") + F("refused")),
                name="import_rows_add_up",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


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
