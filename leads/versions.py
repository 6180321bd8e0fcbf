"""Versions of the lead definition in words: what one changes against another."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.models import Criterion, LeadDefinition
from leads.wording import criterion_words


@dataclass(frozen=True)
class Change:
    """A sentence about one difference, and the criterion it is about, "" for the definition itself."""

    words: str
    label: str = ""


def versions() -> QuerySet[LeadDefinition]:
    """Every version, the latest first, with what a list of them shows."""
    return LeadDefinition.objects.select_related("drafted_by").prefetch_related("criteria", "signatures__by")


def with_changes(listed: Sequence[LeadDefinition]) -> list[tuple[LeadDefinition, list[Change]]]:
    """Each of `listed` with what it changed against the version before it."""
    before = {definition.version: definition for definition in listed}
    return [(one, changes(before[one.version - 1], one) if one.version - 1 in before else []) for one in listed]


def changes(old: LeadDefinition, new: LeadDefinition) -> list[Change]:
    """What `new` says otherwise than `old`, thresholds first."""
    return [*_of_the_whole(old, new), *_of_the_criteria(old.rules, new.rules)]


def _of_the_whole(old: LeadDefinition, new: LeadDefinition) -> list[Change]:
    found = []
    for grade in ("a", "b", "c"):
        was, now = getattr(old, f"from_{grade}"), getattr(new, f"from_{grade}")
        if was != now:
            values = {"grade": grade.upper(), "now": now, "was": was}
            found.append(Change(_("%(grade)s starts at %(now)d, was %(was)d.") % values))
    if old.half_life_days != new.half_life_days:
        words = ngettext(
            "Engagement halves every day, was %(was)d.",
            "Engagement halves every %(now)d days, was %(was)d.",
            new.half_life_days,
        )
        found.append(Change(words % {"now": new.half_life_days, "was": old.half_life_days}))
    return found


def _of_the_criteria(old: Sequence[Criterion], new: Sequence[Criterion]) -> list[Change]:
    before, after = {c.label: c for c in old}, {c.label: c for c in new}
    found = []
    for label, criterion in after.items():
        values = {"label": label, "points": criterion.points}
        if label not in before:
            found.append(Change(_("“%(label)s” is new, %(points)+d.") % values, label))
            continue
        was = before[label]
        if was.points != criterion.points:
            words = _("“%(label)s” counts %(points)+d, was %(was)+d.")
            found.append(Change(words % (values | {"was": was.points}), label))
        if _test(was) != _test(criterion):
            words = _("“%(label)s” asks otherwise: %(now)s.")
            found.append(Change(words % (values | {"now": criterion_words(criterion)}), label))
    gone = [label for label in before if label not in after]
    return found + [Change(_("“%(label)s” no longer counts.") % {"label": label}, label) for label in gone]


def _test(criterion: Criterion) -> tuple[object, ...]:
    return criterion.half, criterion.fact, criterion.test, criterion.value
