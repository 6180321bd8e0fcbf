"""Telephone numbers in one form, E.164: what makes two spellings the same number.

phonenumbers knows every country's rules and is slow to ask, so a number that is plainly written is held
against the same rules directly; whatever is not plain goes through the library.
"""

import re
from functools import lru_cache
from typing import Any

from common.countries import region_of

PLAIN = re.compile(r"(\+|00)?[\d\s()./\-]+")
NOT_DIGITS = re.compile(r"\D+")
PREFIXES = ("p:", "tel:", "'", "=")
FEWEST_DIGITS, MOST_DIGITS = 4, 40


def e164(raw: str, country: str = "") -> str | None:
    """The number in E.164, e.g. +442079460018, or None where it is no valid number. `country` is a name or code
    of the country that a number without an international prefix belongs to."""
    return _e164(raw, region_of(country))


@lru_cache(maxsize=20_000)
def _e164(raw: str, region: str) -> str | None:
    text = raw.strip()
    for prefix in PREFIXES:
        text = text.removeprefix(prefix)
    return _plain(text, region) or _asked(text, region)


def _plain(text: str, region: str) -> str | None:
    """The number where it is written plainly and its rules say at once that it is valid."""
    if not text.isascii() or not PLAIN.fullmatch(text) or "(0" in text:
        return None
    digits = NOT_DIGITS.sub("", text)
    if text.startswith("+"):
        return _international(digits)
    if not region or digits.startswith("00"):
        return None
    code, prefix, form = _national(region)
    if digits.startswith(str(code)):
        return None
    if prefix and (dialled := prefix.match(digits)):
        digits = digits[dialled.end() :] if dialled[0] == "0" else ""
    return f"+{code}{digits}" if form and form.fullmatch(digits) else None


def _international(digits: str) -> str | None:
    for length in (1, 2, 3):
        if form := _form(digits[:length]):
            return f"+{digits}" if form.fullmatch(digits, length) else None
    return None


@lru_cache(maxsize=512)
def _form(code: str) -> re.Pattern[str] | None:
    """What numbers look like behind this calling code; None where it is none, or where a number may carry a
    prefix that is not dialled."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code or 0), ())
    forms = [form for region in regions if region != "001" if (form := _national(region)[2])]
    return re.compile("|".join(form.pattern for form in forms)) if forms else None


@lru_cache(maxsize=512)
def _national(region: str) -> tuple[int, re.Pattern[str] | None, re.Pattern[str] | None]:
    """Calling code, what is dialled before a number inside the country, and what its numbers look like."""
    from phonenumbers import PhoneMetadata

    known: Any = PhoneMetadata.metadata_for_region(region)
    if known is None:
        return 0, None, None
    kinds = [known.fixed_line, known.mobile, known.toll_free, known.premium_rate, known.shared_cost]
    kinds += [known.voip, known.personal_number, known.pager, known.uan, known.voicemail]
    patterns = {kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern}
    # A number that could be read with and without the prefix is left to the library.
    dialled = known.national_prefix_for_parsing
    barred = f"(?!{dialled})" if dialled else ""
    form = re.compile(f"{barred}(?:{'|'.join(sorted(patterns))})") if patterns else None
    return known.country_code, re.compile(dialled) if dialled else None, form


def _asked(text: str, region: str) -> str | None:
    import phonenumbers

    if not FEWEST_DIGITS <= sum(map(str.isdigit, text)) <= MOST_DIGITS:
        return None
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
