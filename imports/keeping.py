"""How long uploaded files are kept: some days, in case a load must be looked into. Refused rows stay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from imports.models import Import

KEPT_FOR = timedelta(days=14)
# An upload that is just being received has no row yet.
UNNAMED_FOR = timedelta(days=1)


def tidy(*, now: datetime) -> int:
    """Remove the files of imports that ended long ago, files that were never loaded, and what a crash
    left without a row; returns how many files that were."""
    before = now - KEPT_FOR
    old = Import.objects.exclude(upload="").filter(
        Q(finished_at__lt=before) | Q(state=Import.State.PREPARED, started_at__lt=before)
    )
    removed = sum(_forget(run) for run in old)
    return removed + _sweep_out(now - UNNAMED_FOR)


def _forget(run: Import) -> int:
    path = Path(run.upload.path)
    if run.state == Import.State.PREPARED:
        gone = Import.objects.filter(pk=run.pk, state=run.state, version=run.version).delete()[0]
    else:
        gone = Import.objects.filter(pk=run.pk).update(upload="")
    if gone:
        path.unlink(missing_ok=True)
    return int(bool(gone))


def _sweep_out(before: datetime) -> int:
    """A row may have been rolled back after its file was written."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    files = {f"imports/{path.name}": path for path in folder.glob("*")} if folder.exists() else {}
    known = set(Import.objects.filter(upload__in=files).values_list("upload", flat=True))
    orphans = [
        path for name, path in files.items()
        if name not in known and datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
    ]  # fmt: skip
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
