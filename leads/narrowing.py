"""What filters ask of few leads, answered by the index of words (migration 0024).

A list walks its own order until a page is full: quick where many leads are so, and a walk through all of them
where few are. Few are read from the index first, and the filters then hold for these alone.
"""

from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat, Lower, Upper

from common.paging import few
from leads.models import Lead, LeadWords
from leads.searching import Words, quoted

_KINDS = {"country": "=C", "industry": "=I", "source": "=S"}
_MARKS = {"kept out": "=K", "do not contact": "=D", "no address": "=-M", "phone": "=P", "no phone": "=-P"}
_MOST = 60  # letters of a further fact's name and of what it says
_DIGITS = 32  # binary digits of a number of employees


class Narrowing:
    """What has to be so of leads, as the index tells it: never less than the filters themselves let through."""

    def __init__(self) -> None:
        self.asked: list[Q] = []
        self.beside: list[QuerySet[Any]] = []

    def among(self, leads: QuerySet[Any]) -> None:
        """One of these leads, their ids as an index of another kind tells them."""
        self.beside.append(leads)

    def has(self, name: str, said: str) -> None:
        """The country, industry or source, whatever the case of its letters."""
        self._word(Upper(Value(quoted(_KINDS[name] + said))))

    def marked(self, mark: str) -> None:
        self._word(quoted(_MARKS[mark]))

    def says(self, fact: str, said: str) -> None:
        """A further fact."""
        key, words = quoted(f"=F{fact[:_MOST]}="), quoted(said[:_MOST])
        self._word(Concat(Value(key[:-1]), Lower(Value(words[1:]))))

    def employs(self, least: int = 0, most: int = 2**_DIGITS - 1) -> None:
        """So many people: the index knows how long the number is."""
        lengths = range(least.bit_length(), most.bit_length() + 1)
        self._word(" | ".join(quoted(f"=E{length}") for length in lengths))

    def of(self, leads: QuerySet[Lead]) -> QuerySet[Lead]:
        """`leads`, where few can be meant these few alone."""
        words = [LeadWords.objects.filter(*self.asked).values_list("lead", flat=True)] if self.asked else []
        for hits in [*words, *self.beside]:
            if (ids := few(hits)) is not None:
                return leads.filter(pk__any=ids)
        return leads

    def _word(self, query: Any) -> None:
        self.asked.append(Q(words=Words(query)))
