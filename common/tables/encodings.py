"""The encoding of a text file, judged by how its bytes read as words.

Byte order marks and valid UTF-8 settle it. Otherwise each candidate reads the words that are not plain ASCII,
and the one whose words look most like words wins: an accent inside a word, Cyrillic of one case, common
characters of Chinese or Japanese. Two rows are enough, where statistics of a language would be too few.
"""

import re
from codecs import getincrementaldecoder, register_error
from pathlib import Path

MARKS = {
    b"\xef\xbb\xbf": "utf-8", b"\xff\xfe\x00\x00": "utf-32-le", b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be",
}  # fmt: skip
# Error handler for reading: bytes that are no text become lone surrogates, and nothing is raised. Python's
# "surrogateescape" does so from 0x80 upward only, and half a character of UTF-16 may lie below.
UNREADABLE = "alignment.unreadable"
BLOCK = 1 << 20
ENOUGH = 16 * 1024
# In the order in which they are believed where two read equally well.
CANDIDATES = ("cp1252", "mac_roman", "cp1250", "iso8859_2", "cp1251", "gb18030", "cp932", "utf-8")

# The letters beyond ASCII of one language each.
WESTERN = tuple(map(frozenset, ("äöüß", "éèêëàâçîïôûùœ", "áéíóúñü", "ãõáéíóúâêôç", "àèéìòù", "åäöé", "æøåé")))
CENTRAL = tuple(map(frozenset, ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "ăâîşţ", "čćđšž", "áäčďéíĺľňóôŕšťúýž")))
CYRILLIC = re.compile(r"[А-ЯЁІЇЄҐ]?[а-яёіїєґ]+|[А-ЯЁІЇЄҐ]+")
WORD = re.compile(r"[^\W\d_]+|[^\x00-\x7f]")
BESIDE = {"“": ' "(', "„": " (", "«": " ("}
AFTER_A_LETTER = frozenset("”…’»™®°ºª\u00a0")
BETWEEN = frozenset("–—•·§©\u00a0¿¡")
MONEY = frozenset("€£¥")
KANJI_1 = range(0x88, 0x98)
HANZI_1 = range(0xB0, 0xD8)
HANZI_2 = range(0xD8, 0xF8)


def _unreadable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


register_error(UNREADABLE, _unreadable)


def encoding_of(path: Path) -> str:
    """The encoding in which the file at `path` reads best."""
    with path.open("rb") as file:
        start = file.read(4096)
    return marked(start) or sixteen_bits(start) or _utf_8(path) or _best(_words_beyond_ascii(path))


def marked(start: bytes) -> str | None:
    """The encoding that a byte order mark tells."""
    return next((encoding for mark, encoding in MARKS.items() if start.startswith(mark)), None)


