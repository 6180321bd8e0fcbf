"""How an import ends: at the end of its file, stopped by somebody, or because it could not go on."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.errors import DomainError
from imports.models import Import
from notices.telling import Notice, tell

State = Import.State


def finish(run: Import, *, at: datetime) -> None:
    """Every row is accounted for."""
    _end(run, at=at, state=State.DONE)


def fail(run: Import, sentence: str, *, at: datetime) -> None:
    """The import can't go on; what is in stays in."""
    _end(run, at=at, state=State.FAILED, failure=sentence[:500])


def stop(run: Import, *, by: User, at: datetime) -> None:
    """Somebody stops a running import; the chunk that is being taken is the last. Raises DomainError
    `not_running` where it has ended."""
    if not _end(run, at=at, state=State.STOPPED, ended_by=by):
        raise DomainError("not_running", _("The import has ended already."))


@transaction.atomic
def _end(run: Import, *, at: datetime, state: str, **facts: Any) -> bool:
    """Whether this ended it: of several that try, one does, and tells its person."""
    ended = {"state": state, "finished_at": at, "version": run.version + 1, **facts}
    if not Import.objects.filter(pk=run.pk, state=State.RUNNING).update(**ended):
        return False
    run.refresh_from_db()
    if run.upload and run.by_id and run.by_id != run.ended_by_id:
        tell([_notice(run, run.by_id)], at=at)
    return True


def _notice(run: Import, person_id: int) -> Notice:
    titles = {
        State.DONE: _("%(file)s is loaded"),
        State.FAILED: _("%(file)s could not be loaded to its end"),
        State.STOPPED: _("%(file)s was stopped"),
    }
    return Notice(
        person_id=person_id,
        kind="import_ended",
        key=f"import:{run.pk}",
        title=titles[State(run.state)] % {"file": run.file_name},
        detail=run.failure or summary(run),
        path=run.get_absolute_url(),
    )


def summary(run: Import) -> str:
    """What became of the rows, in a sentence."""
    words = ngettext(
        "%(rows)s row: %(created)s created, %(updated)s updated, %(unchanged)s unchanged, %(refused)s refused.",
        "%(rows)s rows: %(created)s created, %(updated)s updated, %(unchanged)s unchanged, %(refused)s refused.",
        run.rows,
    ) % {name: f"{getattr(run, name):,}" for name in ("rows", *Import.RESULTS)}
    return f"{words} {_('Nothing changed.')}" if run.rows and run.rows == run.unchanged else words


def abandoned(run: Import) -> str:
    """Why an import ends whose workers died again and again at the same place."""
    return _(
        "Loading broke off three times after row %(row)s and got no further. What is in stays in; "
        "load the file again, and only the rest is added."
    ) % {"row": f"{run.last_number:,}"}


def broken_off(run: Import) -> str:
    """Why an import ends whose command was killed: nobody else has the file."""
    return _(
        "The command ended after row %(row)s, before the end of the file. What is in stays in; "
        "load the file again, and only the rest is added."
    ) % {"row": f"{run.last_number:,}"}
