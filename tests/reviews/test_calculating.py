"""From a revenue back to the leads that it takes, by own rates with their doubt, and what reps can answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import exp, log, sqrt
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change
from accounts.quarters import quarter_named
from common.errors import DomainError
from common.statistics import wilson
from feedback.models import Outcome
from leads.intake import take_in
from leads.models import Handoff, Lead
from reviews.calculating import calculate, take_over
from reviews.models import Goal
from tests.cast import Cast, make_cast, row

KEY = "2026-Q4"
NOW = datetime(2026, 10, 10, 12, tzinfo=UTC)
AT = datetime(2026, 8, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def mixture(told_once: Callable[..., Any]) -> Cast:
    """Sixty A leads of the third quarter, 30 opportunities, 12 wins of 1,000 each; 52 answered in time by two reps."""
    return told_once(lambda: make_past(make_cast()))


@pytest.fixture
def cast(mixture: Cast, db: None) -> Cast:
    return mixture


def make_past(cast: Cast) -> Cast:
    take_in([row(f"{n}@x.test", AT, "A") for n in range(60)], at=AT)
    take_in([row("c@y.test", AT, "D")], at=AT)
    leads = list(Lead.objects.filter(best_grade="A").order_by("pk"))
    ends = [Outcome(lead=lead, kind="opportunity", at=AT + DAY) for lead in leads[2:30]]
    # Two were won without an opportunity that anybody told of.
    ends += [Outcome(lead=lead, kind="won", at=AT + 2 * DAY, amount=Decimal(1000)) for lead in leads[:12]]
    Outcome.objects.bulk_create(ends)
    for n, handoff in enumerate(Handoff.objects.order_by("pk")[:52]):
        handoff.responded_at, handoff.responded_by = AT + DAY, (cast.rep, cast.mate)[n % 2]
        handoff.save()
    return cast


def refused(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(*args, **given)
    return refusal.value.code


def test_a_revenue_goes_back_to_leads_by_own_rates(cast: Cast) -> None:
    found = calculate(quarter_named(KEY), Decimal(20_000), now=NOW)
    assert (found.period.key, found.a_win) == ("2025-Q4_2026-Q3", 1000)
    assert [(step.figure, step.needed) for step in found.steps] == [
        ("won", 20), ("opportunities", 50), ("handed_off_ab", 100),
    ]  # fmt: skip
    assert [(step.rate.numerator, step.rate.denominator) for step in found.steps[1:] if step.rate] == [
        (12, 30), (30, 60),
    ]  # fmt: skip


def test_one_share_has_its_wilson_interval_and_two_have_both_together(cast: Cast) -> None:
    found = calculate(quarter_named(KEY), Decimal(20_000), now=NOW)
    (low, high), (low2, high2) = wilson(12, 30), wilson(30, 60)
    opportunities, leads = found.steps[1:]
    assert (opportunities.low, opportunities.high) == (int(20 / high) + 1, int(20 / low) + 1)
    down = sqrt(log(0.4 / low) ** 2 + log(0.5 / low2) ** 2)
    up = sqrt(log(high / 0.4) ** 2 + log(high2 / 0.5) ** 2)
    assert (leads.low, leads.high) == (int(100 * exp(-up)) + 1, int(100 * exp(down)) + 1)
    # The doubt of both shares is more than that of one, and less than if both were at their worst at once.
    assert 20 / (low * 0.5) < leads.high < 20 / (low * low2)


def test_reps_can_answer_what_they_answered_at_best(cast: Cast) -> None:
    found = calculate(quarter_named(KEY), Decimal(20_000), now=NOW).capacity
    assert (found.reps, found.best_quarter) == (3, "2026-Q3")
    assert round(found.best or 0, 3) == round(26 * 7 / 92, 3)
    assert round(found.needed, 3) == round(100 / 3 * 7 / 92, 3)
    # 100 leads at 26 for each rep: four reps, one more than there are.
    assert (found.is_enough, found.missing) == (False, 1)
    assert calculate(quarter_named(KEY), Decimal(15_000), now=NOW).capacity.is_enough is True


@pytest.mark.parametrize("amount", [0, -1, 10**12])
def test_no_revenue_takes_nothing(amount: int, cast: Cast) -> None:
    assert refused(calculate, quarter_named(KEY), Decimal(amount), now=NOW) == "bad_value"


def test_a_company_without_wins_has_no_rates(cast: Cast) -> None:
    assert refused(calculate, quarter_named("2026-Q2"), Decimal(100), now=NOW) == "nothing_known"


def test_what_it_takes_becomes_goals_and_nothing_is_overwritten(cast: Cast) -> None:
    given: Any = {"by": cast.sales_manager, "at": NOW}
    assert len(take_over(KEY, Decimal(20_000), **given)) == 4
    told = Goal.objects.order_by("pk").values_list("side", "figure", "target")
    assert [(side, figure, int(target)) for side, figure, target in told] == [
        ("both", "revenue", 20_000), ("both", "won", 20), ("both", "opportunities", 50),
        ("marketing", "handed_off_ab", 100),
    ]  # fmt: skip
    Goal.objects.filter(figure="won").delete()
    assert [goal.figure for goal in take_over(KEY, Decimal(40_000), **given)] == ["won"]
    assert Goal.objects.get(figure="revenue").target == 20_000
    assert refused(take_over, KEY, Decimal(40_000), **given) == "stands_already"
    assert refused(take_over, KEY, Decimal(40_000), by=cast.rep, at=NOW) == "not_yours"
    assert Change.objects.filter(what="reviews.goal", act="added").count() == 5


def test_the_page_calculates_opens_its_leads_and_sets_goals(cast: Cast, client: Client) -> None:
    page = f"/reviews/{KEY}/goals/calculator/"
    client.force_login(cast.sales_manager)
    assert client.get(page, {"revenue": "much"}).status_code == 422
    shown = client.get(page, {"revenue": "20,000"})
    assert shown.context["found"].steps[-1].needed == 100
    for figure, part, count in (("winning_ab", "", 12), ("winning_ab", "denominator", 30), ("opening_ab", "", 30)):
        address = f"/reviews/2025-Q4_2026-Q3/figures/{figure}/"
        assert address in shown.content.decode()
        assert client.get(address, {"part": part}).context["count"] == count
    assert client.post(f"/reviews/{KEY}/goals/calculated/", {"revenue": "20000"}).status_code == 302
    assert Goal.objects.count() == 4
    client.force_login(cast.rep)
    assert "Take over as goals" not in client.get(page, {"revenue": "20000"}).content.decode()
    assert client.post(f"/reviews/{KEY}/goals/calculated/", {"revenue": "20000"}).status_code == 403
