"""Every row of a file is accounted for."""

from django.db.models import Count, F, IntegerField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as __

from alignment.invariants.finding import STANDSTILL, Invariant
from imports.models import Import


def _rows_left_out() -> QuerySet:
    held = Cast(KeyTextTransform("rows", "layout"), IntegerField())
    return Import.objects.annotate(held=held).filter(state=Import.State.DONE, rows__lt=F("held"))


def _refused_rows_miscounted() -> QuerySet:
    return Import.objects.annotate(kept=Count("refused_rows")).exclude(kept=F("refused"))


INVARIANTS = [
    Invariant(
        "import_adds_up",
        __("The rows of a file are those created, updated, unchanged and refused."),
        lambda: Import.objects.exclude(rows=F("created") + F("updated") + F("unchanged") + F("refused")),
    ),
    Invariant(
        "import_ended",
        __("A file that is loaded to its end has accounted for each of its rows."),
        _rows_left_out,
    ),
    Invariant(
        "import_moves",
        __("A file that is being loaded moves on, or is picked up within minutes."),
        lambda: Import.objects.filter(state=Import.State.RUNNING, progressed_at__lt=timezone.now() - STANDSTILL),
    ),
    Invariant(
        "import_undone",
        __("Nothing is left of an import that was undone."),
        lambda: Import.objects.filter(Q(leads__isnull=False) | Q(touches__isnull=False), state=Import.State.UNDONE),
    ),
    Invariant("refused_kept", __("Every refused row of a file is kept with its sentence."), _refused_rows_miscounted),
]
