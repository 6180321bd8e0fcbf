"""Search: leads by the words of their name, organisation, address, phone and external id.

A lead is found where each word that was typed begins one of its words; letters lose their marks, so
Müller, Mueller and muller are one. Where nothing is spelt so, words that are spelt alike stand in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value, Window
from django.db.models.expressions import RawSQL
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.db.models.functions import Coalesce

from accounts.models import User
from common.paging import DOUBT, PATIENCE_MS, SIZE, capped_count, expected, few, within
from leads.models import KnownWord, LeadWords
from leads.sql import nested

MOST_WORDS = 6
MOST_ALIKE = 5
# Of so many the best are found by looking at each; for who sees a part of the leads of more, because a walk through the
# list comes late upon the leads of a team.
MOST_RANKED, MOST_RANKED_OF_PART = 10_000, 25_000
# Of so many all are asked whether a person may see them, and counted; of more, the best until a page is full.
MOST_COUNTED = 1_000
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
# Sorted before it is asked who may see them: OFFSET keeps the planner from asking of each hit.
BEST_SEEN = """
SELECT * FROM ({hits} ORDER BY is_whole DESC, captured_at DESC, lead_id DESC OFFSET 0) hit
WHERE EXISTS ({seen}) ORDER BY is_whole DESC, captured_at DESC, lead_id DESC LIMIT %(most)s
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


class Rank(NamedTuple):
    """By what the best come first: whole words before beginnings, each newest first."""

    is_whole: bool
    captured_at: datetime
    lead_id: int


@dataclass(frozen=True)
class Best:
    """The best that were found, a page and one more; and how many there are, None where there are more than were
    looked for."""

    ranks: list[Rank]
    count: int | None


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
    """What was typed, read once, and who looks for it among the leads that they may see. Not `exact` where words that
    are spelt alike stand in."""

    terms: tuple[Term, ...]
    user: User
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
        return cls(tuple(Term(ways) for row in read if (ways := _ways(*row))), user)

    def or_alike(self, alone: bool = True) -> "Search":
        """This search where it finds somebody; else the same with the known words that are spelt alike beside each
        of its own. It is `alone` where no filter narrows what it finds, and is then asked by rank."""
        if alone and self.is_ranked:
            there = bool(self.best().ranks)
        else:
            there = bool(self._few) if self._few is not None else self._hits(self._seen, ":*").exists()
        return self if there else Search(tuple(term.or_alike() for term in self.terms), self.user, exact=False)

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
        ids = few(self._hits(self._seen, "").values_list("lead", flat=True), self._doubt)
        return _among(ids) if ids is not None else _each(words=self._words(""))

    @property
    def is_ranked(self) -> bool:
        """Whether the best are told by looking at each that is found. Where more are found, a walk through the list
        comes sooner upon a page of them."""
        return self._expected <= (MOST_RANKED if self.user.sees_everything else MOST_RANKED_OF_PART)

    def best(self, beyond: Rank | None = None) -> Best:
        """The best that are found, or those after `beyond`."""
        return self._first if beyond is None else self._best(beyond)

    def count(self, at_least: int) -> tuple[int, bool]:
        """How many leads are found, and whether there are more: where they are not ranked, up to `MOST_COUNTED`, and
        where even that takes too long, the `at_least` that are known to be there."""
        if self.is_ranked:
            count = self._first.count
            return (at_least, True) if count is None else (count, False)
        found = self._hits(self._seen, ":*")
        return within(PATIENCE_MS, partial(capped_count, found, MOST_COUNTED)) or (at_least, True)

    @cached_property
    def _first(self) -> Best:
        return self._best(None)

    def _best(self, beyond: Rank | None) -> Best:
        if self.user.sees_everything or self._expected <= MOST_COUNTED:
            ranked = self._told(self._seen, beyond).order_by(*(f"-{name}" for name in Rank._fields))
            found = list(ranked.annotate(n=Window(Count("pk"))).values_list(*Rank._fields, "n")[: SIZE + 1])
            return Best([Rank(*row[:-1]) for row in found], found[0][-1] if found else 0)
        hits, seen = self._told(LeadWords.objects.all(), beyond), self._seen.filter(lead=RawSQL("hit.lead_id", ()))
        with connection.cursor() as cursor:
            cursor.execute(*nested(BEST_SEEN, hits=hits, seen=seen.values("pk"), most=SIZE + 1))
            ranks = [Rank(*row) for row in cursor.fetchall()]
        return Best(ranks, len(ranks) if len(ranks) <= SIZE else None)

    @cached_property
    def _few(self) -> dict[int, bool] | None:
        """The leads that are found, each with whether it has the whole words; None where they are many."""
        told = few(self._told(self._seen).values_list("lead_id", "is_whole"), self._doubt)
        return None if told is None else dict(told)

    @cached_property
    def _expected(self) -> float:
        """How many of all leads are found, as the planner reckons."""
        return expected(self._told(LeadWords.objects.all())) / self._doubt

    @property
    def _seen(self) -> QuerySet[LeadWords]:
        """The words of the leads that the person may see."""
        return LeadWords.objects.visible_to(self.user)

    def _told(self, words: QuerySet[LeadWords], beyond: Rank | None = None) -> QuerySet[Any, Any]:
        """The ranks of those among `words` that are found, after `beyond`."""
        hits = self._hits(words, ":*").annotate(is_whole=SearchVectorExact(F("words"), self._words("")))
        ranks = hits.values_list(*Rank._fields)
        return ranks.filter(TupleLessThan(Tuple(*Rank._fields), beyond)) if beyond else ranks

    def _hits(self, words: QuerySet[LeadWords], ending: str) -> QuerySet[LeadWords]:
        return words.filter(words=self._words(ending)) if self.terms else words.none()

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
