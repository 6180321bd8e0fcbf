"""An import of leads is taken back as if it had not been, while nobody has worked on its leads."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import DomainError
from feedback.models import Reason
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from imports.models import Import
from leads.intake import take_in
from leads.models import Event, Handoff, Lead, Organisation, Touch
from leads.undoing import undo
from tests.cast import Cast, handoff, row

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def run() -> Import:
    return begun()


def begun() -> Import:
    return Import.objects.create(kind="leads", file_name="fair.csv", started_at=timezone.now())


def facts(lead: Lead) -> dict[str, Any]:
    """What a lead says of itself, but for how often it was written and when it was judged."""
    lead.refresh_from_db()
    return {k: v for k, v in model_to_dict(lead).items() if k not in ("version", "graded_at", "best_grade")}


def test_leads_that_it_brought_are_gone_with_all_that_hangs_on_them(cast: Cast, now: datetime, run: Import) -> None:
    take_in([row(f"a{n}@x.test", now, "A") for n in range(3)], at=now, run=run.pk)
    assert Handoff.objects.count() == 3
    assert undo(run.pk, at=now + HOUR, by=cast.marketer) == 3
    assert not any(model.objects.exists() for model in (Lead, Touch, Handoff, Event))
    assert Organisation.objects.exists(), "others may work there; it says nothing about anybody"


def test_a_lead_that_was_here_is_as_it_was(cast: Cast, now: datetime, run: Import) -> None:
    take_in([row("ann@x.test", now, "D", facts={"budget": "none"})], at=now)
    ann = Lead.objects.get()
    before = facts(ann)
    later = row("ann@x.test", now + HOUR, "A", kind="quote", phone="+49 30 1", facts={"budget": "big", "size": "XL"})
    take_in([later], at=now + HOUR, run=run.pk)
    assert facts(ann)["phone"] == "+49 30 1"
    assert undo(run.pk, at=now + 2 * HOUR, by=cast.marketer) == 0
    assert facts(ann) == before
    assert ann.touches.count() == 1
    assert [e.by for e in ann.events.filter(kind="import_undone")] == [cast.marketer]


def test_what_was_changed_since_stays(cast: Cast, now: datetime, run: Import) -> None:
    take_in([row("ann@x.test", now)], at=now)
    take_in([row("ann@x.test", now, phone="1", note="Hello")], at=now, run=run.pk)
    Lead.objects.update(phone="2")
    undo(run.pk, at=now, by=None)
    assert Lead.objects.values_list("phone", "note").get() == ("2", "")


def test_a_lead_that_another_source_touched_since_stays_with_that_touch(cast: Cast, now: datetime, run: Import) -> None:
    take_in([row("ann@x.test", now)], at=now, run=run.pk)
    take_in([row("ann@x.test", now + HOUR)], at=now + HOUR)
    assert undo(run.pk, at=now + HOUR, by=None) == 0
    assert list(Touch.objects.values_list("at", flat=True)) == [now + HOUR]
    assert Lead.objects.get().captured_at == now + HOUR


def test_a_closed_lead_that_it_opened_is_closed_again(cast: Cast, now: datetime) -> None:
    said = handoff("ann@x.test", now, cast.rep)
    reason = Reason.objects.filter(group=Reason.Group.TIMING, needs_note=False)[0]
    judgement = Judgement(verdict="nurture", reason=reason, wake_up_on=(now + 90 * 24 * HOUR).date())
    give_verdict(said, judgement, by=cast.rep, at=now + HOUR)
    before, run = facts(said.lead), begun()
    take_in([row("ann@x.test", now + 3 * HOUR, "A", kind="quote")], at=now + 3 * HOUR, run=run.pk)
    assert Handoff.objects.open().count() == 1
    undo(run.pk, at=now + 4 * HOUR, by=cast.marketer)
    assert facts(said.lead) | {"owner": None} == before | {"owner": None}
    assert Handoff.objects.open().count() == 0
    assert Handoff.objects.latest("pk").released_why == "taken_back"


def test_it_is_refused_where_sales_has_worked_on_one_of_them(cast: Cast, now: datetime, run: Import) -> None:
    take_in([row(f"a{n}@x.test", now, "A") for n in range(3)], at=now, run=run.pk)
    respond(Handoff.objects.filter(rep=cast.rep)[0], by=cast.rep, kind="call", at=now + HOUR)
    with pytest.raises(DomainError) as refused:
        undo(run.pk, at=now + HOUR, by=cast.marketer)
    assert (refused.value.code, refused.value.message[:7]) == ("worked_on", "1 lead ")
    assert Lead.objects.count() == 3


rows = st.lists(
    st.builds(
        dict,
        who=st.integers(0, 4),
        hour=st.integers(0, 20),
        grade=st.sampled_from("ABCD"),
        phone=st.sampled_from(["", "1", "2"]),
        budget=st.sampled_from(["", "none", "big"]),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=rows, brought=rows)
def test_an_import_and_its_undo_leave_everything_as_it_was(
    before: list[dict[str, Any]], brought: list[dict[str, Any]], cast: Cast, now: datetime
) -> None:
    Lead.objects.all().delete()
    known(before, now)
    at = now + timedelta(days=1)
    was, touches = everything()
    run = begun()
    known(brought, at, run=run.pk)
    undo(run.pk, at=at, by=cast.marketer)
    assert everything() == (was, touches)


def known(told: list[dict[str, Any]], now: datetime, run: int | None = None) -> None:
    made = [
        row(f"p{one['who']}@x.test", now - one["hour"] * HOUR, one["grade"], number=number, phone=one["phone"],
            facts={"budget": one["budget"]} if one["budget"] else {})
        for number, one in enumerate(told)
    ]  # fmt: skip
    take_in(made, at=now, run=run)


def everything() -> tuple[Any, Any]:
    leads = {lead.email: facts(lead) for lead in Lead.objects.all()}
    volatile = ("grade", "engagement", "stage", "owner")  # the undo judges a day later than the intake did
    kept = {email: {k: v for k, v in told.items() if k not in volatile} for email, told in leads.items()}
    return kept, sorted(Touch.objects.values_list("lead__email", "at", "kind", "note"))
