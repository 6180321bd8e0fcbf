"""Every page of the site by its URL name, and an address of each for one handoff."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Absence, Calendar, Token, User
from campaigns.feeding import make_feed
from campaigns.models import Activity, Cost
from feedback.models import Adjustment, Appeal, Outcome, Reason, Response, Verdict
from imports.models import Import
from leads.capture.addresses import open_address
from leads.models import Duplicate, Export, Handoff, Merge, RoutingRule, SavedView, ServiceLevel, Submission
from notices.messages import unsubscribe_path
from notices.models import Delivery, WebhookEndpoint
from reviews.models import Agreement, Claim, Commitment, Goal, Initiative, Review

IMPORT_PAGES = (
    "import", "answers", "mappings", "loads", "removals", "progress", "stops", "undoings", "refused",
)  # fmt: skip
# allauth knows who may see its pages; the API has a table of its own.
ELSEWHERE = ("allauth.", "alignment.api_urls")

OF_A_LEAD = ("lead", "grade", "edit", "touches", "marks", "person", "wishes", "person_exports", "erasure", "pullings")

OF_AN_APPEAL = ("appeal", "appeal_answers", "appeal_words")
OF_A_REASON = ("reason", "reason_moves", "reason_uses")

OF_A_CAMPAIGN = (
    "campaign", "edit", "merge", "statuses", "new_cost", "activities", "partner_answers", "partner_questions",
)  # fmt: skip
OF_A_WEBHOOK = (
    "webhook", "webhook_secrets", "webhook_pauses", "webhook_resumptions", "webhook_tests", "webhook_removals",
    "webhook_replays",
)  # fmt: skip
OF_THE_PLAN = ("plan", "plan_expected", "plan_moves", "plan_proposals", "plan_budgets", "new_plan_line", "charts")
FILES_AND_SIGNATURES = ("export", "new_claim", "signatures", "freeze_removals")
OF_A_REVIEW = ("review", "statuses", "summary", "decisions", "follow_up", *FILES_AND_SIGNATURES)
OF_A_DECISION = ("decision", "decision_removals", "diagnosis", "diagnosis_removals")
OF_AIMS = ("new_goal", "drafts", "calculator", "calculated_goals", "new_initiative")
OF_A_GOAL, OF_A_COMMITMENT = ("goal", "goal_removals"), ("commitment", "commitment_removals")
OF_AN_AGREEMENT = ("agreement", "new_commitment", "signatures", "versions")
OF_A_PERSON = ("person", "person_facts", "departures", "invitations")
OF_AN_ORGANISATION = ("leads:organisation", "leads:organisation_edit", "leads:target_marks")


def page_names() -> set[str]:
    """The name of every address that the site serves."""
    return set(_names(get_resolver().url_patterns))


def _names(patterns: Iterable[URLPattern | URLResolver], room: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{room}{pattern.name}"
        elif not getattr(pattern.urlconf_name, "__name__", "").startswith(ELSEWHERE):
            yield from _names(pattern.url_patterns, f"{room}{pattern.namespace}:" if pattern.namespace else room)


def arguments(made: Handoff) -> dict[str, dict[str, Any]]:
    """What fills the addresses that name an object: a handoff, its lead, its campaign, a quarter, an import."""
    handoff, lead = {"handoff_id": made.pk}, {"lead_id": made.lead_id}
    run = Import.objects.first()
    pair, merged = Duplicate.objects.of(made.lead).first(), Merge.objects.first()
    imported = {"run_id": run.pk if run else 0}
    campaign, quarter = {"code": made.lead.campaign.code if made.lead.campaign else ""}, {"key": "2026-Q3"}
    absence = _absence(made)
    team = {"team_id": made.rep.team_id}
    appealed = Appeal.objects.create(verdict=_judged(made), evidence="Asked twice", by=made.rep, at=made.at)
    rule = {"rule_id": RoutingRule.objects.create(position=1, name="First", way="round_robin").pk}
    return {
        **{f"leads:{name}": rule for name in ("rule", "rule_moves", "rule_uses")},
        "leads:level_removals": {"level_id": _level(made).pk},
        "leads:due_preview": team,
        "settings:team": team,
        "settings:calendar": {"calendar_id": Calendar.objects.create(name="Office").pk},
        **{f"settings:{name}": {"person_id": made.rep.pk} for name in OF_A_PERSON},
        "settings:token_revocations": {"token_id": Token.make(user=made.rep)[0].pk},
        "settings:absences": {"person_id": made.rep.pk},
        "settings:absence_removals": {"person_id": made.rep.pk, "absence_id": absence.pk},
        "feedback:panel": handoff,
        "feedback:answers": handoff,
        "feedback:transfers": handoff,
        "feedback:excuses": handoff,
        **{f"feedback:{name}": {"reason_id": Reason.objects.get(key="price").pk} for name in OF_A_REASON},
        "feedback:said": lead,
        "feedback:comments": {"handoff_id": appealed.verdict.handoff_id},
        "feedback:new_appeal": {"handoff_id": appealed.verdict.handoff_id},
        **{f"feedback:{name}": {"appeal_id": appealed.pk} for name in OF_AN_APPEAL},
        "feedback:outcomes": lead,
        "feedback:verdict_correction": {"handoff_id": appealed.verdict.handoff_id},
        "feedback:outcome_correction": {"outcome_id": _ended(made).pk},
        **{f"leads:{name}": lead for name in OF_A_LEAD},
        "leads:merge": lead | {"other_id": pair.other(made.lead).pk if pair else 0},
        "leads:decisions": {"pair_id": pair.pk if pair else 0},
        "leads:merge_undoings": {"merge_id": merged.pk if merged else 0},
        **{name: {"organisation_id": made.lead.organisation_id} for name in OF_AN_ORGANISATION},
        "leads:definition_version": {"version": 1},
        "reviews:calibration": {"version": 1},
        "reviews:calibration_leads": {"version": 1},
        **{f"campaigns:{name}": campaign for name in OF_A_CAMPAIGN},
        **_capture(made, campaign),
        "campaigns:merge_undoings": campaign | {"merge_id": 0},
        "campaigns:activity_removals": campaign | _activity(made),
        "campaigns:feed": {"secret": make_feed(by=made.rep, only_mine=False, at=made.at)[1]},
        **{f"campaigns:{name}": campaign | _cost(made) for name in ("cost", "cost_removals")},
        **{f"reviews:{name}": quarter for name in OF_AIMS},
        **{f"agreement:{name}": quarter for name in OF_AN_AGREEMENT},
        **{f"reviews:{name}": quarter | {"pk": _aims(made)[0].pk} for name in OF_A_GOAL},
        **{f"agreement:{name}": quarter | {"pk": _aims(made)[1].pk} for name in OF_A_COMMITMENT},
        **{f"reviews:{name}": quarter | {"pk": _initiative(made).pk} for name in ("initiative", "initiative_removals")},
        "reviews:account_leads": quarter | {"part": "won"},
        "reviews:campaign_results": campaign,
        "reviews:campaign_course": campaign,
        "reviews:campaign_credit": campaign,
        **{f"reviews:{name}": {"period": "2026"} for name in ("credit", "credit_table", "credit_deals")},
        **{f"reviews:{name}": quarter for name in OF_THE_PLAN},
        "reviews:beside": quarter | {"other": "2026-Q2"},
        **{f"reviews:{name}": quarter | {"line_id": 0} for name in ("plan_line", "plan_line_removals")},
        **{f"reviews:{name}": quarter for name in OF_A_REVIEW},
        **{f"reviews:{name}": quarter | {"pk": _claim(made)} for name in ("claim", "claim_removals")},
        "reviews:table": quarter | {"table": "campaigns", "kind": "csv"},
        **{f"reviews:{name}": quarter | campaign for name in OF_A_DECISION},
        **{f"imports:{name}": imported for name in IMPORT_PAGES},
        "notices:unsubscribe": {"token": unsubscribe_path(made.rep, "breached").split("/")[-2]},
        **{f"notices:{name}": {"endpoint_id": _webhook(made).endpoint_id} for name in OF_A_WEBHOOK},
        **{f"notices:{name}": _delivery(made) for name in ("delivery", "delivery_replays")},
        "notices:address_removals": {"endpoint_id": _endpoint(made).pk},
        **{f"adjustments:{name}": _adjustment(made) for name in ("adjustment", "steps")},
        "adjustments:campaign_reasons": campaign,
        "adjustments:said_leads": campaign,
        "leads:view": {"view_id": _view(made).pk},
        "leads:export": {"export_id": _export(made).pk},
        "reviews:figure": quarter | {"figure_key": "leads"},
    }


def _initiative(made: Handoff) -> Initiative:
    facts = {"review": _aims(made)[0].review, "name": "Retrofit"}
    return Initiative.objects.get_or_create(**facts, defaults={"owner": made.rep})[0]


def _aims(made: Handoff) -> tuple[Goal, Commitment]:
    """A goal of the quarter, and a commitment of its agreement."""
    review = Review.objects.get_or_create(quarter="2026-Q3", defaults={"opened_at": made.at})[0]
    agreement = Agreement.objects.get_or_create(review=review)[0]
    facts = {"owner": made.rep, "target": 1, "by": made.rep, "at": made.at}
    told = {"side": "sales", "figure": "won", "defaults": facts}
    return Goal.objects.get_or_create(review=review, **told)[0], Commitment.objects.get_or_create(
        agreement=agreement, **told
    )[0]


def _claim(made: Handoff) -> int:
    review, _new = Review.objects.get_or_create(quarter="2026-Q3", defaults={"opened_at": made.at})
    return Claim.objects.create(review=review, kind="works", text="Ask", by=made.rep, at=made.at).pk


def _adjustment(made: Handoff) -> dict[str, int]:
    """One that the only marketer owns."""
    owner = User.objects.get(email="marketer@alignment.test")
    facts = {"group": "wrong_target", "due_on": made.at.date(), "opened_at": made.at, "opened_by": owner}
    since = made.at - timedelta(days=90)
    found = Adjustment.objects.create(campaign=made.lead.campaign, owner=owner, title="Ask", before_from=since, **facts)
    return {"adjustment_id": found.pk}


def _cost(made: Handoff) -> dict[str, int]:
    """Of the lead's campaign, where it has one."""
    facts = {"campaign": made.lead.campaign, "kind": "media", "on": made.at.date(), "actual": 1}
    return {"cost_id": Cost.objects.create(**facts).pk}


