"""Template tags for words, numbers and moments, as DESIGN of the interface writes them.

Rates and shares of one are fractions (0.87); positions inside an SVG mark run from 0 to 100.
An absent value is always printed as an en dash, never as 0.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.template import engines
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext

from common.texts import gettext as _

register = template.Library()

Number = int | float | Decimal

ABSENT = "–"
MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
# The pictures of clocks that stand still; those that run are a pie.
CLOCKS = {"breached": "circle-alert", "met": "check", "released": "minus"}
PIE = (
    '<svg class="pie" viewBox="0 0 16 16" aria-hidden="true"><circle class="rim" cx="8" cy="8" r="7"/>'
    '<circle class="part" cx="8" cy="8" r="3" pathLength="100" stroke-dasharray="{} 100"/></svg>'
)
TIME = '<time datetime="{}" title="{}">{}</time>'
# Languages that write the currency after the amount.
CURRENCY_LAST = {"cs", "da", "de", "es", "fi", "fr", "it", "nb", "pl", "pt", "ro", "sk", "sv", "uk"}


@register.simple_tag
def jinja(name: str, **given: Any) -> SafeString:
    """Return a fragment of templates_jinja/, which knows what it is given here and nothing else of the page."""
    return mark_safe(engines["jinja2"].get_template(name).render(given))  # noqa: S308 - by a template


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Return a symbol of the sprite; silent for readers unless it has a label."""
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, _symbol(name))
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', _symbol(name))


@lru_cache(maxsize=500)
def _symbol(name: str) -> str:
    """Where the sprite has a symbol. A list shows hundreds, and their address stays while the process runs."""
    return f"{static('icons.svg')}#i-{name}"


@register.simple_tag
def options(pairs: Iterable[tuple[str, str]], chosen: str | None) -> SafeString:
    """Return an <option> for each value and label. A thousand of them cost a template a tenth of a second."""
    told = _options(tuple(pairs))
    if chosen:
        begin = f'<option value="{escape(chosen)}"'
        told = told.replace(f"{begin}>", f"{begin} selected>", 1)
    return mark_safe(told)  # noqa: S308 - all texts are escaped


@lru_cache(maxsize=16)
def _options(pairs: tuple[tuple[str, str], ...]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in pairs)


@register.simple_tag
def grade_mark(letter: str, big: bool = False) -> SafeString:
    """Return the mark of a grade, "" where there is none; big for the head of a record. Lists show many."""
    return _grade_mark(letter, big, get_language())


@lru_cache(maxsize=50)
def _grade_mark(letter: str, big: bool, language: str | None) -> SafeString:
    """The mark for what the language of the reader is now."""
    shape = "grade big" if big else "grade"
    if not letter:
        nothing = '<span class="{}"><span class="sr">{}</span><span aria-hidden="true">–</span></span>'
        return format_html(nothing, shape, _("Not graded"))
    mark = '<span class="{}" data-g="{}"><span class="sr">{} </span>{}</span>'
    return format_html(mark, shape, letter, _("Grade"), letter)


@register.simple_tag
def side_mark(side: str, name: object = None) -> SafeString:
    """Return who somebody is and on which side, or the side's own name; a side that is neither is both."""
    return format_html('<span class="side" data-side="{}">{}</span>', side, name or _side(side))


def _side(side: str) -> str:
    return {"marketing": _("Marketing"), "sales": _("Sales")}.get(side) or _("Both")


@register.simple_tag
def clock_mark(clock: Any) -> str:
    """Return the mark of a clock: .state, .share of 0 to 100, .words ("2 d 4 h late"), .due; nothing for none."""
    if not clock:
        return ""
    picture = icon(CLOCKS[clock.state]) if clock.state in CLOCKS else format_html(PIE, coord(clock.share))
    title = _due_title(clock.due, get_language(), timezone.get_current_timezone()) if clock.due else ""
    state = clock.state.replace("_", "-")
    mark = '<span class="clock" data-state="{}"{}>{}<span>{}</span></span>'
    return format_html(mark, state, title, picture, clock.words)


@lru_cache(maxsize=10_000)
def _due_title(due: dt.datetime, language: str | None, zone: dt.tzinfo) -> SafeString:
    """The title of a clock for what the language and the zone of the reader are now."""
    words = _("Due %(due)s") % {"due": date_format(_local(due), "j M Y, H:i")}
    return format_html(' title="{}"', words)


@register.filter
def number(value: Number | None, decimals: int = 0) -> str:
    """Return a number with the locale's thousands, e.g. 12,400."""
    if value is None:
        return ABSENT
    rounded = _rounded(value, decimals)
    text = str(number_format(abs(rounded), decimal_pos=decimals, use_l10n=True, force_grouping=True))
    return f"{MINUS}{text}" if rounded < 0 else text


@register.filter
def percent(fraction: Number | None, decimals: int = 0) -> str:
    """Return a fraction of one as percent: 0.87 is 87 % with a no-break space."""
    if fraction is None:
        return ABSENT
    return _("%(number)s\u00a0%%") % {"number": number(Decimal(str(fraction)) * 100, decimals)}


@register.filter
def money(amount: Number | None, currency: str) -> str:
    """Return an amount with its currency: €148,200; cents only where the amount is small."""
    if amount is None:
        return ABSENT
    exact = Decimal(str(amount))
    small = abs(exact) < 100 and exact != exact.to_integral_value()
    text = number(abs(exact), 2 if small else 0)
    mark = SYMBOLS.get(currency, currency)
    if (get_language() or "").split("-")[0] in CURRENCY_LAST:
        text = f"{text}{NO_BREAK}{mark}"
    else:
        text = f"{mark}{text}" if len(mark) == 1 else f"{mark}{NO_BREAK}{text}"
    return f"{MINUS}{text}" if exact < 0 else text


