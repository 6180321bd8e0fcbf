"""Amounts and whole numbers as people write them: 1,234.56, 1.234,56, 1 234,56, (500), 12k, ₹1,23,456."""

import re
from decimal import Decimal

SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]")
SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d{1,2}")
NUMBER = re.compile(r"([^\d.,]*[^\d.,]\.|[^\d.,]*)([.,]?\d[\d.,]*)(\D*)")
GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:\{mark}\d{{2,3}})*\{mark}\d{{3}}") for mark in ",."}
TIMES = {
    "k": 1_000, "tsd": 1_000, "m": 10**6, "mn": 10**6, "mio": 10**6, "mm": 10**6,
    "mrd": 10**9, "bn": 10**9, "b": 10**9, "lakh": 10**5, "crore": 10**7,
}  # fmt: skip
FACTORS = sorted(TIMES, key=len, reverse=True)
# Currencies whose countries write one mark only; the euro and the franc are written both ways.
DECIMAL_COMMA = frozenset("r$ brl kr sek nok dkk zł pln kč czk ₽ rub ₺ try idr rp".split())  # noqa: SIM905
DECIMAL_POINT = frozenset("$ us$ usd £ gbp ₹ rs inr ¥ jpy cny a$ c$ aud cad".split())  # noqa: SIM905
CODES = (
    DECIMAL_COMMA
    | DECIMAL_POINT
    | frozenset(
        "eur chf fr euro sfr zar mxn sgd hkd nzd aed huf ft".split()  # noqa: SIM905 - codes read better as words
    )
)
MONEY_HEADER = re.compile(
    r"amount|revenue|budget|price|cost|salary|turnover|spend|deal.?value|betrag|umsatz|preis|kosten"
    r"|montant|chiffre d|prix|importe|ingresos|precio|valor|receita|fatturato|prezzo",
    re.IGNORECASE,
)
CURRENCY = re.compile(r"[$€£¥₹₽₺]|\b(?:EUR|USD|GBP|CHF|BRL|INR|SEK|NOK|DKK|PLN|CZK)\b|R\$")
SHORT = re.compile(r"\d{1,3}[.,]\d{3}")


def read_amount(raw: str, decimal: str = "") -> tuple[Decimal, bool]:
    """The number that `raw` writes, and whether "1,234" could as well be a fraction. `decimal` is the mark that
    the column is known to use. Raises ValueError for what is no number."""
    text = SPACES.sub("", raw)
    negative = text.startswith(("-", "−", "(")) or text.endswith(("-", ")"))
    text = text.strip("()-−+")
    if SCIENTIFIC.fullmatch(text):
        return Decimal(text) * (-1 if negative else 1), False
    found = NUMBER.fullmatch(text)
    if not found or not (found[2][-1].isdecimal() or found[3] == ""):
        raise ValueError(raw)
    before, digits, after = found[1].lower().rstrip("."), found[2].rstrip(".,"), found[3].lower().strip("-.")
    negative = negative or before.endswith(("-", "−"))
    factor, currency = _words(before.strip("-−"), after)
    number, unsure = _digits(digits, decimal or _mark_of(currency))
    return number * factor * (-1 if negative else 1), unsure and factor == 1


def decimal_mark(raw: str) -> str:
    """The decimal mark that `raw` proves: "," or ".", or "" where it proves none."""
    digits = SPACES.sub("", raw).strip("()-+")
    found = NUMBER.fullmatch(digits)
    marks = [c for c in (found[2] if found else "") if c in ",."]
    if len(set(marks)) == 2:
        return marks[-1]
    return marks[0] if len(marks) == 1 and found and not SHORT.fullmatch(found[2]) else ""


def unsure(raw: str) -> bool:
    """Whether `raw` is an amount that could be a thousand or a fraction."""
    try:
        return read_amount(raw)[1]
    except ValueError:
        return False


def _words(before: str, after: str) -> tuple[int, str]:
    """What the letters around the digits say: a factor and a currency. Raises ValueError for other words."""
    factor = 1
    for word in FACTORS:
        rest = after[len(word) :]
        if after.startswith(word) and (not rest or not rest[0].isalpha() or rest in CODES):
            factor, after = TIMES[word], rest.strip(".")
            break
    currency = before or after
    if len(before) > 5 or len(after) > 4 or (before and after and before != after):
        raise ValueError(before + after)
    if currency.isalpha() and currency.isascii() and currency not in CODES:
        raise ValueError(currency)
    return factor, currency


def _mark_of(currency: str) -> str:
    return "," if currency in DECIMAL_COMMA else "." if currency in DECIMAL_POINT else ""


def _digits(digits: str, decimal: str) -> tuple[Decimal, bool]:
    commas, points = digits.count(","), digits.count(".")
    if not commas and not points:
        return Decimal(digits), False
    last = "," if digits.rfind(",") > digits.rfind(".") else "."
    if commas and points:
        return _number(digits, "." if last == "," else ",", last), False
    if commas + points > 1:
        return _number(digits, last, ""), False
    if not SHORT.fullmatch(digits) or digits.startswith("0"):
        return _number(digits, "", last), False
    if decimal == last:
        # A price has two decimals, not three: even so, it is what the column says.
        return _number(digits, "", last), False
    return _number(digits, last, ""), not decimal


def _number(digits: str, grouping: str, decimal: str) -> Decimal:
    """`digits` as a number, its groups checked. Raises ValueError for groups such as 12,34."""
    whole, mark, fraction = digits.rpartition(decimal) if decimal else (digits, "", "")
    if grouping and not GROUPED[grouping].fullmatch(whole):
        raise ValueError(digits)
    whole = whole.replace(grouping, "") if grouping else whole or "0"
    if not whole.isdecimal() or (mark and not fraction.isdecimal()):
        raise ValueError(digits)
    return Decimal(f"{whole}.{fraction}" if fraction else whole)
