"""Chunks of a file on two connections: they share people, organisations and campaigns, each row counts once."""

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from alignment.invariants import broken
from campaigns.models import Campaign
from imports import kinds, running
from imports.models import Import
from leads.files import LEADS
from leads.models import Handoff, KnownWord, Lead, Organisation, Touch
from tests.cast import Cast
from tests.imports.conftest import Write

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PEOPLE, ROWS = 60, 200


@pytest.fixture
def path(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each person, organisation and campaign stands in several chunks."""
    monkeypatch.setattr(running, "CHUNK", 25)
    moment = timezone.now().isoformat(timespec="seconds")
    rows = "".join(
        f"p{n % PEOPLE}@firm{n % 7}.test,Person Nummer{n % PEOPLE},Head of procurement,Firm {n % 7},quote,"
        f"Campaign {n % 5},{moment}\n"
        for n in range(ROWS)
    )
    return Path(write("email,name,job_title,organisation,kind,campaign,captured_at\n" + rows))


def addresses() -> set[str]:
    return {f"p{n % PEOPLE}@firm{n % 7}.test" for n in range(ROWS)}


def test_what_chunks_share_is_made_once(cast: Cast, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = set()
    take = LEADS.take_abreast
    assert take

    def noted(*rows: Any, **facts: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            sessions.add(cursor.fetchone())
        return take(*rows, **facts)

    monkeypatch.setitem(LEADS.__dict__, "take_abreast", noted)
    run = running.import_file(kinds.get("leads"), path)
    assert len(sessions) == 2, "the chunks went through one connection"
    assert (run.state, run.rows, run.refused) == (Import.State.DONE, ROWS, 0)
    assert run.created == Lead.objects.count() == len(addresses())
    assert set(Lead.objects.values_list("email", flat=True)) == addresses()
    assert Organisation.objects.count() == 7
    assert Campaign.objects.count() == 5
    assert Touch.objects.count() == run.created + run.updated
    assert Handoff.objects.count() == Lead.objects.filter(grade__in="AB").count() > 0
    assert KnownWord.objects.filter(word="person").exists()
    assert broken() == []
    again = running.import_file(kinds.get("leads"), path)
    assert (again.created, again.updated, again.unchanged) == (0, 0, ROWS)


def test_after_a_chunk_that_failed_none_is_taken_and_the_rest_goes_on_from_there(
    cast: Cast, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leads import handoffs

    hand_off = handoffs.hand_off_graded
    calls: list[int] = []

    def breaking(*rows: Any, **facts: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise DatabaseError("the connection was cut")
        hand_off(*rows, **facts)

    monkeypatch.setattr(handoffs, "hand_off_graded", breaking)
    with pytest.raises(DatabaseError):
        running.import_file(kinds.get("leads"), path)
    run = Import.objects.get()
    assert (run.state, run.rows, run.last_number) == (Import.State.RUNNING, 50, 51)
    assert Lead.objects.count() == 50
    assert not running._take_all(run, path)
    run.refresh_from_db()
    assert (run.state, run.rows, run.created) == (Import.State.DONE, ROWS, len(addresses()))
    assert broken() == []


def test_who_was_overtaken_takes_nothing(cast: Cast, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    run = Import.objects.create(
        kind="leads", file_name="x.csv", state="running", started_at=now, progressed_at=now, last_number=26
    )
    rows = running.Chunk(1, {2: []}, [], [])
    assert not running._taken(run, rows, running.Turn())
    run.refresh_from_db()
    assert (run.rows, run.last_number) == (0, 26)
