"""What a snapshot says of a quarter, part by part: plain JSON, so that it can be read in fifty years.

A part that is a list is kept item by item: a page reads the first thirty without the others. To add one: a function
and its line in PARTS.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts import company
from accounts.quarters import Quarter
from campaigns.models import Campaign, Cost
from feedback.models import Adjustment
from leads.models import LeadDefinition, ServiceLevel
from reviews import attribution
from reviews.decisions import Told
from reviews.figures import FIGURES, Values
from reviews.measures import Slice
from reviews.models import Decision, Review
from reviews.periods import of_quarter
from reviews.report import Line, report

Plain = dict[str, Any]
Take = Callable[["Quarter", Review, datetime], Plain | list[Plain]]


def taken(quarter: Quarter, review: Review, *, now: datetime) -> dict[str, Plain | list[Plain]]:
    """Every part, of one picture of the database."""
    page = report(quarter, review, now=now, most_campaigns=None)
    parts: dict[str, Plain | list[Plain]] = {
        "whole": {"figures": _told(page["values"]), "kept_out": page["kept_out"]},
        "campaigns": [_campaign(line) for line in page["campaigns"]],
        "sources": [{"source": line.about, "figures": _told(line.values)} for line in page["sources"]],
        "months": [{"month": line.about.isoformat(), "figures": _told(line.values)} for line in page["months"]],
    }
    return parts | {key: take(quarter, review, now) for key, take in PARTS.items()}


def _told(values: Values) -> Plain:
    return {key: value.as_json() for key, value in values.items()}


def _campaign(line: Line) -> Plain:
    campaign = line.about
    if campaign is None:
        return {"code": "", "name": "", "figures": _told(line.values)}
    return {
        "code": campaign.code,
        "name": campaign.name,
        "channel": campaign.channel,
        "owner": _name(campaign.owner),
        "sales_partner": _name(campaign.sales_partner),
        "figures": _told(line.values),
        "diagnosis": _diagnosis(line.told) if line.told else None,
    }


def _diagnosis(told: Told) -> Plain | None:
    """What the rules proposed, and what people said instead."""
    found, other = told.diagnosis, told.overrule
    if found is None:
        return None
    return {
        "finding": found.finding.value, "because": [list(pair) for pair in found.because], "matures": found.matures,
        "age_days": found.age_days, "passage_days": found.passage_days,
        "overruled": {"diagnosis": other.diagnosis, "note": other.note, "by": _name(other.by), "at": _at(other.at)}
        if other and other.diagnosis else None,
    }  # fmt: skip


def _calendar(quarter: Quarter, review: Review, now: datetime) -> Plain:
    return {
        "quarter": quarter.key, "label": quarter.label, "from": _at(quarter.start), "to": _at(quarter.end),
        "time_zone": quarter.zone.key, "fiscal_year_start": quarter.starts, "as_of": _at(now),
        "currency": company.current().currency, "summary": review.summary,
    }  # fmt: skip


def _words(quarter: Quarter, review: Review, now: datetime) -> list[Plain]:
    """Each figure as it was defined."""
    return [
        {"key": f.key, "label": str(f.label), "words": str(f.words), "unit": f.unit.value, "numerator": f.numerator,
         "denominator": f.denominator, "opens": f.opens}
        for f in FIGURES.values()
    ]  # fmt: skip


def _decisions(quarter: Quarter, review: Review, now: datetime) -> list[Plain]:
    rows = Decision.objects.filter(review=review).exclude(kind="").select_related("campaign", "owner", "by")
    return [
        {"campaign": d.campaign.code, "name": d.campaign.name, "kind": d.kind, "rationale": d.rationale,
         "owner": _name(d.owner), "figure": d.figure, "hoped": _text(d.hoped), "by": _name(d.by), "at": _at(d.at)}
        for d in rows
    ]  # fmt: skip


def _adjustments(quarter: Quarter, review: Review, now: datetime) -> list[Plain]:
    rows = Adjustment.objects.filter(opened_at__gte=quarter.start, opened_at__lt=quarter.end)
    return [
        {"title": a.title, "group": a.group, "campaign": a.campaign.code if a.campaign else "",
         "owner": _name(a.owner), "due_on": a.due_on.isoformat(), "opened_at": _at(a.opened_at)}
        for a in rows.select_related("campaign", "owner").order_by("opened_at", "pk")
    ]  # fmt: skip


def _definitions(quarter: Quarter, review: Review, now: datetime) -> list[Plain]:
    """The versions of the lead definition that held in the quarter, or until the freeze."""
    signed = LeadDefinition.objects.filter(valid_from__lte=now).prefetch_related("criteria").order_by("version")
    return [
        {"version": d.version, "valid_from": _at(d.valid_from), "half_life_days": d.half_life_days,
         "from": {"A": d.from_a, "B": d.from_b, "C": d.from_c},
         "criteria": [
             {"half": c.half, "label": c.label, "fact": c.fact, "test": c.test, "value": c.value, "points": c.points}
             for c in d.rules
         ]}
        for d in signed
    ]  # fmt: skip


def _levels(quarter: Quarter, review: Review, now: datetime) -> list[Plain]:
    return [
        {"grade": s.grade, "kind": s.kind, "amount": s.amount, "unit": s.unit, "valid_from": _at(s.valid_from)}
        for s in ServiceLevel.objects.filter(valid_from__lte=now)
    ]


def _credit(quarter: Quarter, review: Review, now: datetime) -> Plain:
    """The credit of each campaign by each model; which one the figures of the page follow."""
    models = attribution.MODELS
    asked = [*models, attribution.INFLUENCE]
    found = attribution.shares(of_quarter(quarter), asked, now=now)
    codes = _codes({share.campaign for share in found if share.campaign})
    lines = [
        {"model": s.model, "kind": s.kind, "campaign": codes.get(s.campaign, "") if s.campaign else "",
         "untouched": s.untouched, "amount": str(s.amount), "deals": s.deals}
        for s in found
    ]  # fmt: skip
    return {
        "model_of_figures": "first_touch",
        "models": {key: {"label": str(m.label), "words": str(m.words)} for key, m in models.items()},
        "shares": sorted(lines, key=lambda line: tuple(map(str, line.values()))),
    }


def _costs(quarter: Quarter, review: Review, now: datetime) -> list[Plain]:
    """The lines of money that the cost of the quarter adds up, with the rates by which they were turned."""
    rows = Cost.objects.filter(**Slice(quarter).between("on", lambda day: day)).select_related("campaign")
    return [
        {"campaign": c.campaign.code, "kind": c.kind, "on": c.on.isoformat(), "planned": _text(c.planned),
         "actual": _text(c.actual), "currency": c.currency, "rate": _text(c.rate), "entered": _text(c.entered_actual)}
        for c in rows.order_by("on", "pk")
    ]  # fmt: skip


def _codes(ids: set[int]) -> dict[int, str]:
    return dict(Campaign.objects.filter(pk__in=ids).values_list("pk", "code"))


def _name(person: object) -> str:
    return str(person) if person else ""


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


PARTS: dict[str, Take] = {
    "calendar": _calendar,
    "words": _words,
    "decisions": _decisions,
    "adjustments": _adjustments,
    "definitions": _definitions,
    "service_levels": _levels,
    "credit": _credit,
    "costs": _costs,
}
