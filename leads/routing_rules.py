"""Verbs for the rules that say who gets which lead, and the rules in words."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts import trail
from accounts.models import Company, User
from campaigns.models import Campaign
from common.errors import DomainError
from common.versions import locked
from leads.criteria import fact_named, value_of, value_text
from leads.facts import fact_words
from leads.models import Criterion, RoutingRule
from leads.wording import criterion_words

MOST_CONDITIONS = 10
# Rules are put in order by one person at a time.
LOCK = 5_140_404
Condition = dict[str, Any]


def may_route(user: User) -> bool:
    """Managers of sales and admins say who gets which lead; everybody may read it."""
    return user.is_active and (user.is_staff or (user.is_manager and user.in_sales))


def check_may_route(user: User) -> None:
    if not may_route(user):
        raise DomainError("not_yours", _("Managers of sales and admins change who gets which lead."))


@transaction.atomic
def keep_rule(rule: RoutingRule | None, facts: Mapping[str, Any], *, version: int, by: User) -> RoutingRule:
    """Write name, conditions, way, team and person of a rule, or add one at the end.

    Handoffs keep the rule by which they were made. Raises DomainError `not_yours`, `stale` or `bad_value`.
    """
    check_may_route(by)
    way, conditions = facts["way"], facts["conditions"]
    if len(conditions) > MOST_CONDITIONS:
        raise DomainError("bad_value", _("Write at most %(n)d conditions.") % {"n": MOST_CONDITIONS})
    needed = {
        **facts,
        "team": facts.get("team") if way in RoutingRule.OF_A_TEAM else None,
        "person": facts.get("person") if way == RoutingRule.Way.PERSON else None,
    }
    if rule is None:
        _in_order()
        last = RoutingRule.objects.order_by("position").last()
        return trail.kept(RoutingRule(position=last.position + 1 if last else 1), needed, by=by)
    return trail.kept(locked(RoutingRule.objects.all(), rule.pk, version), needed, by=by)


@transaction.atomic
def move_rule(rule: RoutingRule, *, up: bool, by: User) -> None:
    """Change places with the rule above or below; the first stays first. Raises DomainError `not_yours`."""
    check_may_route(by)
    _in_order()
    rules = list(RoutingRule.objects.filter(is_active=True).select_for_update(no_key=True, of=("self",)))
    place = next((n for n, one in enumerate(rules) if one.pk == rule.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(rules):
        return
    rules[place], rules[other] = rules[other], rules[place]
    for position, one in enumerate(rules, start=1):
        one.position = position
    RoutingRule.objects.bulk_update(rules, ["position"])
    trail.note(rule, trail.Act.MOVED, by=by, changes={"position": [place + 1, other + 1]})


@transaction.atomic
def use_rule(rule: RoutingRule, *, active: bool, by: User) -> None:
    """Take a rule out of use, or into use again as the last one. Raises DomainError `not_yours`."""
    check_may_route(by)
    _in_order()
    found = RoutingRule.objects.select_for_update(no_key=True, of=("self",)).get(pk=rule.pk)
    if found.is_active == active:
        return
    last = RoutingRule.objects.order_by("position").last()
    found.position = last.position + 1 if last else 1
    found.is_active, found.version = active, found.version + 1
    found.save()
    trail.note(found, trail.Act.BROUGHT_BACK if active else trail.Act.RETIRED, by=by)


@transaction.atomic
def change_handing_off(facts: Mapping[str, Any], *, version: int, by: User) -> Company:
    """Write which grades pass to sales at once, and whether a lead that wakes up goes to another rep.

    It holds for what is graded or wakes from now on. Raises DomainError `not_yours`, `stale` or `bad_value`.
    """
    check_may_route(by)
    Company.objects.get_or_create(pk=1, defaults=settings.COMPANY)
    return trail.kept(locked(Company.objects.all(), 1, version), facts, by=by)


def _in_order() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


# --- conditions as people write them ----------------------------------------------------------

OF_ITS_OWN = {"grade": __("grade"), "campaign": __("campaign"), "channel": __("channel"), "programme": __("programme")}


def facts_to_ask(offered: Sequence[str]) -> list[str]:
    """What a condition may ask, in words: grade and campaign besides what criteria test."""
    return [*map(str, OF_ITS_OWN.values()), *offered]


def condition_of(fact: str, test: str, text: str) -> Condition:
    """A condition read from what somebody wrote. Raises DomainError `bad_value`, `no_fact` or `no_value`."""
    name = _fact_named(fact)
    if name not in OF_ITS_OWN:
        return {"fact": name, "test": test, "value": value_of(test, text)}
    if test != Criterion.Test.ONE_OF:
        words = _("Grade and campaign are asked with “%(test)s”.") % {"test": Criterion.Test.ONE_OF.label}
        raise DomainError("bad_value", words)
    values = value_of(test, text)
    return {
        "fact": name,
        "test": test,
        "value": [v.upper() for v in values] if name == "grade" else _known(name, values),
    }


def _fact_named(text: str) -> str:
    said = text.strip().lower()
    return next((name for name, label in OF_ITS_OWN.items() if said in (name, str(label).lower())), "") or fact_named(
        text
    )


def _known(name: str, values: list[str]) -> list[str]:
    """Codes of campaigns and keys of channels, as they are kept."""
    if name == "channel":
        kept = {label.lower(): key for key, label in ((k, str(v)) for k, v in Campaign.Channel.choices)}
        kept |= {key: key for key in Campaign.Channel.values}
    else:
        kept = {code.lower(): code for code in Campaign.objects.filter(_codes(values)).values_list("code", flat=True)}
    if missing := [value for value in values if value.lower() not in kept]:
        words = _("Nothing is called “%(name)s”. Write codes of campaigns, or channels such as event.")
        raise DomainError("bad_value", words % {"name": missing[0]})
    return [kept[value.lower()] for value in values]


def _codes(values: list[str]) -> Q:
    return reduce(or_, (Q(code__iexact=value) for value in values))


def condition_text(condition: Condition) -> dict[str, str]:
    """A condition as `condition_of` reads it."""
    name = condition["fact"]
    fact = str(OF_ITS_OWN[name]) if name in OF_ITS_OWN else fact_words(name)
    return {"fact": fact, "test": condition["test"], "text": value_text(_criterion(condition))}


def conditions_words(rule: RoutingRule) -> list[str]:
    """Every condition of a rule in words."""
    return [_words(condition) for condition in rule.conditions]


def _words(condition: Condition) -> str:
    name, value = condition["fact"], condition["value"]
    if name not in OF_ITS_OWN:
        return criterion_words(_criterion(condition))
    labels = dict(Campaign.Channel.choices) if name == "channel" else {}
    said = ", ".join(str(labels.get(one, one)) for one in value)
    return _("%(fact)s is one of: %(values)s") % {"fact": OF_ITS_OWN[name], "values": said}


def _criterion(condition: Condition) -> Criterion:
    return Criterion(half=Criterion.Half.FIT, **condition)
