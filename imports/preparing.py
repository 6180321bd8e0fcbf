"""An upload becomes an import: how it is read is proposed, a person changes that, and then starts it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import company
from accounts.models import User
from common.errors import DomainError
from common.tables import Layout, sniff
from imports import kinds, mappings
from imports.guarding import storable
from imports.kinds import Kind
from imports.models import Import
from imports.reading import Options, study
from imports.tasks import load

State = Import.State
MOST_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Answers:
    """What a person says about a file. `layout` holds what was chosen of encoding, delimiter, sheet
    and header_row, `mapping` the column for each header, `fixed` a value for every row."""

    layout: Mapping[str, Any] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None


def receive(upload: UploadedFile, *, kind: Kind, by: User, at: datetime) -> Import:
    """Keep an uploaded file and propose how to read it.

    Raises DomainError where `by` may not load this kind, or the file can't be read; then nothing is kept.
    """
    check_may_load(by, kind)
    if (upload.size or 0) > MOST_BYTES:
        raise too_large()
    name = Path(upload.name or "").name[:255] or _("file")
    run = Import(kind=kind.key, file_name=name, by=by, started_at=at)
    run.upload.save(token_hex(16), upload, save=False)
    try:
        _propose(run, kind, {})
        with transaction.atomic():
            run.save()
    except BaseException:
        run.upload.delete(save=False)
        raise
    return run


def differs(run: Import, answers: Answers) -> bool:
    """Whether these answers are others than those that the import was prepared with."""
    told = {header: answers.mapping.get(header, name) for header, name in run.mapping.items()}
    return (
        _reads_otherwise(run, answers)
        or told != run.mapping
        or dict(answers.fixed) != run.fixed
        or answers.day_first != run.options.get("day_first")
    )


def _reads_otherwise(run: Import, answers: Answers) -> bool:
    return any(run.layout.get(name) != value for name, value in answers.layout.items())


@transaction.atomic
def change(run_id: int, answers: Answers, *, version: int) -> Import:
    """Read the file as the person says; other columns than before are proposed anew.

    Raises DomainError `changed` where somebody else was faster, `not_prepared` where it is loaded.
    """
    run = _prepared(run_id, version)
    before = run.headers
    if _reads_otherwise(run, answers):
        _propose(run, kinds.get(run.kind), answers.layout)
    if run.headers == before:
        run.mapping = {header: answers.mapping.get(header, name) for header, name in run.mapping.items()}
    run.fixed = dict(answers.fixed)
    _study(run, answers.day_first)
    run.version += 1
    run.save()
    return run


@transaction.atomic
def discard(run_id: int, *, version: int) -> None:
    """Forget a file that was never loaded. Raises DomainError as `change` does."""
    run = _prepared(run_id, version)
    transaction.on_commit(partial(run.upload.delete, save=False))
    run.delete()


@transaction.atomic
def start(run_id: int, *, version: int, by: User, at: datetime) -> Import:
    """Let the worker load the file as it is prepared. Raises DomainError as `change` does, and
    `unanswered` while the file asks something."""
    run = _prepared(run_id, version)
    if run.questions and run.options.get("day_first") is None:
        raise DomainError("unanswered", _("Say first whether the day or the month comes first in the dates."))
    run.state, run.by = State.RUNNING, by
    run.started_at = run.progressed_at = at
    run.version += 1
    run.save()
    # Where this publish is lost, the beat finds the row.
    transaction.on_commit(lambda: load.delay(run.pk), robust=True)
    return run


def too_large() -> DomainError:
    return DomainError("too_large", _("Load a file of at most 500 MB; split this one."))


def check_may_load(user: User, kind: Kind) -> None:
    """Raise DomainError `may_not_load` where `user` may not load files of `kind`."""
    if not kind.may_load(user):
        raise DomainError("may_not_load", _("Marketing and the managers of both sides load files."))


def _prepared(run_id: int, version: int) -> Import:
    run = Import.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.state != State.PREPARED:
        raise DomainError("not_prepared", _("The file is being loaded already."))
    if run.version != version:
        raise DomainError("changed", _("Somebody has changed this meanwhile. Look at it again."))
    return run


@company.held()
def _propose(run: Import, kind: Kind, chosen: Mapping[str, Any]) -> None:
    layout = sniff(Path(run.upload.path), name=run.file_name, chosen=chosen)
    layout = replace(layout, headers=tuple(map(storable, layout.headers)))
    if tuple(run.headers) != layout.headers or not run.mapping:
        proposal = kinds.propose(kind, layout.headers)
        run.mapping = {**proposal.mapping, **mappings.filled_in(kind, layout.headers)}
        run.options = asdict(Options(export=proposal.export.name if proposal.export else ""))
    run.layout = layout.as_json()
    _study(run, run.options.get("day_first"))


def _study(run: Import, day_first: bool | None) -> None:
    """What the file itself tells about its dates and numbers, and what only a person can say."""
    answers = replace(Options.from_json(run.options), day_first=day_first)
    layout = Layout.from_json(run.layout)
    options, questions = study(kinds.get(run.kind), Path(run.upload.path), layout, run.mapping, answers)
    run.options = options.as_json()
    # What was answered stays to be seen, and can be answered otherwise.
    still = [q for q in run.questions if day_first is not None and run.mapping.get(q["header"]) == q["column"]]
    run.questions = [asdict(question) for question in questions] or still
