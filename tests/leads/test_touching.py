"""Touches by hand, and leads that are kept out of figures."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from campaigns.models import Campaign
from common.errors import DomainError
from feedback.responses import respond
from leads.keeping_out import keep_out
from leads.models import Event, Lead, Touch
from leads.timeline import timeline
from leads.touching import add_touch
from tests.cast import Cast, handoff, lead

pytestmark = pytest.mark.django_db


def test_a_touch_by_hand_counts_like_one_of_a_file(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, "D", job_title="Head of procurement", employees=640, industry="Machinery")
    fair = Campaign.objects.create(code="fair", name="Fair")
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        touch = add_touch(
            ann, kind="quote", campaign=fair, note="Wants 40", at=now + timedelta(hours=1), by=cast.marketer
        )
    assert (touch.kind, touch.campaign, touch.note, ann.touches.count()) == ("quote", fair, "Wants 40", 2)
    assert ann.events.filter(kind="touched").get().by == cast.marketer
    ann.refresh_from_db()
    assert (ann.grade, ann.stage) == ("A", "handed_off")


def test_a_lead_without_an_address_is_touched_too(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, external_id="7")
    Lead.objects.update(email=None)
    add_touch(ann, kind="call", at=now + timedelta(hours=1), by=cast.marketer)
    assert (Lead.objects.count(), ann.touches.count()) == (1, 2)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"kind": "dance"}, "unknown_kind"),
        ({"kind": "call", "at": datetime.fromisoformat("2999-01-01T00:00Z")}, "in_future"),
        ({"kind": "form"}, "told_already"),
    ],
)
def test_what_is_no_touch_is_refused(facts: dict, code: str, cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now)
    before = Event.objects.count()
    with pytest.raises(DomainError) as caught:
        add_touch(ann, **{"at": now, **facts}, by=cast.marketer)
    assert (caught.value.code, Touch.objects.count(), Event.objects.count()) == (code, 1, before)


def test_sales_adds_no_touches(cast: Cast, now: datetime) -> None:
    ann = handoff("ann@x.test", now, cast.rep).lead
    with pytest.raises(DomainError) as caught:
        add_touch(ann, kind="call", by=cast.rep)
    assert (caught.value.code, Touch.objects.count()) == ("not_marketing", 1)


# --- kept out of figures ------------------------------------------------------------------------------


def test_a_lead_kept_out_is_no_longer_waited_for(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    later = now + timedelta(days=9)
    found = keep_out(made.lead, "spam", by=cast.rep, at=later)
    made.refresh_from_db()
    assert (found.kept_out, found.stage, found.owner) == ("spam", "new", None)
    assert (made.released_at, made.released_why, made.closed_at) == (later, "kept_out", later)
    assert list(found.events.filter(at=later).order_by("pk").values_list("kind", flat=True)) == ["kept_out", "released"]
    assert not Lead.objects.counted().exists()


def test_taken_back_it_counts_and_is_handed_off_again(cast: Cast, now: datetime) -> None:
    ann = handoff("ann@x.test", now, cast.rep).lead
    keep_out(ann, "test", by=cast.marketer, at=now)
    found = keep_out(ann, "", by=cast.marketer, at=now + timedelta(hours=1))
    assert (found.kept_out, found.stage, found.handoffs.open().count()) == ("", "handed_off", 1)
    assert [e.data for e in found.events.filter(kind="kept_out").order_by("pk")] == [
        {"from": "", "to": "test"}, {"from": "test", "to": ""},
    ]  # fmt: skip


def test_the_same_mark_again_and_none_at_all_change_nothing(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now)
    keep_out(ann, "spam", by=cast.marketer, at=now)
    before = Event.objects.count()
    keep_out(ann, "spam", by=cast.marketer, at=now)
    with pytest.raises(DomainError) as caught:
        keep_out(ann, "boring", by=cast.marketer, at=now)
    assert (caught.value.code, Event.objects.count()) == ("unknown_mark", before)


def test_an_answer_that_was_given_stays(cast: Cast, now: datetime) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    respond(made, by=cast.rep, kind="call", at=now + timedelta(hours=1))
    keep_out(made.lead, "spam", by=cast.rep, at=now + timedelta(hours=2))
    made.refresh_from_db()
    assert (made.released_at, made.closed_at, made.lead.stage) == (None, None, "handed_off")


def test_reps_of_another_team_mark_nothing(cast: Cast, now: datetime, client: Client) -> None:
    ann = handoff("ann@x.test", now, cast.rep).lead
    with pytest.raises(DomainError) as caught:
        keep_out(ann, "spam", by=cast.other_rep, at=now)
    assert caught.value.code == "not_yours"
    client.force_login(cast.other_rep)
    assert client.post(f"/leads/{ann.pk}/marks/", {"why": "spam"}).status_code == 404
    assert Lead.objects.get().kept_out == ""


def test_the_timeline_says_who_kept_it_out(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now)
    keep_out(ann, "spam", by=cast.marketer, at=now)
    line = timeline(ann)[0]
    assert (line.fact, line.by) == ("Kept out of figures: spam", cast.marketer)
