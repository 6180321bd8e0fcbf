"""Hours of a weekday and closed days, as people write them."""

import re
from collections.abc import Iterable
from datetime import date, time
from itertools import pairwise

from django.utils.translation import gettext as _

from accounts.models import ClosedDay
from common.errors import DomainError

Spans = list[list[str]]
SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–)\s*(\d{1,2})(?:[:.](\d{2}))?")


def read_hours(text: str) -> Spans:
    """ "9-12:30, 13-17" as spans; nothing written means closed. Raises DomainError `bad_hours`."""
    spans = [_span(part.strip()) for part in text.split(",") if part.strip()]
    for (_opens, closes), (opens, _closes) in pairwise(spans):
        if closes == "00:00" or opens < closes:
            raise DomainError("bad_hours", _("Write the hours in their order; they must not overlap."))
    return spans


def _span(text: str) -> list[str]:
    found = SPAN.fullmatch(text)
    try:
        opens, closes = (time(int(h) % 24 if h == "24" else int(h), int(m or 0)) for h, m in _ends(found))
    except ValueError as error:
        raise DomainError("bad_hours", _("Write hours such as 09:00-12:30, 13:00-17:00.")) from error
    if closes != time(0) and closes <= opens:
        raise DomainError("bad_hours", _("A day ends after it begins; midnight is 24:00."))
    return [f"{opens:%H:%M}", f"{closes:%H:%M}"]


def _ends(found: re.Match[str] | None) -> list[tuple[str, str]]:
    if found is None:
        raise ValueError
    first, first_minutes, last, last_minutes = found.groups()
    if first == "24" or (last == "24" and last_minutes not in (None, "00")):
        raise ValueError
    return [(first, first_minutes), (last, last_minutes)]


def hours_text(spans: Spans) -> str:
    """Spans as `read_hours` reads them."""
    return ", ".join(f"{opens}-{'24:00' if closes == '00:00' else closes}" for opens, closes in spans)


def read_closed_days(text: str) -> dict[date, str]:
    """One day in each line, with a name or without. Raises DomainError `bad_day`."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        day, _space, name = line.partition(" ")
        try:
            found[date.fromisoformat(day)] = name.strip()
        except ValueError as error:
            words = _("“%(line)s” names no day. Write one line for each day, such as 2026-12-24 Christmas Eve.")
            raise DomainError("bad_day", words % {"line": line[:40]}) from error
    return found


def closed_text(days: Iterable[ClosedDay]) -> str:
    """Closed days as `read_closed_days` reads them."""
    return "\n".join(map(str, days))
