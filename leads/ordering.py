"""The orders of the lead list. Each is read from an index of its own and paged by key, in both directions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext_lazy as _

from common.moments import read_moment
from common.paging import SIZE, Page
from leads.models import Handoff, Lead, LeadWords, Touch
from leads.searching import Rank, Search


@dataclass(frozen=True)
class Order:
    """One order: `keyed` turns leads into rows with a `key` and the id of the lead, `parse` reads a key back."""

    label: Any
    keyed: Callable[[QuerySet[Lead]], QuerySet[Any]]
    lead: str
    parse: Callable[[str], Any]
    # Leads that have no such key come after the others, newest first.
    rest: Callable[[QuerySet[Lead]], QuerySet[Lead]] | None = None


def _by_touch(leads: QuerySet[Lead]) -> QuerySet[Any]:
    later = Touch.objects.filter(lead=OuterRef("lead")).filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    )
    return Touch.objects.filter(~Exists(later), lead__in=leads).annotate(key=F("at"))


def _by_due(leads: QuerySet[Lead]) -> QuerySet[Any]:
    return Handoff.objects.open().filter(due_at__isnull=False, lead__in=leads).annotate(key=F("due_at"))


def _not_due(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    return leads.filter(~Exists(Handoff.objects.open().filter(due_at__isnull=False, lead=OuterRef("pk"))))


CAPTURED = Order(_("captured"), lambda leads: leads.annotate(key=F("captured_at")), "pk", read_moment)
ORDERS: dict[str, Order] = {
    "captured": CAPTURED,
    "touched": Order(_("last touch"), _by_touch, "lead", read_moment),
    # No index holds points, so that a re-grade of all leads rewrites none: offered where the list is short.
    "points": Order(_("points"), lambda leads: leads.annotate(key=F("fit") + F("engagement")), "pk", int),
    "name": Order(
        _("name"), lambda leads: LeadWords.objects.filter(lead__in=leads).annotate(key=F("name_key")), "lead", str
    ),
    "organisation": Order(
        _("organisation"),
        lambda leads: LeadWords.objects.filter(lead__in=leads).annotate(key=F("organisation_key")),
        "lead",
        str,
    ),
    "due": Order(_("answer due"), _by_due, "lead", read_moment, _not_due),
}
GRADES = (*Lead.Grade.values, "")
# The orders that may be asked for, each as people expect it first.
USUAL = "-captured"
CHOICES = [
    ("-captured", _("newest first")),
    ("captured", _("oldest first")),
    ("-touched", _("last touch first")),
    ("touched", _("longest untouched first")),
    ("-grade", _("best grade first")),
    ("grade", _("lowest grade first")),
    ("-points", _("most points first")),
    ("name", _("by name")),
    ("-name", _("by name, from Z")),
    ("organisation", _("by organisation")),
    ("-organisation", _("by organisation, from Z")),
    ("due", _("answer due first")),
    ("-due", _("answer due last")),
]
LABELS = dict(CHOICES)
BEST = _("best match first")
# The runs of a search in this order.
WHOLE, BEGUN = 0, 1


def page_of(
    leads: QuerySet[Lead],
    order: str,
    after: str = "",
    *,
    whole: Q | None = None,
    rows: QuerySet[Lead] | None = None,
    size: int = SIZE,
) -> Page[Lead]:
    """A page of `leads` after the key `after`, told as `rows` tells them. `order` is one of CHOICES; "" is
    newest first, those that are `whole` before the others where a search told the two apart."""
    keys: list[tuple[int, Any, int]] = []
    first, key, pk = _parsed(after)
    for number, part in enumerate(parts(leads, order, whole)):
        if number >= first and len(keys) <= size:
            bound = (key, pk) if number == first and after else None
            keys += [(number, *row) for row in part.after(bound, size + 1 - len(keys))]
    return _page(keys, rows, size)


def best_page(search: Search, after: str = "", *, rows: QuerySet[Lead] | None = None) -> Page[Lead]:
    """A page of what a search that is ranked found, with the keys of `page_of`."""
    best = search.best(_rank(after)).ranks
    return _page([(WHOLE if one.is_whole else BEGUN, one.captured_at, one.lead_id) for one in best], rows, SIZE)


def _rank(after: str) -> Rank | None:
    number, at, pk = _parsed(after)
    try:
        return Rank(number == WHOLE, read_moment(at), pk)
    except ValueError:
        return None


def _page(keys: list[tuple[int, Any, int]], rows: QuerySet[Lead] | None, size: int) -> Page[Lead]:
    more = keys[size - 1] if len(keys) > size else None
    wanted = [lead_id for _number, _key, lead_id in keys[:size]]
    found = (rows if rows is not None else Lead.objects.for_list()).in_bulk(wanted)
    # A lead that went between the two questions is left out.
    told = [found[lead_id] for lead_id in wanted if lead_id in found]
    return Page(told, key_of(more) if more else "")


@dataclass(frozen=True)
class Part:
    """A run of the list in one order."""

    leads: QuerySet[Lead]
    order: Order
    falls: bool

    def after(self, bound: tuple[str, int] | None, limit: int) -> list[tuple[Any, int]]:
        """Key and id of the next `limit` leads; a bound that can't be read is the start."""
        keyed = self.order.keyed(self.leads)
        lead = "lead_id" if self.order.lead == "lead" else "pk"
        if bound and (value := self._read(bound[0])) is not None:
            beyond = TupleLessThan if self.falls else TupleGreaterThan
            keyed = keyed.filter(beyond(Tuple(F("key"), F(lead)), (value, bound[1])))
        sign = "-" if self.falls else ""
        return list(keyed.order_by(f"{sign}key", f"{sign}{lead}").values_list("key", lead)[:limit])

    def _read(self, text: str) -> Any:
        try:
            return self.order.parse(text)
        except ValueError:
            return None


def parts(leads: QuerySet[Lead], order: str, whole: Q | None) -> list[Part]:
    """The runs of which the list of `leads` consists, one after the other."""
    newest = (CAPTURED, True)
    if not order and whole is not None:
        return [Part(leads.filter(whole), *newest), Part(leads.exclude(whole), *newest)]
    name = order or USUAL
    if name.endswith("grade"):
        # Each grade in turn, newest first.
        grades = GRADES if name == "-grade" else GRADES[::-1]
        return [Part(leads.filter(grade=grade), *newest) for grade in grades]
    chosen = ORDERS[name.removeprefix("-")]
    parts = [Part(leads, chosen, name.startswith("-"))]
    return [*parts, Part(chosen.rest(leads), *newest)] if chosen.rest else parts


def key_of(row: tuple[int, Any, int]) -> str:
    """A place in the list as an address names it: which part, whose lead, which key."""
    number, key, pk = row
    return f"{number}~{pk}~{key.isoformat() if isinstance(key, datetime) else key}"


def _parsed(after: str) -> tuple[int, str, int]:
    number, _tilde, rest = after.partition("~")
    pk, _tilde, key = rest.partition("~")
    if number in ("0", "1", "2", "3", "4") and pk.isascii() and pk.isdecimal() and len(pk) < 19:
        return int(number), key, int(pk)
    return 0, "", 0
