"""A figure in a page: its number, its denominator, and the way to the leads it counts."""

from decimal import Decimal
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accounts import company
from accounts.quarters import Quarter
from common.templatetags.ui import ABSENT, MINUS, delta_words, money, number, percent, roi, share
from common.texts import gettext as _
from reviews.comparing import Comparison
from reviews.periods import Period, is_over
from reviews.report import figure_url
from reviews.values import SPANS, Figure, Unit, Value, Values

register = template.Library()
# A live number of a quarter that may be signed opens the leads that count today.
AS_OF_NOW = "as_of=now"


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
    """The same for one value by itself; beside a frozen one what it would be by now, where that differs."""
    shown = _value(told, period, query, mark, opens)
    if told.later is None:
        return shown
    later = _value(told.later, period, query, False, opens)
    return format_html('{} <small class="later">{} {}</small>', shown, _("now"), later)


def _value(told: Value, period: Quarter | Period, query: str, mark: bool, opens: bool) -> SafeString:
    door = opens and told.figure.opens is not None and told.value is not None and _has_leads(told)
    query = query if told.frozen or not is_over(period) else "&".join(filter(None, [query, AS_OF_NOW]))
    url = figure_url(period, told.figure.key, query) if door else ""
    if told.figure.unit != Unit.RATE or told.value is None:
        return _number(told, url)
    whole = figure_url(period, told.figure.key, query, denominator=True) if opens else ""
    parts = _door(url, percent(told.value), told.figure.label), _cases(told, whole), _doubt(told)
    return format_html("{} {}{}{}", *parts, _interval(told) if mark else "")


def _number(value: Value, url: str) -> SafeString:
    """What is no rate. Tables have hundreds of numbers: a template for each would take longer than all else."""
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
    return _door(url, words, value.figure.label)


def _door(url: str, words: str, label: object) -> SafeString:
    if not url:
        return conditional_escape(words)
    return format_html('<a class="n" href="{}">{}<span class="sr"> {}</span></a>', url, words, label)


def _cases(rate: Value, url: str) -> SafeString:
    words = f"{number(rate.numerator)}/{number(rate.denominator)}"
    if not url:
        return format_html('<span class="of">{}</span>', words)
    all_of_them = _("all that are counted")
    return format_html('<a class="n of" href="{}">{}<span class="sr"> {}</span></a>', url, words, all_of_them)


def _doubt(rate: Value) -> SafeString | str:
    return format_html(" <small>{}</small>", _("too few to judge")) if rate.too_few else ""


def _interval(rate: Value) -> SafeString:
    shares = {"point": share(rate.value), "low": share(rate.low), "high": share(rate.high)}
    # Without the file's last line break: a comma may follow the number.
    return mark_safe(render_to_string("components/_interval.html", shares).strip())  # noqa: S308 - by a template


@register.simple_tag
def reached(told: Any, quarter: Quarter) -> SafeString:
    """What an aim has come to, opening its leads; the cases stand elsewhere."""
    return reached_value(told.value, quarter, told.query)


@register.simple_tag
def reached_value(told: Value, quarter: Quarter, query: str = "") -> SafeString:
    """A value by itself: a rate without its cases and its doubt."""
    if told.figure.unit != Unit.RATE or told.value is None:
        return value(told, quarter, query)
    url = figure_url(quarter, told.figure.key, query) if _has_leads(told) else ""
    return _door(url, percent(told.value), told.figure.label)


@register.simple_tag
def cases(told: Any, quarter: Quarter) -> SafeString | str:
    """The cases of an aim's rate, opening those it is divided by."""
    if told.figure.unit != Unit.RATE or not told.value.n:
        return ""
    return format_html("{} · ", _cases(told.value, figure_url(quarter, told.figure.key, told.query, denominator=True)))


@register.simple_tag
def label_of(values: Values, key: str) -> str:
    """What the figure `key` is called."""
    return str(values[key].figure.label)


@register.simple_tag
def aim(figure: Figure, amount: Decimal) -> SafeString:
    """What a figure should come to, in its own unit."""
    if figure.unit == Unit.RATE:
        return conditional_escape(percent(amount))
    return _number(Value(figure, amount), "")


@register.simple_tag
def change(told: Comparison) -> SafeString:
    """By how much a figure is more here than there, with the interval where there is one."""
    if told.difference is None:
        return format_html('<span class="faint">{}</span>', _("nothing to compare"))
    if told.too_few:
        return conditional_escape(_("too few to judge"))
    unit = told.here.figure.unit
    words = _more(unit, told.difference)
    if told.low is None or told.high is None:
        return conditional_escape(words)
    ends = {"low": _more(unit, told.low), "high": _more(unit, told.high)}
    interval = _("%(low)s to %(high)s") % ends
    if not told.is_clear:
        return format_html("{} <small>{}</small>", words, _("no clear difference, %(span)s") % {"span": interval})
    return format_html("<strong>{}</strong> <small>{}</small>", words, interval)


def _more(unit: Unit, amount: Any) -> str:
    """A signed difference in the unit of its figure."""
    rounded = number(100 * amount if unit == Unit.RATE else amount)
    sign = "+" if amount > 0 and rounded != "0" else ""
    match unit:
        case Unit.RATE:
            return _("%(n)s points") % {"n": f"{sign}{rounded}"}
        case Unit.MONEY:
            return f"{sign}{money(amount, company.current().currency)}"
        case Unit.TIMES:
            return roi(amount)
        case Unit.HOURS | Unit.DAYS:
            return f"{'+' if amount > 0 else MINUS}{delta_words(float(amount) * SPANS[unit][0])}"
        case _unit:
            return f"{sign}{rounded}"


def _has_leads(value: Value) -> bool:
    """A zero opens nothing."""
    return bool(value.numerator if value.figure.unit == Unit.RATE else value.n)
