"""A merge is taken back, while sales has not worked on the merged lead."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from common import moving
from common.errors import DomainError
from leads import duplicates
from leads.access import check_may_merge
from leads.merging import regrade
from leads.models import Duplicate, Event, GradeOverride, Handoff, Lead, LeadAlias, Merge
from leads.undoing import BY_ITSELF

# Other lines that say nothing about where the lead stands. What was edited stays as it was edited.
_HARMLESS = (
    *BY_ITSELF, "not_the_same", "maybe_the_same", "merge_undone", "edited", "tagged", "untagged", "data_exported",
)  # fmt: skip
# What the merge itself may change of a handoff, and the sweep of its flags, is no work.
_WORK = ("rep_id", "responded_at", "verdict_at", "closed_at")


@transaction.atomic
def undo_merge(merge: Merge, *, by: User, at: datetime) -> Lead:
    """Restore both leads and return the one that had gone. What came in since the merge, such as a
    further touch or an edit, stays with the kept lead.

    Raises DomainError: not_yours, undone_already, later_merge, worked_on, key_taken.
    """
    check_may_merge(by)
    kept_id = Merge.objects.values_list("kept", flat=True).get(pk=merge.pk)
    keep = Lead.objects.select_for_update().get(pk=kept_id)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    _check(merge, keep)
    record = merge.record
    _restore_fields(keep, record)
    keep.save()
    LeadAlias.objects.filter(pk__in=record["aliases"]).delete()
    _check_keys(record["dropped"])
    moving.insert_again(Lead, record["dropped"])
    _restore_rows(merge, keep, record)
    _restore_handoffs(record, at=at)
    Merge.objects.filter(pk=merge.pk).update(undone_at=at, undone_by=by)
    dropped = Lead.objects.get(pk=merge.dropped)
    told = {"lead": dropped.pk, "name": dropped.display_name}
    Event.objects.create(lead=keep, kind="merge_undone", at=at, by=by, data=told)
    regrade(Lead.objects.filter(pk__in=[keep.pk, dropped.pk]), at=at, hand_off=False)
    duplicates.propose_for([keep.pk, dropped.pk], at=at)
    dropped.refresh_from_db()
    return dropped


def may_be_undone(merge: Merge) -> bool:
    """Whether an undo is worth to be offered: nothing was decided about the kept lead since."""
    try:
        _check(merge, merge.kept)
    except DomainError:
        return False
    return True


def _check(merge: Merge, keep: Lead) -> None:
    if merge.undone_at is not None:
        raise DomainError("undone_already", _("This merge is undone already."))
    if Merge.objects.filter(kept=keep, undone_at=None, pk__gt=merge.pk).exists():
        raise DomainError("later_merge", _("Another lead was merged into this one since. Undo that merge first."))
    if _worked_on(keep, merge.record):
        raise DomainError(
            "worked_on",
            _("Somebody has worked on this lead since it was merged, so it can’t be told whose work that was."),
        )


def _worked_on(keep: Lead, record: dict[str, Any]) -> bool:
    if keep.events.filter(pk__gt=record["last_event"]).exclude(kind__in=_HARMLESS).exists():
        return True
    now = [moving.image(one) for one in keep.handoffs.order_by("pk")]
    stand = [[one["id"], *(one[name] for name in _WORK)] for one in now]
    stood = [[one["id"], *(one[name] for name in _WORK)] for one in record["handoffs"]]
    return stand != stood or keep.stage != record["after"]["stage"]


def _check_keys(dropped: moving.Image) -> None:
    email, external_id = dropped["email"], dropped["external_id"]
    taken = Q(email__iexact=email) if email else Q(pk=None)
    if external_id:
        taken |= Q(external_id=external_id)
    if Lead.objects.filter(taken).exists():
        raise DomainError("key_taken", _("Another lead has the address or the external id by now."))


def _restore_fields(keep: Lead, record: dict[str, Any]) -> None:
    """Each field that the merge changed and nobody since is as it was before."""
    now, after, before = moving.image(keep), record["after"], record["kept"]
    was = moving.from_image(Lead, before)
    # A number in one form goes with the number: an edit of the country alone writes it anew.
    now["phone_e164"], after = now["phone"], after | {"phone_e164": after["phone"]}
    for name in before.keys() - {"version", "facts", "tags"}:
        if now.get(name) == after.get(name):
            setattr(keep, name, getattr(was, name))
    ours, theirs = before["facts"], after["facts"]
    keep.facts = {name: said for name, said in keep.facts.items() if name in ours or theirs.get(name) != said}
    brought = {*after.get("tags", [])} - {*before.get("tags", [])}
    keep.tags = [tag for tag in keep.tags if tag not in brought]
    keep.version += 1


def _restore_rows(merge: Merge, keep: Lead, record: dict[str, Any]) -> None:
    Duplicate.objects.filter(pk__in=record["carried"]).delete()
    for relation, ids in record["moved"].items():
        moving.move_back(relation, ids, source=keep, target=merge.dropped)
    for relation, images in record["taken_out"].items():
        model = apps.get_model(relation.rpartition(".")[0])
        for one in images:
            moving.insert_again(model, one)
    Event.objects.filter(pk__in=record["relabelled"]).update(kind="captured")
    # The merge changed the facts on which these stood; now the facts are back.
    GradeOverride.objects.filter(pk__in=record["overrides"], ended_by=None).update(ended_at=None)


def _restore_handoffs(record: dict[str, Any], *, at: datetime) -> None:
    for before in record["closed"]:
        was = moving.from_image(Handoff, before)
        was.save(update_fields=["closed_at", "released_at", "released_why"])
    # What the merge handed off by itself is nobody's work any more.
    made = Handoff.objects.filter(pk__in=record["handed_off"], closed_at=None)
    made.update(closed_at=at, released_at=at, released_why=Handoff.Released.MERGED)
