"""What a snapshot says of a quarter, part by part: plain JSON, so that it can be read in fifty years.

A part that is a list is kept item by item: a page reads the first thirty without the others. To add one: a function
and its line in PARTS.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts import company
from accounts.quarters import Quarter
from campaigns.models import Cost
from feedback import adjustments
from feedback.adjustments import Told as Adjusted
from feedback.models import Adjustment
from leads.models import LeadDefinition, ServiceLevel
from reviews import initiatives, plans
from reviews.both_ways import both_ways
from reviews.charts import charts
from reviews.claiming import claims_of
from reviews.decisions import Told
from reviews.effects import CameOf
from reviews.figures import FIGURES, figures, figures_by, valued
from reviews.frozen_accounts import kept_accounts, kept_initiatives
from reviews.frozen_aims import kept_aims
from reviews.frozen_answers import kept_answers
from reviews.frozen_charts import kept_charts
from reviews.frozen_credit import kept_credit
from reviews.frozen_plans import kept_adjustments, kept_agreed, kept_plan
from reviews.measures import measure
from reviews.models import Decision, Review
from reviews.report import REASON_KINDS, Line, report
from reviews.slices import Slice
from reviews.values import Values

Plain = dict[str, Any]
Take = Callable[["Quarter", Review, datetime], Plain | list[Plain]]


def taken(quarter: Quarter, review: Review, *, now: datetime) -> dict[str, Plain | list[Plain]]:
    """Every part, of one picture of the database. The page says in which order; each line has every figure."""
    page, part = report(quarter, review, now=now, most_campaigns=None), Slice(quarter)
    by_campaign, by_source, by_month = (
        {key: _told(values) for key, values in figures_by(name, part, now=now).items()}
        for name in ("campaign", "source", "month")
    )
    check = page["check"]
    agreed = plans.agreed(quarter, now=now)
    parts: dict[str, Plain | list[Plain]] = {
        "whole": {
            "figures": _told(figures(part, now=now)), "kept_out": page["kept_out"],
            "reasons_before": _before(quarter.shifted(-1), now),
        },
        "campaigns": [_campaign(line, by_campaign) for line in page["campaigns"]],
        "sources": [{"source": line.about, "figures": by_source[line.about]} for line in page["sources"]],
        "months": [{"month": line.about.isoformat(), "figures": by_month[line.about]} for line in page["months"]],
        "aims": kept_aims(page),
        "came_of": [_came_of(one) for one in page["came_of"]],
        "grade_check": {
            "lines": [{"grade": grade, "figures": _told(values)} for grade, values in check.lines],
            "inverted": check.inverted, "too_few_wins": check.too_few_wins,
        },
        "adjustments": kept_adjustments(_opened_in(quarter, now)),
        "adjusted": kept_adjustments(page["adjusted"]),
        "agreed_plan": kept_agreed(agreed),
        "initiatives": kept_initiatives(initiatives.told(review)),
    }  # fmt: skip
    parts |= kept_plan(plans.planned(review, quarter, now=now))
    parts |= kept_answers(both_ways(quarter, now=now))
    parts |= kept_charts(charts(quarter, now=now))
    parts |= kept_accounts(quarter)
    parts |= kept_credit(quarter, now)
    parts |= {key: take(quarter, review, now) for key, take in PARTS.items()}
    # A list may have no items: what this snapshot holds is said by itself.
    return parts | {"calendar": _calendar(quarter, review, now) | {"parts": sorted([*parts, "calendar"])}}


def _before(earlier: Quarter, now: datetime) -> Plain:
    """The mix of reasons of the quarter before."""
    keys = [f"reason_{group.value}" for group in REASON_KINDS]
    return _told(valued(measure(Slice(earlier), now=now, only=keys), keys))


def _told(values: Values) -> Plain:
    return {key: value.as_json() for key, value in values.items()}


def _campaign(line: Line, figures_of: Mapping[int | None, Plain]) -> Plain:
    campaign = line.about
    told = figures_of.get(campaign.pk if campaign else None) or _told(valued({}))
    if campaign is None:
        return {"code": "", "name": "", "figures": told}
    return {
        "code": campaign.code,
        "name": campaign.name,
        "channel": campaign.channel,
        "owner": _name(campaign.owner),
        "sales_partner": _name(campaign.sales_partner),
        "status": line.status,
        "figures": told,
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


def decisions(quarter: Quarter, review: Review, now: datetime) -> list[Plain]:
    rows = Decision.objects.filter(review=review.pk).exclude(kind="").select_related("campaign", "owner", "by")
    return [_decision(d) for d in rows]


def _decision(d: Decision) -> Plain:
    return {
        "campaign": d.campaign.code, "name": d.campaign.name, "kind": d.kind, "rationale": d.rationale,
        "owner": _name(d.owner), "owner_side": d.owner.side, "figure": d.figure, "hoped": _text(d.hoped),
        "by": _name(d.by), "at": _at(d.at),
    }  # fmt: skip


def _came_of(one: CameOf) -> Plain:
    """What came of a decision of the quarter before, by then."""
    decision = one.told.decision
    return {
        "decision": _decision(decision) if decision else None, "before": _told(one.before), "now": _told(one.now),
        "effect": one.effect.value, "interval": list(one.interval) if one.interval else None,
    }  # fmt: skip


def minutes(quarter: Quarter, review: Review, now: datetime) -> list[Plain]:
    """What was said in the meeting, by whom, and the leads behind it."""
    return [
        {"kind": c.kind, "text": c.text, "behind": c.behind, "leads": c.leads, "by": _name(c.by), "at": _at(c.at)}
        for c in claims_of(review.pk)
    ]


def _opened_in(quarter: Quarter, now: datetime) -> list[Adjusted]:
    rows = Adjustment.objects.filter(opened_at__gte=quarter.start, opened_at__lt=quarter.end).for_list()
    return adjustments.told(adjustments.with_counts(rows.order_by("opened_at", "pk"), now), now)


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


def _costs(quarter: Quarter, review: Review, now: datetime) -> list[Plain]:
    """The lines of money that the cost of the quarter adds up, with the rates by which they were turned."""
    rows = Cost.objects.filter(**Slice(quarter).between("on", lambda day: day)).select_related("campaign")
    return [
        {"campaign": c.campaign.code, "kind": c.kind, "on": c.on.isoformat(), "planned": _text(c.planned),
         "actual": _text(c.actual), "currency": c.currency, "rate": _text(c.rate), "entered": _text(c.entered_actual)}
        for c in rows.order_by("on", "pk")
    ]  # fmt: skip


def _name(person: object) -> str:
    return str(person) if person else ""


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


PARTS: dict[str, Take] = {
    "words": _words,
    "decisions": decisions,
    "minutes": minutes,
    "definitions": _definitions,
    "service_levels": _levels,
    "costs": _costs,
}
