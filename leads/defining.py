"""The lead definition is drafted, asked about, signed by a manager of each side, and then holds.

There is one draft at a time. An edit takes the signatures away; a version that holds never changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from leads import regrading
from leads.access import check_may_define
from leads.models import Criterion, DefinitionSignature, LeadDefinition
from notices.telling import Notice, tell

COPIED = ("half_life_days", "from_a", "from_b", "from_c")
COPIED_OF_CRITERION = ("position", "half", "label", "fact", "test", "value", "points")


@dataclass(frozen=True)
class Rules:
    """What a draft says: criteria in their order, not saved yet, and where the grades start."""

    half_life_days: int
    from_a: int
    from_b: int
    from_c: int
    criteria: Sequence[Criterion]


@transaction.atomic
def draft_from(version: LeadDefinition, *, by: User, at: datetime) -> LeadDefinition:
    """A draft with the rules of `version`; an older one is how to roll back.

    Raises DomainError `not_yours` or `draft_exists`.
    """
    check_may_define(by)
    latest = LeadDefinition.objects.order_by("-version")[0]
    try:
        with transaction.atomic():
            draft = LeadDefinition.objects.create(
                version=latest.version + 1, based_on=LeadDefinition.in_force(), drafted_by=by, drafted_at=at,
                **{name: getattr(version, name) for name in COPIED},
            )  # fmt: skip
    except IntegrityError as error:
        words = _("There is a draft already; go on with that one, or drop it.")
        raise DomainError("draft_exists", words) from error
    _write(draft, version.rules)
    return draft


@transaction.atomic
def edit_draft(draft: LeadDefinition, rules: Rules, *, revision: int, by: User, at: datetime) -> LeadDefinition:
    """Write `rules` into the draft; signatures, and the question for them, are void.

    Raises DomainError `not_yours`, `signed`, `stale` (somebody edited since `revision`) or `no_rules`.
    """
    check_may_define(by)
    draft = _locked(draft, revision)
    for name in COPIED:
        setattr(draft, name, getattr(rules, name))
    _check(draft, rules)
    draft.drafted_by, draft.drafted_at, draft.asked_at, draft.revision = by, at, None, draft.revision + 1
    draft.save()
    draft.signatures.all().delete()
    draft.criteria.all().delete()
    _write(draft, rules.criteria)
    return draft


@transaction.atomic
def drop_draft(draft: LeadDefinition, *, by: User) -> None:
    """Drop the draft; the version in force holds on. Raises DomainError `not_yours` or `signed`."""
    check_may_define(by)
    _locked(draft, None).delete()


@transaction.atomic
def ask_for_signatures(draft: LeadDefinition, *, revision: int, by: User, at: datetime) -> LeadDefinition:
    """Ask the managers of both sides to sign. Raises DomainError `not_yours`, `signed` or `stale`."""
    check_may_define(by)
    draft = _locked(draft, revision)
    if draft.asked_at is None:
        draft.asked_at = at
        draft.save(update_fields=["asked_at"])
        managers = User.objects.filter(is_active=True, is_manager=True).exclude(pk=by.pk)
        tell((_question(draft, manager, by) for manager in managers), at=at)
    return draft


@transaction.atomic
def sign(draft: LeadDefinition, *, revision: int, by: User, at: datetime) -> LeadDefinition:
    """Sign for the side of `by`; with both signatures the version holds, and all leads are graded by it.

    Raises DomainError `not_a_manager`, `signed`, `stale`, `not_asked` or `signed_by_side`.
    """
    if not (by.is_active and by.is_manager):
        raise DomainError("not_a_manager", _("A manager signs, each for their own side."))
    draft = _locked(draft, revision)
    if draft.asked_at is None:
        raise DomainError("not_asked", _("Ask for signatures first: then both sides see what they sign."))
    _signature, fresh = DefinitionSignature.objects.get_or_create(
        definition=draft, side=by.side, defaults={"by": by, "at": at}
    )
    if not fresh:
        raise DomainError("signed_by_side", _("Your side has signed already."))
    if draft.signatures.count() == len(DefinitionSignature.Side):
        draft.valid_from = at
        draft.save(update_fields=["valid_from"])
        regrading.start(at=at)
    return draft


def current_draft() -> LeadDefinition | None:
    return LeadDefinition.objects.filter(valid_from=None).prefetch_related("criteria").first()


def _locked(draft: LeadDefinition, revision: int | None) -> LeadDefinition:
    """The draft as it is now, locked; `revision` is the one that the person has seen."""
    found = LeadDefinition.objects.select_for_update(no_key=True).filter(pk=draft.pk).first()
    if found is None:
        raise DomainError("dropped", _("Somebody dropped this draft meanwhile."))
    if not found.is_draft:
        raise DomainError("signed", _("Both sides have signed this version; it never changes. Make a draft from it."))
    if revision is not None and found.revision != revision:
        raise DomainError("stale", _("Somebody changed the draft since you opened it."))
    return found


def _check(draft: LeadDefinition, rules: Rules) -> None:
    if not rules.criteria:
        raise DomainError("no_rules", _("Write one criterion at least."))
    names = [criterion.label for criterion in rules.criteria]
    if twice := [name for name in names if names.count(name) > 1]:
        words = _("Two criteria are called “%(name)s”; give each a name of its own.")
        raise DomainError("no_rules", words % {"name": twice[0]})
    try:
        draft.validate_constraints()
    except ValidationError as error:
        raise DomainError("no_rules", " ".join(error.messages)) from error


def _write(draft: LeadDefinition, criteria: Sequence[Criterion]) -> None:
    """The criteria, numbered in their order, fit first."""
    ordered = sorted(criteria, key=lambda criterion: criterion.half != Criterion.Half.FIT)
    Criterion.objects.bulk_create(
        Criterion(definition=draft, **{name: getattr(c, name) for name in COPIED_OF_CRITERION} | {"position": number})
        for number, c in enumerate(ordered, start=1)
    )


def _question(draft: LeadDefinition, manager: User, by: User) -> Notice:
    return Notice(
        person_id=manager.pk,
        kind="definition",
        key=f"definition:{draft.pk}:{draft.revision}",
        title=_("%(who)s asks for your signature: lead definition, version %(version)d")
        % {"who": by, "version": draft.version},
        detail="",
        path=reverse("leads:draft"),
    )
