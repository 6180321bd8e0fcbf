"""Named figures: key, label and definition in words, made of measures. `docs/figures.md` tells them all.

The aggregate, the list that a number opens, the API and the command are derived from here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from common.errors import DomainError
from common.texts import gettext_lazy as __
from feedback.models import Response
from leads.models import Lead
from leads.models.lead import LeadQuerySet
from reviews.measures import MEASURES, measure, measure_by
from reviews.slices import COSTS, Slice
from reviews.values import Figure, Unit, Values


def _counts(key: str, label: str | Promise, words: str | Promise) -> Figure:
    return Figure(key, label, words, key, opens=key)


def _share(key: str, label: str | Promise, words: str | Promise, numerator: str, denominator: str) -> Figure:
    return Figure(key, label, words, numerator, denominator, Unit.RATE, numerator)


def _cost_per(what: str, label: str | Promise, measured: str) -> Figure:
    words = __("Actual cost dated in the period, divided by the number beside it. No cost entered: no figure.")
    return Figure(f"cost_per_{what}", label, words, "cost", measured, Unit.MONEY, opens=measured)


FIGURES: dict[str, Figure] = {
    f.key: f
    for f in [
        _counts("leads", __("Leads"), __("Leads first captured in the period, without tests, spam and duplicates.")),
        _counts("leads_a", __("Grade A"), __("Leads of the period whose best grade so far is A.")),
        _counts("leads_b", __("Grade B"), __("Leads of the period whose best grade so far is B.")),
        _counts("leads_c", __("Grade C"), __("Leads of the period whose best grade so far is C.")),
        _counts("leads_d", __("Grade D"), __("Leads of the period whose best grade so far is D.")),
        _counts("handed_off", __("Handed off"), __("Leads of the period that were handed to sales at least once.")),
        Figure(
            "answered_in_time",
            __("Answered in time"),
            __(
                "Leads whose every decided clock was met, of the leads with a decided clock. Silent past due "
                "counts as late; pending and released clocks count in neither."
            ),
            "in_time",
            "decided",
            Unit.RATE,
            "in_time",
        ),
        _counts(
            "handed_off_ab",
            __("A and B leads handed off"),
            __("Leads of the period that were handed to sales as an A or a B."),
        ),
        _share(
            "opening_ab",
            __("A and B leads that became opportunities"),
            __("Leads handed off as an A or a B with an opportunity or a win, of all handed off as an A or a B."),
            "opened_ab",
            "handed_off_ab",
        ),
        _share(
            "winning_ab",
            __("Opportunities of A and B leads that were won"),
            __("Leads handed off as an A or a B with a win, of those of them with an opportunity or a win."),
            "won_ab",
            "opened_ab",
        ),
        _share(
            "verdict_in_time",
            __("Verdict in time"),
            __(
                "Leads whose every verdict came within the target of the service level, of those whose verdict came "
                "or is past due."
            ),
            "verdict_in_time",
            "verdict_decided",
        ),
        *(
            _counts(f"late_{key}", label, __("Leads that were answered late, with this excuse for the first response."))
            for key, label in [*Response.Excuse.choices, ("not_said", __("No excuse chosen"))]
        ),
        _counts("pulled_back", __("Pulled back"), __("Leads that marketing took back before anybody answered.")),
        _counts("appealed", __("Appealed"), __("Leads with a rejection against which marketing appealed.")),
        _share(
            "overturned",
            __("Appeals overturned"),
            __("Leads whose rejection the managers of both sides overturned, of those whose appeal is settled."),
            "overturned",
            "appeals_settled",
        ),
        _share(
            "reasons_of_the_buyer",
            __("Reasons the buyer gave"),
            __("Leads with a verdict whose reason the buyer gave, of the leads with a verdict that gives a reason."),
            "reason_of_the_buyer",
            "with_reason",
        ),
        _share(
            "tried_before_no_contact",
            __("Tried before “no contact”"),
            __("Leads that sales gave up as “no contact” after three attempts or more, of all given up so."),
            "given_up_after_attempts",
            "reason_no_contact",
        ),
        _share(
            "reachable",
            __("Contact data that works"),
            __("A and B leads with an e-mail address or a phone and no verdict “data fault”, of all A and B leads."),
            "reachable",
            "leads_ab",
        ),
        _share(
            "announced",
            __("Campaigns announced in time"),
            __("Leads of campaigns that were logged 14 days before they start, of those of campaigns with a start."),
            "announced",
            "of_dated_campaign",
        ),
        _counts("pending", __("Pending"), __("Leads whose clock runs and is not late.")),
        Figure(
            "accepted",
            __("Accepted"),
            __("Leads that sales accepted at least once, of the leads handed off."),
            "accepted",
            "handed_off",
            Unit.RATE,
            "accepted",
        ),
        _counts("judged", __("Judged"), __("Leads that sales gave a verdict on.")),
        Figure(
            "accepted_of_judged",
            __("Accepted of those judged"),
            __(
                "Leads that sales accepted at least once, of the leads with a verdict: what nobody judged says nothing."
            ),
            "accepted",
            "judged",
            Unit.RATE,
            "accepted",
        ),
        Figure(
            "won_handed_off",
            __("Won of those handed off"),
            __("Leads with a win, of the leads handed off."),
            "won_handed_off",
            "handed_off",
            Unit.RATE,
            "won_handed_off",
        ),
        _counts(
            "rejected", __("Rejected"), __("Leads that sales never accepted and whose latest verdict is rejected.")
        ),
        _counts("nurtured", __("Not now"), __("Leads that sales never accepted and whose latest verdict is not now.")),
        _counts(
            "opportunities", __("Opportunities"), __("Leads of the period with an opportunity, whenever it opened.")
        ),
        _counts("won", __("Won"), __("Leads of the period that were won, whenever that was.")),
        Figure(
            "conversion",
            __("Conversion"),
            __("Won leads of the period, of all leads of the period."),
            "won",
            "leads",
            Unit.RATE,
            "won",
        ),
        Figure(
            "revenue",
            __("Revenue"),
            __("Amounts of all wins of leads of the period; credit to the campaign of the first touch."),
            "revenue",
            unit=Unit.MONEY,
            opens="won",
        ),
        Figure(
            "pipeline",
            __("Pipeline"),
            __("Amounts of opportunities of leads of the period that are neither won nor lost."),
            "pipeline",
            unit=Unit.MONEY,
            opens="pipeline_leads",
        ),
        Figure("cost", __("Cost"), __("Actual cost dated in the period."), "cost", unit=Unit.MONEY),
        _cost_per("lead", __("Cost per lead"), "leads"),
        _cost_per("accepted", __("Cost per accepted lead"), "accepted"),
        _cost_per("opportunity", __("Cost per opportunity"), "opportunities"),
        _cost_per("won", __("Cost per win"), "won"),
        Figure(
            "roi",
            __("Return on cost"),
            __("(Revenue − cost) / cost. No cost entered: no figure."),
            "revenue",
            "cost",
            Unit.TIMES,
            "won",
        ),
        Figure(
            "speed_median_hours",
            __("Speed to lead, median"),
            __("Hours from handoff to first response, calendar time."),
            "speed_median",
            unit=Unit.HOURS,
            opens="responded",
        ),
        Figure(
            "speed_p90_hours",
            __("Speed to lead, 90th percentile"),
            __("Hours from handoff to first response, calendar time."),
            "speed_p90",
            unit=Unit.HOURS,
            opens="responded",
        ),
        Figure(
            "days_to_win",
            __("Time to win, median"),
            __("Days from first capture to the win; wins dated before it are left out."),
            "days_to_win",
            unit=Unit.DAYS,
            opens="won",
        ),
        *(
            _counts(f"reason_{group}", label, __("Leads with a verdict whose reason is of this group."))
            for group, label in [
                ("wrong_target", __("Wrong target")),
                ("no_compelling_need", __("No compelling need")),
                ("timing", __("Timing")),
                ("data_fault", __("Data fault")),
                ("no_contact", __("No contact")),
            ]
        ),
        _counts("lost", __("Lost"), __("Leads of the period with a lost opportunity.")),
        _counts(
            "contradictions",
            __("Contradictions"),
            __("Leads with an outcome dated before their first contact; kept as told."),
        ),
        _counts(
            "won_in_period", __("Won in the quarter"), __("Leads won in the quarter, whenever they were captured.")
        ),
        Figure(
            "revenue_in_period",
            __("Revenue in the quarter"),
            __("Amounts of wins dated in the quarter."),
            "revenue_in_period",
            unit=Unit.MONEY,
            opens="won_in_period",
        ),
    ]
}


def get(key: str) -> Figure:
    """The figure called `key`. Raises DomainError where none is."""
    try:
        return FIGURES[key]
    except KeyError:
        raise DomainError("no_such_figure", _("There is no figure “%(key)s”.") % {"key": key}) from None


def valued(measures: Mapping[str, Any], keys: Iterable[str] = FIGURES) -> Values:
    """Every figure, or those called `keys`, made of measured numbers."""
    return {key: FIGURES[key].value(measures) for key in keys}


def figures(part: Slice, *, now: datetime) -> Values:
    """Every figure of a slice, with clocks judged at `now`."""
    return valued(measure(part, now=now))


def figures_by(dimension: str, part: Slice, *, now: datetime) -> dict[Any, Values]:
    """Every figure for each campaign (by id), source or month (first day) of a slice."""
    return {key: valued(found) for key, found in measure_by(dimension, part=part, now=now).items()}


def leads_behind(figure: Figure, part: Slice, *, now: datetime, denominator: bool = False) -> LeadQuerySet:
    """Exactly the leads that a figure counts, or those that its denominator counts."""
    name = figure.denominator if denominator else figure.opens
    if name is None or MEASURES[name].base is COSTS:
        return Lead.objects.none()
    return MEASURES[name].leads(part, now)


def by_campaign(
    measured: Mapping[Any, Mapping[str, Any]], most: int | None = None, keys: Iterable[str] = FIGURES
) -> list[tuple[Campaign | None, Values]]:
    """The figures `keys` of the `most` campaigns with most leads, from the measures of each that has leads or costs;
    None stands for the leads without a campaign, so that the parts add up to the whole."""
    ranked = sorted(measured, key=lambda key: (-(measured[key].get("leads") or 0), key or 0))[:most]
    known = Campaign.objects.select_related("owner", "sales_partner").in_bulk([key for key in ranked if key])
    return [(known.get(key), valued(measured[key], keys)) for key in ranked]
