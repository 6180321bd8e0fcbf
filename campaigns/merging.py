"""Two campaigns that are one become one, and two again where that was a mistake.

The campaign that goes is deleted and kept whole in the record of the merge; everything that pointed to it points to
the one that stays, and its code and its name go on meaning that one.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import trail
from accounts.models import User
from campaigns.access import check_keeps_campaigns
from campaigns.matching import key_of, known
from campaigns.models import Alias, Campaign, CampaignMerge
from common import moving
from common.errors import DomainError

EXPECTED = ("expected_a", "expected_b", "expected_c", "expected_d")
# What the one that stays takes from the other where it says nothing itself; fields of a line go together.
FILLED: tuple[tuple[str, ...], ...] = (
    ("starts_on", "ends_on"), ("owner",), ("sales_partner", "partner_state", "partner_said"), ("budget",),
    ("audience",), ("offer",), *((name,) for name in EXPECTED),
)  # fmt: skip
UNTOUCHED = ("id", "version", "created_at")

# What rooms above make ready before their rows change hands.
_preparations: list[Callable[[Campaign, Campaign], None]] = []


def register(prepare: Callable[[Campaign, Campaign], None]) -> None:
    """Call `prepare(keep, drop)` before the rows of `drop` become those of `keep`."""
    _preparations.append(prepare)


@transaction.atomic
def merge_campaigns(
    keep: Campaign, drop: Campaign, *, versions: Mapping[int, int], by: User, at: datetime
) -> CampaignMerge:
    """Merge `drop` into `keep`, which takes from it what it does not say itself. `versions` by id are those that the
    person looked at.

    Raises DomainError: not_marketing, same_campaign, gone, stale, wrong_programme.
    """
    check_keeps_campaigns(by)
    keep, drop = _locked(keep, drop, versions)
    record: dict[str, Any] = {"kept": moving.image(keep), "dropped": moving.image(drop), "moved": {}, "taken_out": {}}
    values = _together(keep, drop)
    named = [text for text in (drop.code, drop.name) if known([text]).get(text.strip().lower()) == drop.pk]
    _move_rows(record, keep, drop)
    # Not delete(): everything that stood on it has moved, and nothing may go with it.
    gone = Campaign.objects.filter(pk=drop.pk)
    gone._raw_delete(gone.db)
    record["aliases"] = _keep_names(keep, named)
    keep = trail.kept(keep, values, by=by, beside={"merged": [None, f"{drop.name} ({drop.code})"]})
    trail.note(drop, trail.Act.REMOVED, by=by, changes={"merged_into": [None, f"{keep.name} ({keep.code})"]})
    record["after"] = moving.image(keep)
    return CampaignMerge.objects.create(kept=keep, dropped=drop.pk, at=at, by=by, record=record)


@transaction.atomic
def undo_campaign_merge(merge: CampaignMerge, *, by: User, at: datetime) -> Campaign:
    """Restore both and return the one that had gone. What came in since stays with the one that was kept.

    Raises DomainError: not_marketing, undone_already, later_merge, code_taken, programme_gone.
    """
    check_keeps_campaigns(by)
    keep = Campaign.objects.select_for_update(of=("self",)).get(merges=merge.pk)
    merge = CampaignMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    _check_undoable(merge, keep)
    record = merge.record
    Alias.objects.filter(pk__in=record["aliases"], campaign=keep).delete()
    moving.insert_again(Campaign, record["dropped"])
    drop = Campaign.objects.get(pk=merge.dropped)
    trail.kept(keep, _before(keep, record), by=by, beside={"merged": [f"{drop.name} ({drop.code})", None]})
    for relation, ids in record["moved"].items():
        moving.move_back(relation, ids, source=keep, target=drop.pk)
    for relation, images in record["taken_out"].items():
        for one in images:
            moving.insert_again(apps.get_model(relation.rpartition(".")[0]), one)
    trail.note(drop, trail.Act.BROUGHT_BACK, by=by)
    CampaignMerge.objects.filter(pk=merge.pk).update(undone_at=at, undone_by=by)
    return drop


def _locked(keep: Campaign, drop: Campaign, versions: Mapping[int, int]) -> tuple[Campaign, Campaign]:
    if keep.pk == drop.pk:
        raise DomainError("same_campaign", _("Choose two different campaigns."))
    pks = [keep.pk, drop.pk]
    # Not the weaker lock: rows that come in for the campaign that goes must wait, and then find the other.
    found = {one.pk: one for one in Campaign.objects.filter(pk__in=pks).order_by("pk").select_for_update()}
    if len(found) < 2:
        raise DomainError("gone", _("One of the two campaigns is gone. It may have been merged a moment ago."))
    if any(one.version != versions.get(one.pk) for one in found.values()):
        raise DomainError("stale", _("Somebody changed one of the two since you opened them. Nothing is merged yet."))
    return found[keep.pk], found[drop.pk]


def _together(keep: Campaign, drop: Campaign) -> dict[str, Any]:
    """The facts of the one that stays, where they change."""
    values: dict[str, Any] = {"links": [*keep.links, *(link for link in drop.links if link not in keep.links)]}
    for names in FILLED:
        if all(getattr(keep, name) in (None, "") for name in names):
            values |= {name: getattr(drop, name) for name in names}
    return values | {"parent": _programme(keep, drop)}


def _programme(keep: Campaign, drop: Campaign) -> Campaign | None:
    """What stands above the one that stays. Raises DomainError `wrong_programme` where that would be two storeys."""
    above = None if keep.parent == drop else keep.parent
    below = Campaign.objects.filter(parent__in=[keep, drop]).exclude(pk__in=[keep.pk, drop.pk])
    if above is None and drop.parent_id != keep.pk and not below.exists():
        return drop.parent
    if above is not None and below.exists():
        sentence = _("“%(name)s” is a programme with campaigns of its own. Keep that one, or take the other one out.")
        raise DomainError("wrong_programme", sentence % {"name": drop.name})
    return above


def _move_rows(record: dict[str, Any], keep: Campaign, drop: Campaign) -> None:
    # The one that stays never stands under the one that goes, nor under itself.
    Campaign.objects.filter(pk=keep.pk, parent=drop).update(parent=None)
    for prepare in _preparations:
        prepare(keep, drop)
    for relation in moving.relations(Campaign):
        name = moving.name_of(relation)
        record["moved"][name], record["taken_out"][name] = moving.move(relation, source=drop, target=keep)


def _keep_names(keep: Campaign, named: list[str]) -> list[int]:
    """Texts by which files meant the one that goes mean the one that stays; the ids of the aliases."""
    meant = known(named)
    keys = {key_of(text): text for text in named if meant.get(text.strip().lower()) != keep.pk}
    return [Alias.objects.create(campaign=keep, name=text, key=key).pk for key, text in keys.items()]


def may_be_undone(merge: CampaignMerge) -> bool:
    """Whether an undo is worth to be offered."""
    try:
        _check_undoable(merge, merge.kept)
    except DomainError:
        return False
    return True


def _check_undoable(merge: CampaignMerge, keep: Campaign) -> None:
    was = merge.record["dropped"]
    if merge.undone_at is not None:
        raise DomainError("undone_already", _("This merge is undone already."))
    if CampaignMerge.objects.filter(kept=keep, undone_at=None, pk__gt=merge.pk).exists():
        raise DomainError("later_merge", _("Another campaign was merged into this one since. Undo that merge first."))
    others = Alias.objects.filter(key=was["code"]).exclude(pk__in=merge.record["aliases"])
    if Campaign.objects.filter(code=was["code"]).exists() or others.exists():
        raise DomainError("code_taken", _("Files mean another campaign by its code by now."))
    if was["parent_id"] and not Campaign.objects.filter(pk=was["parent_id"], parent=None).exists():
        raise DomainError("programme_gone", _("The programme above it is none any more."))


def _before(keep: Campaign, record: dict[str, Any]) -> dict[str, Any]:
    """Each field that the merge changed and nobody since, as it was before."""
    now, after, before = moving.image(keep), record["after"], record["kept"]
    was = moving.from_image(Campaign, before)
    fields = [field for field in Campaign._meta.concrete_fields if field.attname not in UNTOUCHED]
    changed = [one for one in fields if now[one.attname] == after.get(one.attname) != before.get(one.attname)]
    return {field.name: getattr(was, field.name) for field in changed}
