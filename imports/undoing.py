"""Taking a whole import back while nobody has worked on what it brought."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from imports import kinds
from imports.models import Import
from notices.telling import Notice, tell

State = Import.State
UNDOABLE = (State.DONE, State.STOPPED, State.FAILED)
# More rows than this take longer than a person waits for a page.
AT_ONCE = 5000


def may_be_undone(run: Import) -> bool:
    """Whether the import is over, brought something, and its kind can be taken back."""
    return run.state in UNDOABLE and run.taken > 0 and kinds.get(run.kind).undo is not None


@transaction.atomic
def undo_import(run_id: int, *, by: User, at: datetime) -> Import:
    """Take back everything that the import brought; its counts and refused rows stay as a record.

    Raises DomainError `cannot_undo` where there is nothing to take back, and what the kind raises
    where somebody has worked on its rows since.
    """
    run = Import.objects.select_for_update(no_key=True).get(pk=run_id)
    undo = kinds.get(run.kind).undo
    if undo is None or not may_be_undone(run):
        raise DomainError("cannot_undo", _("There is nothing to take back."))
    undo(run.pk, at=at, by=by)
    run.state, run.undone_at, run.ended_by = State.UNDONE, at, by
    run.version += 1
    run.save(update_fields=["state", "undone_at", "ended_by", "version"])
    return run


def undo_and_tell(run_id: int, *, by: User, at: datetime) -> None:
    """The same for a worker: `by` is told by a notice that it is done, or why it can't be."""
    run = Import.objects.get(pk=run_id)
    try:
        undo_import(run_id, by=by, at=at)
        title, detail, key = _("%(file)s is undone"), "", "undone"
    except DomainError as error:
        if error.code == "cannot_undo":
            return  # asked for twice
        title, detail, key = _("%(file)s can’t be undone"), error.message, f"not_undone:{at.isoformat()}"
    told = {"title": title % {"file": run.file_name}, "detail": detail, "path": run.get_absolute_url()}
    tell([Notice(person_id=by.pk, kind="import_undone", key=f"import:{run_id}:{key}", **told)], at=at)
