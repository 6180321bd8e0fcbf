"""Dates and moments as people and tools write them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

# Countries that write the month before the day.
MONTH_FIRST = frozenset("US PR GU VI AS MP FM MH PW PH".split())  # noqa: SIM905 - codes read better as words
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january janvier enero gennaio janeiro januari janv ene gen",
            "feb februar february février fevrier febrero febbraio fevereiro februari févr fev",
            "mar mär märz maerz march mars marzo março marco maart mrz mrt",
            "apr april avril abril aprile avr abr",
            "may mai mayo maggio maio mei mag",
            "jun juni june juin junio giugno junho giu",
            "jul juli july juillet julio luglio julho juil lug",
            "aug august août aout agosto augustus augusti ago",
            "sep sept september septembre septiembre settembre setembro set",
            "oct okt october oktober octobre octubre ottobre outubro ott out",
            "nov november novembre noviembre novembro",
            "dec dez dic december dezember décembre decembre diciembre dicembre dezembro déc",
        ),
        start=1,
    )
    for name in names.split()
}
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "jst": 9,
    "kst": 9, "sgt": 8, "hkt": 8, "aest": 10, "aedt": 11,
}  # fmt: skip

NUMERIC = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})(?:,?[ T]+(.+))?")
YEAR_FIRST = re.compile(r"(\d{4})([/.\-])(\d{1,2})\2(\d{1,2})(?:,?[ T]+(.+))?")
COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
IDEOGRAPHS = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]?\s*(.*)")
DAY_NAME = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
LATER = r"\b(?:,?\s*(?:at )?(.+))?"
DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.|º)?[\s\-/]*(?:of |de )?([^\W\d_]+)\.?,?[\s\-/]*(?:de )?(\d{4}|\d{2})" + LATER,
    re.IGNORECASE,
)
MONTH_DAY = re.compile(r"([^\W\d_]+)\.?[\s\-]*(\d{1,2})(?:st|nd|rd|th)?,?[\s\-]+(\d{4})" + LATER, re.IGNORECASE)
CLOCK = re.compile(
    r"(上午|下午|오전|오후)?\s*(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?\s*"
    r"(?:\(?(z|[a-z]{3,4}|(?:utc|gmt)?\s*[+-]\d{1,2}:?(?:\d{2})?)\)?)?",
    re.IGNORECASE,
)
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
EPOCH = re.compile(r"[1-3]\d{9}(?:\d{3})?(?:\.0)?")
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - the day that spreadsheets count from
BLANK_DATES = ("0000-00-00", "1900-01-00", "0001-01-01")


def both_ways(raw: str) -> bool:
    """Whether the day and the month of `raw` could be either way round: 03/04/2026, but not 13/04 or 04/04."""
    found = NUMERIC.fullmatch(raw)
    if not found or found[2] == ".":
        return False
    first, second = int(found[1]), int(found[3])
    return first != second and 0 < first < 13 and 0 < second < 13


def tells_order(raw: str) -> bool | None:
    """True where `raw` can only have the day first, False where only the month, None where it doesn't tell."""
    found = NUMERIC.fullmatch(raw)
    if not found or found[2] == ".":
        return None
    first, second = int(found[1]), int(found[3])
    return True if first > 12 >= second else False if second > 12 >= first else None


@lru_cache(maxsize=10_000)
def read_date(raw: str, day_first: bool) -> date | datetime:
    """The date of `raw`, or its moment where it tells a time. Raises ValueError for what is neither."""
    if raw[4:5] == "-":
        try:
            return datetime.fromisoformat(raw) if len(raw) > 10 else date.fromisoformat(raw)
        except ValueError:
            pass
    for form in FORMS:
        if (found := form(raw, day_first)) is not None:
            return found
    raise ValueError(raw)


def _year_first(raw: str, day_first: bool) -> date | datetime | None:
    if found := YEAR_FIRST.fullmatch(raw):
        return _with_time(date(int(found[1]), int(found[3]), int(found[4])), found[5])
    if COMPACT.fullmatch(raw):
        return date(int(raw[:4]), int(raw[4:6]), int(raw[6:]))
    return None


def _numeric(raw: str, day_first: bool) -> date | datetime | None:
    if not (found := NUMERIC.fullmatch(raw)):
        return None
    first, second = int(found[1]), int(found[3])
    order = tells_order(raw)
    if found[2] == "." or (day_first if order is None else order):
        first, second = second, first
    return _with_time(date(_year(found[4]), first, second), found[5])


def _named(raw: str, day_first: bool) -> date | datetime | None:
    text = DAY_NAME.sub("", raw)
    if (found := DAY_MONTH.fullmatch(text)) and (month := MONTHS.get(found[2].lower())):
        return _with_time(date(_year(found[3]), month, int(found[1])), found[4])
    if (found := MONTH_DAY.fullmatch(text)) and (month := MONTHS.get(found[1].lower())):
        return _with_time(date(int(found[3]), month, int(found[2])), found[4])
    return None


def _ideographs(raw: str, day_first: bool) -> date | datetime | None:
    found = IDEOGRAPHS.fullmatch(raw)
    return _with_time(date(*map(int, found.groups()[:3])), found[4]) if found else None


def _counted(raw: str, day_first: bool) -> date | datetime | None:
    """Days as a spreadsheet counts them, and seconds or milliseconds since 1970."""
    if SERIAL.fullmatch(raw) and 20_000 <= float(raw) < 80_000:
        moment = SERIAL_ZERO + timedelta(seconds=round(float(raw) * 86_400))
        return moment.date() if moment.time() == time.min else moment
    if EPOCH.fullmatch(raw):
        seconds = float(raw) if len(raw.partition(".")[0]) == 10 else float(raw) / 1000
        return datetime.fromtimestamp(seconds, UTC)
    return None


Form = Callable[[str, bool], date | datetime | None]
FORMS: tuple[Form, ...] = (_year_first, _numeric, _named, _ideographs, _counted)


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _with_time(on: date, clock: str | None) -> date | datetime:
    """`on` with the time of `clock`. Raises ValueError where that is no time."""
    if not clock or not clock.strip():
        return on
    found = CLOCK.fullmatch(clock.strip())
    if not found:
        raise ValueError(clock)
    half, hour, minute, second, later, zone = found.groups()
    at = time(_hour(int(hour), (later or "").lower().replace(".", ""), half), int(minute), int(second or 0))
    return datetime.combine(on, at, _zone(zone) if zone else None)


def _hour(hour: int, later: str, half: str | None) -> int:
    if half:
        later = "pm" if half in ("下午", "오후") else "am"
    if not later:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + 12 * (later == "pm")


def _zone(text: str) -> timezone:
    text = re.sub(r"\s", "", text.lower())
    if text in ZONES:
        return timezone(timedelta(hours=ZONES[text]))
    found = re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", text)
    if not found:
        raise ValueError(text)
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-offset if found[1] == "-" else offset)
