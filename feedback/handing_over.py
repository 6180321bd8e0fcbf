"""A lead as a CRM takes it over: who it is, what brought it, what sales said and where it ended, in one shape."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from campaigns.models import Campaign
from common.api_shapes import Told
from feedback.api_shapes import OutcomeTold, VerdictTold
from feedback.models import Outcome, Verdict
from leads.api_shapes import HandoffTold, LeadTold
from leads.models import Handoff, Lead, Organisation, Touch
from notices.messages import absolute

MOST_TOUCHES = 50


class WholeOrganisation(Told):
    class Meta:
        model = Organisation
        fields = ["id", "name", "domain", "employees", "industry", "country"]


class CampaignNamed(Told):
    class Meta:
        model = Campaign
        fields = ["code", "name", "channel"]


class TouchNamed(Told):
    campaign = serializers.SlugRelatedField[Any]("code", read_only=True, allow_null=True)

    class Meta:
        model = Touch
        fields = ["kind", "at", "campaign", "note"]


class HandOverTold(serializers.Serializer[Any]):
    """A lead with everything that a CRM asks of it."""

    lead = LeadTold()
    organisation = WholeOrganisation(allow_null=True)
    campaign = CampaignNamed(allow_null=True, help_text="The first campaign.")
    touches = TouchNamed(many=True, help_text=f"The latest {MOST_TOUCHES}, newest first.")
    handoff = HandoffTold(allow_null=True, help_text="The latest, or that which an event is about.")
    verdict = VerdictTold(allow_null=True, help_text="What sales said about this handoff.")
    outcomes = OutcomeTold(many=True)
    url = serializers.CharField(help_text="The lead's page.")


def whole(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """`leads` with what `handed_over` tells of them."""
    touches = Touch.objects.select_related("campaign").order_by("-at", "-pk")[:MOST_TOUCHES]
    outcomes = Outcome.objects.select_related("reason", "by")
    return leads.for_list().prefetch_related(  # type: ignore[attr-defined]
        Prefetch("touches", touches, to_attr="latest_touches"), Prefetch("outcomes", outcomes)
    )


def latest_handoffs(leads: Iterable[int]) -> dict[int, int]:
    """The latest handoff of each of `leads` that was handed off, by the lead."""
    found = Handoff.objects.filter(lead__in=list(leads)).order_by("lead", "-pk").distinct("lead")
    return dict(found.values_list("lead", "pk"))


def said_of(handoffs: Iterable[int]) -> tuple[dict[int, Handoff], dict[int, Verdict]]:
    """Handoffs and their verdicts, each by the id of the handoff."""
    ids = list(handoffs)
    found = Handoff.objects.for_list().select_related("responded_by").in_bulk(ids)
    verdicts = Verdict.objects.select_related("reason", "by").in_bulk(ids, field_name="handoff_id")
    return found, verdicts


def handed_over(lead: Lead, handoff: Handoff | None, verdict: Verdict | None) -> dict[str, Any]:
    """The whole of one lead of `whole`."""
    row = {
        "lead": lead, "organisation": lead.organisation, "campaign": lead.campaign,
        "touches": getattr(lead, "latest_touches", []),
        "handoff": handoff, "verdict": verdict, "outcomes": lead.outcomes.all(),
        "url": absolute(lead.get_absolute_url()),
    }  # fmt: skip
    return dict(HandOverTold(row).data)
