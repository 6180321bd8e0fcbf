"""Routing rules are written, ordered and retired by managers of sales; a dry run shows what they do."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Team
from campaigns.models import Campaign
from common.errors import DomainError
from leads.models import Handoff, RoutingRule
from leads.routing_rules import condition_of, condition_text, conditions_words, keep_rule, move_rule, use_rule
from tests.cast import Cast, lead

pytestmark = pytest.mark.django_db


def facts(name: str = "Germany", way: str = "round_robin", **more: Any) -> dict[str, Any]:
    return {"name": name, "way": way, "conditions": [], "team": None, "person": None} | more


def three(cast: Cast) -> list[RoutingRule]:
    return [keep_rule(None, facts(name), version=1, by=cast.sales_manager) for name in ("One", "Two", "Three")]


def order() -> list[str]:
    return [rule.name for rule in RoutingRule.objects.filter(is_active=True)]


def refused(code: str, act: Any, *args: Any, **named: Any) -> None:
    with pytest.raises(DomainError) as error:
        act(*args, **named)
    assert error.value.code == code


def test_a_rule_decides_what_is_handed_off_next(cast: Cast, now: datetime) -> None:
    german = [condition_of("country", "one_of", "Germany, Austria")]
    keep_rule(None, facts(way="person", person=cast.mate, conditions=german), version=1, by=cast.sales_manager)
    assert {lead(f"a{n}@x.test", now, "A").handoffs.get().rep for n in range(3)} == {cast.mate}


def test_a_rule_keeps_only_what_its_way_asks(cast: Cast) -> None:
    north = Team.objects.get(name="North")
    made = keep_rule(None, facts(way="person", person=cast.rep, team=north), version=1, by=cast.admin)
    assert (made.team, made.person) == (None, cast.rep)
    made = keep_rule(made, facts(way="queue", person=cast.rep, team=north), version=1, by=cast.admin)
    assert (made.team, made.person, made.version) == (north, None, 2)


def test_rules_that_cannot_be_are_refused(cast: Cast) -> None:
    by = cast.sales_manager
    refused("bad_value", keep_rule, None, facts(way="person"), version=1, by=by)
    refused("bad_value", keep_rule, None, facts(way="queue"), version=1, by=by)
    refused("bad_value", keep_rule, None, facts(name=""), version=1, by=by)
    refused("bad_value", keep_rule, None, facts(conditions=[{}] * 11), version=1, by=by)
    for other in (cast.rep, cast.marketing_manager):
        refused("not_yours", keep_rule, None, facts(), version=1, by=other)
    assert not RoutingRule.objects.exists()


def test_whoever_comes_second_overwrites_nothing(cast: Cast) -> None:
    made = keep_rule(None, facts(), version=1, by=cast.sales_manager)
    keep_rule(made, facts("France"), version=1, by=cast.sales_manager)
    refused("stale", keep_rule, made, facts("Spain"), version=1, by=cast.admin)
    assert order() == ["France"]


def test_rules_change_places_and_go_out_of_use(cast: Cast) -> None:
    one, two, three_ = three(cast)
    move_rule(three_, up=True, by=cast.sales_manager)
    assert order() == ["One", "Three", "Two"]
    move_rule(one, up=True, by=cast.sales_manager)
    move_rule(two, up=False, by=cast.sales_manager)
    assert order() == ["One", "Three", "Two"]
    use_rule(one, active=False, by=cast.sales_manager)
    assert order() == ["Three", "Two"]
    use_rule(one, active=True, by=cast.admin)
    assert order() == ["Three", "Two", "One"]
    refused("not_yours", move_rule, one, up=True, by=cast.rep)
    refused("not_yours", use_rule, one, active=False, by=cast.marketing_manager)
    assert order() == ["Three", "Two", "One"]


def test_conditions_are_read_and_told_as_people_write_them(cast: Cast) -> None:
    Campaign.objects.create(code="Fair-26", name="Fair", channel="event")
    for fact, test, text, words in (
        ("Country", "one_of", "Germany, Austria", "country is one of: Germany, Austria"),
        ("employees", "between", "50-199", "employees: 50 to 199"),
        ("grade", "one_of", "a", "grade is one of: A"),
        ("campaign", "one_of", "fair-26", "campaign is one of: Fair-26"),
        ("channel", "one_of", "event", "channel is one of: " + str(dict(Campaign.Channel.choices)["event"])),
        ("Region code", "known", "", "Region code is known"),
    ):
        condition = condition_of(fact, test, text)
        assert conditions_words(RoutingRule(conditions=[condition])) == [words]
        assert condition_of(**condition_text(condition)) == condition
    refused("bad_value", condition_of, "campaign", "one_of", "nope")
    refused("bad_value", condition_of, "grade", "contains", "A")
    refused("no_value", condition_of, "country", "one_of", " ")


def test_the_form_adds_a_rule_with_a_condition(cast: Cast, client: Client) -> None:
    client.force_login(cast.sales_manager)
    sent = {
        "version": "1", "name": "Big", "way": "least_busy", "team": "", "person": "",
        "condition-TOTAL_FORMS": "2", "condition-INITIAL_FORMS": "0",
        "condition-0-fact": "employees", "condition-0-test": "between", "condition-0-text": "500-",
        "condition-1-fact": "", "condition-1-test": "one_of", "condition-1-text": "",
    }  # fmt: skip
    assert client.post("/settings/routing/new/", sent | {"condition-0-text": "many"}).status_code == 422
    assert client.post("/settings/routing/new/", sent).status_code == 302
    assert RoutingRule.objects.get().conditions == [{"fact": "employees", "test": "between", "value": [500, None]}]
    assert "Employees: 500 or more" in client.get("/settings/routing/").text


def test_a_dry_run_says_what_then_happens_and_writes_nothing(cast: Cast, client: Client, now: datetime) -> None:
    keep_rule(None, facts("All", way="person", person=cast.other_rep), version=1, by=cast.sales_manager)
    ann = lead("ann@x.test", now - timedelta(days=1), "A")
    before = Handoff.objects.values_list("pk", "rep").get()
    client.force_login(cast.sales_manager)
    for said in (str(ann.pk), "Ann@x.test"):
        page = client.get("/settings/routing/", {"lead": said}).text
        assert "Rule “All”: a named person" in page
        assert str(cast.other_rep) in page
    assert "Rule “All”" in client.get("/settings/routing/?newest=20").text
    assert Handoff.objects.values_list("pk", "rep").get() == before
    client.force_login(cast.rep)
    assert "No lead has this number" in client.get("/settings/routing/", {"lead": str(ann.pk)}).text
