"""Every invariant holds for what the verbs do, and is named when it is broken on purpose."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from alignment.invariants import INVARIANTS, broken
from campaigns.models import Campaign
from feedback.models import Outcome, Reason, Response, Verdict
from feedback.outcomes import record_outcome
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from imports.models import Import, ImportRow
from leads.intake import take_in
from leads.merging import merge
from leads.models import CaptureAddress, Event, Handoff, Lead, LeadAlias, Merge, Submission, Touch
from leads.releasing import release_fallen
from leads.sweeping import sweep
from notices import outbox
from notices.models import Delivery, Notification, WebhookEndpoint
from reviews.models import FrozenLead, SignOff
from tests.cast import Cast, handoff, lead, row
from tests.reviews.signed import signed, unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def worked(cast: Cast, now: datetime, tmp_path: Path) -> None:
    """Leads in every stage, clocks on every level, and imported history: all by the verbs."""
    at = now - timedelta(days=60)
    soon = at + timedelta(hours=2)
    why = Reason.objects.filter(group=Reason.Group.TIMING, needs_note=False)[0]
    lost = Reason.objects.filter(group=Reason.Group.LOST)[0]
    answers = {
        "accepted": Judgement(verdict="accepted"),
        "nurture": Judgement(verdict="nurture", reason=why, wake_up_on=date(2999, 1, 1)),
        "rejected": Judgement(verdict="rejected", reason=why),
    }
    lead("new@new.test", at)
    handoff("late@late.test", at, cast.rep)
    for name, judgement in answers.items():
        made = handoff(f"{name}@{name}.test", at, cast.rep)
        respond(made, by=cast.rep, kind="call", at=soon)
        respond(made, by=cast.rep, kind="email", at=soon - timedelta(hours=1))
        give_verdict(made, judgement, by=cast.rep, at=soon)
    for kind in Outcome.Kind.values:
        made = handoff(f"{kind}@{kind}.test", at, cast.rep)
        record_outcome(made.lead, by=cast.rep, kind=kind, at=soon, reason=lost if kind == "lost" else None)
    handoff("soon@soon.test", at + timedelta(days=4), cast.rep)
    sweep(now=handoff("risk@risk.test", at, cast.rep).risk_at or at)
    sweep(now=at + timedelta(days=30))
    handoff("waiting@waiting.test", now, cast.rep)
    take_in([row("rejected@rejected.test", now, "A")], at=now)
    fallen = handoff("spam@spam.test", now, cast.rep)
    Lead.objects.filter(pk=fallen.lead_id).update(kept_out="spam")
    release_fallen(Handoff.objects.filter(pk=fallen.pk), at=now)
    merge(lead("twin@one.test", at), lead("twin@two.test", at), by=cast.marketer, at=now)
    load_history(tmp_path)
    # All this was told months ago, and nobody delivered it.
    outbox.give_up_old(now=timezone.now())


def load_history(folder: Path) -> None:
    files = {
        "leads": "email,captured_at,job_title,employees,industry,country,kind\n"
        "old@old.test,2020-01-05T10:00Z,Head of procurement,640,Machinery,Germany,quote\n"
        "none,2020-01-05T10:00Z,,,,,\n",
        "outcomes": "email,responded_by,won_at\nold@old.test,Somebody Old,2020-02-05T10:00Z\n",
    }
    for kind, text in files.items():
        file = folder / f"{kind}.csv"
        file.write_text(text)
        call_command("import_file", kind, str(file), stdout=StringIO())


def without(constraint: str, table: str) -> None:
    """Take a guard of the database away, as a careless migration would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
        cursor.execute(f"DROP INDEX IF EXISTS {constraint}")


def twice(row: Event | Handoff | Lead | Touch | Notification) -> None:
    row.pk = None
    row.save(force_insert=True)


def an_event(kind: str) -> Event:
    return Event.objects.filter(kind=kind)[0]


def doubled_address() -> None:
    without("lead_one_per_address", "leads_lead")
    Lead.objects.filter(email="new@new.test").update(email="Accepted@accepted.test")


def doubled_external_id() -> None:
    without("lead_one_per_external_id", "leads_lead")
    Lead.objects.filter(stage="won").update(external_id="x-1")
    Lead.objects.filter(stage="new").update(external_id="x-1")


def doubled_touch() -> None:
    without("touch_told_once", "leads_touch")
    twice(Touch.objects.all()[0])


def two_open_handoffs() -> None:
    without("handoff_one_open_per_lead", "leads_handoff")
    twice(Handoff.objects.open()[0])


def doubled_notice() -> None:
    without("notice_told_once", "notices_notification")
    twice(Notification.objects.all()[0])


