"""An adjustment is opened, changed, started, done or dropped: by whom, once, with one line each."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from common.errors import DomainError
from feedback.adjusting import change_adjustment, may_change, may_open, open_adjustment, step
from feedback.models import Adjustment, AdjustmentChange, Reason
from notices.models import Notification
from tests.cast import Cast
from tests.feedback.adjusted import adjustment, campaign, judged

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def kinds(one: Adjustment) -> list[str]:
    return list(one.changes.order_by("pk").values_list("kind", flat=True))


def refused(act: Any, *args: Any, **facts: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        act(*args, **facts)
    return error.value


def facts_of(one: Adjustment, **others: Any) -> dict[str, Any]:
    return {"title": one.title, "owner": one.owner, "due_on": one.due_on, "note": one.note} | others


def test_it_is_opened_with_the_share_of_that_moment_in_its_story(cast: Cast, now: datetime) -> None:
    judged(cast, now - 10 * DAY, "too_small", times=3)
    judged(cast, now - 10 * DAY, times=2)
    made = adjustment(cast, now, looks_back=30)
    assert (made.state, made.group, made.reason.key, made.version) == ("open", "wrong_target", "too_small", 1)
    assert made.before_from == now - 30 * DAY
    (line,) = made.changes.all()
    assert (line.kind, line.by, line.at) == ("opened", cast.marketer, now)
    assert line.data == {"said": 3, "judged": 5, "days": 30}


def test_the_group_of_a_reason_is_the_reasons_own(cast: Cast, now: datetime) -> None:
    assert adjustment(cast, now, "curious_only", group="wrong_target").group == "no_compelling_need"


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"title": " "}, "bad_value", "title"),
        ({"title": "x" * 201}, "bad_value", "title"),
        ({"due_on": datetime(2026, 9, 15).date()}, "due_past", "due_on"),
        ({"due_on": datetime(2029, 1, 1).date()}, "due_too_far", "due_on"),
        ({"looks_back": 7}, "unknown_window", "looks_back"),
        ({"note": "x" * 2001}, "bad_value", "note"),
        ({"group": "weather", "reason": None}, "unknown_group", "about"),
    ],
)
def test_what_can_not_be_is_refused_and_leaves_nothing(
    cast: Cast, now: datetime, facts: dict[str, Any], code: str, field: str
) -> None:
    told = {"group": "wrong_target", "reason": Reason.objects.get(key="too_small"), "title": "Ask", "note": ""}
    told |= {"owner": cast.rep, "due_on": now.date(), "by": cast.marketer, "at": now}
    error = refused(open_adjustment, campaign(), **told | facts)
    assert error.code == code
    assert field in error.fields
    assert not Adjustment.objects.exists()
    assert not Notification.objects.exists()


def test_who_left_owns_nothing(cast: Cast, now: datetime) -> None:
    cast.mate.is_active = False
    cast.mate.save()
    assert refused(adjustment, cast, now, owner=cast.mate).code == "wrong_owner"


def test_marketing_and_managers_open_and_a_rep_does_not(cast: Cast, now: datetime) -> None:
    may = {role for role, user in cast.everybody.items() if may_open(user)}
    assert may == {"marketer", "marketing_manager", "sales_manager", "admin"}
    assert refused(adjustment, cast, now, by=cast.rep).code == "not_yours"


def test_the_owner_the_managers_and_admins_change_it(cast: Cast, now: datetime) -> None:
    made = adjustment(cast, now, owner=cast.rep)
    may = {role for role, user in cast.everybody.items() if may_change(user, made)}
    assert may == {"rep", "marketing_manager", "sales_manager", "admin"}
    assert refused(step, made, "started", version=1, by=cast.marketer, at=now).code == "not_yours"
    assert refused(change_adjustment, made, facts_of(made), version=1, by=cast.mate, at=now).code == "not_yours"
    assert kinds(made) == ["opened"]


def test_whoever_gets_it_is_told_once_and_who_takes_it_is_not(cast: Cast, now: datetime) -> None:
    made = adjustment(cast, now)
    assert not Notification.objects.exists()
    made = change_adjustment(made, facts_of(made, owner=cast.rep), version=1, by=cast.marketer, at=now)
    notice = Notification.objects.get()
    assert (notice.person, notice.kind, notice.path) == (cast.rep, "adjustment", f"/adjustments/{made.pk}/")
    made = change_adjustment(made, facts_of(made, note="More"), version=2, by=cast.rep, at=now)
    assert Notification.objects.count() == 1


def test_a_change_tells_from_what_to_what_and_nothing_changed_is_no_line(cast: Cast, now: datetime) -> None:
    made = adjustment(cast, now)
    due = made.due_on + DAY
    changed = change_adjustment(made, facts_of(made, title="Ask", due_on=due), version=1, by=cast.marketer, at=now)
    assert changed.version == 2
    line = changed.changes.first()
    assert line.data == {"title": ["Ask the size", "Ask"], "due_on": [made.due_on.isoformat(), due.isoformat()]}
    change_adjustment(changed, facts_of(changed), version=2, by=cast.marketer, at=now)
    assert kinds(changed) == ["opened", "changed"]


def test_an_old_due_day_may_stay_while_something_else_is_changed(cast: Cast, now: datetime) -> None:
    made = adjustment(cast, now)
    later = now + 30 * DAY
    assert change_adjustment(made, facts_of(made, title="Ask"), version=1, by=cast.marketer, at=later).title == "Ask"
    error = refused(
        change_adjustment, made, facts_of(made, due_on=later.date() - DAY), version=2, by=cast.marketer, at=later
    )
    assert error.code == "due_past"


def test_it_is_started_and_done_with_words(cast: Cast, now: datetime) -> None:
    made = adjustment(cast, now)
    started = step(made, "started", version=1, by=cast.marketer, at=now)
    assert (started.state, started.done_at) == ("started", None)
    done = step(started, "done", said=" The form asks. ", version=2, by=cast.marketer, at=now + DAY)
    assert (done.state, done.said, done.done_at, done.version) == ("done", "The form asks.", now + DAY, 3)
    assert kinds(done) == ["opened", "started", "done"]
    assert done.changes.first().data == {"said": "The form asks."}


def test_it_is_dropped_with_a_why_and_taken_up_again(cast: Cast, now: datetime) -> None:
    made = adjustment(cast, now)
    dropped = step(made, "dropped", said="The fair is over", version=1, by=cast.marketer, at=now)
    assert (dropped.state, dropped.said, dropped.done_at) == ("dropped", "The fair is over", None)
    again = step(dropped, "resumed", version=2, by=cast.marketer, at=now)
    assert (again.state, again.said) == ("started", "")
    assert kinds(again) == ["opened", "dropped", "resumed"]


@pytest.mark.parametrize(
    ("to", "said", "code"),
    [
        ("done", "  ", "words_missing"),
        ("dropped", "", "words_missing"),
        ("done", "x" * 2001, "words_too_long"),
        ("resumed", "", "out_of_turn"),
        ("changed", "", "unknown_step"),
    ],
)
def test_a_step_that_can_not_be_is_refused(cast: Cast, now: datetime, to: str, said: str, code: str) -> None:
    made = adjustment(cast, now)
    assert refused(step, made, to, said=said, version=1, by=cast.marketer, at=now).code == code
    made.refresh_from_db()
    assert (made.state, made.version, kinds(made)) == ("open", 1, ["opened"])


def test_what_is_done_is_neither_done_again_nor_changed(cast: Cast, now: datetime) -> None:
    made = step(adjustment(cast, now), "done", said="Done", version=1, by=cast.marketer, at=now)
    assert refused(step, made, "done", said="Again", version=2, by=cast.marketer, at=now).code == "out_of_turn"
    assert refused(change_adjustment, made, facts_of(made), version=2, by=cast.marketer, at=now).code == "ended"


def test_who_has_not_seen_the_latest_version_is_told_so(cast: Cast, now: datetime) -> None:
    made = adjustment(cast, now)
    step(made, "started", version=1, by=cast.marketer, at=now)
    assert refused(step, made, "done", said="Done", version=1, by=cast.sales_manager, at=now).code == "stale"
    stale = refused(change_adjustment, made, facts_of(made, title="Mine"), version=1, by=cast.sales_manager, at=now)
    assert stale.code == "stale"
    assert kinds(made) == ["opened", "started"]


def test_reps_whose_reasons_led_to_it_are_told_when_it_is_done(cast: Cast, now: datetime) -> None:
    judged(cast, now - 10 * DAY, "too_small", times=2)
    judged(cast, now - 200 * DAY, "too_small")
    other = judged(cast, now - 5 * DAY, "wrong_industry")[0]
    other.verdict.by = cast.mate
    other.verdict.save()
    made = adjustment(cast, now)
    step(made, "done", said="The form asks", version=1, by=cast.marketer, at=now)
    notice = Notification.objects.get(kind="adjustment_done")
    assert (notice.person, notice.awaits_digest) == (cast.rep, True)
    assert notice.title == "Your reason led to a change: Ask the size"
    assert notice.detail == "Fair · Too small · The form asks"


def test_what_is_dropped_is_told_to_no_rep(cast: Cast, now: datetime) -> None:
    judged(cast, now - 10 * DAY, "too_small")
    step(adjustment(cast, now), "dropped", said="No", version=1, by=cast.marketer, at=now)
    assert not Notification.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_end_it_at_once_one_wins(cast: Cast, now: datetime) -> None:
    made, gate, codes = adjustment(cast, now), Barrier(2), []

    def end(to: str) -> None:
        gate.wait()
        try:
            step(made, to, said="Said", version=1, by=cast.sales_manager, at=now)
            codes.append("saved")
        except DomainError as error:
            codes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=end, args=(to,)) for to in ("done", "dropped")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["saved", "stale"]
    assert AdjustmentChange.objects.exclude(kind="opened").count() == 1
