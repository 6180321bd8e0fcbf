"""The plan of the next quarter: money that is written, moved and proposed, what it may bring, and what comes of it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change
from accounts.quarters import quarter_named
from campaigns.models import Campaign, Cost
from common.errors import DomainError
from common.statistics import difference, newcombe, poisson, poisson_ahead, summed
from feedback.models import Outcome
from leads.models import Lead
from reviews import planning
from reviews.deciding import decide
from reviews.expecting import COUNTS, past, together
from reviews.models import Plan, PlanLine, Review
from reviews.opening import review_of
from reviews.plans import agreed, planned
from tests.cast import Cast

pytestmark = pytest.mark.django_db
KEY = "2026-Q3"
QUARTER = timedelta(days=92)


@pytest.fixture
def fair(cast: Cast) -> Campaign:
    return campaign("fair", "event")


def campaign(code: str, channel: str = "event") -> Campaign:
    return Campaign.objects.create(code=code, name=code.title(), channel=channel)


def cost(of: Campaign, on: date, amount: int) -> None:
    Cost.objects.create(campaign=of, kind="media", on=on, actual=Decimal(amount))


def captured(of: Campaign | None, at: datetime, n: int, grade: str = "A", won: int = 0) -> None:
    """So many leads; the first `won` of them with an opportunity and a win."""
    first = Lead.objects.count()
    made = Lead.objects.bulk_create(
        Lead(email=f"l{first + i}@x.test", campaign=of, captured_at=at, best_grade=grade) for i in range(n)
    )
    Outcome.objects.bulk_create(
        Outcome(lead=lead, kind=kind, at=at) for lead in made[:won] for kind in ("opportunity", "won")
    )


def line(cast: Cast, now: datetime, of: Campaign | None = None, budget: int = 100, **facts: Any) -> PlanLine:
    said = {"campaign": of, "budget": Decimal(budget), "owner": cast.marketer, **facts}
    return planning.add_line(KEY, said, by=cast.sales_manager, at=now)


def refused(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(*args, **given)
    return refusal.value.code


def trail(what: str) -> list[tuple[str, Any]]:
    return list(Change.objects.filter(what=f"reviews.{what}").order_by("pk").values_list("act", "changes"))


# --- writing --------------------------------------------------------------------------------------


def test_a_line_is_added_changed_and_taken_out(cast: Cast, fair: Campaign, now: datetime) -> None:
    who: dict[str, Any] = {"by": cast.sales_manager, "at": now}
    made = line(cast, now, fair)
    assert (made.plan.review.quarter, made.budget, made.version) == (KEY, 100, 1)
    said = {"name": "Small  stand", "channel": "event", "budget": Decimal(50), "owner": cast.rep, "note": "Near"}
    changed = planning.change_line(KEY, made.pk, said, version=1, **who)
    assert (changed.campaign, changed.name, changed.version) == (None, "Small stand", 2)
    assert refused(planning.change_line, KEY, made.pk, said, version=1, **who) == "stale"
    assert refused(planning.remove_line, KEY, made.pk, version=1, **who) == "stale"
    planning.remove_line(KEY, made.pk, version=2, **who)
    assert refused(planning.remove_line, KEY, made.pk, version=2, **who) == "gone"
    assert [act for act, _changes in trail("planline")] == ["added", "changed", "removed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"campaign": None}, {"campaign": None, "name": "New"}, {"budget": Decimal(-1)}, {"budget": None},
        {"budget": Decimal(10) ** 12}, {"campaign": None, "name": "N", "channel": "telepathy"},
    ],
)  # fmt: skip
def test_what_is_no_line_leaves_nothing(wrong: dict[str, Any], cast: Cast, fair: Campaign, now: datetime) -> None:
    said = {"campaign": fair, "budget": Decimal(1), "owner": cast.marketer, **wrong}
    assert refused(planning.add_line, KEY, said, by=cast.admin, at=now) == "bad_value"
    assert not PlanLine.objects.exists()


def test_a_campaign_has_one_line(cast: Cast, fair: Campaign, now: datetime) -> None:
    line(cast, now, fair)
    assert refused(line, cast, now, fair) == "bad_value"
    line(cast, now, name="Stand", channel="event")
    assert refused(line, cast, now, name="STAND", channel="event") == "bad_value"


def test_only_managers_plan_and_nobody_once_it_is_signed(cast: Cast, fair: Campaign, now: datetime) -> None:
    said = {"campaign": fair, "budget": Decimal(1), "owner": cast.marketer}
    for by in (cast.rep, cast.marketer):
        assert refused(planning.add_line, KEY, said, by=by, at=now) == "not_yours"
        assert refused(planning.propose_lines, KEY, by=by, at=now) == "not_yours"
        assert refused(planning.take_over, KEY, by=by, at=now) == "not_yours"
    Review.objects.create(quarter="2026-Q2", status="signed", opened_at=now, signed_at=now)
    assert refused(planning.add_line, "2026-Q2", said, by=cast.admin, at=now) == "signed"


def test_all_budgets_are_written_in_one_act(cast: Cast, fair: Campaign, now: datetime) -> None:
    one, other = line(cast, now, fair, 100), line(cast, now, campaign("mail"), 40)
    who: dict[str, Any] = {"by": cast.marketing_manager, "at": now}
    wanted = {one.pk: Decimal(70), other.pk: Decimal(40)}
    planning.set_budgets(KEY, wanted, Decimal(200), versions={one.pk: 1}, version=1, **who)
    assert Plan.objects.get().given == 200
    assert dict(PlanLine.objects.values_list("pk", "version")) == {one.pk: 2, other.pk: 1}
    assert trail("plan") == [("changed", {"Fair": ["100.00", "70"], "given": [None, "200"]})]
    again = {"versions": {one.pk: 1, other.pk: 1}, **who}
    # Whoever has not seen the latest is told; what is the same by now is no matter.
    assert refused(planning.set_budgets, KEY, {one.pk: Decimal(60)}, Decimal(200), version=2, **again) == "stale"
    assert refused(planning.set_budgets, KEY, wanted, Decimal(300), version=1, **again) == "stale"
    planning.set_budgets(KEY, wanted, Decimal(200), version=1, **again)
    assert len(trail("plan")) == 1


def test_moved_money_keeps_the_total(cast: Cast, fair: Campaign, now: datetime) -> None:
    one, other = line(cast, now, fair, 100), line(cast, now, campaign("mail"), 40)
    seen: dict[str, Any] = {"versions": {one.pk: 1, other.pk: 1}, "by": cast.admin, "at": now}
    move = planning.move_money
    for amount in (Decimal(0), Decimal(-5), Decimal("100.01")):
        assert refused(move, KEY, amount, source=one.pk, target=other.pk, **seen) == "bad_value"
    assert refused(move, KEY, Decimal(1), source=one.pk, target=one.pk, **seen) == "same_line"
    move(KEY, Decimal("30.50"), source=one.pk, target=other.pk, **seen)
    assert dict(PlanLine.objects.values_list("pk", "budget")) == {one.pk: Decimal("69.5"), other.pk: Decimal("70.5")}
    assert refused(move, KEY, Decimal(1), source=one.pk, target=other.pk, **seen) == "stale"
    assert len(trail("plan")) == 1


def test_what_goes_on_is_proposed_at_its_last_cost(cast: Cast, fair: Campaign, now: datetime) -> None:
    cost(fair, date(2026, 8, 1), 900)
    cost(fair, date(2026, 6, 30), 5000)
    kinds = {"fair": "double_down", "mail": "fix", "list": "abandon", "search": "keep"}
    for code, kind in kinds.items():
        of = Campaign.objects.filter(code=code).first() or campaign(code)
        said = {"kind": kind, "rationale": "So", "owner": cast.marketer, "confirmed": True}
        decide(KEY, of, said, version=0, by=cast.admin, at=now)
    line(cast, now, Campaign.objects.get(code="search"), 77)
    planning.propose_lines(KEY, by=cast.admin, at=now)
    told = dict(PlanLine.objects.values_list("campaign__code", "budget"))
    assert told == {"fair": 900, "mail": 0, "search": 77}
    assert trail("plan") == [("changed", {"lines": [None, ["Fair", "Mail"]]})]
    assert refused(planning.propose_lines, KEY, by=cast.admin, at=now) == "nothing_to_propose"


# --- what money may bring -------------------------------------------------------------------------


def test_counts_ahead_are_the_score_interval_of_both_doubts() -> None:
    value, low, high = poisson_ahead(40, 0.5)
    assert value == 20
    # Both ends are 1.96 standard deviations of the difference away, with the rate that the end itself implies.
    for end in (low, high):
        rate = (40 + end) / 1.5
        assert abs(end - 20) == pytest.approx(1.959964 * (rate * (0.25 + 0.5)) ** 0.5, rel=1e-6)
    assert poisson_ahead(0, 1)[:2] == (0, 0)
    assert poisson(9)[1:] == pytest.approx((4.735, 17.107), abs=0.001)


def test_intervals_of_sums_and_differences_are_those_of_zou_and_donner() -> None:
    assert summed([(3, 1, 6), (4, 1, 8)]) == pytest.approx((7, 7 - 13**0.5, 12))
    assert difference((3, 1, 6), (4, 1, 8)) == pytest.approx((-1, -1 - 20**0.5, -1 + 18**0.5))
    # Table II of Newcombe (1998), row (a): 56/70 against 48/80, method 10.
    assert newcombe(56, 70, 48, 80)[1:] == pytest.approx((0.0524, 0.3339), abs=0.0001)


def test_a_budget_is_judged_by_the_nearest_past_that_is_enough(cast: Cast, fair: Campaign, now: datetime) -> None:
    small, mail = campaign("small"), campaign("mail", "email")
    for of, n, won in ((fair, 30, 3), (small, 5, 1), (mail, 4, 0)):
        captured(of, now - QUARTER, n, won=won)
        cost(of, (now - QUARTER).date(), 100 * n)
    captured(campaign("free"), now, 500, won=500)  # says nothing of money
    captured(fair, now - 5 * QUARTER, 1000)  # too long ago
    captured(fair, now, 50, grade="C")
    known = past(quarter_named(KEY), now=now)

    def counts(of: Campaign | None, channel: str) -> tuple[str, Decimal, tuple[int, ...]]:
        basis = known.basis(of.pk if of else None, channel)
        assert basis
        return str(basis.key[0]), basis.cost, basis.counts

    assert counts(fair, "event") == ("campaign", 3000, (30, 3, 3))
    assert counts(small, "event") == ("channel", 3500, (35, 4, 4))
    assert counts(None, "event") == ("channel", 3500, (35, 4, 4))
    assert counts(mail, "email") == ("all", 3900, (39, 4, 4))
    assert (known.ab_leads, round(known.weeks)) == (539, round((now - quarter_named("2025-Q4").start).days / 7))


def test_the_whole_is_the_sum_and_money_of_one_past_is_one_sum(cast: Cast, fair: Campaign, now: datetime) -> None:
    captured(fair, now, 40, won=8)
    cost(fair, now.date(), 4000)
    one = line(cast, now, fair, 1000)
    line(cast, now, name="Stand", channel="event", budget=3000)
    table = planned(review_of(quarter_named(KEY), now=now), quarter_named(KEY), now=now)
    assert {row.line.pk: row.cost for row in table.rows}[one.pk] == 4000
    assert table.expected is not None
    assert [table.expected[key][0] for key in COUNTS] == [40, 8, 8]
    by_hand = summed([poisson_ahead(40, 0.25), poisson_ahead(40, 0.75)])
    assert table.expected["ab_leads"] == pytest.approx(by_hand)
    basis = table.rows[0].basis
    same = together([(basis, Decimal(1000)), (basis, Decimal(3000)), (None, Decimal(9))])
    assert same["won"] == pytest.approx(poisson_ahead(8, 1))
    tried = planned(table.plan.review, quarter_named(KEY), now=now, tried={one.pk: Decimal(0)}, given=Decimal(2500))
    assert (tried.total, tried.left, tried.over) == (3000, -500, 500)
    assert tried.expected
    assert tried.expected["ab_leads"][0] == 30


def test_where_nothing_was_spent_nothing_is_expected(cast: Cast, fair: Campaign, now: datetime) -> None:
    line(cast, now, fair)
    table = planned(review_of(quarter_named(KEY), now=now), quarter_named(KEY), now=now)
    assert (table.rows[0].expected, table.expected, table.capacity, table.left) == (None, None, None, None)


# --- the next quarter -----------------------------------------------------------------------------


def test_a_signed_plan_becomes_the_start_of_the_next_quarter(
    client: Client, cast: Cast, fair: Campaign, now: datetime
) -> None:
    cost(fair, date(2026, 8, 1), 300)
    cost(fair, date(2026, 10, 2), 70)
    line(cast, now, fair, 100)
    line(cast, now, name="Small stand", channel="event", budget=50, owner=cast.rep)
    after = quarter_named("2026-Q4")
    assert refused(planning.take_over, KEY, by=cast.marketing_manager, at=now) == "not_signed"
    assert agreed(after, now=now) is None
    Review.objects.update(status="signed", signed_at=now)
    assert refused(planning.take_over, KEY, by=cast.sales_manager, at=now) == "not_marketing"
    planning.take_over(KEY, by=cast.marketing_manager, at=now)
    fair.refresh_from_db()
    assert fair.budget == 400
    made = Campaign.objects.get(name="Small stand")
    assert (made.budget, made.starts_on, made.ends_on) == (50, date(2026, 10, 1), date(2026, 12, 31))
    assert made.owner == cast.marketing_manager
    cost(made, date(2026, 11, 1), 9)
    found = agreed(after, now=now)
    assert found is not None
    assert [(str(row.line), row.line.budget, row.cost) for row in found.rows] == [
        ("Fair", 100, 70), ("Small stand", 50, 9),
    ]  # fmt: skip
    assert (found.budget, found.cost) == (150, 79)
    client.force_login(cast.rep)
    shown = client.get("/reviews/2026-Q4/").content.decode()
    assert all(words in shown for words in ("What both agreed to spend", "€150", "€79"))
    assert refused(planning.take_over, KEY, by=cast.marketing_manager, at=now) == "taken_over"
    assert [act for act, _changes in trail("plan")] == ["changed"]


# --- the page -------------------------------------------------------------------------------------


def test_the_page_tries_budgets_and_writes_them(client: Client, cast: Cast, fair: Campaign, now: datetime) -> None:
    captured(fair, now, 40)
    cost(fair, now.date(), 4000)
    made = line(cast, now, fair, 1000)
    client.force_login(cast.sales_manager)
    sent = {str(made.pk): "2000", f"version-{made.pk}": 1, "given": "1500", "version": 1}
    tried = client.post(f"/reviews/{KEY}/plan/expected/", sent, headers={"HX-Request": "true"}).content.decode()
    assert f'id="plan-ab-{made.pk}" hx-swap-oob="true">20<small>' in tried
    assert "€500 more than the €1,500 given." in tried
    assert PlanLine.objects.get().budget == 1000
    assert client.post(f"/reviews/{KEY}/plan/", sent).status_code == 302
    shown = client.get(f"/reviews/{KEY}/").content.decode()
    assert "€500 more than the €1,500 given." in shown
    stale = client.post(f"/reviews/{KEY}/plan/", sent | {str(made.pk): "7"})
    assert (stale.status_code, "Now it says: 2000.00" in stale.content.decode()) == (409, True)
    again = sent | {str(made.pk): "7", f"version-{made.pk}": 2, "version": 2}
    assert client.post(f"/reviews/{KEY}/plan/", again).status_code == 302
    assert client.post(f"/reviews/{KEY}/plan/", again | {str(made.pk): "much"}).status_code == 422
    client.force_login(cast.rep)
    assert "<input" not in client.get(f"/reviews/{KEY}/plan/").content.decode().split('id="plan"')[1]


def test_lines_are_written_moved_and_proposed_on_pages(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.marketing_manager)
    new = f"/reviews/{KEY}/plan/lines/"
    for name in ("Stand", "Dinner"):
        said = {"name": name, "channel": "event", "budget": "100", "owner": cast.marketer.pk, "version": 0}
        assert client.post(new, said).status_code == 302
    assert client.post(new, said).status_code == 422
    one, other = PlanLine.objects.order_by("pk")
    move = {"move-amount": "40", "move-source": one.pk, "move-target": other.pk}
    seen = {f"version-{one.pk}": 1, f"version-{other.pk}": 1}
    assert client.post(f"/reviews/{KEY}/plan/moves/", move | seen).status_code == 302
    late = client.post(f"/reviews/{KEY}/plan/moves/", move | seen)
    assert (late.status_code, "Somebody changed this" in late.content.decode()) == (409, True)
    assert client.post(f"{new}{one.pk}/removals/", {"version": 2}).status_code == 302
    assert client.get(f"{new}{one.pk}/").status_code == 404
    none = client.post(f"/reviews/{KEY}/plan/proposals/", headers={"HX-Request": "true"})
    assert (none.status_code, "Decide on others first." in none.content.decode()) == (422, True)
