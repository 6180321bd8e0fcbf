"""Who gets a lead: rules in their order, nobody who is away or full, turns that stay fair."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Absence, Team, User
from campaigns.models import Campaign
from leads.intake import take_in
from leads.models import Handoff, Lead, Organisation, RoutingRule
from leads.routing import route
from tests.cast import Cast, lead, person, row

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def rule(way: str, *conditions: dict[str, Any], name: str = "First", **facts: Any) -> RoutingRule:
    last = RoutingRule.objects.count()
    return RoutingRule.objects.create(position=last + 1, name=name, way=way, conditions=list(conditions), **facts)


def routed(now: datetime, **facts: Any) -> Handoff:
    return lead(f"lead{Lead.objects.count()}@x.test", now, "A", **facts).handoffs.get()


IN_GERMANY = {"fact": "country", "test": "one_of", "value": ["Germany"]}


def test_without_rules_reps_take_turns(cast: Cast, now: datetime) -> None:
    take_in([row(f"a{n}@x.test", now, "A") for n in range(7)], at=now)
    counts = Counter(Handoff.objects.values_list("rep", flat=True))
    assert set(counts) == {cast.rep.pk, cast.mate.pk, cast.other_rep.pk}
    assert max(counts.values()) - min(counts.values()) <= 1
    assert set(Handoff.objects.values_list("routed_because", flat=True)) == {"next in turn"}


def test_the_first_rule_that_holds_decides_and_is_kept(cast: Cast, now: datetime) -> None:
    german = rule("person", IN_GERMANY, name="Germany", person=cast.mate)
    rule("person", name="The rest", person=cast.other_rep)
    made = routed(now)
    assert (made.rep, made.routed_by) == (cast.mate, german)
    assert made.routed_because == "rule “Germany”: a named person"
    assert routed(now, country="France").rep == cast.other_rep


def test_a_rule_out_of_use_is_not_asked(cast: Cast, now: datetime) -> None:
    rule("person", person=cast.mate, is_active=False)
    rule("person", person=cast.rep)
    assert routed(now).rep == cast.rep


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"fact": "employees", "test": "between", "value": [500, None]}, True),
        ({"fact": "employees", "test": "between", "value": [None, 500]}, False),
        ({"fact": "grade", "test": "one_of", "value": ["A"]}, True),
        ({"fact": "campaign", "test": "one_of", "value": ["fair"]}, True),
        ({"fact": "channel", "test": "one_of", "value": ["webinar"]}, False),
        ({"fact": "job_title", "test": "contains", "value": ["procure*"]}, True),
        ({"fact": "extra:region", "test": "one_of", "value": ["North"]}, False),
    ],
)
def test_conditions_ask_lead_organisation_and_campaign(
    condition: dict[str, Any], holds: bool, cast: Cast, now: datetime
) -> None:
    Campaign.objects.create(code="fair", name="Fair", channel="event")
    rule("person", condition, person=cast.other_rep)
    rule("person", person=cast.mate)
    assert routed(now, campaign="fair").rep == (cast.other_rep if holds else cast.mate)


def test_the_accounts_owner_gets_leads_of_the_account(cast: Cast, now: datetime) -> None:
    rule("account_owner")
    rule("person", person=cast.mate)
    Organisation.objects.create(name="X", domain="x.test", owner=cast.other_rep)
    assert routed(now).rep == cast.other_rep
    Organisation.objects.update(owner=None)
    assert routed(now).rep == cast.mate, "nobody owns it: the next rule is asked"


def test_the_campaigns_sales_partner_gets_its_leads(cast: Cast, now: datetime) -> None:
    rule("sales_partner")
    Campaign.objects.create(code="fair", name="Fair", sales_partner=cast.other_rep)
    assert routed(now, campaign="fair").rep == cast.other_rep


def test_least_busy_gives_to_whom_has_the_fewest_open(cast: Cast, now: datetime) -> None:
    rule("least_busy")
    for _n in range(3):
        Handoff.objects.create(lead=lead(f"c{_n}@y.test", now, "C"), rep=cast.rep, grade="A", at=now)
    assert cast.rep not in {routed(now).rep, routed(now).rep}


def test_a_queue_keeps_the_lead_for_who_claims_it(cast: Cast, now: datetime) -> None:
    south = Team.objects.get(name="South")
    rule("queue", team=south)
    made = routed(now)
    assert (made.rep, made.team, made.taken_at) == (None, south, None)


def test_a_team_alone_takes_turns(cast: Cast, now: datetime) -> None:
    rule("round_robin", team=Team.objects.get(name="North"))
    assert {routed(now).rep for _n in range(4)} == {cast.rep, cast.mate}


def test_whoever_is_away_is_passed_over_and_the_why_says_so(cast: Cast, now: datetime) -> None:
    rule("person", person=cast.mate, name="Key accounts")
    Absence.objects.create(person=cast.mate, since=now - DAY, until=now + DAY)
    made = routed(now)
    assert made.rep != cast.mate
    assert made.routed_because == "next in turn; away: Mate"
    assert routed(now + 2 * DAY).rep == cast.mate


def test_whoever_has_no_room_is_passed_over(cast: Cast, now: datetime) -> None:
    User.objects.filter(takes_leads=True).update(capacity=1)
    reps = [routed(now).rep for _n in range(4)]
    assert None not in reps[:3]
    assert reps[3] is None
    assert Handoff.objects.latest("pk").routed_because == "nobody was present"


def test_who_is_to_be_avoided_gets_it_only_alone(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, "C")
    assert all(route([ann.pk], at=now, avoid={ann.pk: cast.rep.pk})[0].rep_id != cast.rep.pk for _n in range(3))
    User.objects.exclude(pk=cast.rep.pk).update(takes_leads=False)
    assert route([ann.pk], at=now, avoid={ann.pk: cast.rep.pk})[0].rep_id == cast.rep.pk


def test_a_dry_run_writes_nothing_and_says_the_same(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, "C")
    said = [route([ann.pk], at=now) for _n in range(2)]
    assert said[0] == said[1]
    assert not Handoff.objects.exists()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chunks=st.lists(st.integers(1, 9), min_size=1, max_size=8),
    absent=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 7)), max_size=2),
)
def test_turns_are_fair_to_within_one_also_after_an_absence(
    chunks: list[int], absent: list[tuple[int, int]], cast: Cast, now: datetime
) -> None:
    """Whoever is away from one chunk to the next gets none then; from the return on turns go on as before."""
    Handoff.objects.all().delete()
    Lead.objects.all().delete()
    team = Team.objects.get(name="North")
    reps = [
        User.objects.filter(name=f"Rep {n}").first() or person(f"rep.{n}", "sales", team=team, takes_leads=True)
        for n in range(5)
    ]
    User.objects.exclude(pk__in=[rep.pk for rep in reps]).update(takes_leads=False)
    for number, size in enumerate(chunks):
        away = {reps[who].pk for who, when in absent if when == number}
        User.objects.filter(pk__in=away).update(away_until=now + DAY)
        before = set(Handoff.objects.values_list("pk", flat=True))
        take_in([row(f"a{number}.{n}@x.test", now, "A") for n in range(size)], at=now)
        got = Counter(Handoff.objects.exclude(pk__in=before).values_list("rep", flat=True))
        counts = [got[rep.pk] for rep in reps if rep.pk not in away]
        assert not away & set(got)
        assert max(counts) - min(counts) <= 1
        User.objects.update(away_until=None)
