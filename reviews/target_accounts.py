"""Target accounts of a quarter: what happened at each. Every number is a number of leads, and opens them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from accounts.quarters import Quarter
from feedback.models import Outcome
from leads.models import Handoff, Lead, Organisation, Touch
from leads.models.lead import LeadQuerySet
from leads.models.organisation import OrganisationQuerySet

MOST = 20


def _touched(quarter: Quarter) -> Q:
    touches = Touch.objects.filter(lead=OuterRef("pk"), at__gte=quarter.start, at__lt=quarter.end)
    return Q(Exists(touches))


def _with_sales(quarter: Quarter) -> Q:
    return Q(Exists(Handoff.objects.open().filter(lead=OuterRef("pk"))))


def _ended(kind: str) -> Callable[[Quarter], Q]:
    def where(quarter: Quarter) -> Q:
        outcomes = Outcome.objects.filter(lead=OuterRef("pk"), kind=kind, at__gte=quarter.start, at__lt=quarter.end)
        return Q(Exists(outcomes))

    return where


# What is counted, in words, and which leads.
PARTS: dict[str, tuple[str | Promise, Callable[[Quarter], Q]]] = {
    "touched": (__("In touch in the quarter"), _touched),
    "with_sales": (__("With sales now"), _with_sales),
    "opportunities": (__("Opportunity in the quarter"), _ended("opportunity")),
    "won": (__("Won in the quarter"), _ended("won")),
}


@dataclass(frozen=True)
class Line:
    """A target account, or all of them together (None), and how many leads of each part it has."""

    organisation: Organisation | None
    numbers: list[tuple[str, int]]


def target_accounts(quarter: Quarter, user: User) -> dict[str, Any]:
    """The target accounts that `user` may see, the liveliest first and MOST of them, and all together."""
    counted = {part: Count("pk", filter=where(quarter)) for part, (_words, where) in PARTS.items()}
    rows = leads_of_targets().order_by().values("organisation").annotate(**counted).values_list("organisation", *PARTS)
    found = {pk: list(zip(PARTS, numbers, strict=True)) for pk, *numbers in rows}
    together = [(part, sum(dict(numbers)[part] for numbers in found.values())) for part in PARTS]
    targets = Organisation.objects.visible_to(user).filter(is_target=True)
    lines = listed(found, targets, most=MOST)
    count = Organisation.objects.filter(is_target=True).count()
    words = [words for words, _where in PARTS.values()]
    return {"lines": lines, "together": Line(None, together), "count": count, "parts": words}


def listed(
    found: Mapping[int, list[tuple[str, int]]], targets: OrganisationQuerySet, *, most: int | None
) -> list[Line]:
    """The accounts among `targets`, the liveliest first and then by name: `most` of them, or all (None)."""
    # Names are read for those that are shown: a list of thousands has a few lively ones.
    lively = sorted(found, key=lambda pk: [-number for _part, number in reversed(found[pk])])
    named = targets.in_bulk([pk for pk in lively[: most and 5 * most] if any(n for _part, n in found[pk])])
    lines = [Line(named[pk], found[pk]) for pk in lively if pk in named][:most]
    nothing = [(part, 0) for part in PARTS]
    quiet = targets.exclude(pk__in=[line.organisation.pk for line in lines if line.organisation])
    return lines + [Line(one, found.get(one.pk, nothing)) for one in quiet[: most and most - len(lines)]]


def leads_of_targets(organisation: int | None = None) -> LeadQuerySet:
    """The leads of all target accounts, or of one of them, that figures count."""
    found = Lead.objects.counted().filter(organisation__is_target=True)
    return found if organisation is None else found.filter(organisation=organisation)


def leads_behind(part: str, quarter: Quarter, organisation: int | None = None) -> LeadQuerySet:
    """Exactly the leads that a number counts."""
    return leads_of_targets(organisation).filter(PARTS[part][1](quarter))
