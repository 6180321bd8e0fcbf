"""Nobody is lost, nobody is twice."""

from datetime import datetime, timedelta

import pytest

from leads.intake import take_in
from leads.models import Event, Lead, Organisation, Touch
from tests.cast import Cast, lead, row

pytestmark = pytest.mark.django_db


def results(taken: list) -> list[str]:
    return [t.result for t in taken]


def test_a_new_address_becomes_a_lead_with_a_touch_and_a_timeline(now: datetime) -> None:
    taken = take_in([row("ann@kettler.test", now, organisation="Kettler", note="Call me")], at=now)
    assert results(taken) == ["created"]
    ann = Lead.objects.get(pk=taken[0].lead_id)
    assert (ann.email, ann.organisation.domain, ann.organisation.name) == (
        "ann@kettler.test",
        "kettler.test",
        "Kettler",
    )
    assert list(ann.touches.values_list("kind", "at", "note")) == [("form", now, "Call me")]
    assert list(ann.events.order_by("pk").values_list("kind", flat=True)) == ["captured", "graded"]


def test_the_same_rows_again_change_nothing(now: datetime) -> None:
    rows = [row("a@x.test", now, "A"), row("b@x.test", now, external_id="7")]
    take_in(rows, at=now)
    before = (Event.objects.count(), list(Lead.objects.order_by("pk").values()))
    assert results(take_in(rows, at=now)) == ["unchanged", "unchanged"]
    assert (Event.objects.count(), list(Lead.objects.order_by("pk").values())) == before


def test_a_known_address_gains_a_touch_and_fills_only_empty_fields(now: datetime) -> None:
    ann = lead("ann@x.test", now, job_title="Buyer")
    later = now + timedelta(days=1)
    taken = take_in([row("ann@x.test", later, job_title="Director", phone="123", facts={"colour": "blue"})], at=later)
    assert results(taken) == ["updated"]
    ann.refresh_from_db()
    assert (ann.job_title, ann.phone, ann.facts, ann.touches.count()) == ("Buyer", "123", {"colour": "blue"}, 2)


def test_one_address_twice_in_a_file_is_one_lead_with_two_touches(now: datetime) -> None:
    rows = [row("ann@x.test", at) for at in (now, now + timedelta(hours=1), now)]
    assert results(take_in(rows, at=now + timedelta(hours=2))) == ["created", "updated", "unchanged"]
    assert (Lead.objects.count(), Touch.objects.count()) == (1, 2)


def test_an_external_id_finds_the_lead_that_has_no_address(now: datetime) -> None:
    take_in([row(None, now, external_id="7")], at=now)
    taken = take_in([row("ann@x.test", now, external_id="7")], at=now)
    assert results(taken) == ["updated"]
    assert Lead.objects.get().email == "ann@x.test"


def test_keys_that_belong_to_two_leads_are_refused_with_a_sentence(now: datetime) -> None:
    lead("ann@x.test", now, external_id="7")
    lead("bob@x.test", now)
    taken = take_in(
        [
            row("bob@x.test", now, external_id="7"),
        ],
        at=now,
    )
    assert results(taken) == ["refused"]
    assert "external id" in taken[0].sentence
    assert Lead.objects.get(email="bob@x.test").external_id is None


def test_two_rows_that_claim_one_external_id_do_not_stop_the_others(now: datetime) -> None:
    rows = [row("a@x.test", now, external_id="7"), row("b@x.test", now, external_id="7"), row("c@x.test", now)]
    assert results(take_in(rows, at=now)) == ["created", "refused", "created"]


@pytest.mark.parametrize("stage", ["nurture", "rejected", "lost"])
def test_a_new_touch_opens_a_closed_lead_again_and_hands_it_off(cast: Cast, now: datetime, stage: str) -> None:
    ann = lead("ann@x.test", now, "A")
    ann.handoffs.update(closed_at=now, responded_at=now)
    Lead.objects.filter(pk=ann.pk).update(stage=stage, wake_up_on=now.date())
    later = now + timedelta(days=3)
    take_in([row("ann@x.test", later, "A")], at=later)
    ann.refresh_from_db()
    assert (ann.stage, ann.wake_up_on, ann.handoffs.count()) == ("handed_off", None, 2)
    assert ann.events.filter(kind="reopened").count() == 1


def test_an_old_touch_told_late_does_not_open_it_again(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, "A")
    ann.handoffs.update(closed_at=now, responded_at=now)
    Lead.objects.filter(pk=ann.pk).update(stage="rejected")
    take_in([row("ann@x.test", now - timedelta(days=30), "A")], at=now + timedelta(days=1))
    ann.refresh_from_db()
    assert (ann.stage, ann.captured_at) == ("rejected", now - timedelta(days=30))


def test_free_mail_is_no_organisation_and_a_name_alone_is_one(now: datetime) -> None:
    take_in([row("ann@gmail.com", now), row("bob@gmail.com", now, organisation="Köhler GmbH")], at=now)
    assert list(Organisation.objects.values_list("name", "domain")) == [("Köhler GmbH", None)]


def test_text_is_stored_exactly(now: datetime) -> None:
    strange = 'He said "hi", \\N, \t‮ 日本語 \U0001f600 =1+1 %s {}\nnew line'
    take_in([row("ann@x.test", now, name=strange, note=strange, facts={strange: strange})], at=now)
    ann = Lead.objects.get()
    assert (ann.name, ann.note, ann.facts) == (strange, strange, {strange: strange})
