"""Search: leads by the words of their name, organisation, address, phone and external id.

A lead is found where each word that was typed begins one of its words; letters lose their marks, so
Müller, Mueller and muller are one. Where nothing is spelt so, words that are spelt alike stand in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce

from accounts.models import User
from common.paging import DOUBT, PATIENCE_MS, SIZE, capped_count, few, is_soon_read, within
from leads.models import KnownWord, LeadWords

MOST_WORDS = 6
MOST_ALIKE = 5
# Of so many the best are found by looking at each; of more, so many are counted.
MOST_RANKED, MOST_COUNTED = 10_000, 1_000
SURE = 1.2
# Similarity of trigrams, 0 to 1: at least so much, and not much less than what is most alike.
ALIKE_FROM, ALIKE_SHARE = 0.33, 0.75
PHONE = re.compile(r"[\d\s()+./-]+")

READ = """
SELECT lower(said), leads_tokens(said), leads_tokens(split_part(said, '@', 1)), leads_phone_key(said)
FROM unnest(%s::text[]) WITH ORDINALITY t (said, place) ORDER BY place
"""
ALIKE = """
SELECT word FROM (
    SELECT word, similarity(word, %(word)s) AS share, max(similarity(word, %(word)s)) OVER () AS best
    FROM leads_knownword WHERE word %% %(word)s AND word <> %(word)s
) near WHERE share >= greatest(%(least)s, best * %(share)s) ORDER BY share DESC, word LIMIT %(most)s
"""
LEARN = """
CREATE TEMPORARY TABLE said ON COMMIT DROP AS
SELECT DISTINCT told.word FROM (SELECT name FROM leads_lead UNION SELECT name FROM leads_organisation) n,
    unnest(leads_tokens(n.name)) AS told (word)
WHERE length(told.word) BETWEEN 4 AND 60 AND told.word !~ '[0-9]';
INSERT INTO leads_knownword (word) SELECT word FROM said ORDER BY word ON CONFLICT DO NOTHING;
DELETE FROM leads_knownword k WHERE NOT EXISTS (SELECT FROM said WHERE said.word = k.word);
"""
# A word that is known already is not tried: each try would leave something for the vacuum.
LEARN_SAID = """
INSERT INTO leads_knownword (word)
SELECT DISTINCT told.word FROM unnest(leads_tokens(%s)) AS told (word)
WHERE length(told.word) BETWEEN 4 AND 60 AND told.word !~ '[0-9]'
  AND NOT EXISTS (SELECT FROM leads_knownword known WHERE known.word = told.word)
