"""What the examples of the API say."""

from typing import Any

from common.api_examples import Examples

# Bodies as somebody would send them, by method and address.
REQUESTS: dict[str, Any] = {
    "POST /api/v1/leads/": {
        "email": "ada@firm.example", "name": "Ada Becker", "job_title": "Head of procurement", "employees": 640,
        "kind": "quote", "campaign": "autumn-fair", "facts": {"budget": "high"},
    },
    "POST /api/v1/leads/bulk/": {
        "rows": [{"email": "ada@firm.example", "kind": "event"}, {"email": "bo@other.example", "kind": "download"}]
    },
    "PATCH /api/v1/leads/{lead_id}/": {"phone": "+49 30 1234567", "note": None, "facts": {"budget": "high"}},
    "POST /api/v1/leads/{lead_id}/touches/": {"kind": "event", "campaign": "autumn-fair", "note": "Stand 7"},
    "POST /api/v1/leads/{lead_id}/outcomes/": {"kind": "won", "amount": "12500.00"},
    "PATCH /api/v1/outcomes/{outcome_id}/": {"amount": "11900.00"},
    "POST /api/v1/handoffs/{handoff_id}/responses/": {"kind": "call", "note": "Wants a visit in May"},
    "POST /api/v1/handoffs/{handoff_id}/verdicts/": {
        "verdict": "rejected", "reason": "too_small", "evidence": "buyer_said",
    },
    "PATCH /api/v1/handoffs/{handoff_id}/verdict/": {"reason": "wrong_region", "note": "The plant is in Chile"},
    "POST /api/v1/handoffs/{handoff_id}/comments/": {"kind": "question", "text": "Which plant?"},
    "POST /api/v1/leads/{lead_id}/pull-backs/": {"why": "The event is called off"},
    "POST /api/v1/leads/{lead_id}/grades/": {"grade": "A", "reason": "Asked for us by name"},
    "POST /api/v1/leads/{lead_id}/marks/": {"kept_out": "spam"},
    "POST /api/v1/handoffs/{handoff_id}/transfers/": {"rep": 7, "why": "Speaks French"},
    "PATCH /api/v1/organisations/{organisation_id}/": {"industry": "Machinery", "employees": 640},
    "POST /api/v1/campaigns/": {"name": "Autumn fair", "channel": "event", "starts_on": "2026-09-01"},
    "PATCH /api/v1/campaigns/{code}/": {"budget": "12000.00", "aliases": ["utm_fair"], "expected_a": 40},
    "POST /api/v1/campaigns/{code}/statuses/": {"act": "abandon", "why": "The hall is closed"},
    "POST /api/v1/campaigns/{code}/costs/": {"kind": "media", "on": "2026-09-02", "actual": "450.00"},
    "PATCH /api/v1/campaigns/{code}/costs/{cost_id}/": {"actual": "475.00"},
    "POST /api/v1/campaigns/{code}/activities/": {"what": "Built the stand", "on": "2026-09-05"},
    "POST /api/v1/campaigns/{code}/partner-answers/": {"agrees": False, "word": "I am away"},
    "POST /api/v1/webhooks/": {
        "name": "CRM", "url": "https://crm.example.com/hook", "events": ["verdict.given", "lead.won"],
    },
    "PATCH /api/v1/webhooks/{webhook_id}/": {"events": ["lead.won"]},
    "POST /api/v1/webhooks/{webhook_id}/states/": {"act": "pause"},
    "POST /api/v1/webhooks/{webhook_id}/deliveries/": {"failed_since": "2026-09-02T00:00:00+02:00"},
}  # fmt: skip

