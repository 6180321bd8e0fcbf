"""Dates and moments as people and tools write them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Countries that write the month before the day.
MONTH_FIRST = frozenset("US PR GU VI AS MP FM MH PW PH".split())  # noqa: SIM905 - codes read better as words
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january janvier enero gennaio janeiro januari janv ene gen stycznia styczeń sty января янв",
            (
                "feb februar february février fevrier febrero febbraio fevereiro februari févr fev lutego luty lut"
                " февраля фев"
            ),
            "mar mär märz maerz march mars marzo março marco maart mrz mrt marca marzec марта мар",
            "apr april avril abril aprile avr abr kwietnia kwiecień kwi апреля апр",
            "may mai mayo maggio maio mei mag maj maja мая май",
            "jun juni june juin junio giugno junho giu czerwca czerwiec cze июня июн",
            "jul juli july juillet julio luglio julho juil lug lipca lipiec lip июля июл",
            "aug august août aout agosto augustus augusti ago sierpnia sierpień sie августа авг",
            "sep sept september septembre septiembre settembre setembro set września wrzesień wrz сентября сен сент",
            "oct okt october oktober octobre octubre ottobre outubro ott out października październik paź октября окт",
            "nov november novembre noviembre novembro listopada listopad lis ноября ноя нояб",
            (
                "dec dez dic december dezember décembre decembre diciembre dicembre dezembro déc grudnia grudzień gru"
                " декабря дек"
            ),
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

NUMERIC = re.compile(r"(\d{1,2})([/.\- ])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:\s*[,T ]\s*(.+))?")
YEAR_FIRST = re.compile(r"(\d{4})([/.\-])\s?(\d{1,2})\2\s?(\d{1,2})\.?(?:\s*[,T ]\s*(.+))?")
COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T?(\d{2})(\d{2})(\d{2})?(Z)?)?")
IDEOGRAPHS = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]?\s*(?:[(（][^()（）]*[)）])?\s*(.*)"
)
FIRST_WORD = re.compile(r"[^\W\d_]{2,13}\.?,?\s+(?:den\s+)?")
DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|\.|º|°)?[\s\-/]*(?:of |de )?([^\W\d_]+)\.?,?[\s\-/]*(?:de |del )?(\d{4}|\d{2})\b(.*)",
    re.IGNORECASE,
)
MONTH_DAY = re.compile(r"([^\W\d_]+)\.?[\s\-]*(\d{1,2})(?:st|nd|rd|th)?,?[\s\-]+(\d{4})\b(.*)", re.IGNORECASE)
# As the C library writes it, the year last: Mar  1 09:10:11 CET 2026.
YEAR_LAST = re.compile(r"([^\W\d_]+)\s+(\d{1,2})\s+(\d{1,2}:\d{2}(?::\d{2})?(?:\s+[A-Z]{3,4})?)\s+(\d{4})")
# What stands between a day and its time, and behind the time.
BETWEEN = re.compile(r"(?:[\s,–-]|(?:at|um|à|om|kl\.?|alle|a las|às|г\.?|r\.)(?=\s|$))+", re.IGNORECASE)
BEHIND = re.compile(r"\s*(?:uhr|h|\([^()]*\s[^()]*\))$", re.IGNORECASE)
CLOCK = re.compile(
    r"(上午|下午|午前|午後|오전|오후)?\s*(\d{1,2})\s*[:.h時时点시]\s*(\d{2})[分분]?(?:[:.\s]?(\d{2})[秒초]?(?:[.,]\d+)?)?\s*"
    r"([ap]\.?m\.?(?![a-z]))?\s*(?:\(?(z|[a-z]{3,4}|[a-z]+/[a-z_]+|(?:utc|gmt)?\s*[+-]\d{1,2}:?(?:\d{2})?)\)?)?",
    re.IGNORECASE,
)
SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
EPOCH = re.compile(r"[1-3]\d{9}(?:\d{3})?(?:\.0)?")
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - the day that spreadsheets count from
# What programs write for no date, and the days that stand for one.
BLANK_DATES = ("0000-00-00", "00/00/0000", "00.00.0000", "00-00-0000", "1900-01-00", "1/0/1900", "0001-01-01")
BLANK_DAYS = frozenset(map(date.fromisoformat, ("1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01", "9999-12-31")))


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
    if found := COMPACT.fullmatch(raw):
        year, month, day, hour, minute, second, zulu = found.groups()
        on = date(int(year), int(month), int(day))
        return _with_time(on, f"{hour}:{minute}:{second or '00'}{zulu or ''}") if hour else on
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
    found = _by_name(raw)
    # The name of the day stands before, in whatever language.
    return _by_name(FIRST_WORD.sub("", raw, count=1)) if found is None and FIRST_WORD.match(raw) else found


def _by_name(text: str) -> date | datetime | None:
    if (found := DAY_MONTH.fullmatch(text)) and (month := MONTHS.get(found[2].lower())):
        return _with_time(date(_year(found[3]), month, int(found[1])), found[4])
    if (found := MONTH_DAY.fullmatch(text)) and (month := MONTHS.get(found[1].lower())):
        return _with_time(date(int(found[3]), month, int(found[2])), found[4])
    if (found := YEAR_LAST.fullmatch(text)) and (month := MONTHS.get(found[1].lower())):
        return _with_time(date(int(found[4]), month, int(found[2])), found[3])
    return None


def _ideographs(raw: str, day_first: bool) -> date | datetime | None:
    found = IDEOGRAPHS.fullmatch(raw)
    return _with_time(date(*map(int, found.groups()[:3])), found[4]) if found else None


def _counted(raw: str, day_first: bool) -> date | datetime | None:
    """Days as a spreadsheet counts them, and seconds or milliseconds since 1970."""
    if SERIAL.fullmatch(raw) and 20_000 <= (days := float(raw.replace(",", "."))) < 80_000:
        moment = SERIAL_ZERO + timedelta(seconds=round(days * 86_400))
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
    clock = BEHIND.sub("", BETWEEN.sub("", clock or "", count=1) if BETWEEN.match(clock or "") else clock or "").strip()
    if not clock:
        return on
    found = CLOCK.fullmatch(clock)
    if not found:
        raise ValueError(clock)
    half, hour, minute, second, later, zone = found.groups()
    hours = _hour(int(hour), (later or "").lower().replace(".", ""), half)
    if hours == 24 and not int(minute) and not int(second or 0):
        on, hours = on + timedelta(days=1), 0
    return datetime.combine(on, time(hours, int(minute), int(second or 0)), _zone(zone) if zone else None)


def _hour(hour: int, later: str, half: str | None) -> int:
    if half:
        later = "pm" if half in ("下午", "午後", "오후") else "am"
    if not later or 12 < hour < 24 or hour == 0:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + 12 * (later == "pm")


def _zone(text: str) -> tzinfo:
    if "/" in text:
        return _named_zone(text)
    text = re.sub(r"\s", "", text.lower())
    if text in ZONES:
        return timezone(timedelta(hours=ZONES[text]))
    found = re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", text)
    if not found:
        raise ValueError(text)
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-offset if found[1] == "-" else offset)


def _named_zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(name) from error
