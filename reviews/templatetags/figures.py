"""A figure in a page: its number, its denominator, and the way to the leads it counts."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from accounts import company
from reviews.figures import Unit, Values
from reviews.quarters import Quarter
from reviews.report import figure_url

register = template.Library()


@register.simple_tag
def figure(values: Values, key: str, quarter: Quarter, query: str = "", mark: bool = False) -> SafeString:
    """The figure `key` of `values`, opening its leads in `quarter` narrowed by `query`.

    `mark` draws the interval of a rate below it.
    """
    value = values[key]
    opens = value.figure.opens is not None and value.value is not None
    context = {
        "value": value,
        "unit": value.figure.unit,
        "label": value.figure.label,
        "url": figure_url(quarter, key, query) if opens and _has_leads(value) else "",
        "denominator_url": figure_url(quarter, key, query, denominator=True) if value.denominator else "",
        "mark": mark and value.figure.unit == Unit.RATE,
        "currency": company.current().currency,
    }
    # Without the file's last line break: a comma may follow the number.
    return mark_safe(render_to_string("reviews/_value.html", context).strip())  # noqa: S308 - rendered by a template


def _has_leads(value: Any) -> bool:
    """A zero opens nothing."""
    return bool(value.numerator if value.figure.unit == Unit.RATE else value.n)
