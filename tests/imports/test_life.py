"""The life of an import: prepared, changed, loaded from its checkpoint, ended once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from common.errors import DomainError
from imports import ending, keeping, kinds, preparing, running
from imports.models import Import, ImportRow
from imports.preparing import Answers
from leads.models import Lead, Touch
from notices.models import Notification
from tests.cast import Cast, loaded, upload

pytestmark = pytest.mark.django_db
TEXT = "email,name,captured_at\nann@x.test,Ann,2026-09-01\nbob@x.test,Bob,2026-09-02\nno address,Cat,2026-09-03\n"


@pytest.fixture
def run(cast: Cast, now: datetime) -> Import:
    return upload(TEXT, cast.marketer, now)


def refusal(code: str) -> Any:
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def counts(run: Import) -> Sequence[int]:
    return [getattr(run, name) for name in ("rows", *Import.RESULTS)]


def kept_files(uploads: Path) -> list[Path]:
    return [path for path in uploads.rglob("*") if path.is_file()]


# --- an upload -----------------------------------------------------------------------------------


def test_an_upload_is_kept_under_a_random_name_and_read_as_proposed(run: Import, uploads: Path) -> None:
    assert (run.state, run.file_name, run.headers) == ("prepared", "fair.csv", ["email", "name", "captured_at"])
    assert run.mapping == {"email": "email", "name": "name", "captured_at": "captured_at"}
    (kept,) = kept_files(uploads)
    assert "fair" not in kept.name
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not Lead.objects.exists()


def test_what_is_no_table_leaves_nothing_behind(cast: Cast, now: datetime, uploads: Path) -> None:
    with refusal("empty_file"):
        upload("", cast.marketer, now)
    assert kept_files(uploads) == []
    assert not Import.objects.exists()


def test_a_rep_loads_nothing(cast: Cast, now: datetime, uploads: Path) -> None:
    with refusal("may_not_load"):
        upload(TEXT, cast.rep, now)
    assert kept_files(uploads) == []


def test_outcomes_are_for_managers(cast: Cast, now: datetime) -> None:
    with refusal("may_not_load"):
        upload("email,won_at\nann@x.test,2026-09-01\n", cast.marketer, now, kind="outcomes")
    run = upload("email,won_at\nann@x.test,2026-09-01\n", cast.sales_manager, now, kind="outcomes")
    assert list(Import.objects.visible_to(cast.sales_manager)) == [run]
    assert not Import.objects.visible_to(cast.marketer).exists()


def test_a_file_beyond_the_limit_is_refused_before_it_is_kept(cast: Cast, now: datetime, uploads: Path) -> None:
    file = SimpleUploadedFile("huge.csv", b"email\n")
    file.size = preparing.MOST_BYTES + 1
    with refusal("too_large"):
        preparing.receive(file, kind=kinds.get("leads"), by=cast.marketer, at=now)
    assert kept_files(uploads) == []


# --- answers -------------------------------------------------------------------------------------


def test_a_person_says_what_columns_become_and_which_campaign_it_was(run: Import, cast: Cast, now: datetime) -> None:
    answers = Answers(mapping={"name": "organisation"}, fixed={"campaign": "Fair"})
    assert preparing.differs(run, answers)
    changed = preparing.change(run.pk, answers, version=run.version)
    assert not preparing.differs(changed, answers)
    loaded(changed, cast.marketer, now)
    ann = Lead.objects.get(email="ann@x.test")
    assert (ann.name, str(ann.organisation), str(ann.campaign)) == ("", "Ann", "Fair")


def test_a_file_read_otherwise_has_other_columns(cast: Cast, now: datetime) -> None:
    run = upload("email;name\nann@x.test;Ann, B\n", cast.marketer, now)
    changed = preparing.change(run.pk, Answers(layout={"delimiter": ","}), version=1)
    assert run.headers == ["email", "name"] != changed.headers
    assert set(changed.mapping) == set(changed.headers)


def test_the_second_of_two_people_is_told(run: Import) -> None:
    preparing.change(run.pk, Answers(fixed={"campaign": "Fair"}), version=1)
    with refusal("changed"):
        preparing.change(run.pk, Answers(fixed={"campaign": "Other"}), version=1)
    run.refresh_from_db()
    assert run.fixed == {"campaign": "Fair"}


def test_a_file_that_was_not_loaded_can_be_forgotten(
    run: Import, uploads: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        preparing.discard(run.pk, version=1)
    assert kept_files(uploads) == []
    assert not Import.objects.exists()


# --- loading -------------------------------------------------------------------------------------


def test_every_row_is_accounted_for_and_its_person_is_told_once(run: Import, cast: Cast, now: datetime) -> None:
    done = loaded(run, cast.marketer, now)
    assert (done.state, counts(done)) == ("done", [3, 2, 0, 0, 1])
    assert ImportRow.objects.get().number == 4
    told = Notification.objects.get(person=cast.marketer)
    assert told.title == "fair.csv is loaded"
    assert told.detail == "3 rows: 2 created, 0 updated, 0 unchanged, 1 refused."
    assert not running.go_on(run.pk, at=now, seconds=60)
    assert Notification.objects.count() == 1
    assert Touch.objects.count() == 2


def test_the_same_file_twice_changes_nothing(run: Import, cast: Cast, now: datetime) -> None:
    loaded(run, cast.marketer, now)
    again = loaded(upload(TEXT, cast.marketer, now), cast.marketer, now)
    assert counts(again) == [3, 0, 0, 2, 1]
    assert Touch.objects.count() == 2


def test_rows_without_a_date_add_one_touch_for_each_campaign(cast: Cast, now: datetime) -> None:
    first, other = "email,campaign\nann@x.test,Fair\n", "email,campaign\nann@x.test,Webinar\n"
    results = [counts(loaded(upload(text, cast.marketer, now), cast.marketer, now)) for text in (first, first, other)]
    assert results == [[1, 1, 0, 0, 0], [1, 0, 0, 1, 0], [1, 0, 1, 0, 0]]
    assert Touch.objects.count() == 2


def test_a_second_press_starts_nothing(run: Import, cast: Cast, now: datetime) -> None:
    preparing.start(run.pk, version=1, by=cast.marketer, at=now)
    for version in (1, 2):
        with refusal("not_prepared"):
            preparing.start(run.pk, version=version, by=cast.marketer, at=now)
    with refusal("not_prepared"):
        preparing.change(run.pk, Answers(), version=2)
    with refusal("not_prepared"):
        preparing.discard(run.pk, version=2)
    run.refresh_from_db()
    assert (run.state, run.version, run.started_at) == (Import.State.RUNNING, 2, now)


def test_what_was_previewed_is_what_is_loaded(run: Import, cast: Cast, now: datetime) -> None:
    preparing.change(run.pk, Answers(fixed={"campaign": "Fair"}), version=1)
    with refusal("changed"):
        preparing.start(run.pk, version=1, by=cast.marketer, at=now)
    run.refresh_from_db()
    assert (run.state, run.fixed) == (Import.State.PREPARED, {"campaign": "Fair"})


def test_while_a_question_is_open_nothing_starts(run: Import, cast: Cast, now: datetime) -> None:
    run.questions = [{"column": "captured_at", "header": "captured_at", "kind": "dates", "examples": ["03/04/2026"]}]
    run.save()
    with refusal("unanswered"):
        preparing.start(run.pk, version=1, by=cast.marketer, at=now)
    preparing.change(run.pk, Answers(day_first=True), version=1)
    assert preparing.start(run.pk, version=2, by=cast.marketer, at=now).state == Import.State.RUNNING


def test_the_worker_is_told_once_the_row_is_kept(
    run: Import, cast: Cast, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as told:
        preparing.start(run.pk, version=1, by=cast.marketer, at=now)
    assert len(told) == 1


def test_a_start_that_is_rolled_back_tells_no_worker(
    run: Import, cast: Cast, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as told, transaction.atomic():
        preparing.start(run.pk, version=1, by=cast.marketer, at=now)
        transaction.set_rollback(True)
    assert told == []
    run.refresh_from_db()
    assert run.state == "prepared"


# --- from the checkpoint on ----------------------------------------------------------------------


@pytest.fixture
def long(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Import:
    """A running import of ten rows in chunks of three."""
    monkeypatch.setattr(running, "CHUNK", 3)
    rows = "".join(f"p{n}@x.test,2026-09-01\n" for n in range(10))
    run = upload("email,captured_at\n" + rows, cast.marketer, now)
    return preparing.start(run.pk, version=1, by=cast.marketer, at=now)


def test_a_worker_whose_time_is_up_leaves_the_rest_to_the_next(long: Import, now: datetime) -> None:
    assert running.go_on(long.pk, at=now, seconds=0)
    long.refresh_from_db()
    assert (long.state, long.rows, long.last_number) == ("running", 3, 4)
    assert not running.go_on(long.pk, at=now, seconds=60)
    long.refresh_from_db()
    assert (long.state, counts(long)) == ("done", [10, 10, 0, 0, 0])
    assert Touch.objects.count() == 10


def test_a_worker_that_was_overtaken_takes_nothing_twice(long: Import, now: datetime) -> None:
    slow = Import.objects.get(pk=long.pk)
    running.go_on(long.pk, at=now, seconds=0)
    assert not running._take_all(slow, Path(slow.upload.path))
    long.refresh_from_db()
    assert (long.rows, Touch.objects.count()) == (3, 3)


def test_somebody_stops_it_between_two_chunks(long: Import, cast: Cast, now: datetime) -> None:
    running.go_on(long.pk, at=now, seconds=0)
    ending.stop(long, by=cast.marketing_manager, at=now)
    assert not running.go_on(long.pk, at=now, seconds=60)
    long.refresh_from_db()
    assert (long.state, long.ended_by, long.rows) == ("stopped", cast.marketing_manager, 3)
    assert Notification.objects.get(person=cast.marketer).title == "fair.csv was stopped"
    with refusal("not_running"):
        ending.stop(long, by=cast.marketer, at=now)


def test_three_attempts_without_a_row_are_enough(long: Import, now: datetime) -> None:
    running.go_on(long.pk, at=now, seconds=0)
    for _attempt in range(3):
        assert running._claim(long.pk, at=now)
    assert not running.go_on(long.pk, at=now, seconds=60)
    long.refresh_from_db()
    assert (long.state, long.rows) == ("failed", 3)
    assert long.failure.startswith("Loading broke off three times after row 4 ")
    assert Notification.objects.get().detail == long.failure[:300]


def test_attempts_are_counted_anew_after_each_chunk(long: Import, now: datetime) -> None:
    for _round in range(2):
        for _attempt in range(2):
            running._claim(long.pk, at=now)
        assert running.go_on(long.pk, at=now, seconds=0)
    long.refresh_from_db()
    assert (long.attempts, long.rows) == (0, 6)


def test_a_file_that_can_no_longer_be_read_ends_the_import_with_the_sentence(long: Import, now: datetime) -> None:
    running.go_on(long.pk, at=now, seconds=0)
    path = Path(long.upload.path)
    path.write_text(path.read_text() + '"never closed\n')
    assert not running.go_on(long.pk, at=now, seconds=60)
    long.refresh_from_db()
    assert long.state == "failed"
    assert "quot" in long.failure
    assert long.rows == Touch.objects.count()


def test_bytes_that_are_no_text_refuse_their_row(cast: Cast, now: datetime) -> None:
    run = upload("email,Straße\nann@x.test,Süd\nbob@x.test,Ost\n", cast.marketer, now, encoding="cp1252")
    changed = preparing.change(run.pk, Answers(layout={"encoding": "utf-8"}), version=1)
    done = loaded(changed, cast.marketer, now)
    assert (done.state, counts(done)) == ("done", [2, 1, 0, 0, 1])
    assert "\udcfc" not in str(ImportRow.objects.get().values)


def test_an_import_of_which_nothing_is_heard_is_picked_up(long: Import, now: datetime) -> None:
    assert running.silent(now + timedelta(seconds=60)) == []
    assert running.silent(now + timedelta(seconds=120)) == [long.pk]
    running._claim(long.pk, at=now + timedelta(seconds=120))
    assert running.silent(now + timedelta(seconds=130)) == []


def test_a_command_that_died_is_told_as_broken_off(long: Import, now: datetime) -> None:
    Import.objects.filter(pk=long.pk).update(upload="", rows=3, created=3, last_number=4)
    assert running.silent(now + timedelta(seconds=120)) == []
    long.refresh_from_db()
    assert (long.state, long.rows) == ("failed", 3)
    assert long.failure.startswith("The command ended after row 4,")


# --- how long files are kept ---------------------------------------------------------------------


def test_old_files_are_removed_and_refused_rows_stay(run: Import, cast: Cast, now: datetime, uploads: Path) -> None:
    done = loaded(run, cast.marketer, now)
    forgotten = upload(TEXT, cast.marketer, now)
    Import.objects.filter(pk=done.pk).update(finished_at=now)
    assert keeping.tidy(now=now + timedelta(days=13)) == 0
    assert keeping.tidy(now=now + timedelta(days=15)) == 2
    assert kept_files(uploads) == []
    assert list(Import.objects.values_list("state", "upload")) == [("done", "")]
    assert (ImportRow.objects.count(), forgotten.version) == (1, 1)
    assert keeping.tidy(now=now + timedelta(days=15)) == 0


def test_what_a_crash_left_without_a_row_is_swept_out(run: Import, uploads: Path) -> None:
    orphan = uploads / "imports" / "0000"
    orphan.write_text("email\n")
    soon = timezone.now()
    Import.objects.update(started_at=soon)
    assert keeping.tidy(now=soon) == 0
    assert keeping.tidy(now=soon + timedelta(days=2)) == 1
    assert kept_files(uploads) == [Path(run.upload.path)]


def test_a_running_import_keeps_its_file(run: Import, cast: Cast, now: datetime, uploads: Path) -> None:
    preparing.start(run.pk, version=1, by=cast.marketer, at=now)
    assert keeping.tidy(now=now + timedelta(days=99)) == 0
    assert len(kept_files(uploads)) == 1


# --- questions -----------------------------------------------------------------------------------


def test_an_answered_question_stays_to_be_answered_otherwise(cast: Cast, now: datetime) -> None:
    run = upload("email,Created\nann@x.test,03/04/2026\n", cast.marketer, now)
    assert [question["header"] for question in run.questions] == ["Created"]
    run = preparing.change(run.pk, Answers(day_first=True), version=run.version)
    assert [question["header"] for question in run.questions] == ["Created"]
    run = preparing.change(run.pk, Answers(mapping={"Created": "-"}, day_first=True), version=run.version)
    assert run.questions == []