def nurture_for_ever() -> None:
    without("verdict_nurture_has_a_date", "feedback_verdict")
    Verdict.objects.filter(verdict="nurture").update(wake_up_on=None)


def an_event_overtakes() -> None:
    hook = WebhookEndpoint.objects.create(
        name="CRM", url="https://x.test/", kinds=["lead.won"], added_at=timezone.now()
    )
    of_a_lead = {"endpoint": hook, "subject": "lead:1", "kind": "lead.won", "at": timezone.now()}
    for version, how in ((1, {}), (2, {"state": "sent", "sent_at": timezone.now()})):
        Delivery.objects.create(key=str(version), version=version, next_at=timezone.now(), **of_a_lead, **how)


def rows_lost() -> None:
    without("import_rows_add_up", "imports_import")
    Import.objects.update(rows=F("rows") + 1)


def standing_still() -> None:
    facts = {"state": "running", "finished_at": None, "progressed_at": timezone.now() - timedelta(hours=1)}
    Import.objects.filter(kind="leads").update(**facts)


def undone_in_name_only() -> None:
    Import.objects.filter(kind="leads").update(state="undone", undone_at=timezone.now())


def closed_silently() -> None:
    Handoff.objects.filter(pk=Handoff.objects.open()[0].pk).update(closed_at=F("at"))


def released_but_open() -> None:
    Handoff.objects.filter(released_why="kept_out").update(closed_at=None)


def unflagged(field: str) -> Callable[[], object]:
    return lambda: Handoff.objects.exclude(**{field: None}).update(**{field: None})


def stage(old: str, new: str) -> Callable[[], object]:
    return lambda: Lead.objects.filter(stage=old).update(stage=new, wake_up_on=date(2999, 1, 1))


def dropped(kind: str) -> Callable[[], object]:
    return lambda: an_event(kind).delete()


def doubled(kind: str) -> Callable[[], object]:
    return lambda: twice(an_event(kind))


def alias_of_a_living_key() -> None:
    LeadAlias.objects.create(lead=Lead.objects.filter(stage="won")[0], kind="email", value="new@new.test")


def merged_but_there() -> None:
    one, other = Lead.objects.all()[:2]
    Merge.objects.filter(undone_at=None).update(kept=one, dropped=other.pk)


def merged_into_one_that_was_merged() -> None:
    twin = Merge.objects.get()
    one = Lead.objects.exclude(pk=twin.kept_id)[0]
    Merge.objects.create(kept=one, dropped=twin.kept_id, at=twin.at, record={})


LONG_AGO = timezone.now() - timedelta(days=4)


def a_delivery(**facts: object) -> Callable[[], object]:
    """One that no verb would leave so."""

    def break_it() -> None:
        for guard in ("delivery_sent_at_a_moment", "delivery_given_up_for_a_reason"):
            without(guard, "notices_delivery")
        one = Delivery.objects.all()[0]
        young = {"at": timezone.now(), "state": "waiting", "sent_at": None, "last_error": ""}
        Delivery.objects.filter(pk=one.pk).update(**young | facts)

    return break_it


