"""A page of 50 rows costs as many queries as a page of one."""

from datetime import date, datetime, timedelta

import pytest

from accounts.models import Team, User
from campaigns.models import Activity, Campaign, Cost
from feedback.models import Adjustment
from feedback.responses import respond
from imports.models import Import
from leads.models import Handoff, Organisation
from tests.api.conftest import Api, Counted
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db

# Token, company, and what the address itself asks. The last use of a token is written every five minutes.
COUNTS = {
    "leads/": 3,
    # What was typed is read as words, and the hits are looked up before the list is asked.
    "leads/?grade=A&q=test&overdue=true": 6,
    "handoffs/": 3,
    "handoffs/?state=met": 3,
    "campaigns/": 4,
    "campaigns/c0/costs/": 5,
    "campaigns/c0/activities/": 5,
    "reviews/2026-Q3/figures/leads/leads/": 4,
    "reviews/2026-Q3/": 22,
    "organisations/": 3,
    "people/": 3,
    "teams/": 3,
    "imports/": 3,
    "adjustments/": 3,
    "definitions/": 5,
}


def rows(cast: Cast, now: datetime, start: int, stop: int) -> None:
    for n in range(start, stop):
        made = handoff(f"p{n}@firm{n}.test", now + timedelta(minutes=n), cast.rep, campaign=f"c{n}")
        respond(made, by=cast.rep, kind="call", at=made.at)
        Organisation.objects.filter(domain=f"firm{n}.test").update(owner=cast.rep)
        Team.objects.create(name=f"Team {n}", side="sales")
        User.objects.create(name=f"P{n}", email=f"p{n}@alignment.test", side="sales", team=cast.rep.team)
        Import.objects.create(kind="leads", file_name="x.csv", by=cast.marketer, started_at=now)
        facts = {"group": "timing", "due_on": date(2026, 9, 1), "opened_at": now, "opened_by": cast.marketer}
        about, before = Campaign.objects.get(code=f"c{n}"), now - timedelta(days=9)
        Adjustment.objects.create(campaign=about, owner=cast.marketer, title="x", before_from=before, **facts)
        Campaign.objects.filter(code=f"c{n}").update(owner=cast.marketer, sales_partner=cast.rep)
        fair = Campaign.objects.get(code="c0")
        Cost.objects.create(campaign=fair, kind="media", on=date(2026, 9, 1), actual=1)
        Activity.objects.create(campaign=fair, what="Built", on=date(2026, 9, 1), by=cast.marketer)


def test_one_row_and_fifty_cost_the_same(api: Api, cast: Cast, now: datetime, queries: Counted) -> None:
    client = api(cast.marketer)
    client.get("/api/v1/leads/")

    def counted() -> dict[str, int]:
        return {path: queries(lambda path=path: client.get(f"/api/v1/{path}")) for path in COUNTS}  # type: ignore[misc]

    rows(cast, now, 0, 1)
    one = counted()
    rows(cast, now, 1, 50)
    assert Handoff.objects.count() == 50
    assert one == counted()
    assert one == COUNTS


def test_one_lead_is_read_and_taken_in_by_a_known_number_of_queries(api: Api, cast: Cast, queries: Counted) -> None:
    client = api(cast.marketer)
    first = client.post("/api/v1/leads/", {"email": "first@x.test"}).json()["id"]
    assert queries(lambda: client.get(f"/api/v1/leads/{first}/")) == 3
    # Statements of the intake, the grading, the clock and likely duplicates, whoever it is; see test_bulk.py.
    assert queries(lambda: client.post("/api/v1/leads/", {"email": "second@x.test"})) == 49
