"""Criteria as people write them: values read from texts, and written back."""

import re
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from common.errors import DomainError
from leads.facts import EXTRA, FACTS, fact_words
from leads.models import Criterion, Touch

FIT_TESTS = [Criterion.Test.CONTAINS, Criterion.Test.ONE_OF, Criterion.Test.BETWEEN, Criterion.Test.KNOWN]
WORD_TESTS = (Criterion.Test.ONE_OF, Criterion.Test.CONTAINS)
RANGE = re.compile(r"\s*(\d{1,9})?\s*(?:-|–|\.\.)\s*(\d{1,9})?\s*")
MOST_WORDS = 300
LONGEST_FACT = 80
# So many of the latest leads are asked which further columns their files had.
LOOKED_AT = 5000


def fact_named(text: str) -> str:
    """The name of the fact that somebody calls `text`: one of ours, else a further column."""
    said = text.strip()
    ours = {str(label).lower(): name for name, (label, _expression) in FACTS.items()} | {name: name for name in FACTS}
    if said.lower() in ours:
        return ours[said.lower()]
    name = said if said.startswith(EXTRA) else f"{EXTRA}{said}"
    if name == EXTRA or len(name) > LONGEST_FACT:
        raise DomainError("no_fact", _("Write a fact such as job title, or the name of a column of your files."))
    return name


def facts_offered() -> list[str]:
    """What may be tested, in words: our facts, and further columns that the latest leads came with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT jsonb_object_keys(facts) AS name FROM"
            " (SELECT facts FROM leads_lead ORDER BY id DESC LIMIT %s) AS latest ORDER BY name LIMIT 200",
            [LOOKED_AT],
        )
        found = [name for (name,) in cursor.fetchall()]
    return [fact_words(name) for name in FACTS] + found


def value_of(test: str, text: str) -> Any:
    """What a fit criterion compares with, read from a text. Raises DomainError `no_value`."""
    if test == Criterion.Test.KNOWN:
        return True
    if test == Criterion.Test.BETWEEN:
        return _range(text)
    words = list(dict.fromkeys(word.strip() for word in re.split(r"[,;\n]", text) if word.strip(" *")))
    if not words:
        raise DomainError("no_value", _("Write the words, separated by commas."))
    if len(words) > MOST_WORDS:
        raise DomainError("no_value", _("Write at most %(n)d words.") % {"n": MOST_WORDS})
    return words


def _range(text: str) -> list[int | None]:
    found = RANGE.fullmatch(text)
    low, high = (int(end) if end else None for end in found.groups()) if found else (None, None)
    if low is None and high is None:
        raise DomainError("no_value", _("Write from and to, such as 50-199; 200- has no upper end."))
    if low is not None and high is not None and low > high:
        raise DomainError("no_value", _("Write the smaller number first."))
    return [low, high]


def value_text(criterion: Criterion) -> str:
    """The value of a fit criterion as `value_of` reads it."""
    if criterion.test in WORD_TESTS:
        return ", ".join(map(str, criterion.value))
    if criterion.test == Criterion.Test.BETWEEN:
        return "-".join("" if end is None else str(end) for end in criterion.value)
    return ""


def touch_test(kinds: list[str], count: int | None) -> tuple[str, Any]:
    """Test and value of an engagement criterion: touches of some kinds, or so many of any."""
    if count:
        return Criterion.Test.TOUCH_COUNT, count
    known = [kind for kind in kinds if kind in Touch.Kind.values]
    if not known:
        raise DomainError("no_value", _("Choose the kinds of touches, or write how many of any kind."))
    return Criterion.Test.TOUCH_KIND, known