def of_a_signed_quarter(change: Callable[[], object]) -> Callable[[], None]:
    """Changed by somebody who took the guards of the tables away."""

    def act() -> None:
        signed(
            Cast(
                **{
                    name: User.objects.get(email=f"{name.replace('_', '.')}@alignment.test")
                    for name in Cast.__annotations__
                }
            )
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        unguarded(change)

    return act


def post_left_lying() -> None:
    """Accepted long ago, and no worker has ever looked at it."""
    door = CaptureAddress.objects.create(campaign=Campaign.objects.create(code="x", name="X"), kind="form", name="X")
    Submission.objects.create(address=door, at=LONG_AGO, next_at=LONG_AGO, digest="")


BREAKS: list[tuple[str, Callable[[], object]]] = [
    ("captured_or_told_why", post_left_lying),
    ("address_once", doubled_address),
    ("external_id_once", doubled_external_id),
    ("captured", dropped("captured")),
    ("captured_once", doubled("captured")),
    ("touch", lambda: Touch.objects.all()[0].delete()),
    ("touch_once", doubled_touch),
    ("best_grade", lambda: Lead.objects.filter(grade="A").update(best_grade="B")),
    ("best_grade", lambda: Lead.objects.filter(grade="D").update(best_grade="")),
    ("import_is_there", lambda: Touch.objects.update(run_id=4711)),
    ("definition_is_there", lambda: Lead.objects.update(graded_by_id=4711)),
    ("owner_was_handed_it", lambda: Handoff.objects.exclude(rep=None).update(rep=None)),
    ("one_open_handoff", two_open_handoffs),
    ("handoff_told_once", dropped("handed_off")),
    ("handoff_told_once", doubled("handed_off")),
    ("history_told_once", dropped("handoff_not_recorded")),
    ("closed_for_a_reason", closed_silently),
    ("released_is_closed", released_but_open),
    ("release_told_once", dropped("released")),
    ("release_told_once", doubled("released")),
    ("at_risk_once", doubled("clock_at_risk")),
    ("at_risk_once", unflagged("warned_at")),
    ("flag_once", doubled("clock_breached")),
    ("flag_once", dropped("clock_breached")),
    ("flag_once", unflagged("flagged_at")),
    ("escalation_once", doubled("clock_escalated")),
    ("escalation_once", unflagged("escalated_at")),
    ("earliest_response", lambda: Response.objects.filter(kind="email").delete()),
    ("earliest_response", lambda: Response.objects.all().delete()),
    ("earliest_response", lambda: Handoff.objects.update(responded_at=None)),
    ("verdict_moment", lambda: Verdict.objects.update(at=F("at") + timedelta(seconds=1))),
    ("verdict_moment", lambda: Verdict.objects.all()[0].delete()),
    ("verdict_moment", lambda: Handoff.objects.update(verdict_at=None)),
    ("verdict_told_once", dropped("verdict_given")),
    ("verdict_told_once", doubled("verdict_given")),
    ("nurture_wakes", nurture_for_ever),
    ("outcome_told", dropped("outcome_won")),
    ("stage_open", stage("handed_off", "new")),
    ("stage_handed_off", stage("new", "handed_off")),
    ("stage_handed_off", stage("accepted", "handed_off")),
    ("stage_verdict", stage("new", "accepted")),
    ("stage_verdict", stage("accepted", "nurture")),
    ("stage_verdict", stage("nurture", "rejected")),
    ("stage_outcome", stage("accepted", "won")),
    ("stage_outcome", stage("opportunity", "lost")),
    ("stage_stays", stage("won", "new")),
    ("stage_stays", stage("won", "opportunity")),
    ("stage_stays", stage("opportunity", "accepted")),
    ("import_adds_up", rows_lost),
    ("import_ended", lambda: Import.objects.update(layout={"rows": 99})),
    ("import_moves", standing_still),
    ("import_undone", undone_in_name_only),
    ("merged_is_gone", merged_but_there),
    ("merged_once", merged_into_one_that_was_merged),
    ("old_keys", alias_of_a_living_key),
    ("merge_told", dropped("merged")),
    ("refused_kept", lambda: ImportRow.objects.all().delete()),
    ("notice_once", doubled_notice),
    ("outbox", a_delivery(at=LONG_AGO)),
    ("outbox", a_delivery(state="sent")),
    ("outbox", a_delivery(state="given_up")),
    ("events_in_order", an_event_overtakes),
    ("quarter_digest", of_a_signed_quarter(lambda: FrozenLead.objects.filter(revenue=None).update(revenue=1))),
    ("quarter_signed", of_a_signed_quarter(lambda: SignOff.objects.filter(side="sales").delete())),
    ("quarter_leads", of_a_signed_quarter(lambda: FrozenLead.objects.update(lead=F("lead") + 10**9))),
]


def test_the_verbs_break_nothing() -> None:
    assert broken() == []
    assert set(Lead.objects.values_list("stage", flat=True)) == set(Lead.Stage.values) - {"rejected"}


def test_every_invariant_is_broken_below() -> None:
    assert [name for name, _break in BREAKS if name not in {check.name for check in INVARIANTS}] == []
    assert {check.name for check in INVARIANTS} - {name for name, _break in BREAKS} == set()


def test_what_is_broken_is_named() -> None:
    unnoticed = []
    for number, (name, break_it) in enumerate(BREAKS):
        with transaction.atomic():
            break_it()
            if not any(check.offenders().count() for check in INVARIANTS if check.name == name):
                unnoticed.append((number, name))
            transaction.set_rollback(True)
    assert unnoticed == []


def told(*options: str) -> tuple[str, str]:
    out = StringIO()
    try:
        call_command("check_invariants", *options, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_the_command_says_that_all_is_well() -> None:
    assert told() == (f"{len(INVARIANTS)} checked, 0 broken.\n", "")
    assert json.loads(told("--json")[0]) == {"checked": len(INVARIANTS), "broken": []}


def test_the_command_refuses_with_the_name_the_sentence_and_the_number() -> None:
    an_event("captured").delete()
    out, refusal = told()
    assert out.startswith("captured: Every lead's story begins: it was captured. Not so for 1 row.\n")
    assert refusal == "Broken: captured."
    out, refusal = told("--json")
    assert json.loads(out)["broken"] == [
        {"name": "captured", "sentence": "Every lead's story begins: it was captured.", "offenders": 1}
    ]
    assert refusal == "Broken: captured."
