"""Two leads that are one person become one. `leads/unmerging.py` takes it back.

`docs/duplicates.md` says the rules in words. The lead that goes is deleted and kept whole in the
record of the merge: no list and no figure has to know about leads that are none any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from common import moving
from common.errors import DomainError
from leads import clock, duplicates, grading, handoffs
from leads.access import check_may_merge
from leads.deadlines import Deadlines
from leads.models import Duplicate, Event, GradeOverride, Handoff, Lead, LeadAlias, Merge

# What can be chosen from either lead, and the fields that go together.
CHOICES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "name": (__("Name"), ("first_name", "last_name", "name")),
    "email": (__("E-mail"), ("email",)),
    "job_title": (__("Job title"), ("job_title",)),
    "phone": (__("Phone"), ("phone", "phone_e164")),
    "organisation": (__("Organisation"), ("organisation_id",)),
    "website": (__("Website"), ("website",)),
    "employees": (__("Employees"), ("employees",)),
    "industry": (__("Industry"), ("industry",)),
    "country": (__("Country"), ("country",)),
    "external_id": (__("External id"), ("external_id",)),
    "source": (__("Source"), ("source",)),
    "campaign": (__("First campaign"), ("campaign_id",)),
    "consent": (__("Consent"), ("consent",)),
    "note": (__("Note"), ("note",)),
}
KEPT, DROPPED = "kept", "dropped"
_WISH = ("do_not_contact", "do_not_contact_at", "do_not_contact_by_id", "do_not_contact_why")
# Pairs are found again, and triggers write the words that search looks into.
_NOT_MOVED = ("leads.Duplicate.first", "leads.Duplicate.second", "leads.LeadWords.lead")


@dataclass(frozen=True)
class Standing:
    """Where a lead stands with sales."""

    lead: Lead
    handoffs: list[Handoff]
    latest_touch: datetime | None

    @property
    def open(self) -> Handoff | None:
        return next((h for h in self.handoffs if h.closed_at is None), None)


@transaction.atomic
def merge(
    keep: Lead,
    drop: Lead,
    choices: Mapping[str, str] | None = None,
    *,
    versions: Mapping[int, int] | None = None,
    by: User,
    at: datetime,
) -> Merge:
    """Merge `drop` into `keep`. `choices` names fields (the keys of CHOICES) and whether the value is
    that of the `kept` or of the `dropped` lead; else it is the kept one's, or the other's where that is empty.

    Touches, handoffs with their answers, outcomes and the timeline move; the keys of `drop` go on
    finding the lead. `versions` by id are those of the leads that the person looked at.
    Raises DomainError: not_yours, same_lead, gone, erased, stale, unknown_choice.
    """
    check_may_merge(by)
    keep, drop = _locked(keep, drop)
    if any(one.version != (versions or {}).get(one.pk, one.version) for one in (keep, drop)):
        raise DomainError("stale", _("Somebody changed one of the two since you opened them. Nothing is merged yet."))
    chosen = _chosen(keep, drop, choices or {})
    record: dict[str, Any] = {"kept": moving.image(keep), "dropped": moving.image(drop)}
    leader, follower = _by_standing(keep, drop)
    record["overrides"] = list(
        GradeOverride.objects.filter(lead__in=[keep, drop], ended_at=None).values_list("pk", flat=True)
    )
    record["closed"] = _close_second(leader, follower, at=at)
    record["relabelled"] = _captured_once(keep, drop)
    _move_rows(record, keep, drop)
    # Not delete(): everything that stood on the lead has moved, and nothing may go with it.
    gone = Lead.objects.filter(pk=drop.pk)
    gone._raw_delete(gone.db)
    values = chosen | _together(keep, drop) | _stage(leader, follower)
    Lead.objects.filter(pk=keep.pk).update(**values, version=keep.version + 1)
    keep.refresh_from_db()
    record["aliases"] = _keep_keys(keep, record)
    told = {"lead": drop.pk, "name": drop.display_name, "closed": [one["id"] for one in record["closed"]]}
    Event.objects.create(lead=keep, kind="merged", at=at, by=by, data=told)
    handed_off = set(keep.handoffs.values_list("pk", flat=True))
    regrade(Lead.objects.filter(pk=keep.pk), at=at, by=by)
    record["handed_off"] = sorted(set(keep.handoffs.values_list("pk", flat=True)) - handed_off)
    _remember_after(record, keep)
    made = Merge.objects.create(kept=keep, dropped=drop.pk, at=at, by=by, record=record)
    duplicates.propose_for([keep.pk], at=at)
    return made


def _locked(keep: Lead, drop: Lead) -> tuple[Lead, Lead]:
    if keep.pk == drop.pk:
        raise DomainError("same_lead", _("Choose two different leads."))
    # Not the weaker lock: rows that come in for the lead that goes must wait, and then find the other.
    locked = {x.pk: x for x in Lead.objects.filter(pk__in=[keep.pk, drop.pk]).order_by("pk").select_for_update()}
    if len(locked) < 2:
        raise DomainError("gone", _("One of the two leads is gone. It may have been merged a moment ago."))
    if any(lead.erased_at for lead in locked.values()):
        raise DomainError("erased", _("A person who was erased can’t be merged."))
    return locked[keep.pk], locked[drop.pk]


def _chosen(keep: Lead, drop: Lead, choices: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, (_label, fields) in CHOICES.items():
        choice = choices.get(key) or (KEPT if getattr(keep, fields[-1]) or getattr(keep, fields[0]) else DROPPED)
        if choice not in (KEPT, DROPPED):
            raise DomainError("unknown_choice", _("Choose which of the two values stays."), {key: _("Choose one.")})
        values |= {name: getattr(keep if choice == KEPT else drop, name) for name in fields}
    if unknown := set(choices) - CHOICES.keys():
        raise DomainError("unknown_choice", _("There is no field %(name)s.") % {"name": min(unknown)})
    return values


def _together(keep: Lead, drop: Lead) -> dict[str, Any]:
    """What follows from both, without a choice."""
    grades = [grade for grade in (keep.best_grade, drop.best_grade) if grade]
    wish = drop if drop.do_not_contact and not keep.do_not_contact else keep
    return {
        "captured_at": min(keep.captured_at, drop.captured_at),
        "facts": {**drop.facts, **keep.facts},
        "tags": list(dict.fromkeys([*keep.tags, *drop.tags])),
        # Letters sort with quality: the better grade is the smaller letter.
        "best_grade": min(grades, default=""),
        "kept_out": keep.kept_out if drop.kept_out else "",
        **{name: getattr(wish, name) for name in _WISH},
    }


# --- where the one lead stands with sales ---------------------------------------------------------


def _by_standing(keep: Lead, drop: Lead) -> tuple[Standing, Standing]:
    """Who tells where the one lead stands: who has gone further, waits, or was with sales last."""
    both = sorted((_standing(keep), _standing(drop)), key=_rank)
    return both[0], both[1]


def _standing(lead: Lead) -> Standing:
    own = list(lead.handoffs.order_by("pk").select_for_update(of=("self",)))
    return Standing(lead, own, lead.touches.aggregate(latest=Max("at"))["latest"])


def _rank(one: Standing) -> tuple[Any, ...]:
    stage = one.lead.stage
    ended = (Lead.Stage.WON, Lead.Stage.OPPORTUNITY)
    since = one.open.at.timestamp() if one.open else 0.0
    last = max((h.pk for h in one.handoffs), default=0)
    return (
        ended.index(stage) if stage in ended else len(ended),
        one.open is None,
        since,
        -last,
        stage == Lead.Stage.NEW,
    )


def _close_second(leader: Standing, follower: Standing, *, at: datetime) -> list[dict[str, Any]]:
    """One person waits once: of two open handoffs the earlier goes on with its clock, and whoever is
    an opportunity waits for nothing. A breach stays a breach."""
    second = follower.open
    if second is None or not (leader.open or leader.lead.stage in (Lead.Stage.OPPORTUNITY, Lead.Stage.WON)):
        return []
    before = moving.image(second)
    in_time = clock.state(second, at) in (clock.State.PENDING, clock.State.AT_RISK)
    second.closed_at, second.released_why = at, Handoff.Released.MERGED
    second.released_at = at if in_time else None
    second.save(update_fields=["closed_at", "released_at", "released_why"])
    return [before]


def _stage(leader: Standing, follower: Standing) -> dict[str, Any]:
    lead = leader.lead
    stage, wakes = lead.stage, lead.wake_up_on
    closed = max((h.closed_at for h in leader.handoffs if h.closed_at), default=None)
    # As the intake does: a touch after the end opens a closed lead again.
    touched_since = follower.latest_touch and (closed is None or follower.latest_touch > closed)
    if stage in Lead.CLOSED_STAGES and follower.lead.stage == Lead.Stage.NEW and touched_since:
        stage, wakes = Lead.Stage.NEW, None
    return {"stage": stage, "wake_up_on": wakes, "owner_id": lead.owner_id or follower.lead.owner_id}


# --- rows and keys ----------------------------------------------------------------------------------


def _captured_once(keep: Lead, drop: Lead) -> list[int]:
    """A person is captured once: the later of the two lines becomes a touch. The ids of such lines."""
    both = Event.objects.filter(lead__in=[keep, drop], kind="captured").order_by("at", "pk")
    later = list(both.values_list("pk", flat=True)[1:])
    Event.objects.filter(pk__in=later).update(kind="touched")
    return later


def _move_rows(record: dict[str, Any], keep: Lead, drop: Lead) -> None:
    record["moved"], record["taken_out"] = {}, {}
    for relation in moving.relations(Lead):
        name = moving.name_of(relation)
        if name not in _NOT_MOVED:
            record["moved"][name], record["taken_out"][name] = moving.move(relation, source=drop, target=keep)
    pairs = Duplicate.objects.of(drop)
    dismissed = list(pairs.filter(state=Duplicate.State.DISMISSED).exclude(first=keep).exclude(second=keep))
    record["taken_out"][_NOT_MOVED[0]] = [moving.image(pair) for pair in pairs]
    pairs.delete()
    record["carried"] = [pair for one in dismissed if (pair := _carry_over(one, keep, drop))]


def _carry_over(pair: Duplicate, keep: Lead, drop: Lead) -> int | None:
    """Who is not the one is not the other either; the id of the pair where it is a new one."""
    other = pair.first_id if pair.second_id == drop.pk else pair.second_id
    first, second = sorted((keep.pk, other))
    facts = {"evidence": pair.evidence, "score": pair.score, "found_at": pair.found_at, "state": pair.state}
    decided = {"decided_at": pair.decided_at, "decided_by": pair.decided_by}
    made, fresh = Duplicate.objects.get_or_create(first_id=first, second_id=second, defaults=facts | decided)
    return made.pk if fresh else None


def _keep_keys(keep: Lead, record: dict[str, Any]) -> list[int]:
    """Each key of the two that the lead no longer has by itself goes on finding it; the ids of the aliases."""
    made = []
    for kind in LeadAlias.Kind.values:
        for was in (record["kept"], record["dropped"]):
            if was[kind] and was[kind] != getattr(keep, kind):
                value = was[kind].lower() if kind == LeadAlias.Kind.EMAIL else was[kind]
                made.append(LeadAlias.objects.create(lead=keep, kind=kind, value=value).pk)
    return made


def regrade(leads: QuerySet[Lead], *, at: datetime, by: User | None = None, hand_off: bool = True) -> None:
    """Grade by the touches that the lead has now. Who fell below B stays with sales until the next sweep
    or re-grade, so that the undo of a merge finds the handoff as it was."""
    before = Deadlines().history_before(at)
    for lead in leads.annotate(latest=Max("touches__at")):
        history = lead.latest is not None and lead.latest < before
        one = Lead.objects.filter(pk=lead.pk)
        grading.grade(one, at=at, as_of=None if history else at)
        if hand_off:
            handoffs.hand_off_ready(one, at=at, by=by, history=history)


def _remember_after(record: dict[str, Any], keep: Lead) -> None:
    """How the lead stood when the merge was done: what is different later is somebody's work."""
    keep.refresh_from_db()
    record["after"] = moving.image(keep)
    record["handoffs"] = [moving.image(one) for one in keep.handoffs.order_by("pk")]
    record["last_event"] = keep.events.order_by("-pk").values_list("pk", flat=True)[0]