@register.filter
def roi(value: Number | None) -> str:
    """Return a return on investment as a signed factor: +2.2×."""
    if value is None:
        return ABSENT
    return f"{'+' if value >= 0 else ''}{number(value, 1)}×"


@register.filter
def delta_words(span: dt.timedelta | Number | None) -> str:
    """Return how long a span is (its size, not its sign) in at most two units: 2 d 4 h, 5 h, 12 min.

    The second unit is given only while the first is below three; a number is taken as seconds.
    """
    if span is None:
        return ABSENT
    seconds = span.total_seconds() if isinstance(span, dt.timedelta) else float(span)
    minutes = max(int(abs(seconds) // 60), 1)
    hours, days = minutes // 60, minutes // 1440
    if days:
        return _two_units(_("%(n)s d"), days, _("%(n)s h"), hours % 24)
    if hours:
        return _two_units(_("%(n)s h"), hours, _("%(n)s min"), minutes % 60)
    return _("%(n)s min") % {"n": minutes}


@register.simple_tag
def moment(value: dt.date | dt.datetime | None, time: bool = False, year: bool = True) -> str:
    """Return a <time> with a short local date, 8 Oct 2026, and the exact moment in its title."""
    if value is None:
        return ABSENT
    return _time_element(value, time, year, get_language(), timezone.get_current_timezone())


# Lists show the same moments again and again, each for some fifths of a millisecond.
@lru_cache(maxsize=10_000)
def _time_element(
    value: dt.date | dt.datetime, time: bool, year: bool, language: str | None, zone: dt.tzinfo
) -> SafeString:
    """The element for what the language and the zone of the reader are now."""
    text = moment_words(value, time, year)
    if not isinstance(value, dt.datetime):
        title = date_format(value, pgettext("full date", "l, j F Y"))
        return format_html(TIME, value.isoformat(), title, text)
    local = _local(value)
    title = date_format(local, pgettext("full moment", "l, j F Y, H:i T"))
    return format_html(TIME, local.isoformat(timespec="seconds"), title, text)


def moment_words(value: dt.date | dt.datetime, time: bool = False, year: bool = True) -> str:
    """Return a short local date as plain words, 8 Oct 2026, for sentences and subjects."""
    day_format = pgettext("short date", "j M Y") if year else pgettext("short date without year", "j M")
    local = _local(value) if isinstance(value, dt.datetime) else value
    text = str(date_format(local, day_format))
    return f"{text}, {date_format(local, 'H:i')}" if time else text


@register.filter
@stringfilter
def initials(name: str) -> str:
    """Return the first letters of a person's first and last name, or of an e-mail address; titles are passed over."""
    if "@" in name:
        words = name.partition("@")[0].replace(".", " ").split()
    else:
        words = [word for word in name.split() if not word.endswith(".")] or name.split()
    names = [word for word in words if word[0].isalnum()]
    if not names:
        return ABSENT
    ends = names[:1] if len(names) == 1 else [names[0], names[-1]]
    return "".join(word[0] for word in ends).upper()


@register.filter
def control(field: BoundField) -> SafeString:
    """Return a form field's control without a placeholder: its label says it, and stays."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def opened(field: BoundField) -> SafeString:
    """Return what a field held when its form was opened, hidden, so that the answer tells what was changed."""
    return field.as_hidden(only_initial=True)


@register.filter
def message_tone(level_tag: str) -> str:
    """Return the tone of a toast for a level of Django's messages: errors and warnings stay."""
    return "bad" if level_tag in {"error", "warning"} else ""


@register.filter
def share(fraction: Number | str | None) -> float | None:
    """Return a fraction of one as a position from 0 to 100, kept inside the mark."""
    return None if fraction is None or fraction == "" else min(max(float(fraction) * 100, 0.0), 100.0)


@register.filter
def coord(position: Number | str | None) -> str:
    """Return a number for an SVG attribute: a plain point, whatever the locale."""
    return "" if position is None or position == "" else f"{float(position):.1f}"


def spark(values: list[Number]) -> dict[str, str]:
    """Return the line of a sparkline in a box of 100 by 22, scaled from 0 to its own highest value."""
    top = float(max(values, default=0)) or 1.0
    step = 100 / max(len(values) - 1, 1)
    points = [(f"{i * step:.1f}", f"{20 - float(value) / top * 18:.1f}") for i, value in enumerate(values)]
    last_x, last_y = points[-1] if points else ("0.0", "20.0")
    return {"points": " ".join(f"{px},{py}" for px, py in points), "x": last_x, "y": last_y}


@register.filter
def stacked(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the parts ({"count", "kind", "label"}) with where each begins and ends on a bar of 100."""
    total = sum(part["count"] for part in parts)
    placed, start = [], 0.0
    for part in parts:
        fraction = float(part["count"] / total) if total else 0.0
        placed.append({**part, "x": coord(start * 100), "width": coord(fraction * 100), "fraction": fraction})
        start += fraction
    return placed


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _rounded(value: Number, decimals: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _two_units(first: str, count: int, second: str, rest: int) -> str:
    words = first % {"n": count}
    return f"{words} {second % {'n': rest}}" if rest and count < 3 else words
