"""A rep hears of new leads, once for all that are handed off together."""

from datetime import datetime, timedelta

import pytest

from leads.handoffs import hand_off_now
from leads.intake import take_in
from leads.models import Handoff, Lead
from notices.models import Notification
from tests.cast import Cast, row

pytestmark = pytest.mark.django_db


def new_leads() -> list[tuple[int, str, str]]:
    rows = Notification.objects.filter(kind="handed_off").order_by("pk")
    return list(rows.values_list("person", "title", "path"))


def test_each_rep_is_told_once_of_all_that_come_together(cast: Cast, now: datetime) -> None:
    take_in([row(f"n{n}@gmail.com", now, "A") for n in range(7)], at=now)
    counts = {rep: Handoff.objects.filter(rep=rep).count() for rep in (cast.rep, cast.mate, cast.other_rep)}
    assert sum(counts.values()) == 7
    told = new_leads()
    assert {(person, title, path) for person, title, path in told} == {
        (rep.pk, f"{n} new leads are yours", "/followups/") for rep, n in counts.items()
    }
    assert len(told) == 3
    assert all(Notification.objects.filter(kind="handed_off").values_list("awaits_digest", flat=True))


def test_a_single_lead_is_opened_by_its_notice(cast: Cast, now: datetime) -> None:
    take_in([row("ann@gmail.com", now, "A")], at=now)
    made = Handoff.objects.get()
    assert new_leads() == [(made.rep_id, "1 new lead is yours", f"/leads/{made.lead_id}/")]


def test_the_queue_history_and_marketing_s_leads_are_told_to_nobody(cast: Cast, now: datetime) -> None:
    take_in([row("old@gmail.com", now - timedelta(days=90), "A"), row("c@gmail.com", now, "C")], at=now)
    for rep in (cast.rep, cast.mate, cast.other_rep):
        rep.away_until = now + timedelta(days=3)
        rep.save()
    take_in([row("ann@gmail.com", now, "A")], at=now)
    assert Handoff.objects.open().get().rep is None
    assert new_leads() == []


def test_who_hands_off_to_themselves_is_not_told(cast: Cast, now: datetime) -> None:
    for rep in (cast.rep, cast.mate, cast.other_rep):
        rep.takes_leads = False
        rep.save()
    cast.sales_manager.team, cast.sales_manager.takes_leads = cast.rep.team, True
    cast.sales_manager.save()
    take_in([row("ann@gmail.com", now, "A")], at=now)
    assert len(new_leads()) == 1
    Handoff.objects.all().delete()
    Lead.objects.update(stage="new", owner=None)
    assert hand_off_now(Lead.objects.all(), at=now, by=cast.sales_manager) == 1
    assert Handoff.objects.get().rep == cast.sales_manager
    assert len(new_leads()) == 1
