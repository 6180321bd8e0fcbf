"""Whatever a table holds: nothing crashes, the rows add up, and a second import changes nothing."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.models import Cost
from common.errors import DomainError
from imports import kinds
from imports.models import ImportRow
from imports.running import import_file
from leads.models import Event, Lead, Touch

pytestmark = pytest.mark.django_db

LIKELY = st.sampled_from(
    [
        "ann@x.test", "ANN@X.test", "bob@y.test", "7", "8", "", "", "n/a", "-1", "Select", "2026-03-01", "03/04/2026",
        "31/02/2026", "46100", "1772323200", "1,234", "(500)", "12k", "4.47701E+11", "447700900202.0",
        "+49 30 23125103", "Fair", "quote", "webinar", "CafÃ©", "Ana\u00a0Díaz", "\u200bann@x.test", "=1+1", '"',
        "a\nb", "é", "李伟", "%s", "<test lead: dummy>", "media", "2999-01-01", "won", "\\N", "\\.", "x" * 300, "\x00",
    ]
)  # fmt: skip
CELL = LIKELY | st.text(max_size=12)
HEADERS = st.sampled_from(
    [
        "email", "external_id", "first_name", "last_name", "name", "phone", "organisation", "website", "employees",
        "country", "source", "campaign", "captured_at", "kind", "note", "Budget", "", "Email", "planned", "actual",
        "on",
    ]
)  # fmt: skip
TABLES = st.tuples(
    st.lists(HEADERS | st.text(max_size=6), min_size=1, max_size=6), st.lists(st.lists(CELL, max_size=7), max_size=6)
)


def _kept() -> tuple[Any, ...]:
    leads = Lead.objects.order_by("pk").values_list("pk", "email", "external_id", "name", "phone", "facts", "version")
    return list(leads), Touch.objects.count(), Event.objects.count(), Cost.objects.count()


def _load(kind: str, content: bytes) -> Any:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        try:
            return import_file(kinds.get(kind), path)
        except DomainError:
            return None


def _check(kind: str, content: bytes) -> None:
    before = _kept()
    run = _load(kind, content)
    if run is None:
        # Refused as a whole, so nothing of it may be there.
        assert _kept() == before
        return
    assert run.rows == run.created + run.updated + run.unchanged + run.refused
    assert run.refused == ImportRow.objects.filter(file=run).count()
    assert Lead.objects.filter(captured_at__gt=timezone.now() + timedelta(days=2)).count() == 0
    before = _kept()
    again = _load(kind, content)
    assert (again.rows, again.created, again.updated) == (run.rows, 0, 0)
    assert _kept() == before


SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@SETTINGS
@given(kind=st.sampled_from(["leads", "costs"]), table=TABLES, delimiter=st.sampled_from(",;\t|"))
@example(kind="leads", table=(["first_name", "0\x00", "first_name", "0\x00"], []), delimiter=",")
def test_any_table_of_cells(kind: str, table: tuple[list[str], list[list[str]]], delimiter: str, db: None) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([table[0], *table[1]])
    _check(kind, text.getvalue().encode("utf-8", "surrogatepass"))


@SETTINGS
@given(content=st.binary(max_size=400))
def test_any_bytes(content: bytes, db: None) -> None:
    _check("leads", b"email,name\nann@x.test,Ann\n" + content)
