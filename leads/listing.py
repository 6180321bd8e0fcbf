"""What a person asks of the lead list: which leads, in which order, with which columns."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from common.paging import Page, cheap_count, is_long, within
from imports.models import Import
from leads import columns, ordering
from leads.filter_fields import ME, NOBODY
from leads.filtering import LeadFilter
from leads.models import Lead, ListColumns, Organisation, SavedView
from leads.searching import Search

THOROUGH, MORE = "thorough", "more"
# What the rows of a page may take in the database before the person is told that it takes longer.
PAGE_MS = 50


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the address of the list without it."""

    words: str
    without: str


@dataclass(frozen=True)
class Asked:
    """The question of a list page, read once."""

    user: User
    filter: LeadFilter
    order: str
    columns: list[str]
    view: SavedView | None

    @classmethod
    def of(cls, user: User, data: QueryDict) -> "Asked":
        view = _view(user, data.get("view", ""))
        if view and not _asks_by_itself(data):
            data = opened(view, data)
        order = data.get("order", "")
        return cls(
            user=user,
            filter=LeadFilter.of(user, data),
            order=order if order in ordering.LABELS else "",
            columns=columns.known(data.getlist("column")) or _kept_columns(user),
            view=view,
        )

    @property
    def typed(self) -> str:
        return self.filter.data.get("q", "").strip()

    @property
    def search(self) -> Search | None:
        """What was typed, where that is read."""
        return self.filter.search

    @property
    def whole(self) -> Q | None:
        """What tells whole words from beginnings, where something was typed and found as it is spelt."""
        return self.search.whole if self.search and self.search.exact else None

    @cached_property
    def leads(self) -> QuerySet[Lead]:
        """The leads that are asked for; none where a filter can't be read."""
        return self.filter.qs if self.filter.is_valid() else Lead.objects.none()

    @property
    def order_words(self) -> str:
        """The order as the summary says it."""
        return str(
            ordering.LABELS.get(self.order) or (ordering.BEST if self.typed else ordering.LABELS[ordering.USUAL])
        )

    def chips(self) -> list[Chip]:
        """The filters that hold, each in words and removable."""
        return [Chip(self._words(name, value), self._without(name, value)) for name, value in self.filter.said()]

    def _words(self, name: str, value: str) -> str:
        label = self.filter.filters[name].label
        return _("%(filter)s: %(value)s") % {"filter": label, "value": self._value_words(name, value)}

    def _value_words(self, name: str, value: str) -> str:
        known = {"owner": {ME: _("me"), NOBODY: _("nobody")}}.get(name, {})
        if value in known:
            return known[value]
        if name in NAMED and value.isdecimal():
            return str(NAMED[name].objects.filter(pk=int(value[:18])).first() or value)
        choices = dict(getattr(self.filter.form.fields[name], "choices", None) or {}) if name not in BY_OBJECT else {}
        if name in BY_OBJECT and (chosen := self.filter.form.cleaned_data.get(name)):
            return str(chosen)
        return str(choices.get(value, value))

    def _without(self, name: str, value: str) -> str:
        data = self.filter.data.copy()
        for gone in PLACE:
            data.pop(gone, None)
        left = [other for other in data.getlist(name) if other != value]
        data.setlist(name, left)
        return data.urlencode()


# Where in a list somebody is: its view, the key of the page, the rows before, that all leads are looked through, and
# that all filters are shown.
PLACE = ("view", "after", "n", THOROUGH, MORE)
NAMED: dict[str, Any] = {"organisation": Organisation, "imported": Import, "updated_by": Import}
BY_OBJECT = {"campaign", "touched_campaign", "touched_programme", "owner", "team"}


def opened(view: SavedView, data: QueryDict) -> QueryDict:
    """The question that `view` keeps, with the place in the list that `data` names."""
    kept = QueryDict(view.query, mutable=True)
    kept["order"] = view.order
    kept.setlist("column", view.columns)
    for name in PLACE:
        if name in data:
            kept[name] = data.get(name, "")
    return kept


def page_of(asked: Asked, data: QueryDict) -> Page[Lead] | None:
    """The page that `data` names; None where it takes longer than a page may and nobody said that it should be
    looked for thoroughly."""
    rows = columns.with_columns(Lead.objects.for_list(), asked.columns)
    after = data.get("after", "")
    if asked.search and asked.filter.only_typed and not asked.order and asked.search.is_ranked:
        return ordering.best_page(asked.search, after, rows=rows)
    ask = partial(ordering.page_of, asked.leads, asked.order, after, whole=asked.whole, rows=rows)
    if THOROUGH in data or not asked.filter.said() or not is_long(asked.leads):
        return ask()
    return within(PAGE_MS, ask)


def count_of(asked: Asked, at_least: int) -> tuple[int, bool]:
    """How many leads there are and whether there are more, as far as that is soon known; `at_least` are there."""
    if asked.search and asked.filter.only_typed:
        return asked.search.count(at_least)
    return cheap_count(asked.leads, at_least)


def _asks_by_itself(data: QueryDict) -> bool:
    return any(name not in PLACE for name in data)


def _view(user: User, pk: str) -> SavedView | None:
    known = pk.isascii() and pk.isdecimal() and len(pk) < 19
    return SavedView.objects.visible_to(user).filter(pk=int(pk)).first() if known else None


def _kept_columns(user: User) -> list[str]:
    kept = ListColumns.objects.filter(person=user).first()
    return columns.known(kept.columns) if kept else list(columns.USUAL)
