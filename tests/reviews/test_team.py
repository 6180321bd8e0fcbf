"""The team as its managers see it, and the acts on many leads of the list."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Absence
from accounts.quarters import quarter_of
from alignment.invariants import broken
from feedback.responses import respond
from leads.models import Event, Handoff, Lead
from reviews.team import Member, team
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def member(cast: Cast, now: datetime, name: str = "rep") -> Member:
    found = team(quarter_of(now), now=now)["members"]
    return next(one for one in found if one.person == cast.everybody[name])


def test_load_overdue_and_own_waits_of_each_rep(cast: Cast, now: datetime) -> None:
    cast.rep.capacity = 2
    cast.rep.save()
    handoff("late@x.test", now - 8 * DAY, cast.rep)
    handoff("new@x.test", now - DAY, cast.rep)
    respond(handoff("said@x.test", now - 3 * DAY, cast.rep), by=cast.rep, kind="call", at=now - 2 * DAY)
    handoff("spam@x.test", now - 3 * DAY, cast.rep)
    Lead.objects.filter(email="spam@x.test").update(kept_out="spam")
    Handoff.objects.filter(lead__email="spam@x.test").update(responded_at=now, closed_at=now)
    found = member(cast, now)
    assert (found.open, found.overdue, found.is_full) == (3, 1, True)
    assert (found.wait.n, found.wait.median, found.too_few) == (1, 86400.0, True)
    assert member(cast, now, "mate").wait is None


def test_answers_of_another_quarter_are_another_s(cast: Cast, now: datetime) -> None:
    respond(handoff("old@x.test", now - 80 * DAY, cast.rep), by=cast.rep, kind="call", at=now)
    assert member(cast, now).wait is None
    assert team(quarter_of(now), now=now)["kinds"]["own"].n == 0


def test_who_is_away_until_when(cast: Cast, now: datetime) -> None:
    Absence.objects.create(person=cast.rep, since=now - DAY, until=now + 3 * DAY)
    Absence.objects.create(person=cast.rep, since=now + 9 * DAY, until=now + 20 * DAY)
    cast.mate.away_until = now + DAY
    cast.mate.save()
    assert member(cast, now).away_until == now + 3 * DAY
    assert member(cast, now, "mate").away_until == now + DAY
    assert member(cast, now, "other_rep").away_until is None


def test_the_numbers_open_what_they_count(cast: Cast) -> None:
    now = datetime.now(UTC)
    at = max(quarter_of(now).start, now - 3 * DAY)
    for n in range(2):
        respond(handoff(f"n{n}@x.test", at, cast.rep), by=cast.rep, kind="call", at=now)
    handoff("open@x.test", at, cast.rep)
    handoff("mates@x.test", at, cast.mate)
    client = signed_in(cast.sales_manager)
    page = client.get("/followups/team/").context
    row = next(one for one in page["members"] if one.person == cast.rep)
    waits = client.get(f"/followups/team/waits/?rep={cast.rep.pk}").context
    assert row.wait.n == waits["count"] == len(waits["rows"]) == 2
    assert page["kinds"]["own"].n == client.get("/followups/team/waits/").context["count"]
    listed = client.get(f"/followups/?whose={cast.rep.pk}").context
    assert row.open == listed["total"] == 3
    assert "Rep" in signed_in(cast.sales_manager).get("/followups/?whose=" + str(cast.rep.pk)).content.decode()
    assert client.get("/followups/team/waits/?rep=0").status_code == 404
    assert client.get("/followups/team/waits/?rep=x").status_code == 404


def test_a_rep_sees_of_another_team_s_list_nothing(cast: Cast, now: datetime) -> None:
    handoff("theirs@x.test", timezone.now() - DAY, cast.other_rep)
    assert signed_in(cast.rep).get(f"/followups/?whose={cast.other_rep.pk}").context["total"] == 0


def test_a_manager_reassigns_chosen_rows_in_place(cast: Cast) -> None:
    made = [handoff(f"n{n}@x.test", timezone.now() - DAY, cast.rep) for n in range(3)]
    sent = {"handoff": [made[0].pk, made[1].pk], "rep": cast.mate.pk, "whose": "team"}
    answer = signed_in(cast.sales_manager).post("/followups/reassignments/", sent)
    assert answer["Location"] == "/followups/?whose=team"
    assert set(Handoff.objects.filter(rep=cast.mate)) == set(made[:2])
    assert Event.objects.filter(kind="reassigned").count() == 2
    assert not broken()


def test_who_may_not_reassign_or_pull_back_changes_nothing(cast: Cast) -> None:
    made = handoff("ann@x.test", timezone.now() - DAY, cast.rep)
    sent = {"handoff": [made.pk], "rep": cast.mate.pk, "why": "We need it"}
    for role in ("rep", "marketer", "marketing_manager"):
        signed_in(cast.everybody[role]).post("/followups/reassignments/", sent)
    for role in ("rep", "marketer", "sales_manager"):
        signed_in(cast.everybody[role]).post("/followups/pullings/", sent)
    made.refresh_from_db()
    assert (made.rep, made.closed_at) == (cast.rep, None)


def test_a_manager_of_marketing_pulls_back_what_nobody_answered(cast: Cast) -> None:
    now = timezone.now()
    late, silent, said = (handoff(f"n{n}@x.test", now - days * DAY, cast.rep) for n, days in enumerate((9, 1, 1)))
    respond(said, by=cast.rep, kind="call")
    sent = {"handoff": [late.pk, silent.pk, said.pk], "why": "The mailing was wrong"}
    page = signed_in(cast.marketing_manager).post("/followups/pullings/", sent, follow=True).content.decode()
    assert "Pulled back: 2 leads. 1 is answered and stays." in page
    for made in (late, silent, said):
        made.refresh_from_db()
    assert (late.released_at, silent.released_at is None, said.closed_at) == (None, False, None)
    assert None not in (late.closed_at, silent.closed_at)
    assert Lead.objects.filter(stage="new", owner=None).count() == 2
    assert Event.objects.filter(kind="released", data__note="The mailing was wrong").count() == 2
    told = cast.rep.notices.get(kind="pulled_back")
    assert (told.title, told.path) == ("Marketing pulled 2 leads back", "/followups/")
    assert not broken()


def test_without_a_why_nothing_is_pulled_back(cast: Cast) -> None:
    made = handoff("ann@x.test", timezone.now() - DAY, cast.rep)
    sent = {"handoff": [made.pk], "why": " "}
    page = signed_in(cast.marketing_manager).post("/followups/pullings/", sent, follow=True).content.decode()
    assert "Write why" in page
    made.refresh_from_db()
    assert made.closed_at is None


def test_boxes_to_choose_are_shown_to_those_who_act_on_many(cast: Cast) -> None:
    made = handoff("ann@x.test", timezone.now() - DAY, cast.rep)
    box = f'name="handoff" value="{made.pk}" form="bulk"'
    shown = {
        role: box in signed_in(user).get("/followups/?whose=team").content.decode()
        for role, user in cast.everybody.items()
    }
    assert [role for role, chosen in shown.items() if not chosen] == ["marketer", "other_rep"]
