"""Rows of a file that tell no date: the same file twice must not be two contacts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.db.models.functions import Lower

from campaigns.matching import campaigns_named
from leads.models import Lead, LeadAlias, Touch


def contacts_known(rows: Sequence[Mapping[str, Any]]) -> dict[int, datetime]:
    """For the rows without a date, by their number: when the contact was that is known already, of the same lead,
    campaign and kind. A row that tells a contact of another kind or campaign is not among them."""
    undated = [row for row in rows if "captured_at" not in row]
    if not undated:
        return {}
    leads = _leads_by("email", undated) | _leads_by("external_id", undated)
    campaigns = campaigns_named(row.get("campaign", "") for row in undated)
    touches = Touch.objects.filter(lead__in=leads.values()).order_by().values("lead", "campaign", "kind")
    latest: dict[tuple[Any, ...], datetime] = {
        (touch["lead"], touch["campaign"], touch["kind"]): touch["latest"]
        for touch in touches.annotate(latest=Max("at"))
    }
    found = {}
    for row in undated:
        lead = leads.get(("email", row.get("email"))) or leads.get(("external_id", row.get("external_id")))
        campaign = campaigns.get(row.get("campaign", "").strip().lower())
        if moment := latest.get((lead, campaign, row.get("kind", Touch.Kind.FORM))):
            found[row["number"]] = moment
    return found


def _leads_by(key: str, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str | None], int]:
    """The leads that the rows name by this key, those among them that were merged into another one."""
    told = {row[key] for row in rows if key in row}
    aliases = LeadAlias.objects.filter(kind=key, value__in=told).values_list("value", "lead")
    leads = Lead.objects.annotate(low=Lower("email")) if key == "email" else Lead.objects.all()
    name = "low" if key == "email" else key
    known = leads.filter(**{f"{name}__in": told}).values_list(name, "pk")
    return {(key, value): pk for value, pk in (*aliases, *known)}
