"""Column objects: what a field of a file is called, and how its text becomes a value.

The parsers here are strict: what a program sends or a person types into a field. Files are read more
generously, by `imports/values.py`, according to the column's `form`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from accounts import company
from common.moments import has_known_offset

Parse = Callable[[str], Any]
# What the cells of a column are: one line of text, a label such as a source (where "unknown" is one of them),
# a person's name, text of many lines, a key, and so on.
TEXT, LABEL, NAME, LONG, KEY, EMAIL, PHONE, NUMBER, MONEY, DAY, MOMENT = (
    "text", "label", "name", "long", "key", "email", "phone", "number", "money", "day", "moment",
)  # fmt: skip
KEYS, AMOUNTS, DATES = frozenset((KEY, EMAIL, PHONE)), frozenset((NUMBER, MONEY)), frozenset((DAY, MOMENT))
COUNTS = AMOUNTS | DATES

_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"(?:[a-z0-9](?:[a-z0-9]|-(?!-)){0,61}[a-z0-9]|[a-z0-9])"
# Addresses that need no second look; the rest is for the validator, reserved names among them.
PLAIN_ADDRESS = re.compile(
    rf"(?=.{{6,254}}$)(?=[^@]{{1,64}}@){_LOCAL}@(?:{_LABEL}\.)+(?!arpa|invalid|local|localhost|onion)[a-z]{{2,63}}"
)
LONGEST_LOCAL_PART = 64
# Letters that are no other letter with an accent.
PLAIN = str.maketrans("łøı", "loi")


@dataclass(frozen=True)
class Column:
    """One field that a kind of file takes. `parse` raises ValueError with a sentence."""

    name: str
    label: str
    parse: Parse
    also: tuple[str, ...] = ()
    form: str = ""

    @property
    def reads(self) -> str:
        """The form of its cells: the one named, or that of its parser."""
        forms: dict[Parse, str] = {email: EMAIL, whole_number: NUMBER, money: MONEY, day: DAY, moment: MOMENT}
        return self.form or forms.get(self.parse, TEXT)

    def headers(self) -> list[str]:
        """The headers, bare, that are taken for this column without being asked, the plainest first."""
        return list(dict.fromkeys(bare(header) for header in (self.name, self.label, *self.also)))


def squeeze(header: str) -> str:
    """A header without case, spaces and punctuation: "E-Mail Address" is "emailaddress"."""
    return "".join(c for c in header.casefold() if c.isalnum())


def bare(header: str) -> str:
    """A header as it is recognised: squeezed, without accents, wide letters as plain ones."""
    return squeeze(unicodedata.normalize("NFKD", header.casefold()).translate(PLAIN))


def text(limit: int) -> Parse:
    def parse(raw: str) -> str:
        if len(raw) > limit:
            raise ValueError(_("Write at most %(limit)d characters.") % {"limit": limit})
        return raw

    return parse


def email(raw: str) -> str:
    if PLAIN_ADDRESS.fullmatch(plain := raw.lower()):
        return plain
    try:
        if len(raw.partition("@")[0]) > LONGEST_LOCAL_PART:
            raise EmailNotValidError
        checked = validate_email(raw, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(_("“%(raw)s” is not an e-mail address.") % {"raw": raw[:80]}) from error
    return checked.normalized.lower()


def whole_number(raw: str) -> int:
    digits = raw.replace("\u00a0", "").replace(" ", "").removesuffix(".0")
    if not digits.isdecimal() or len(digits) > 10 or int(digits) > 2_147_483_647:
        raise ValueError(_("“%(raw)s” is not a whole number. Write 250.") % {"raw": raw[:40]})
    return int(digits)


def money(raw: str) -> Decimal:
    try:
        amount = Decimal(raw).quantize(Decimal("0.01"))
        fits = 0 <= amount < 10**12
    except InvalidOperation as error:
        raise ValueError(_("“%(raw)s” is not an amount. Write 12500 or 12500.00.") % {"raw": raw[:40]}) from error
    if not fits:
        raise ValueError(_("Write an amount between 0 and 999 999 999 999."))
    return amount


def day(raw: str) -> date:
    try:
        found = parse_date(raw[:10])
    except ValueError:
        found = None
    if found is None:
        raise ValueError(_("“%(raw)s” is not a date. Write 2026-10-08.") % {"raw": raw[:40]})
    return found


def moment(raw: str) -> datetime:
    """An aware moment; without an offset it is meant in the company's time zone, a date alone is
    its first minute."""
    try:
        found = parse_datetime(raw)
        if found is None and (on := parse_date(raw)):
            found = datetime.combine(on, time.min)
    except ValueError:
        found = None
    if found is None or not (1900 < found.year < 9000 and has_known_offset(found)):
        example = "2026-10-08 14:30, 2026-10-08T14:30:00+02:00"
        raise ValueError(_("“%(raw)s” is not a moment. Write %(example)s.") % {"raw": raw[:40], "example": example})
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(company.current().time_zone))


def one_of(choices: Sequence[tuple[str, Any]], also: Mapping[str, str] | None = None) -> Parse:
    """One of the values of `choices`, by key or label in any case, or by the words between bars of `also`."""
    known = {squeeze(word): key for key, words in (also or {}).items() for word in words.split("|")}
    known |= {squeeze(word): key for key, label in choices for word in (key, str(label))}

    def parse(raw: str) -> str:
        try:
            return known[squeeze(raw)]
        except KeyError:
            words = ", ".join(key for key, _label in choices)
            raise ValueError(
                _("“%(raw)s” is not known. Write one of: %(words)s.") % {"raw": raw[:40], "words": words}
            ) from None

    return parse
