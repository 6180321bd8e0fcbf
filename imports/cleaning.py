"""What stands in cells and means nothing, can't be seen, or was damaged on the way."""

import re

# Texts by which tools and people say that they don't know.
MARKS = """
    - -- --- – — . .. ... ? ?? ??? n/a #n/a n.a. n.a n/d n.d. null (null) <null> none (none) -none- --none-- nil nan
    undefined (unknown) unspecified (blank) empty (empty) not_set (not_set) tbd tba k.a. k/a s/d #ref! #value! #name?
    #div/0! #null! #num! select -select- --select-- select_one select... please_select please_select... \\n [null]
    [object_object] not_provided not_available not_specified not_applicable not_known no_data keine_angabe 无
"""
WORDS = "unknown unbekannt inconnu desconocido desconhecido sconosciuto onbekend не_указано 未知 不明"
UNKNOWN_WORDS = frozenset(word.replace("_", " ") for word in WORDS.split())
UNKNOWN = UNKNOWN_WORDS | {word.replace("_", " ") for word in MARKS.split()}
# What stands for "not counted" in a column of numbers, and for "none" in a column of keys and telephones.
NO_NUMBER = frozenset(("0", "0.0", "-1", "-1.0", "0.00", "na"))
LONGEST_UNKNOWN = max(map(len, UNKNOWN))

JOINERS = "\u200c\u200d"
BLANKS = "\u00a0\u2007\u2009\u202f\u3000"
UNSEEN = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
CONTROLS = "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
# Persian and Indian scripts and emoji need the joiners, so only keys lose them.
IN_NAMES = re.compile(f"[{UNSEEN}{CONTROLS}]")
IN_KEYS = re.compile(f"[{UNSEEN}{CONTROLS}{JOINERS}{BLANKS}]")
ANY_BLANK = re.compile(f"[{BLANKS}]")
LINE_BREAKS = re.compile(r"\s*[\t\r\n\x0b\x0c\x85\u2028\u2029]\s*")
NO_TEXT = re.compile("[\ud800-\udfff]")
# A cell that a program wrote as a formula, so that no spreadsheet takes its digits for a number.
AS_TEXT = re.compile(r'="([^"]*)"')
# A mark inside the cell that nobody doubled: Ann "Nita" Lee comes as Ann Nita" Lee".
# Inches stand behind a digit.
ODD_QUOTES = re.compile(r'[^"]*[^\s"(\d]"[^"]*"')

MOJIBAKE = re.compile("[Â-ô][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,3}")
LATIN = re.compile("[A-Za-z]")
LOOKALIKE = re.compile("[\u0370-\u03ff\u0400-\u052f]")
SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{1,3}")
WITH_POINT = re.compile(r"(\+?\d{6,})\.0+")


def is_unknown(cell: str) -> bool:
    """Whether the text says that nothing is known."""
    return len(cell) <= LONGEST_UNKNOWN and cell.casefold() in UNKNOWN


def is_mojibake(text: str) -> bool:
    """Whether the text was UTF-8 that somebody read as something else: "CafÃ©"."""
    return "\ufffd" in text or any(_was_utf_8(found[0]) for found in MOJIBAKE.finditer(text))


def _was_utf_8(text: str) -> bool:
    data = b"".join(c.encode("cp1252") if ord(c) > 0xFF else c.encode("latin-1") for c in text)
    try:
        read = data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Characters behind the sequence may belong to the text itself.
        read = data[: error.start].decode("utf-8")
    # É followed by » is French; no language needs what those two bytes would be.
    return any(c > "\x7f" and not "\u0250" <= c <= "\u036f" for c in read)


def has_lookalikes(text: str) -> bool:
    """Whether a part of an address mixes Latin with Cyrillic or Greek letters that look the same."""
    return any(LATIN.search(part) and LOOKALIKE.search(part) for part in re.split(r"[@.\-_/]", text))


def without_unseen(text: str, *, key: bool = False) -> str:
    """The text without characters that nobody sees; a blank that doesn't break becomes a plain one."""
    if key:
        return IN_KEYS.sub("", text)
    return IN_NAMES.sub("", ANY_BLANK.sub(" ", text)).strip()


def one_line(text: str) -> str:
    """The text in one line, its other blanks untouched."""
    return LINE_BREAKS.sub(" ", text)