def sixteen_bits(start: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of its line ends, delimiters and Latin letters is NUL."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) < 2 or min(even, odd) > max(even, odd) / 10:
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = start[: len(start) // 2 * 2].decode(encoding, "replace")
    return encoding if re.search(r"[\r\n]", text) and re.search(r"[,;\t|@]", text) else None


def _utf_8(path: Path) -> str | None:
    """UTF-8 where all of the file is, or nearly all: then the rows that are not are told one by one."""
    decoder = getincrementaldecoder("utf-8")(UNREADABLE)
    wrong = right = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if block.isascii():
                continue
            beyond = re.sub(r"[\x00-\x7f]+", "", decoder.decode(block))
            bad = len(re.findall("[\udc80-\udcff]", beyond))
            wrong, right = wrong + bad, right + len(beyond) - bad
            if wrong > right:
                return None
    return "utf-8" if wrong * 20 <= right else None


def _words_beyond_ascii(path: Path) -> bytes:
    """The lines that hold more than ASCII, as far as they are needed to judge."""
    found: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < ENOUGH and (block := file.read(BLOCK)):
            for line in [] if block.isascii() else re.split(rb"[\r\n]+", block):
                if not line.isascii() and size < ENOUGH:
                    found.append(line[:ENOUGH])
                    size += len(found[-1])
    return b"\n".join(found)


def _best(sample: bytes) -> str:
    scores = {encoding: _score(sample, encoding) for encoding in CANDIDATES}
    return max(CANDIDATES, key=lambda encoding: scores[encoding])


def _score(sample: bytes, encoding: str) -> float:
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        # A line may have been cut inside a character; more than that and it is another encoding.
        text = sample.decode(encoding, "replace")
        if text.count("\ufffd") > 1 + len(sample) // 20_000 and encoding != "utf-8":
            return float("-inf")
    words = [match for match in WORD.finditer(text) if not match[0].isascii() and match[0] != "\ufffd"]
    judge = {"cp1251": _cyrillic, "gb18030": _ideograms, "cp932": _ideograms}.get(encoding)
    if judge:
        return sum(judge(match, encoding) for match in words)
    languages = CENTRAL if encoding in ("cp1250", "iso8859_2") else WESTERN
    # Where UTF-8 and another encoding are mixed, its rows read well, and the others not at all.
    lost = 2 * text.count("\ufffd") if encoding == "utf-8" else 0
    return max(sum(_latin(match, language, languages) for match in words) for language in languages) - lost


def _latin(match: re.Match[str], language: frozenset[str], languages: tuple[frozenset[str], ...]) -> float:
    word = match[0]
    if not word[0].isalpha() or word in "ºª":
        return _sign(match)
    if len(word) == 1 and word not in "àéèáíóú":
        return -1
    score = sum(_letter(c, place, word, language, languages) for place, c in enumerate(word) if c > "\x7f")
    longest = r"[^\x00-\x7f]{4,}" if languages is CENTRAL else r"[^\x00-\x7f]{3,}"
    return score - 2 * sum(len(run) for run in re.findall(longest, word))


def _letter(c: str, place: int, word: str, language: frozenset[str], languages: tuple[frozenset[str], ...]) -> float:
    """A letter of the language counts most, one of its neighbours less, most of all in the west,
    where one file names people of many countries; a capital stands at the start."""
    if place and c.isupper() != word.isupper():
        return -3
    if c.lower() in language:
        return 2 if c.islower() else 1.5
    if any(c.lower() in other for other in languages):
        return 1.5 if languages is WESTERN else 0.5
    return -2


def _sign(match: re.Match[str]) -> float:
    """A mark that is no letter: is it where such a mark stands?"""
    text, at, c = match.string, match.start(), match[0]
    before, after = text[at - 1 : at] or " ", text[at + 1 : at + 2] or " "
    if c in BESIDE:
        return 1 if before in BESIDE[c] + ",;\t\n" and after.isalnum() else -1
    if c == "’" and before.isalpha() and after.isalpha():
        return 2
    if c in AFTER_A_LETTER and (before.isalnum() or before in ".!?)") and not after.isalpha():
        return 1
    if c in BETWEEN and not (before.isalpha() and after.isalpha()):
        return 1
    if c in MONEY and not before.isalpha() and not after.isalpha():
        return 1
    return -2


def _cyrillic(match: re.Match[str], encoding: str) -> float:
    word = match[0]
    if not word[0].isalpha():
        return 0.5 if word in "№«»–—“”„…\u00a0" else -2
    if CYRILLIC.fullmatch(word) and (len(word) > 1 or word.lower() in "авикосуяі"):
        return 2.0 * len(word) - match.string[match.start() - 1 : match.start()].isdigit()
    return -3.0 * sum(c > "\x7f" for c in word)


def _ideograms(match: re.Match[str], encoding: str) -> float:
    """Chinese and Japanese words are not mixed with Latin letters."""
    beyond = [c for c in match[0] if c > "\x7f"]
    judge = _hanzi if encoding == "gb18030" else _kanji
    if len(beyond) < len(match[0]) and not re.search(r"[^\x00-\x7f]{2}", match[0]):
        return -3
    return sum(map(judge, beyond)) - 3 * (len(beyond) < len(match[0]))


def _hanzi(c: str) -> float:
    code = c.encode("gb18030", "replace")
    if len(code) != 2 or code[1] < 0xA1:
        return -3
    if code[0] in HANZI_1:
        return 4
    if code[0] in HANZI_2:
        return 1
    return 2 if code[0] in (0xA1, 0xA3) else -3


def _kanji(c: str) -> float:
    if "\u3041" <= c <= "\u30ff":
        return 4
    if "\uff61" <= c <= "\uff9f":
        return -2
    code = c.encode("cp932", "replace")
    if len(code) == 2 and code[0] in KANJI_1:
        return 3
    return 1 if code[:1] in (b"\x81", b"\x82") else -1
