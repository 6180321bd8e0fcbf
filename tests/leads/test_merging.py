"""Two leads that are one person become one, and two again when it is undone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from alignment.invariants import broken
from common import moving
from common.errors import DomainError
from feedback.models import Outcome, Reason, Response, Verdict
from feedback.outcomes import record_outcome
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from leads.clock import State, state
from leads.editing import edit_lead
from leads.intake import take_in
from leads.merging import merge
from leads.models import Duplicate, Event, Handoff, Lead, LeadAlias, Merge, Touch
from leads.models.finding import LeadWords
from leads.overriding import override_grade
from leads.tagging import tag
from leads.unmerging import undo_merge
from tests.cast import Cast, handoff, lead, row

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
# What is graded again, counted on, or told: everything else comes back as it was.
REGRADED = {"grade", "fit", "engagement", "graded_at", "graded_by_id", "version"}


def two(now: datetime) -> tuple[Lead, Lead]:
    keep = lead("ann@x.test", now, phone="1", note="first")
    drop = lead("ann@y.test", now + timedelta(hours=1), "C", phone="2", website="y.test", source="fair")
    return keep, drop


def test_touches_handoffs_and_the_story_move_and_one_line_tells_it(cast: Cast, now: datetime) -> None:
    keep, waiting = lead("ann@x.test", now), handoff("ann@y.test", now, cast.rep)
    respond(waiting, by=cast.rep, kind="call", at=now)
    told = Event.objects.filter(lead__in=[keep, waiting.lead]).count()
    made = merge(keep, waiting.lead, by=cast.marketer, at=now)
    keep.refresh_from_db()
    assert (keep.touches.count(), keep.handoffs.get().pk) == (2, waiting.pk)
    assert (keep.stage, keep.owner, keep.best_grade) == ("handed_off", cast.rep, "A")
    assert Response.objects.get().handoff.lead == keep
    lines = keep.events.exclude(kind="graded")
    assert lines.filter(kind="merged", by=cast.marketer, at=now).count() == 1
    assert lines.filter(kind="captured").count() == 1
    assert keep.events.exclude(kind__in=["merged", "graded"]).count() + 2 >= told
    assert (Lead.objects.count(), made.dropped) == (1, waiting.lead_id)
    assert not broken()


def test_empty_fields_are_filled_and_others_chosen(cast: Cast, now: datetime) -> None:
    keep, drop = two(now)
    merge(keep, drop, {"phone": "dropped", "source": "kept"}, by=cast.marketer, at=now)
    keep.refresh_from_db()
    assert (keep.phone, keep.note, keep.website, keep.source) == ("2", "first", "y.test", "")
    assert keep.email == "ann@x.test"


def test_who_comes_by_an_old_key_finds_the_kept_lead(cast: Cast, now: datetime) -> None:
    keep, drop = two(now)
    Lead.objects.filter(pk=drop.pk).update(external_id="Y-1")
    Lead.objects.filter(pk=keep.pk).update(external_id="X-1")
    merge(keep, drop, {"email": "dropped"}, by=cast.marketer, at=now)
    found = take_in([row("ann@x.test", now), row("ann@y.test", now), row(None, now, external_id="X-1")], at=now)
    assert {one.lead_id for one in found} == {keep.pk}
    assert set(LeadAlias.objects.values_list("kind", "value")) == {("email", "ann@x.test"), ("external_id", "Y-1")}
    [clash] = take_in([row("new@x.test", now, external_id="Y-1")], at=now)
    assert clash.result == "refused"
    assert not broken()


def test_of_two_open_handoffs_the_earlier_goes_on(cast: Cast, now: datetime) -> None:
    early = handoff("ann@x.test", now - timedelta(days=2), cast.rep)
    late = handoff("ann@y.test", now, cast.other_rep)
    merge(late.lead, early.lead, by=cast.sales_manager, at=now)
    kept = Lead.objects.get()
    assert kept.handoffs.open().get().pk == early.pk
    assert (kept.owner, kept.stage) == (cast.rep, "handed_off")
    late.refresh_from_db()
    assert (late.released_why, state(late, now)) == ("merged", State.RELEASED)
    assert not broken()


def test_a_breach_is_not_forgiven_by_merging(cast: Cast, now: datetime) -> None:
    won = handoff("ann@x.test", now - timedelta(days=30), cast.rep)
    record_outcome(won.lead, by=cast.rep, kind="won", at=now - timedelta(days=20))
    late = handoff("ann@y.test", now - timedelta(days=20), cast.rep)
    merge(won.lead, late.lead, by=cast.sales_manager, at=now)
    late.refresh_from_db()
    assert (late.lead.stage, late.closed_at, state(late, now)) == ("won", now, State.BREACHED)
    assert not broken()


def test_a_touch_after_the_end_opens_the_merged_lead_and_hands_it_off(cast: Cast, now: datetime) -> None:
    old = handoff("ann@x.test", now - timedelta(days=3), cast.rep)
    why = Reason.objects.filter(group=Reason.Group.WRONG_TARGET, needs_note=False)[0]
    give_verdict(old, Judgement(verdict="rejected", reason=why), by=cast.rep, at=now - timedelta(days=2))
    fresh = lead("ann@y.test", now, "D")
    merge(old.lead, fresh, by=cast.marketer, at=now)
    kept = Lead.objects.get()
    assert (kept.stage, kept.handoffs.count()) == ("handed_off", 2)
    undone = undo_merge(Merge.objects.get(), by=cast.marketer, at=now + timedelta(hours=1))
    kept.refresh_from_db()
    assert (undone.email, kept.stage, kept.handoffs.open().count()) == ("ann@y.test", "rejected", 0)
    assert not broken()


def test_dismissed_pairs_are_carried_over(cast: Cast, now: datetime) -> None:
    keep, drop = two(now)
    other = lead("tom@z.test", now)
    Duplicate.objects.create(
        first=drop, second=other, evidence=[], score=1, state="dismissed", decided_at=now, found_at=now
    )
    merge(keep, drop, by=cast.marketer, at=now)
    assert Duplicate.objects.values_list("first", "second", "state").get() == (keep.pk, other.pk, "dismissed")


@pytest.mark.parametrize("who", ["rep", "mate", "other_rep"])
def test_reps_do_not_merge(cast: Cast, now: datetime, who: str) -> None:
    refuses(lambda: merge(*two(now), by=cast.everybody[who], at=now), "not_yours")
    assert Lead.objects.count() == 2


def test_a_lead_is_not_merged_with_itself_or_with_nobody(cast: Cast, now: datetime) -> None:
    keep, drop = two(now)
    refuses(lambda: merge(keep, keep, by=cast.marketer, at=now), "same_lead")
    refuses(lambda: merge(keep, drop, {"phone": "both"}, by=cast.marketer, at=now), "unknown_choice")
    refuses(lambda: merge(keep, drop, {"grade": "kept"}, by=cast.marketer, at=now), "unknown_choice")
    merge(keep, drop, by=cast.marketer, at=now)
    refuses(lambda: merge(keep, drop, by=cast.marketer, at=now), "gone")
    assert Event.objects.filter(kind="merged").count() == 1


def refuses(act: Callable[[], Any], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        act()
    assert refused.value.code == code


# --- undo -----------------------------------------------------------------------------------------


def test_undo_is_refused_once_somebody_worked_on_the_lead(cast: Cast, now: datetime) -> None:
    made = merge(lead("ann@x.test", now), handoff("ann@y.test", now, cast.rep).lead, by=cast.marketer, at=now)
    respond(Handoff.objects.get(), by=cast.rep, kind="call", at=now)
    refuses(lambda: undo_merge(made, by=cast.marketer, at=now), "worked_on")
    assert (Lead.objects.count(), Merge.objects.get().undone_at) == (1, None)


def test_merges_are_undone_in_turn_and_once(cast: Cast, now: datetime) -> None:
    keep, drop = two(now)
    last = lead("ann@z.test", now)
    first = merge(drop, last, by=cast.marketer, at=now)
    second = merge(keep, drop, by=cast.marketer, at=now)
    assert set(keep.merges.values_list("dropped", flat=True)) == {drop.pk, last.pk}
    refuses(lambda: undo_merge(first, by=cast.marketer, at=now), "later_merge")
    undo_merge(second, by=cast.marketer, at=now)
    refuses(lambda: undo_merge(second, by=cast.marketer, at=now), "undone_already")
    refuses(lambda: undo_merge(first, by=cast.rep, at=now), "not_yours")
    undo_merge(first, by=cast.marketer, at=now)
    assert set(Lead.objects.values_list("email", flat=True)) == {"ann@x.test", "ann@y.test", "ann@z.test"}
    assert not LeadAlias.objects.exists()
    assert not broken()


def test_a_touch_since_the_merge_stays_with_the_kept_lead(cast: Cast, now: datetime) -> None:
    keep, drop = lead("ann@x.test", now), lead("ann@y.test", now)
    made = merge(keep, drop, by=cast.marketer, at=now)
    take_in([row("ann@y.test", now + timedelta(hours=3))], at=now + timedelta(hours=3))
    undo_merge(made, by=cast.marketer, at=now + timedelta(hours=4))
    assert (keep.touches.count(), drop.touches.count()) == (2, 1)


def test_what_was_edited_since_stays_with_the_kept_lead(cast: Cast, now: datetime) -> None:
    keep, drop = two(now)
    Lead.objects.filter(pk=keep.pk).update(facts={"size": "S"}, tags=["fair"])
    Lead.objects.filter(pk=drop.pk).update(facts={"need": "parts", "budget": "9"}, tags=["vip", "gold"])
    made = merge(keep, drop, {"phone": "dropped"}, by=cast.marketer, at=now)
    keep.refresh_from_db()
    assert (keep.tags, keep.facts) == (["fair", "vip", "gold"], {"size": "S", "need": "parts", "budget": "9"})
    later = {"job_title": "Buyer", "website": "z.test", "facts": {"need": "service", "colour": "red"}}
    edit_lead(keep, later, version=keep.version, by=cast.marketer, at=now)
    tag(Lead.objects.filter(pk=keep.pk), word="later", by=cast.marketer, at=now)
    undo_merge(made, by=cast.marketer, at=now)
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert (keep.job_title, keep.website, keep.phone, keep.source) == ("Buyer", "z.test", "1", "")
    assert (keep.facts, keep.tags) == ({"size": "S", "need": "service", "colour": "red"}, ["fair", "later"])
    assert (drop.phone, drop.facts, drop.tags) == ("2", {"need": "parts", "budget": "9"}, ["vip", "gold"])
    assert not broken()


def test_the_undo_leaves_one_line(cast: Cast, now: datetime) -> None:
    keep, drop = two(now)
    undo_merge(merge(keep, drop, by=cast.marketer, at=now), by=cast.marketer, at=now)
    assert list(keep.events.filter(kind__startswith="merge").order_by("pk").values_list("kind", flat=True)) == [
        "merged", "merge_undone",
    ]  # fmt: skip
    assert not drop.events.filter(kind__startswith="merge").exists()


def test_a_set_grade_holds_again_after_the_undo(cast: Cast, now: datetime) -> None:
    keep, drop = two(now)
    override_grade(keep, grade="B", reason="I know her", by=cast.marketer, at=now)
    undo_merge(merge(keep, drop, by=cast.marketer, at=now), by=cast.marketer, at=now)
    keep.refresh_from_db()
    assert (keep.grade, keep.overrides.get().ended_at) == ("B", None)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["touch", "quote", "respond", "accepted", "nurture", "rejected", "opportunity", "won", "lost"]),
        st.integers(0, 200),
    ),
    max_size=5,
)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ours=ACTS, theirs=ACTS, grades=st.tuples(*[st.sampled_from("ABCD")] * 2), swap=st.booleans())
def test_merge_and_undo_bring_back_every_row(
    cast: Cast, now: datetime, ours: list[Any], theirs: list[Any], grades: tuple[str, str], swap: bool
) -> None:
    start = now - timedelta(days=20)
    try:
        one, other = (lead(f"{n}@x.test", start, grade) for n, grade in enumerate(grades))
        for lead_, acts in ((one, ours), (other, theirs)):
            for act, hours in acts:
                live(lead_, act, start + timedelta(hours=hours), cast)
        pair = [other, one] if swap else [one, other]
        before = picture(pair)
        made = merge(pair[0], pair[1], by=cast.marketer, at=now)
        assert not broken()
        assert not Touch.objects.exclude(lead=pair[0]).exists()
        undo_merge(made, by=cast.marketer, at=now)
        after = picture(pair)
        assert {name: [r for r in after[name] if r["id"] in ids(rows)] for name, rows in before.items()} == before
        assert not broken()
    finally:
        Merge.objects.all().delete()
        Lead.objects.all().delete()


def live(lead_: Lead, act: str, at: datetime, cast: Cast) -> None:
    """One thing that happens to a lead, where it may."""
    waiting = lead_.handoffs.open().first()
    if act in ("touch", "quote"):
        take_in([row(lead_.email, at, kind="quote" if act == "quote" else "form", campaign="fair")], at=at)
        return
    try:
        if act in Outcome.Kind.values:
            reason = Reason.objects.filter(group=Reason.Group.LOST)[0] if act == "lost" else None
            record_outcome(lead_, by=cast.sales_manager, kind=act, at=at, reason=reason)
        elif waiting and act == "respond":
            respond(waiting, by=cast.sales_manager, kind="call", at=at)
        elif waiting:
            why = Reason.objects.filter(group=Reason.Group.TIMING, needs_note=False)[0]
            judged = Judgement(
                verdict=act,
                reason=None if act == "accepted" else why,
                wake_up_on=date(2999, 1, 1) if act == "nurture" else None,
            )
            give_verdict(waiting, judged, by=cast.sales_manager, at=at)
    except (DomainError, ObjectDoesNotExist):
        pass  # it may not happen here: the next act comes


def picture(pair: list[Lead]) -> dict[str, list[dict[str, Any]]]:
    """Every row of both leads, in all rooms, as it is."""
    found = {
        moving.name_of(relation): [
            moving.image(one)
            for one in relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pair}).order_by(
                "pk"
            )
        ]
        for relation in moving.relations(Lead)
        if relation.related_model not in (Merge, Duplicate, LeadWords)
    }
    found |= {
        model._meta.label: [moving.image(one) for one in model.objects.filter(handoff__lead__in=pair).order_by("pk")]
        for model in (Response, Verdict)
    }
    found["lead"] = [
        {k: v for k, v in moving.image(one).items() if k not in REGRADED}
        for one in Lead.objects.filter(pk__in=[p.pk for p in pair]).order_by("pk")
    ]
    return found


def ids(rows: list[dict[str, Any]]) -> set[Any]:
    return {one["id"] for one in rows}


# --- what the merge must know ----------------------------------------------------------------------


def test_every_relation_to_a_lead_is_known_to_move() -> None:
    """A new one moves by itself, unless its rows are derived: look at `common/moving.py`, then name it here."""
    assert sorted(moving.name_of(relation) for relation in moving.relations(Lead)) == [
        "feedback.Outcome.lead",
        "leads.Duplicate.first",
        "leads.Duplicate.second",
        "leads.ErasedKey.lead",
        "leads.Event.lead",
        "leads.GradeOverride.lead",
        "leads.Handoff.lead",
        "leads.LeadAlias.lead",
        "leads.LeadWords.lead",
        "leads.Merge.kept",
        "leads.Submission.lead",
        "leads.Touch.lead",
    ]
