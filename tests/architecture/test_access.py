"""Who is answered what: every page x method x role. A page that the table leaves out fails."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from leads.defining import draft_from
from leads.duplicates import propose_all
from leads.merging import merge
from leads.models import Handoff, LeadDefinition
from tests.architecture.pages import page_names, page_urls
from tests.cast import Cast, handoff, lead, make_cast, upload

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

Answers = dict[str, int]
ROLES = ("marketer", "marketing_manager", "rep", "other_rep", "sales_manager", "admin")


def for_all(status: int, **others: int) -> Answers:
    """The same status for each role but `others`."""
    return {**dict.fromkeys(ROLES, status), **others}


def reads(answers: Answers) -> tuple[Answers, Answers]:
    """A page that only shows: a POST changes nothing and is shown the same."""
    return answers, answers


EVERYBODY = for_all(200)
OF_THE_TEAM = for_all(200, other_rep=404)
# Marketing and the managers load files; what was loaded is nothing that others learn of.
LOADERS = for_all(200, rep=403, other_rep=403)
NOT_THERE = {"rep": 404, "other_rep": 404}
# Marketing and the managers of both sides.
DEFINING = for_all(200, rep=403, other_rep=403)
DEFINING_ACT = for_all(302, rep=403, other_rep=403)
MANAGING = ("marketing_manager", "sales_manager", "admin")
MANAGERS = for_all(403, **dict.fromkeys(MANAGING, 200))
HOOK_ACTS = ("pauses", "resumptions", "tests", "removals", "replays")
PROBES = {"healthz", "readyz"}
OPEN = PROBES | {"notices:unsubscribe", "campaigns:feed", "capture:capture"}
# Managers of both sides and admins set what holds for everybody; others read it.
NO_SETTER = {"marketer": 403, "rep": 403, "other_rep": 403}
SETTING = for_all(422, **NO_SETTER)
NO_KEEPER = {"rep": 403, "other_rep": 403, "sales_manager": 403}
KEEPING, KEEPING_REFUSED = for_all(200, **NO_KEEPER), for_all(422, **NO_KEEPER)
CORRECTING = for_all(422, marketer=403, marketing_manager=403, other_rep=404)
# What GET and POST are answered about a lead that the rep's team has.
TABLE: dict[str, tuple[Answers, Answers]] = {
    "healthz": reads(EVERYBODY),
    "readyz": reads(EVERYBODY),
    "home": reads(EVERYBODY),
    "feedback:followups": reads(EVERYBODY),
    "feedback:late_answers": reads(EVERYBODY),
    "feedback:panel": reads(OF_THE_TEAM),
    "feedback:answers": (for_all(405), for_all(403, rep=302, other_rep=404, sales_manager=302)),
    "feedback:verdicts": (for_all(405), for_all(403, rep=302, other_rep=302, sales_manager=302)),
    "feedback:said": reads(OF_THE_TEAM),
    "feedback:outcomes": (OF_THE_TEAM, for_all(403, rep=422, other_rep=404, sales_manager=422)),
    # The rep said it, and whoever manages sales speaks for the rep.
    "feedback:verdict_correction": (OF_THE_TEAM, CORRECTING),
    "feedback:outcome_correction": (OF_THE_TEAM, CORRECTING),
    "feedback:excuses": (for_all(405), for_all(302, other_rep=404)),
    # Whoever is refused is told on the page.
    "feedback:transfers": (for_all(405), for_all(302, other_rep=404)),
    "feedback:departures": (for_all(405), for_all(302)),
    "feedback:reassignments": (for_all(405), for_all(302)),
    "feedback:pullings": (for_all(405), for_all(302)),
    "feedback:my_reasons": reads(EVERYBODY),
    # How long each rep's leads wait: their managers.
    "team:team": reads(MANAGERS),
    "team:waits": reads(MANAGERS),
    # Only one's own answers are taken back; of what nobody sees nothing is told.
    "feedback:undoings": (for_all(405), for_all(302)),
    "adjustments:list": reads(EVERYBODY),
    # Marketing and the managers open them; the owner and the managers change them.
    "adjustments:new": (DEFINING, for_all(422, rep=403, other_rep=403)),
    "adjustments:adjustment": (EVERYBODY, for_all(422, rep=403, other_rep=403)),
    "adjustments:steps": (for_all(405), for_all(409, rep=403, other_rep=403)),
    "adjustments:leads": (EVERYBODY, for_all(405)),
    "adjustments:campaign_reasons": reads(EVERYBODY),
    "adjustments:said_leads": (EVERYBODY, for_all(405)),
    # Marketing and the managers of both sides take conversions out.
    "conversions:page": (DEFINING, for_all(405)),
    "conversions:leads": (for_all(404, rep=403, other_rep=403), for_all(405)),
    "conversions:files": (for_all(405), for_all(404, rep=403, other_rep=403)),
    "leads:list": reads(EVERYBODY),
    "leads:more_filters": reads(EVERYBODY),
    "leads:acts": (for_all(405), for_all(302)),
    "leads:columns": (for_all(405), for_all(302)),
    "leads:views": (for_all(405), for_all(302)),
    "leads:view": (for_all(405), for_all(302)),
    "leads:exports": (EVERYBODY, for_all(302)),
    "leads:export": reads(for_all(404, rep=200)),
    "leads:lead": reads(OF_THE_TEAM),
    # A rep may look at why, and says in the verdict that a grade is too high or too low.
    "leads:grade": (OF_THE_TEAM, for_all(302, rep=403, other_rep=404)),
    "leads:edit": (OF_THE_TEAM, for_all(422, other_rep=404)),
    "leads:touches": (
        for_all(200, rep=403, sales_manager=403, other_rep=404),
        for_all(422, rep=403, sales_manager=403, other_rep=404),
    ),
    "leads:marks": (for_all(405), for_all(302, other_rep=404)),
    # Whoever is refused is told on the page.
    "leads:pullings": (for_all(405), for_all(302, other_rep=404)),
    "leads:person": reads(OF_THE_TEAM),
    "leads:wishes": (for_all(405), for_all(422, other_rep=404)),
    "leads:person_exports": (for_all(405), for_all(200, rep=403, other_rep=404)),
    "leads:erasure": (
        for_all(200, marketer=403, rep=403, other_rep=404),
        for_all(422, marketer=403, rep=403, other_rep=404),
    ),
    # Who is one person: reps neither see that nor say it.
    "leads:duplicates": reads(DEFINING),
    "leads:decisions": (for_all(405), DEFINING_ACT),
    # Without the versions that somebody looked at nothing is merged.
    "leads:merge": (DEFINING, for_all(409, rep=403, other_rep=403)),
    "leads:merge_undoings": (for_all(405), DEFINING_ACT),
    "leads:organisations": reads(EVERYBODY),
    "leads:organisation": reads(OF_THE_TEAM),
    # What it says grades the leads of all teams.
    "leads:organisation_edit": (for_all(200, rep=403, other_rep=404), for_all(422, rep=403, other_rep=404)),
    "leads:target_marks": (for_all(405), for_all(302, marketer=403, rep=403, other_rep=404)),
    "leads:definition": reads(EVERYBODY),
    "leads:definition_version": reads(EVERYBODY),
    "leads:regrading": reads(EVERYBODY),
    "leads:drafts": (for_all(405), DEFINING_ACT),
    "leads:draft": (DEFINING, for_all(422, rep=403, other_rep=403)),
    "leads:draft_preview": reads(DEFINING),
    "leads:draft_moves": reads(DEFINING),
    "leads:draft_removals": (for_all(405), DEFINING_ACT),
    "leads:draft_questions": (for_all(405), DEFINING_ACT),
    # Only managers sign.
    "leads:draft_signatures": (
        for_all(405),
        for_all(403, marketing_manager=302, sales_manager=302),
    ),
    "leads:due_preview": reads(EVERYBODY),
    "leads:service_levels": (EVERYBODY, SETTING),
    "leads:level_removals": (for_all(405), for_all(302, marketer=403, rep=403, other_rep=403)),
    # Managers of sales and admins say who gets which lead.
    "leads:routing": reads(EVERYBODY),
    "leads:new_rule": (EVERYBODY, for_all(403, sales_manager=422, admin=422)),
    "leads:handing_off": (EVERYBODY, for_all(403, sales_manager=422, admin=422)),
    "leads:rule": (EVERYBODY, for_all(403, sales_manager=422, admin=422)),
    "leads:rule_moves": (for_all(405), for_all(403, sales_manager=302, admin=302)),
    "leads:rule_uses": (for_all(405), for_all(403, sales_manager=302, admin=302)),
    # Marketing and admins appeal, with evidence; the appeal of the page is of no version that was sent.
    "feedback:new_appeal": (OF_THE_TEAM, for_all(422, rep=403, sales_manager=403, other_rep=404)),
    # Marketing and admins ask back; the question of the page has no words.
    "feedback:comments": (for_all(405), for_all(422, rep=403, sales_manager=403, other_rep=404)),
    "feedback:appeals": reads(EVERYBODY),
    "feedback:appeal": reads(OF_THE_TEAM),
    "feedback:appeal_answers": (for_all(405), for_all(403, rep=409, sales_manager=409, other_rep=404)),
    "feedback:appeal_words": (for_all(405), for_all(409, marketer=403, rep=403, other_rep=404)),
    "feedback:reasons": reads(EVERYBODY),
    "feedback:new_reason": (EVERYBODY, SETTING),
    "feedback:reason": (EVERYBODY, SETTING),
    "feedback:reason_moves": (for_all(405), for_all(302, marketer=403, rep=403, other_rep=403)),
    "feedback:reason_uses": (for_all(405), for_all(302, marketer=403, rep=403, other_rep=403)),
    "settings:index": reads(EVERYBODY),
    # Everybody makes their own tokens; nobody revokes the rep's but the rep and admins.
    "settings:tokens": (EVERYBODY, for_all(422)),
    "settings:token_revocations": (for_all(405), for_all(404, rep=302, admin=302)),
    "settings:company": (EVERYBODY, SETTING),
    "settings:teams": reads(EVERYBODY),
    "settings:new_team": (EVERYBODY, SETTING),
    "settings:team": (EVERYBODY, SETTING),
    "settings:new_calendar": (EVERYBODY, SETTING),
    "settings:calendar": (EVERYBODY, SETTING),
    "settings:people": reads(EVERYBODY),
    "settings:new_person": (for_all(200, **NO_SETTER), SETTING),
    "settings:person_facts": (EVERYBODY, for_all(403, sales_manager=422, admin=422)),
    "settings:departures": (for_all(405), for_all(403, sales_manager=302, admin=302)),
    # The rep has been inside by then: whoever may invite is told so.
    "settings:invitations": (for_all(405), for_all(403, sales_manager=302, admin=302)),
    "settings:trail": reads(for_all(200, **NO_SETTER)),
    # The rep's page: a manager of sales says who takes leads, the rep and that manager when the rep is away.
    "settings:person": (EVERYBODY, for_all(403, sales_manager=302, admin=302)),
    "settings:absences": (for_all(405), for_all(403, rep=422, sales_manager=422, admin=422)),
    "settings:absence_removals": (for_all(405), for_all(403, rep=302, sales_manager=302, admin=302)),
    "notices:list": reads(EVERYBODY),
    "notices:readings": (for_all(405), for_all(302)),
    "notices:settings": (EVERYBODY, for_all(422)),
    "notices:addresses": (MANAGERS, for_all(403, **dict.fromkeys(MANAGING, 422))),
    # The address is of a team of sales.
    "notices:address_removals": (for_all(405), for_all(403, marketing_manager=404, sales_manager=302, admin=302)),
    # Managers of both sides and admins; the names of none are in what is sent.
    "notices:webhooks": (MANAGERS, for_all(403, **dict.fromkeys(MANAGING, 422))),
    "notices:webhook": (MANAGERS, for_all(403, **dict.fromkeys(MANAGING, 422))),
    "notices:webhook_secrets": (for_all(405), for_all(403, **dict.fromkeys(MANAGING, 201))),
    **{f"notices:webhook_{act}": (for_all(405), for_all(403, **dict.fromkeys(MANAGING, 302))) for act in HOOK_ACTS},
    "notices:delivery": reads(MANAGERS),
    "notices:delivery_replays": (for_all(405), for_all(403, **dict.fromkeys(MANAGING, 302))),
    # Whoever holds the mail may end its kind; who is signed in plays no part.
    "notices:unsubscribe": reads(EVERYBODY),
    "campaigns:list": reads(EVERYBODY),
    "campaigns:campaign": reads(EVERYBODY),
    "campaigns:calendar": reads(EVERYBODY),
    # Whoever holds the address reads it; who is signed in plays no part.
    "campaigns:feed": (EVERYBODY, for_all(405)),
    "campaigns:feed_settings": reads(EVERYBODY),
    # Whoever has the address of a form may see and send it; an empty one comes back.
    "capture:capture": (EVERYBODY, for_all(422)),
    "capture:list": reads(EVERYBODY),
    "capture:address": reads(EVERYBODY),
    # Marketing with its managers, and admins.
    "capture:new": (KEEPING, KEEPING_REFUSED),
    "capture:edit": (EVERYBODY, KEEPING_REFUSED),
    # The post of the page has neither an address nor an id.
    "capture:post": (KEEPING, KEEPING_REFUSED),
    # The address is a form: it has no key, as the page says.
    "capture:keys": (for_all(405), for_all(302, **NO_KEEPER)),
    "capture:secrets": (for_all(405), KEEPING_REFUSED),
    "capture:post_dismissals": (for_all(405), for_all(302, **NO_KEEPER)),
    "campaigns:feed_removals": (for_all(405), for_all(302)),
    # The campaign has no sales partner: nobody answers, and whoever may ask is told so.
    "campaigns:partner_answers": (for_all(405), for_all(403)),
    "campaigns:partner_questions": (for_all(405), for_all(302, **NO_KEEPER)),
    # Marketing with its managers, and admins.
    "campaigns:new": (KEEPING, KEEPING_REFUSED),
    "campaigns:edit": (EVERYBODY, KEEPING_REFUSED),
    "campaigns:new_cost": (KEEPING, KEEPING_REFUSED),
    "campaigns:cost": (EVERYBODY, KEEPING_REFUSED),
    # No version was sent: the line stays, and the page says so.
    "campaigns:cost_removals": (for_all(405), for_all(302, **NO_KEEPER)),
    "campaigns:activities": (for_all(405), KEEPING_REFUSED),
    "campaigns:activity_removals": (for_all(405), for_all(302, **NO_KEEPER)),
    # None was chosen.
    "campaigns:many": (KEEPING, KEEPING_REFUSED),
    # No other campaign was named.
    "campaigns:merge": (KEEPING, KEEPING_REFUSED),
    "campaigns:merge_undoings": (for_all(405), for_all(404, **NO_KEEPER)),
    "campaigns:statuses": (for_all(405), KEEPING_REFUSED),
    "imports:list": (LOADERS, for_all(422, rep=403, other_rep=403)),
    "imports:import": (for_all(200, **NOT_THERE), for_all(405)),
    "imports:answers": (for_all(405), for_all(422, **NOT_THERE)),
    "imports:mappings": (for_all(405), for_all(302, **NOT_THERE)),
    "imports:loads": (for_all(405), for_all(422, **NOT_THERE)),
    "imports:removals": (for_all(405), for_all(302, **NOT_THERE)),
    "imports:progress": (for_all(302, **NOT_THERE), for_all(405)),
    "imports:stops": (for_all(405), for_all(302, **NOT_THERE)),
    "imports:undoings": (for_all(405), for_all(302, **NOT_THERE)),
    "imports:refused": (for_all(200, **NOT_THERE), for_all(405)),
    "reviews:list": reads(EVERYBODY),
    "reviews:current": reads(for_all(302)),
    "reviews:campaign_table": reads(EVERYBODY),
    "reviews:campaign_file": reads(EVERYBODY),
    "reviews:campaign_results": reads(EVERYBODY),
    "reviews:campaign_course": reads(EVERYBODY),
    "reviews:campaign_credit": reads(EVERYBODY),
    "reviews:credit_now": reads(for_all(302)),
    "reviews:credit": reads(EVERYBODY),
    "reviews:credit_table": reads(EVERYBODY),
    "reviews:credit_deals": reads(EVERYBODY),
    "reviews:calibration": reads(EVERYBODY),
    "reviews:calibration_leads": (for_all(404), for_all(404)),
    "reviews:review": reads(EVERYBODY),
    "reviews:statuses": (for_all(405), for_all(422, **NO_SETTER)),
    "reviews:charts": reads(EVERYBODY),
    "reviews:beside": reads(EVERYBODY),
    "reviews:plan": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:plan_expected": (for_all(405), for_all(200, **NO_SETTER)),
    "reviews:plan_moves": (for_all(405), for_all(422, **NO_SETTER)),
    "reviews:plan_proposals": (for_all(405), for_all(422, **NO_SETTER)),
    "reviews:plan_budgets": (for_all(405), for_all(302, **NO_SETTER)),
    "reviews:new_plan_line": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:plan_line": (for_all(404), for_all(404)),
    "reviews:plan_line_removals": (for_all(405), for_all(404, **NO_SETTER)),
    "reviews:follow_up": reads(EVERYBODY),
    "reviews:decisions": reads(for_all(204)),
    "reviews:decision": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:diagnosis": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:decision_removals": (for_all(405), for_all(409, **NO_SETTER)),
    "reviews:diagnosis_removals": (for_all(405), for_all(409, **NO_SETTER)),
    "reviews:summary": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:new_goal": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:goal": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:goal_removals": (for_all(405), for_all(409, **NO_SETTER)),
    "reviews:drafts": (for_all(405), for_all(302, **NO_SETTER)),
    "reviews:calculator": (EVERYBODY, for_all(405)),
    "reviews:calculated_goals": (for_all(405), for_all(302, **NO_SETTER)),
    "reviews:new_initiative": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:initiative": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:initiative_removals": (for_all(405), for_all(409, **NO_SETTER)),
    "reviews:account_leads": reads(EVERYBODY),
    "agreement:current": (EVERYBODY, for_all(405)),
    "agreement:agreement": (EVERYBODY, for_all(405)),
    "agreement:new_commitment": (EVERYBODY, for_all(422, **NO_SETTER)),
    "agreement:commitment": (EVERYBODY, for_all(422, **NO_SETTER)),
    "agreement:commitment_removals": (for_all(405), for_all(409, **NO_SETTER)),
    "agreement:signatures": (for_all(405), for_all(422, **NO_SETTER)),
    "agreement:versions": (for_all(405), for_all(422, **NO_SETTER)),
    "reviews:figure": reads(EVERYBODY),
    "reviews:new_claim": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:claim": (EVERYBODY, for_all(422, **NO_SETTER)),
    "reviews:claim_removals": (for_all(405), for_all(302, **NO_SETTER)),
    "reviews:export": reads(EVERYBODY),
    "reviews:table": reads(EVERYBODY),
    "reviews:signatures": (for_all(405), for_all(302, **NO_SETTER, admin=403)),
    "reviews:freeze_removals": (for_all(405), for_all(302, **NO_SETTER)),
}
SENT = {
    "adjustments:leads": {
        "group": "wrong_target", "since": "2026-01-01T00:00:00+00:00", "until": "2026-12-01T00:00:00+00:00",
    },
    "adjustments:said_leads": {
        "line": "late", "since": "2026-01-01T00:00:00+00:00", "until": "2026-12-01T00:00:00+00:00",
    },
    "feedback:verdicts": {"said": "accepted"},
    "feedback:answers": {"verdict": "accepted"},
    "leads:grade": {"grade": "B", "reason": "Knows the buyer"},
    "leads:drafts": {"from": "1"},
}  # fmt: skip


@pytest.fixture(scope="module")
def world(told_once: Callable[..., Any]) -> tuple[Cast, dict[str, str]]:
    """The people, and an address of each page: the same for every test of this module."""

    def make() -> tuple[Cast, dict[str, str]]:
        cast = make_cast()
        return cast, page_urls(made_for(cast))

    return told_once(make)


@pytest.fixture
def cast(world: tuple[Cast, dict[str, str]], db: None) -> Cast:
    return world[0]


@pytest.fixture
def urls(world: tuple[Cast, dict[str, str]], db: None) -> dict[str, str]:
    return world[1]


@pytest.fixture(scope="module")
def clients(world: tuple[Cast, dict[str, str]], told_once: Callable[..., Any]) -> dict[str, Client]:
    """A browser of each role, signed in for all tests of this module."""

    def signed_in() -> dict[str, Client]:
        found = {role: Client() for role in ROLES}
        for role, client in found.items():
            client.force_login(world[0].everybody[role])
        return found

    return told_once(signed_in)


def made_for(cast: Cast) -> Handoff:
    upload("email,name\nbob@bob.test,Bob\n", cast.marketer, datetime.now(UTC))
    draft_from(LeadDefinition.in_force(), by=cast.marketer, at=datetime.now(UTC))
    phone = {"phone_e164": "+493012345"}
    made = handoff("ann@x.test", datetime.now(UTC) - timedelta(days=1), cast.rep, campaign="fair", **phone)
    twin, third = lead("ann@y.test", datetime.now(UTC), **phone), lead("carl@z.test", datetime.now(UTC))
    merge(twin, third, by=cast.marketer, at=datetime.now(UTC))
    propose_all(at=datetime.now(UTC))
    return made


def test_the_table_names_every_page() -> None:
    assert page_names() == set(TABLE), "add the new page to TABLE, with who may see it and who may act"


@pytest.mark.parametrize("name", TABLE)
def test_each_role_is_answered_as_the_table_says(name: str, urls: dict[str, str], clients: dict[str, Client]) -> None:
    found: tuple[Answers, Answers] = ({}, {})
    for role in ROLES:
        client = clients[role]
        for method, answers in zip((client.get, client.post), found, strict=True):
            with transaction.atomic():
                answers[role] = method(urls[name], SENT.get(name, {})).status_code
                transaction.set_rollback(True)
    assert found == TABLE[name]


@pytest.mark.parametrize("name", TABLE)
def test_strangers_are_sent_to_the_sign_in(name: str, urls: dict[str, str]) -> None:
    client = Client()
    for method, answers in zip((client.get, client.post), TABLE[name], strict=True):
        answer = method(urls[name])
        expected = answers["marketer"] if name in OPEN else 302
        assert answer.status_code == expected
        assert name in OPEN or answer["Location"] == f"/accounts/login/?next={urls[name]}"


def test_somebody_deactivated_is_out_at_the_next_request(cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    assert client.get("/leads/").status_code == 200
    type(cast.rep).objects.filter(pk=cast.rep.pk).update(is_active=False)
    assert client.get("/leads/")["Location"] == "/accounts/login/?next=/leads/"


def test_a_form_from_elsewhere_is_refused(cast: Cast, urls: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.rep)
    sent = SENT["feedback:answers"]
    assert client.post(urls["feedback:answers"], sent).status_code == 403
    assert Handoff.objects.open().count() == 1
    client.get(urls["feedback:panel"])
    key = client.cookies["csrf"].value
    assert client.post(urls["feedback:answers"], sent | {"csrfmiddlewaretoken": key}).status_code == 302
    assert Handoff.objects.open().count() == 0


def test_pages_tell_the_browser_to_trust_nothing_else_and_stay_out_of_every_cache(
    cast: Cast, client: Client, urls: dict[str, str]
) -> None:
    def check(url: str) -> str:
        headers = client.get(url).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        directives = headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(directives), url
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        return headers.get("Cache-Control", "")

    check("/accounts/login/")
    check("/nowhere/")
    client.force_login(cast.rep)
    for name, url in urls.items():
        said = client.get(url).headers.get("Cache-Control", "") if name in OPEN else check(url)
        assert said == ("" if name in PROBES else "private, no-store"), url
    assert client.get("/nowhere/")["Cache-Control"] == "private, no-store"
