"""A figure in a page: its number, its denominator, and the way to the leads it counts."""

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts import company
from common.templatetags.ui import ABSENT, delta_words, money, number, roi
from reviews.figures import Unit, Value, Values
from reviews.periods import Period
from reviews.quarters import Quarter
from reviews.report import figure_url

register = template.Library()


@register.simple_tag
def figure(
    values: Values, key: str, period: Quarter | Period, query: str = "", mark: bool = False, opens: bool = True
) -> SafeString:
    """The figure `key` of `values`, opening its leads in `period` narrowed by `query`, where it `opens` any.

    `mark` draws the interval of a rate below it.
    """
    return value(values[key], period, query, mark, opens)


@register.simple_tag
def value(told: Value, period: Quarter | Period, query: str = "", mark: bool = False, opens: bool = True) -> SafeString:
    """The same for one value by itself."""
    door = opens and told.figure.opens is not None and told.value is not None and _has_leads(told)
    url = figure_url(period, told.figure.key, query) if door else ""
    if told.figure.unit != Unit.RATE or told.value is None:
        return _number(told, url)
    context = {
        "value": told,
        "label": told.figure.label,
        "url": url,
        "denominator_url": figure_url(period, told.figure.key, query, denominator=True)
        if opens and told.denominator
        else "",
        "mark": mark,
    }
    # Without the file's last line break: a comma may follow the number.
    return mark_safe(render_to_string("reviews/_rate.html", context).strip())  # noqa: S308 - rendered by a template


def _number(value: Value, url: str) -> SafeString:
    """What is no rate. Tables have hundreds of them: a template for each would take longer than all else."""
    if value.value is None:
        if value.figure.key != "cost":
            return mark_safe(ABSENT)  # noqa: S308 - a dash
        return format_html('<span class="faint">{}</span>', _("no cost entered"))
    match value.figure.unit:
        case Unit.MONEY:
            words = money(value.value, company.current().currency)
        case Unit.TIMES:
            words = roi(value.value)
        case Unit.HOURS | Unit.DAYS:
            words = delta_words(value.seconds)
        case _unit:
            words = number(value.value)
    if not url:
        return conditional_escape(words)
    return format_html('<a class="n" href="{}">{}<span class="sr"> {}</span></a>', url, words, value.figure.label)


def _has_leads(value: Value) -> bool:
    """A zero opens nothing."""
    return bool(value.numerator if value.figure.unit == Unit.RATE else value.n)