def _activity(made: Handoff) -> dict[str, int]:
    facts = {"campaign": made.lead.campaign, "on": made.at.date(), "what": "Built"}
    return {"activity_id": Activity.objects.create(**facts).pk}


def _capture(made: Handoff, campaign: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A form of the lead's campaign, and a post that was refused."""
    door = open_address(made.lead.campaign, kind="form", by=None, name="Stand")
    refused = {"state": "refused", "sentence": "No address.", "ended_at": made.at}
    found = Submission.objects.create(address=door, at=made.at, next_at=made.at, digest="x", **refused)
    address = campaign | {"address_id": door.pk}
    posts = dict.fromkeys(("capture:post", "capture:post_dismissals"), address | {"post_id": found.pk})
    pages = dict.fromkeys(("capture:address", "capture:edit", "capture:keys", "capture:secrets"), address)
    return (
        {"capture:capture": {"key": door.key}, **dict.fromkeys(("capture:list", "capture:new"), campaign)}
        | pages
        | posts
    )


def _view(made: Handoff) -> SavedView:
    return SavedView.objects.create(owner=made.rep, name="Mine", shared=True)


def _endpoint(made: Handoff) -> WebhookEndpoint:
    """Where news of the rep's team are posted."""
    facts = {"url": "https://hooks.example.com/x", "team": made.rep.team, "kinds": ["breached"], "added_at": made.at}
    return WebhookEndpoint.objects.create(**facts)


def _webhook(made: Handoff) -> Delivery:
    """What a program was told."""
    facts = {"name": "CRM", "url": "https://crm.example.com/x", "form": "event", "kinds": ["lead.won"]}
    found = WebhookEndpoint.objects.create(**facts, added_at=made.at)
    return Delivery.objects.create(endpoint=found, kind="ping", key="ping", at=made.at, next_at=made.at)


def _delivery(made: Handoff) -> dict[str, Any]:
    found = _webhook(made)
    return {"endpoint_id": found.endpoint_id, "delivery_id": found.pk}


def _absence(made: Handoff) -> Absence:
    """A week that is still to come."""
    since = made.at + timedelta(days=300)
    return Absence.objects.create(person=made.rep, since=since, until=since + timedelta(days=7))


def _level(made: Handoff) -> ServiceLevel:
    """A level that does not hold yet."""
    since = made.at + timedelta(days=300)
    return ServiceLevel.objects.create(grade="A", kind="verdict", amount=9, valid_from=since)


def _judged(made: Handoff) -> Verdict:
    """What the rep said about an earlier handoff of the lead."""
    earlier = {"lead": made.lead, "rep": made.rep, "team": made.team, "grade": "A", "at": made.at, "closed_at": made.at}
    old = Handoff.objects.create(**earlier, responded_at=made.at, verdict_at=made.at)
    Response.objects.create(handoff=old, kind="verdict", at=made.at, by=made.rep)
    why = Reason.objects.get(key="too_small")
    return Verdict.objects.create(handoff=old, verdict="rejected", reason=why, at=made.at, by=made.rep)


def _ended(made: Handoff) -> Outcome:
    return Outcome.objects.create(lead=made.lead, kind="opportunity", at=made.at, by=made.rep)


def _export(made: Handoff) -> Export:
    """A file that waits to be downloaded by the handoff's rep."""
    export = Export(by=made.rep, kind="csv", columns=["name"], at=made.at, state=Export.State.DONE, rows=1)
    export.file.save("leads.csv", ContentFile(b"Lead"), save=True)
    return export


def page_urls(made: Handoff) -> dict[str, str]:
    """An address for each name."""
    filled = arguments(made)
    return {name: reverse(name, kwargs=filled.get(name)) for name in sorted(page_names())}
