"""What a cell of an exported file says."""

import re
from datetime import date, datetime
from typing import Any

from django.utils import timezone

# Characters that XML 1.0 can't hold, and lone surrogates, which no encoding can.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LONGEST = 32_767  # characters in a cell of a spreadsheet


def text_of(value: Any) -> str:
    """`value` as text: moments in the local time of the reader, absent values empty, no illegal character."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return ILLEGAL.sub("", str(value))[:LONGEST]