ORDER BY word ON CONFLICT DO NOTHING
"""


# Whether the words of a lead are whole, when it was captured, and its id: by these the best come first.
Rank = tuple[bool, datetime, int]
RANK = ("is_whole", "captured_at", "lead_id")


class Words(SearchQuery):
    """A query of lexemes that are ready: the parser of PostgreSQL would cut them again."""

    template = "(%(expressions)s)::tsquery"


@dataclass(frozen=True)
class Term:
    """One text that was typed: any of `ways`, each a row of lexemes that must all be there, or any known word that is
    spelt `alike`."""

    ways: tuple[tuple[str, ...], ...]
    alike: tuple[str, ...] = ()

    def query(self, ending: str) -> str:
        """Each way with `ending` after its last lexeme: those before it are written out, and known words are whole."""
        ways = [" & ".join(map(quoted, way)) + ending for way in self.ways]
        return "(" + " | ".join(f"({way})" for way in [*ways, *map(quoted, self.alike)]) + ")"

    def or_alike(self) -> "Term":
        """The same with the known words that are spelt alike."""
        return Term(self.ways, _alike(sorted({word for way in self.ways for word in way if word.isalpha()})))


@dataclass(frozen=True)
class Search:
    """What was typed, read once, and the words of the leads among which it is looked for. Not `exact` where words that
    are spelt alike stand in."""

    terms: tuple[Term, ...]
    words: QuerySet[LeadWords]
    exact: bool = True

    @classmethod
    def of(cls, typed: str, user: User) -> "Search":
        """`typed` as terms, for the leads that `user` may see. Marks and spaces alone make no term, and no lead is
        found by them."""
        typed = typed.strip()
        texts = [typed] if PHONE.fullmatch(typed) else typed.split()[:MOST_WORDS]
        with connection.cursor() as cursor:
            cursor.execute(READ, [texts])
            read = cursor.fetchall()
        return cls(tuple(Term(ways) for row in read if (ways := _ways(*row))), LeadWords.objects.visible_to(user))

    def or_alike(self, alone: bool = True) -> "Search":
        """This search where it finds somebody; else the same with the known words that are spelt alike beside each
        of its own. It is `alone` where no filter narrows what it finds, and is then asked by rank."""
        if alone and self.ranked is not None:
            there = bool(self.first)
        else:
            there = bool(self._few) if self._few is not None else self._hits(":*").exists()
        return self if there else Search(tuple(term.or_alike() for term in self.terms), self.words, exact=False)

    @cached_property
    def begun(self) -> Q:
        """Leads that have words which begin as it was typed."""
        if self._few is not None:
            return _among(self._few)
        # Hidden from the planner: whoever has the whole words has their beginnings, and it would take the two for
        # a coincidence, thus for rare, and read all hits.
        return _each(Coalesce(SearchVectorExact(F("words"), self._words(":*")), Value(False)))

    @cached_property
    def whole(self) -> Q:
        """Leads that have each word as it was typed."""
        if self._few is not None:
            return _among(lead for lead, is_whole in self._few.items() if is_whole)
        ids = few(self._hits("").values_list("lead", flat=True), self._doubt)
        return _among(ids) if ids is not None else _each(words=self._words(""))

    @cached_property
    def ranked(self) -> QuerySet[Any, Rank] | None:
        """All that are found, the best first: whole words before beginnings, each newest first. None where so many are
        found that a walk through the list comes sooner upon a page of them."""
        told = self._told(*RANK).order_by(*(f"-{name}" for name in RANK))
        return told if is_soon_read(told, MOST_RANKED * self._doubt) else None

    @property
    def first(self) -> list[Rank]:
        """The first page of `ranked`, and one more."""
        return self._first[0]

    def count(self, at_least: int) -> tuple[int, bool]:
        """How many leads are found, and whether there are more: where they are not ranked, up to `MOST_COUNTED`, and
        where even that takes too long, the `at_least` that are known to be there."""
        if self.ranked is not None:
            return self._first[1], False
        return within(PATIENCE_MS, partial(capped_count, self._hits(":*"), MOST_COUNTED)) or (at_least, True)

    @cached_property
    def _first(self) -> tuple[list[Rank], int]:
        """The first page and how many there are, in one look at each."""
        if self.ranked is None:
            return [], 0
        rows = list(self.ranked.annotate(found=Window(Count("pk"))).values_list(*RANK, "found")[: SIZE + 1])
        return [row[:3] for row in rows], rows[0][3] if rows else 0

    @cached_property
    def _few(self) -> dict[int, bool] | None:
        """The leads that are found, each with whether it has the whole words; None where they are many."""
        told = few(self._told("lead_id", "is_whole"), self._doubt)
        return None if told is None else dict(told)

    def _told(self, *names: str) -> QuerySet[Any, Any]:
        hits: QuerySet[Any] = self._hits(":*").annotate(is_whole=SearchVectorExact(F("words"), self._words("")))
        return hits.values_list(*names)

    def _hits(self, ending: str) -> QuerySet[LeadWords]:
        return self.words.filter(words=self._words(ending)) if self.terms else self.words.none()

    def _words(self, ending: str) -> Words:
        return Words(" & ".join(term.query(ending) for term in self.terms))

    @property
    def _doubt(self) -> float:
        # The planner takes every rare word for one of a thousand leads, so words that stand in for each other add up.
        return SURE if all(len(term.ways) + len(term.alike) == 1 for term in self.terms) else DOUBT


def _among(ids: Iterable[int]) -> Q:
    # Ids that are told let the planner know how few they are.
    return Q(pk__any=list(ids))


def _each(*told: Any, **asked: Any) -> Q:
    # Of many a list walks its own order and asks for each lead.
    return Q(Exists(LeadWords.objects.filter(*told, lead=OuterRef("pk"), **asked)))


def learn_said(names: Iterable[str]) -> None:
    """Know the words of `names`. Two that learn at once wait for each other in the order of the words."""
    with connection.cursor() as cursor:
        cursor.execute(LEARN_SAID, [" ".join({word for name in names for word in name.split()})])


def learn() -> int:
    """Know each word of the names there are, and no other: the nightly pass behind the trigger. How many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LEARN)
    return KnownWord.objects.count()


def _ways(said: str, tokens: list[str], local: list[str], phone: str) -> tuple[tuple[str, ...], ...]:
    """How a typed word may stand among the words of a lead."""
    if "@" in said:
        domain = said.partition("@")[2]
        return tuple(filter(None, [(*local, *([domain] if domain else []))]))
    ways = [tuple(tokens)]
    if len(tokens) > 1 and " " not in said:  # a domain or an external id is a word of its own
        ways.append((said,))
    if phone and PHONE.fullmatch(said):
        ways += [(phone,), (re.sub(r"\D", "", said).lstrip("0"),)]
    return tuple(way for way in dict.fromkeys(ways) if way)


def _alike(words: list[str]) -> tuple[str, ...]:
    found: list[str] = []
    with connection.cursor() as cursor:
        for word in words:
            values: dict[str, Any] = {"word": word, "least": ALIKE_FROM, "share": ALIKE_SHARE, "most": MOST_ALIKE}
            cursor.execute(ALIKE, values)
            found += [known for (known,) in cursor.fetchall()]
    return tuple(found)


def quoted(word: str) -> str:
    """`word` as a query names it."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
