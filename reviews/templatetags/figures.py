"""A figure in a page: its number, its denominator, and the way to the leads it counts."""

from typing import Any

from django import template

from accounts import company
from reviews.figures import Unit, Values
from reviews.quarters import Quarter
from reviews.report import figure_url

register = template.Library()


@register.inclusion_tag("reviews/_value.html")
def figure(values: Values, key: str, quarter: Quarter, query: str = "", mark: bool = False) -> dict[str, Any]:
    """The figure `key` of `values`, opening its leads in `quarter` narrowed by `query`.

    `mark` draws the interval of a rate below it.
    """
    value = values[key]
    opens = value.figure.opens is not None and value.value is not None
    return {
        "value": value,
        "unit": value.figure.unit,
        "label": value.figure.label,
        "url": figure_url(quarter, key, query) if opens and _has_leads(value) else "",
        "denominator_url": figure_url(quarter, key, query, denominator=True) if value.denominator else "",
        "mark": mark and value.figure.unit == Unit.RATE,
        "currency": company.current().currency,
    }


def _has_leads(value: Any) -> bool:
    """A zero opens nothing."""
    return bool(value.numerator if value.figure.unit == Unit.RATE else value.n)