LIST = "https://alignment.example/api/v1/leads/?cursor=W2ZhbHNl"
# Values by field, or by shape and field.
SAMPLES: dict[str, Any] = {
    "email": "ada@firm.example",
    "name": "Ada Becker",
    "first_name": "Ada",
    "last_name": "Becker",
    "job_title": "Head of procurement",
    "phone": "+49 30 1234567",
    "campaign": "autumn-fair",
    "code": "autumn-fair",
    "domain": "firm.example",
    "website": "https://firm.example",
    "employees": 640,
    "industry": "Machinery",
    "country": "Germany",
    "grade": "A",
    "fit": 55,
    "engagement": 25,
    "points": 20,
    "reason": "too_small",
    "quarter": "2026-Q3",
    "label": "Q3 2026",
    "time_zone": "Europe/Berlin",
    "currency": "EUR",
    "note": "Wants a visit in May",
    "team": "North",
    "version": 3,
    "title": "Ask for the size of the plant",
    "text": "Which plant?",
    "sentence": "“nobody” is not an e-mail address.",
    "file_name": "fair.csv",
    "countries": ["DE"],
    "external_id": "crm-4711",
    "source": "Fair",
    "consent": "Form of 2026-09-16",
    "best_grade": "A",
    "by_points": "A",
    "stage": "handed_off",
    "state": "pending",
    "status": "running",
    "routed_because": "Turn of the team",
    "supplier": "Printers Ltd",
    "audience": "Buyers of machines",
    "offer": "A visit of the plant",
    "competitor": "Other Ltd",
    "what": "Built the stand",
    "fact": "Verdict: accepted",
    "detail": "“Wants a visit in May”",
    "side": "sales",
    "failure": "",
    "status_why": "",
    "partner_said": "",
    "released_why": "",
    "do_not_contact": False,
    "said": "",
    "next": LIST,
    "url": "https://hooks.example.com/alignment",
    "CampaignTold.name": "Autumn fair",
    "CampaignFigures.name": "Autumn fair",
    "ResultsTold.name": "Autumn fair",
    "TeamTold.name": "North",
    "OrganisationTold.name": "Firm",
    "OneOrganisationTold.name": "Firm",
    "LeadNamed.organisation": "Firm",
    "LeadTold.facts": {"budget": "high"},
    "LeadTaken.facts": {"budget": "high"},
    "LeadTold.kept_out": "",
    "LeadTaken.kept_out": "",
    "LeadTaken.result": "created",
    "ReasonTold.key": "too_small",
    "ReasonTold.label": "Too small",
    "CriterionTold.label": "Decides or buys",
    "CriterionTold.fact": "job_title",
    "CriterionTold.value": ["head", "director"],
    "ContributionTold.criterion": "Decides or buys",
    "ContributionTold.kind": "fit",
    "ContributionTold.full_points": 20,
    "ContributionTold.value": "Head of procurement",
    "RefusedTold.values": ["nobody", "Bob"],
    "ExplanationTold.definition": 2,
    "ExplanationTold.thresholds": {"A": 70, "B": 45, "C": 20},
    "ExplanationTold.unknown": ["Company size"],
    "MeTold.team": "North",
    "MeTold.token": "Web site",
    "HandoffTold.team": "North",
    "ImportTold.kind": "leads",
    "ImportTold.state": "running",
    "ImportTold.mapping": {"E-mail": "email"},
    "ImportTold.total": 120,
    "ImportTold.rows": 50,
    "ImportTold.created": 40,
    "ImportTold.updated": 7,
    "ImportTold.unchanged": 2,
    "ImportTold.refused": 1,
    "OutcomeTold.kind": "won",
    "OutcomeTold.competitor": "",
    "OutcomeTold.amount": "12500.00",
    "ResponseTold.kind": "call",
    "TouchTold.kind": "event",
    "CostTold.kind": "media",
    "WebhookTold.name": "CRM",
    "WebhookTold.host": "crm.example.com",
    "WebhookTold.form": "event",
    "WebhookTold.events": ["verdict.given", "lead.won"],
    "WebhookTold.state": "on",
    "WebhookTold.off_why": "",
    "DeliveryTold.event": "lead.won",
    "DeliveryTold.subject": "lead:7",
    "DeliveryTold.version": 1392,
    "DeliveryTold.state": "sent",
    "DeliveryTold.status": 204,
    "DeliveryTold.last_error": "",
    "secret": "whsec_dRxTz+cIM80HqgsJwnNprajZA3zmMigHl3G1sgtxo3w=",
    "figure": "accepted",
    "target": "0.4",
    "owner": "Ada Becker",
    "words": "on the way",
    "figures": {"accepted": {"value": 0.4, "numerator": 12, "denominator": 30, "n": 30, "low": 0.25, "high": 0.58}},
    "GoalTold.value": {"value": 0.4, "numerator": 12, "denominator": 30, "n": 30, "low": 0.25, "high": 0.58},
    "CommitmentTold.value": {"value": 0.4, "numerator": 12, "denominator": 30, "n": 30, "low": 0.25, "high": 0.58},
}

# What is usually not there.
NOTHING = {
    "previous", "override", "erased_at", "do_not_contact_at", "wake_up_on", "undone_at", "released_at", "closed_at",
    "entered", "parent", "away_until", "target_since", "as_of", "digest", "after", "effect", "expires_at",
    "finished_at", "off_at", "paused_at", "failing_since", "replayed_at", "OutcomeTold.reason",
    "OutcomeTold.expected_on",
}  # fmt: skip

REFUSED = {
    "400": ("invalid", "Some of what was sent can't be read. Each field says why.", {"at": "Write a moment."}),
    "401": ("not_authenticated", "Send a token in the header “Authorization: Bearer …”, or sign in.", {}),
    "403": ("scope_missing", "This token lacks the scope “intake”. Make one that has it under Settings.", {}),
    "404": ("not_found", "There is no such thing, or you may not see it.", {}),
    "409": ("closed", "This handoff is closed already.", {}),
    "412": ("stale", "It has changed since you read it. Read it again, then send your changes.", {}),
    "415": ("unsupported_media_type", "Send JSON.", {}),
    "422": ("refused", "This can't be taken in. Each field says why.", {"email": "“nobody” is not an e-mail address."}),
    "428": ("if_match_missing", "Send the ETag that you read in the header If-Match.", {}),
    "429": ("throttled", "Too many calls. Go on in 30 seconds.", {}),
}


def with_examples(result: dict[str, Any], **_about: Any) -> dict[str, Any]:
    """The description with an example of every body that is sent or answered."""
    examples = Examples(result["components"]["schemas"], SAMPLES, NOTHING)
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            _add(operation, f"{method.upper()} {path}", examples)
    return result


def _add(operation: dict[str, Any], called: str, examples: Examples) -> None:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["example"] = REQUESTS.get(called) or examples.of(content["schema"])
    for status, body in operation["responses"].items():
        for content in body.get("content", {}).values():
            if status in REFUSED:
                code, message, fields = REFUSED[status]
                content["example"] = {"code": code, "message": message, "fields": fields}
            else:
                content["example"] = examples.of(content["schema"])
