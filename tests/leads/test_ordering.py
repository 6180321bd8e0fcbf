"""The orders of the lead list: each leads through every lead once, page by page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from leads.models import Handoff, Lead
from leads.ordering import CHOICES, best_page, page_of
from leads.searching import Search
from tests.cast import handoff, lead, make_cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def many(told_once: Callable[..., Any], now: datetime) -> None:
    """The same leads for every test of this module."""
    told_once(lambda: make_many(now))


@pytest.fixture
def crowd(many: None, db: None) -> None:
    """They are here."""


def make_many(now: datetime) -> None:
    cast = make_cast()
    for n in range(7):
        made = handoff(f"p{n}@firm{n % 3}.test", now - timedelta(days=n // 2), cast.rep, name=f"Name {n // 2}")
        Handoff.objects.filter(pk=made.pk).update(due_at=now + timedelta(days=1 + n // 2))
    for n in range(4):
        lead(f"c{n}@gmail.com", now - n * DAY, "CDCD"[n])


@pytest.mark.parametrize("order", [value for value, _label in CHOICES])
def test_each_order_leads_through_every_lead_once(order: str, crowd: None) -> None:
    leads = Lead.objects.all()
    whole = [one.pk for one in page_of(leads, order, size=50).rows]
    pages, after = [], ""
    while True:
        page = page_of(leads, order, after, size=3)
        pages += [one.pk for one in page.rows]
        if not (after := page.next):
            break
    assert pages == whole
    assert sorted(whole) == sorted(leads.values_list("pk", flat=True))


def test_orders_mean_what_they_say(crowd: None, now: datetime) -> None:
    def emails(order: str) -> list[str]:
        return [str(one.email).partition("@")[0] for one in page_of(Lead.objects.all(), order).rows]

    lead("c3@gmail.com", now + DAY, "D", kind="visit")
    assert emails("-touched")[0] == "c3"
    assert emails("touched")[-1] == "c3"
    assert emails("captured")[0] == emails("-captured")[-1]
    assert emails("due")[:2] == ["p0", "p1"]
    assert set(emails("-due")[-4:]) == {"c0", "c1", "c2", "c3"}
    assert emails("name")[:4] == ["c0", "c1", "c2", "c3"]
    assert emails("-name")[0] == "p6"
    assert emails("organisation")[0] == "p0"
    grades = [one.grade for one in page_of(Lead.objects.all(), "-grade").rows]
    assert grades == sorted(grades)


@pytest.mark.parametrize("ranked", [True, False])
def test_whole_words_come_before_beginnings_through_all_pages(
    ranked: bool, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few hits are ranked, of many the list is walked through: one order, and the same keys."""
    monkeypatch.setattr("leads.searching.SIZE", 1)
    monkeypatch.setattr("leads.ordering.SIZE", 1)
    for n in range(4):
        lead(f"a{n}@gmail.com", now + timedelta(hours=n), name="Annegret Holt" if n % 2 else "Ann Holt")
    search = Search.of("ann", User(side="marketing"))
    leads, after, names = Lead.objects.filter(search.begun), "", []
    while True:
        page = best_page(search, after) if ranked else page_of(leads, "", after, whole=search.whole, size=1)
        names += [str(one.email)[:2] for one in page.rows]
        keys = {best_page(search, after).next, page_of(leads, "", after, whole=search.whole, size=1).next}
        assert keys == {page.next}
        if not (after := page.next):
            break
    assert names == ["a2", "a0", "a3", "a1"]


@pytest.mark.parametrize(
    "after", ["x", "0~1~yesterday", "9~1~2026-01-01", "0~99999999999999999999~a", "~~", "0~1~2026-01-01"]
)
def test_a_key_that_is_none_is_the_start(after: str, crowd: None) -> None:
    assert len(page_of(Lead.objects.all(), "-captured", after).rows) == 11
