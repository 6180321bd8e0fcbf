"""Who gets which lead: the rules in their order, and a dry run that writes nothing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import company as companies
from accounts.models import Company, Team, User
from accounts.requests import Request
from accounts.views.editing import Edited, edit
from common.errors import DomainError
from leads.criteria import facts_offered
from leads.handoffs import HANDED_OFF_GRADES
from leads.models import Lead, RoutingRule
from leads.routing import queue_team, route
from leads.routing_rules import (
    change_handing_off,
    conditions_words,
    facts_to_ask,
    keep_rule,
    may_route,
    move_rule,
    use_rule,
)
from leads.settings_forms import HandingOffForm, RuleForm

NEWEST = 20


def routing(request: Request) -> HttpResponse:
    """The rules in words, and who would get a lead or the newest ones."""
    rules = RoutingRule.objects.select_related("team", "person")
    told = [(rule, conditions_words(rule)) for rule in rules]
    said = request.GET.get("lead", "").strip()
    asked = bool(said or "newest" in request.GET)
    context = {
        "rules": [(rule, words) for rule, words in told if rule.is_active],
        "retired": [rule for rule, _words in told if not rule.is_active],
        "queue": queue_team(),
        "company": companies.current(),
        "may": may_route(request.user),
        "said": said,
        "asked": asked,
        "routes": _dry_run(_leads(request.user, said)) if asked else [],
    }
    return render(request, "leads/routing.html", context)


def _leads(user: User, said: str) -> list[Lead]:
    """The lead that somebody names by number or address; nothing said: the newest that sales gets."""
    leads = Lead.objects.visible_to(user).for_list()
    if not said:
        return list(leads.filter(grade__in=HANDED_OFF_GRADES).order_by("-pk")[:NEWEST])
    if said.isdecimal() and len(said) < 10:
        return list(leads.filter(pk=int(said)))
    return list(leads.filter(email=said.lower()))


def _dry_run(leads: list[Lead]) -> list[dict[str, Any]]:
    """Each of `leads` with who would get it now, and why."""
    with transaction.atomic():
        routes = route([lead.pk for lead in leads], at=timezone.now())
    people = User.objects.in_bulk([found.rep_id for found in routes if found.rep_id])
    teams = Team.objects.in_bulk([found.team_id for found in routes if found.team_id])
    by_lead = {lead.pk: lead for lead in leads}
    return [
        {
            "lead": by_lead[found.lead_id],
            "rep": people.get(found.rep_id or 0),
            "team": teams.get(found.team_id or 0),
            "why": found.because,
        }
        for found in routes
    ]


def rule(request: Request, rule_id: int) -> HttpResponse:
    """One rule: its conditions, and who gets the leads."""
    return _rule(request, get_object_or_404(RoutingRule, pk=rule_id))


def new_rule(request: Request) -> HttpResponse:
    """A rule that is asked after all others."""
    return _rule(request, None)


def _rule(request: Request, found: RoutingRule | None) -> HttpResponse:
    return edit(
        request,
        Edited(
            template="leads/rule.html",
            context={"rule": found, "facts": facts_to_ask(facts_offered())},
            form=RuleForm,
            now=lambda: RuleForm.of(RoutingRule.objects.get(pk=found.pk) if found else RoutingRule()),
            save=lambda form: keep_rule(found, form.facts, version=form.cleaned_data["version"], by=request.user),
            may=may_route(request.user),
            goal="leads:routing",
        ),
    )


def handing_off(request: Request) -> HttpResponse:
    """Which grades pass to sales at once, and who gets a lead that wakes up."""
    return edit(
        request,
        Edited(
            template="leads/handing_off.html",
            context={},
            form=HandingOffForm,
            now=lambda: HandingOffForm.of(Company.objects.first() or companies.current()),
            save=lambda form: change_handing_off(form.facts, version=form.cleaned_data["version"], by=request.user),
            may=may_route(request.user),
            goal="leads:routing",
        ),
    )


@require_POST
def rule_moves(request: Request, rule_id: int) -> HttpResponse:
    """Up or down by one place."""
    found = get_object_or_404(RoutingRule, pk=rule_id)
    return _acted(lambda: move_rule(found, up=request.POST.get("to") != "down", by=request.user))


@require_POST
def rule_uses(request: Request, rule_id: int) -> HttpResponse:
    """Out of use, or into use again."""
    found = get_object_or_404(RoutingRule, pk=rule_id)
    return _acted(lambda: use_rule(found, active=request.POST.get("use") == "1", by=request.user))


def _acted(act: Any) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        raise PermissionDenied from error
    return redirect("leads:routing")
