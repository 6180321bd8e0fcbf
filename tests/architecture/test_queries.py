"""How many queries each page takes: written down in queries.json, and the same for 1 row and for 50."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Absence, Calendar, ClosedDay, Team, Token
from campaigns.feeding import make_feed
from campaigns.keeping import change_campaign
from campaigns.models import Activity, Campaign, Cost
from feedback.adjusting import change_adjustment, open_adjustment, step
from feedback.commenting import ask_back
from feedback.models import Adjustment, Appeal, Outcome, Reason
from feedback.outcomes import record_outcome
from feedback.reasons import add_reason
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from imports.models import Import
from leads.capture.addresses import open_address
from leads.columns import CHOICES
from leads.defining import draft_from
from leads.duplicates import propose_all
from leads.intake import take_in
from leads.models import (
    CaptureAddress,
    Handoff,
    Lead,
    LeadDefinition,
    Organisation,
    RoutingRule,
    ServiceLevel,
    Submission,
)
from notices.models import Delivery, Notification, WebhookEndpoint
from notices.telling import Notice, tell
from reviews.agreeing import add_commitment
from reviews.aiming import set_goal
from reviews.deciding import decide, overrule
from reviews.initiatives import begin_initiative
from reviews.models import Commitment, Goal, Initiative, Plan, PlanLine, Review
from reviews.planning import add_line
from tests.architecture.pages import page_names
from tests.cast import Cast, loaded, person, row, upload

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

WRITTEN = Path(__file__).with_name("queries.json")
MANY = 50
# So many who wait fill the work list, and nobody asks for those that are answered.
FILLED = {"feedback:followups", "feedback:followups of the team"}
# What the written numbers leave out: probes, acts and redirects.
NO_LISTS = {
    "healthz", "readyz", "feedback:answers", "feedback:excuses", "feedback:undoings", "feedback:verdicts",
    "feedback:appeal_answers", "feedback:appeal_words", "feedback:comments",
    "feedback:reason_moves", "feedback:reason_uses",
    "feedback:transfers", "feedback:departures",
    "feedback:reassignments", "feedback:pullings",
    "notices:readings", "reviews:current", "reviews:credit_now", "imports:answers",
    "imports:mappings", "imports:loads", "imports:removals", "imports:stops", "imports:undoings", "imports:progress",
    "imports:refused", "adjustments:steps", "leads:marks", "leads:pullings", "leads:wishes", "leads:person_exports",
    "notices:address_removals", "notices:unsubscribe", "notices:webhook_secrets", "notices:webhook_pauses",
    "notices:webhook_resumptions", "notices:webhook_tests", "notices:webhook_removals", "notices:webhook_replays",
    "notices:delivery", "notices:delivery_replays",
    "leads:acts", "leads:columns", "leads:views", "leads:view", "leads:export",
    "leads:drafts", "leads:draft_removals", "leads:draft_questions", "leads:draft_signatures",
    "leads:decisions", "leads:merge_undoings",
    "settings:absences", "settings:absence_removals",
    "settings:departures", "settings:invitations", "settings:token_revocations",
    "leads:level_removals", "leads:rule_moves", "leads:rule_uses",
    "leads:target_marks", "campaigns:statuses", "campaigns:cost_removals", "campaigns:merge_undoings",
    "campaigns:activities", "campaigns:activity_removals", "campaigns:partner_answers", "campaigns:partner_questions",
    "campaigns:feed_removals", "conversions:files", "capture:post_dismissals", "capture:keys", "capture:secrets",
    "reviews:statuses", "reviews:summary", "reviews:decision_removals", "reviews:diagnosis_removals",
    "reviews:plan_expected", "reviews:plan_moves", "reviews:plan_proposals", "reviews:plan_budgets",
    "reviews:plan_line_removals",
    "reviews:drafts", "reviews:calculated_goals",
    "reviews:goal_removals", "agreement:commitment_removals", "agreement:signatures", "agreement:versions",
    "reviews:new_claim", "reviews:claim", "reviews:claim_removals",
    "reviews:signatures", "reviews:freeze_removals", "reviews:export", "reviews:table",
    "reviews:initiative_removals",
}  # fmt: skip
PAGES = {
    "home": ("rep", "/"),
    "home of marketing": ("marketer", "/"),
    "feedback:followups": ("rep", "/followups/"),
    "feedback:followups of the team": ("sales_manager", "/followups/?whose=team"),
    "feedback:my_reasons": ("rep", "/followups/reasons/"),
    "team:team": ("sales_manager", "/followups/team/"),
    "team:waits": ("sales_manager", "/followups/team/waits/"),
    "team:waits of one": ("sales_manager", "/followups/team/waits/?rep={rep}"),
    "feedback:late_answers": ("sales_manager", "/followups/late/?excuse=not_said"),
    "feedback:panel": ("rep", "/handoffs/{handoff}/panel/"),
    "feedback:said": ("rep", "/leads/{twin}/said/"),
    "feedback:outcomes": ("rep", "/leads/{lead}/outcomes/"),
    "feedback:verdict_correction": ("rep", "/handoffs/{judged}/correction/"),
    "feedback:outcome_correction": ("rep", "/outcomes/{outcome}/correction/"),
    "feedback:new_appeal": ("marketer", "/handoffs/{judged}/appeals/"),
    "feedback:appeals": ("sales_manager", "/appeals/"),
    "feedback:appeal": ("sales_manager", "/appeals/{appeal}/"),
    "feedback:reasons": ("sales_manager", "/settings/reasons/"),
    "feedback:new_reason": ("sales_manager", "/settings/reasons/new/"),
    "feedback:reason": ("sales_manager", "/settings/reasons/{reason}/"),
    "leads:list": ("rep", "/leads/"),
    "leads:more_filters": ("rep", "/leads/filters/"),
    "leads:list filtered": ("marketer", "/leads/?grade=A&q=firm&overdue=false"),
    "leads:list by due, every column": ("rep", "/leads/?order=due" + "".join(f"&column={key}" for key in CHOICES[:10])),
    "leads:exports": ("rep", "/leads/exports/"),
    "leads:lead": ("rep", "/leads/{lead}/"),
    "leads:grade": ("marketer", "/leads/{lead}/grade/"),
    "leads:lead of marketing": ("marketer", "/leads/{lead}/?story=touches"),
    "leads:edit": ("rep", "/leads/{lead}/edit/"),
    "leads:touches": ("marketer", "/leads/{lead}/touches/"),
    "leads:person": ("rep", "/leads/{lead}/person/"),
    "leads:erasure": ("sales_manager", "/leads/{lead}/person/erasure/"),
    "leads:duplicates": ("marketer", "/leads/duplicates/?kind=name"),
    "leads:merge": ("marketer", "/leads/{lead}/merge/{twin}/"),
    "leads:organisations": ("rep", "/organisations/?q=firm"),
    "leads:organisation": ("rep", "/organisations/{organisation}/"),
    "leads:organisation_edit": ("marketer", "/organisations/{organisation}/edit/"),
    "leads:definition": ("rep", "/definition/"),
    "leads:definition_version": ("rep", "/definition/versions/2/"),
    "leads:regrading": ("rep", "/definition/regrading/"),
    "leads:draft": ("marketer", "/definition/draft/"),
    "leads:draft_preview": ("marketer", "/definition/draft/preview/"),
    "leads:draft_moves": ("marketer", "/definition/draft/moves/?from=A&to=A"),
    "reviews:calibration": ("marketer", "/reviews/definition/2/calibration/"),
    "reviews:calibration_leads": ("rep", "/reviews/definition/2/calibration/leads/?by=then&grade=A"),
    "leads:due_preview": ("rep", "/settings/teams/{team}/due/"),
    "leads:service_levels": ("sales_manager", "/settings/service-levels/"),
    "leads:routing": ("sales_manager", "/settings/routing/"),
    "leads:routing tried": ("sales_manager", "/settings/routing/?newest=20"),
    "leads:handing_off": ("sales_manager", "/settings/routing/handing-off/"),
    "leads:new_rule": ("sales_manager", "/settings/routing/new/"),
    "leads:rule": ("sales_manager", "/settings/routing/{rule}/"),
    "settings:index": ("rep", "/settings/"),
    "settings:company": ("rep", "/settings/company/"),
    "settings:tokens": ("admin", "/settings/tokens/?all"),
    "settings:teams": ("rep", "/settings/teams/"),
    "settings:new_team": ("sales_manager", "/settings/teams/new/"),
    "settings:team": ("rep", "/settings/teams/{team}/"),
    "settings:new_calendar": ("sales_manager", "/settings/calendars/new/"),
    "settings:calendar": ("rep", "/settings/calendars/{calendar}/"),
    "settings:people": ("rep", "/settings/people/"),
    "settings:new_person": ("admin", "/settings/people/new/"),
    "settings:person_facts": ("sales_manager", "/settings/people/{rep}/facts/"),
    "settings:trail": ("sales_manager", "/settings/trail/"),
    "settings:person": ("sales_manager", "/settings/people/{rep}/"),
    "notices:list": ("rep", "/notices/"),
    "notices:settings": ("rep", "/notices/settings/"),
    "notices:addresses": ("sales_manager", "/notices/addresses/"),
    "notices:webhooks": ("sales_manager", "/settings/webhooks/"),
    "notices:webhook": ("sales_manager", "/settings/webhooks/{webhook}/"),
    "campaigns:list": ("marketer", "/campaigns/"),
    "campaigns:campaign": ("marketer", "/campaigns/c0/"),
    "campaigns:calendar": ("rep", "/campaigns/calendar/?on=2026-Q3&mine=on"),
    "campaigns:feed": ("rep", "/campaigns/calendar/feed/{secret}.ics"),
    "campaigns:feed_settings": ("rep", "/campaigns/calendar/feed/"),
    "campaigns:many": ("marketer", "/campaigns/changes/?{chosen}"),
    "campaigns:merge": ("marketer", "/campaigns/c0/merge/"),
    "campaigns:merge of two": ("marketer", "/campaigns/c0/merge/?with=long"),
    "campaigns:new_cost": ("marketer", "/campaigns/c0/costs/new/"),
    "campaigns:cost": ("marketer", "/campaigns/c0/costs/{cost}/"),
    "campaigns:new": ("marketer", "/campaigns/new/"),
    "campaigns:edit": ("marketer", "/campaigns/c0/edit/"),
    "adjustments:list": ("marketer", "/adjustments/?show=open"),
    "adjustments:list of those that ended": ("rep", "/adjustments/?show=done&campaign=c0"),
    "adjustments:new": ("marketer", "/adjustments/new/?campaign=c0&about=too_small"),
    "adjustments:adjustment": ("marketer", "/adjustments/{adjustment}/"),
    "adjustments:leads": (
        "rep",
        "/reasons/leads/?group=wrong_target&campaign=c0&since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z",
    ),
    "adjustments:said_leads": (
        "rep",
        "/campaigns/c0/said/leads/?line=accepted&since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z",
    ),
    "adjustments:campaign_reasons": ("marketer", "/campaigns/c0/reasons/"),
    "conversions:page": ("marketer", "/campaigns/conversions/?since=2026-01-01&until=2026-12-31&campaign=c0"),
    "conversions:leads": (
        "marketer",
        "/campaigns/conversions/leads/?since=2026-01-01&until=2026-12-31&platform=gclid&kind=won",
    ),
    "imports:list": ("marketer", "/imports/"),
    "imports:import": ("marketer", "/imports/{prepared}/"),
    "capture:capture": ("rep", "/capture/{key}/"),
    "capture:list": ("marketer", "/campaigns/c0/capture/"),
    "capture:new": ("marketer", "/campaigns/c0/capture/new/"),
    "capture:address": ("marketer", "/campaigns/c0/capture/{door}/"),
    "capture:edit": ("marketer", "/campaigns/c0/capture/{door}/edit/"),
    "capture:post": ("marketer", "/campaigns/c0/capture/{door}/posts/{post}/"),
    "imports:import loaded": ("marketer", "/imports/{loaded}/"),
    "reviews:campaign_results": ("marketer", "/reviews/campaigns/c0/results/"),
    "reviews:campaign_results of many quarters": ("marketer", "/reviews/campaigns/long/results/"),
    "reviews:campaign_course": ("rep", "/reviews/campaigns/c0/course/"),
    "reviews:campaign_table": ("marketer", "/reviews/campaigns/?order=-roi"),
    "reviews:campaign_file": ("rep", "/reviews/campaigns/table.csv?period=2026-Q3"),
    "reviews:campaign_credit": ("marketer", "/reviews/campaigns/c0/credit/"),
    "reviews:credit": ("marketer", "/reviews/credit/2026/?model=linear&all=campaigns"),
    "reviews:credit_table": ("rep", "/reviews/credit/all/table.csv"),
    "reviews:credit_deals": ("rep", "/reviews/credit/2026/deals/?model=linear&kind=won&campaign=c0"),
    "reviews:list": ("marketer", "/reviews/"),
    "reviews:review": ("marketer", "/reviews/2026-Q3/?all=campaigns"),
    "reviews:charts": ("rep", "/reviews/2026-Q3/charts/"),
    "reviews:beside": ("marketer", "/reviews/2026-Q3/beside/2026-Q2/?all=campaigns"),
    "reviews:plan": ("sales_manager", "/reviews/2026-Q3/plan/"),
    "reviews:new_plan_line": ("sales_manager", "/reviews/2026-Q3/plan/lines/"),
    "reviews:plan_line": ("sales_manager", "/reviews/2026-Q3/plan/lines/{plan_line}/"),
    "reviews:follow_up": ("rep", "/reviews/2026-Q3/follow-up/"),
    "reviews:decisions": ("rep", "/reviews/2026-Q3/decisions/?since=2026-01-01T00:00:00Z"),
    "reviews:decision": ("sales_manager", "/reviews/2026-Q3/decisions/c0/"),
    "reviews:diagnosis": ("sales_manager", "/reviews/2026-Q3/diagnoses/c0/"),
    "reviews:new_goal": ("sales_manager", "/reviews/2026-Q3/goals/"),
    "reviews:goal": ("sales_manager", "/reviews/2026-Q3/goals/{goal}/"),
    "reviews:calculator": ("rep", "/reviews/2026-Q4/goals/calculator/?revenue=5000"),
    "reviews:new_initiative": ("sales_manager", "/reviews/2026-Q3/initiatives/"),
    "reviews:initiative": ("sales_manager", "/reviews/2026-Q3/initiatives/{initiative}/"),
    "reviews:account_leads": ("rep", "/reviews/2026-Q3/accounts/touched/"),
    "agreement:current": ("rep", "/agreement/"),
    "agreement:agreement": ("sales_manager", "/agreement/2026-Q4/"),
    "agreement:new_commitment": ("sales_manager", "/agreement/2026-Q3/commitments/"),
    "agreement:commitment": ("sales_manager", "/agreement/2026-Q3/commitments/{commitment}/"),
    "reviews:figure": ("rep", "/reviews/2026-Q3/figures/leads/"),
}


def rows(cast: Cast, now: datetime, numbers: range) -> None:
    """One more of everything for each number: campaigns, costs, handoffs, answers, outcomes, notices,
    colleagues and touches of the first lead, and older quarters."""
    reason = Reason.objects.filter(group=Reason.Group.WRONG_TARGET, needs_note=False)[0]
    leads(cast, now, numbers)
    for n in numbers:
        at = now + timedelta(minutes=n)
        campaign(cast, at, n)
        said = Handoff.objects.get(lead__email=f"judged{n}@firm0.test")
        respond(said, by=cast.rep, kind="call", at=at)
        judgement = Judgement(verdict="rejected", reason=reason) if n % 2 else Judgement(verdict="accepted")
        give_verdict(said, judgement, by=cast.rep, at=at)
        both = {"marketing_word": "upheld", "sales_word": "upheld", "result": "upheld", "settled_at": at}
        for more in ({}, both):
            Appeal.objects.create(verdict=said.verdict, evidence="Asked", by=cast.marketer, at=at, **more)
        ask_back(said, "Which plant?", by=cast.marketer, at=at)
        record_outcome(said.lead, by=cast.rep, kind=Outcome.Kind.WON, at=at, amount=Decimal(100))
        # The pages of a file show the newest.
        file_rows = "".join(f"file{n}{k}@file{k}.test,no day\n" for k in range(n + 1 if n == numbers[-1] else 1))
        upload("email,captured_at\n" + file_rows, cast.marketer, at, name="prepared.csv")
        loaded(upload("email,captured_at\n" + file_rows, cast.marketer, at, name="loaded.csv"), cast.marketer, at)
        webhook = {"team": cast.rep.team, "kinds": ["at_risk"], "added_by": cast.sales_manager, "added_at": at}
        WebhookEndpoint.objects.create(url=f"https://hooks{n}.example.com/", **webhook)
        program = {"name": f"CRM {n}", "form": "event", "kinds": ["lead.won"], "added_at": at}
        WebhookEndpoint.objects.create(url=f"https://crm{n}.example.com/", **program)
        told = {"kind": "lead.won", "key": f"won:{n}", "at": at, "next_at": at}
        Delivery.objects.create(endpoint=WebhookEndpoint.objects.get(name="CRM 0"), **told)
        settings(cast, at, n)
        adjustments(cast, at, n, reason)
        tell([Notice(cast.rep.pk, "at_risk", f"fact:{n}", "Waits", f"/leads/{said.lead_id}/")], at=at)
    propose_all(at=now)


def leads(cast: Cast, now: datetime, numbers: range) -> None:
    """Of each kind one more for each number, handed to the rep; and a visit more of the first one."""
    ann: Any = {"grade": "A", "name": "Ann Becker"}
    coming = []
    for n in numbers:
        Campaign.objects.get_or_create(code=f"c{n}", defaults={"name": f"Campaign {n}"})
        coming += [
            row(f"open{n}@firm{n}.test", now, campaign=f"c{n}", **ann),
            row(f"judged{n}@firm0.test", now, campaign="c0", source=f"source {n}", **ann),
            row(f"why{n}@why.test", now, "A", campaign="c0"),
            row("open0@firm0.test", now + timedelta(minutes=n), kind="visit", campaign=f"c{n}"),
            row(f"old{n}@old.test", now - timedelta(days=92 * n), campaign="long"),
        ]
    take_in(coming, at=now)
    Notification.objects.filter(kind="handed_off").delete()
    given = Handoff.objects.open()
    given.update(rep=cast.rep, team=cast.rep.team)
    Lead.objects.filter(handoffs__in=given).update(owner=cast.rep)


def adjustments(cast: Cast, at: datetime, n: int, reason: Reason) -> None:
    """One that runs, with a line more of its story, and one that is done."""
    facts = {"group": reason.group, "reason": reason, "owner": cast.marketer, "by": cast.marketer, "at": at}
    found = Campaign.objects.get(code="c0")
    turned_down = Handoff.objects.get(lead__email=f"why{n}@why.test")
    give_verdict(turned_down, Judgement(verdict="rejected", reason=reason), by=cast.rep, at=at)
    made = [open_adjustment(found, title=f"Ask {n}", due_on=(at + timedelta(days=n)).date(), **facts) for _n in (1, 2)]
    step(made[1], "done", said="The form asks", version=1, by=cast.marketer, at=at)
    first = Adjustment.objects.order_by("pk")[0]
    said = {"title": f"Ask {n} times", "owner": first.owner, "due_on": first.due_on, "note": "Now"}
    change_adjustment(first, said, version=first.version, by=cast.marketer, at=at)


def settings(cast: Cast, at: datetime, n: int) -> None:
    first, _made = Calendar.objects.get_or_create(name="Calendar 0")
    other, _made = Calendar.objects.get_or_create(name=f"Calendar {n}")
    ClosedDay.objects.create(calendar=first, on=date(2026, 1, 1) + timedelta(days=n))
    Team.objects.create(name=f"Team {n}", side="sales", calendar=other)
    Team.objects.filter(pk=cast.rep.team_id).update(calendar=first)
    person(f"colleague{n}", "marketing")
    asked = [{"fact": "country", "test": "one_of", "value": ["X"]}, {"fact": "grade", "test": "one_of", "value": ["A"]}]
    RoutingRule.objects.create(position=n, name=f"Rule {n}", way="person", person=cast.rep, conditions=asked)
    ServiceLevel.objects.create(grade="A", kind="verdict", amount=14, valid_from=at)
    facts = {"label": f"Reason {n}", "group": "lost", "needs_note": True}
    add_reason(facts, by=cast.sales_manager)
    Token.make(user=cast.rep, name=f"Token {n}")
    Absence.objects.create(person=cast.rep, since=at + timedelta(days=9), until=at + timedelta(days=10))


def campaign(cast: Cast, at: datetime, n: int) -> None:
    facts = {"name": f"Campaign {n}", "owner": cast.marketer, "sales_partner": cast.rep}
    Campaign.objects.get_or_create(code="long", defaults={"name": "Long", "starts_on": date(2020, 1, 1)})
    Campaign.objects.update_or_create(code=f"c{n}", defaults=facts | {"starts_on": date(2026, 7, 1)})
    made = Campaign.objects.get(code=f"c{n}")
    said = {"kind": "keep", "rationale": "It works", "owner": cast.marketer}
    decide("2026-Q3", made, said, version=0, by=cast.sales_manager, at=at)
    overrule("2026-Q3", made, "working", "We know", version=0, by=cast.sales_manager, at=at)
    planned = {"campaign": made, "budget": Decimal(100), "owner": cast.marketer}
    add_line("2026-Q3", planned, by=cast.sales_manager, at=at)
    agreed, _made = Review.objects.get_or_create(
        quarter="2026-Q2", defaults={"status": "signed", "opened_at": at, "signed_at": at}
    )
    PlanLine.objects.create(plan=Plan.objects.get_or_create(review=agreed)[0], **planned)
    aims(cast, at, None if n == 0 else made)
    for about in Campaign.objects.filter(code__in={"c0", "long", f"c{n}"}):
        Cost.objects.create(campaign=about, kind="media", on=date(2026, 9, 1), actual=Decimal(10))
        Activity.objects.create(campaign=about, what="Built", on=date(2026, 9, 1), by=cast.marketer)
        captured(open_address(about, kind="form", by=cast.marketer, name=f"Form {n}"), at)
        change_campaign(about, {"offer": f"Offer {n}"}, version=about.version, by=cast.marketer)


def captured(door: CaptureAddress, at: datetime) -> None:
    """A post to the first address of the campaign, and one to this one."""
    first = CaptureAddress.objects.filter(campaign=door.campaign).earliest("pk")
    facts = {"at": at, "next_at": at, "digest": "", "state": "suspect", "sentence": "Too fast.", "ended_at": at}
    Submission.objects.bulk_create(
        Submission(address=one, values={"email": "a@x.test"}, **facts) for one in (first, door)
    )


def aims(cast: Cast, at: datetime, about: Campaign | None) -> None:
    """A goal, and what marketing owes, of a campaign; at first also of all leads, and of no target account."""
    facts = {"target": Decimal(1), "owner": cast.rep, "note": "", "clause": "ask"}
    for figure, campaign in {("answered_in_time", None), ("won", about or Campaign.objects.get(code="c0"))}:
        if about and campaign is None:
            continue
        told = facts | {"figure": figure, "campaign": campaign, "side": "marketing"}
        set_goal("2026-Q3", told, by=cast.sales_manager, at=at)
        add_commitment("2026-Q3", told, by=cast.sales_manager, at=at)
    begun = {
        "name": f"Initiative of {about}",
        "owner": cast.rep,
        "state": "running",
        "campaigns": Campaign.objects.all(),
    }
    begin_initiative("2026-Q3", begun, by=cast.sales_manager, at=at)
    if about:
        Organisation.objects.filter(is_target=False).update(is_target=True, target_since=at)


def signed_in(cast: Cast) -> dict[str, Client]:
    clients = {role: Client() for role, _url in PAGES.values()}
    for role, client in clients.items():
        client.force_login(cast.everybody[role])
    return clients


def counted(cast: Cast, clients: dict[str, Client], *, again: bool) -> dict[str, int]:
    """Queries of each page; read a second time where nobody has read it yet: what the first one wakes up is no
    matter of rows."""
    first = Handoff.objects.filter(lead__email="open0@firm0.test").latest("pk")
    twin = Lead.objects.get(email="judged0@firm0.test")
    imported = {name: Import.objects.filter(file_name=f"{name}.csv").first().pk for name in ("prepared", "loaded")}
    made = {"team": cast.rep.team_id, "calendar": Calendar.objects.get(name="Calendar 0").pk, "rep": cast.rep.pk}
    made["adjustment"] = Adjustment.objects.order_by("pk")[0].pk
    made["judged"], made["outcome"] = twin.handoffs.get().pk, twin.outcomes.get().pk
    made["appeal"] = Appeal.objects.order_by("pk")[0].pk
    made["reason"] = Reason.objects.get(key="price").pk
    made["goal"], made["commitment"] = Goal.objects.earliest("pk").pk, Commitment.objects.earliest("pk").pk
    made["initiative"] = Initiative.objects.earliest("pk").pk
    made["secret"] = make_feed(by=cast.rep, only_mine=True, at=first.at)[1]
    made["plan_line"] = PlanLine.objects.get(campaign__code="c0", plan__review__quarter="2026-Q3").pk
    made["chosen"] = "&".join(f"campaign={pk}" for pk in Campaign.objects.values_list("pk", flat=True))
    made["cost"] = Cost.objects.filter(campaign__code="c0").earliest("pk").pk
    door = CaptureAddress.objects.filter(campaign__code="c0").earliest("pk")
    made["door"], made["key"], made["post"] = door.pk, door.key, door.submissions.earliest("pk").pk
    made["webhook"] = WebhookEndpoint.objects.get(name="CRM 0").pk
    made["rule"] = RoutingRule.objects.get(name="Rule 0").pk
    found = {}
    for name, (role, url) in PAGES.items():
        address = url.format(
            handoff=first.pk, lead=first.lead_id, twin=twin.pk, organisation=twin.organisation_id, **imported, **made
        )
        if again:
            clients[role].get(address)
        with CaptureQueriesContext(connection) as captured:
            answer = clients[role].get(address)
        assert answer.status_code == 200, address
        found[name] = len(captured)
    return found


def differences(old: dict[str, int], new: dict[str, int]) -> list[str]:
    return [
        f"{name}: {old.get(name, 'none')} -> {new.get(name, 'none')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def test_every_page_that_shows_something_is_counted() -> None:
    assert page_names() - NO_LISTS == {name.partition(" ")[0] for name in PAGES}, "add the new page to PAGES"


def test_a_page_takes_the_written_number_of_queries_for_one_row_and_for_fifty(cast: Cast, now: datetime) -> None:
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        draft_from(LeadDefinition.in_force(), by=cast.marketer, at=now)
        rows(cast, now, range(1))
        clients = signed_in(cast)
        one = counted(cast, clients, again=True)
        rows(cast, now, range(1, MANY))
        many = counted(cast, clients, again=False)
    expected = {name: count - (name in FILLED) for name, count in one.items()}
    assert not (grown := differences(expected, many)), f"queries grow with the rows, 1 -> {MANY}: {grown}"
    written = json.loads(WRITTEN.read_text())
    assert not (changed := differences(written, many)), (
        f"queries of a page, written -> found: {changed}; if that is meant, write the new number in {WRITTEN.name}"
    )
