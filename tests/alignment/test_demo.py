"""The demo: told once in a small size, and looked at from all sides."""

import io
import json
import random
import stat
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from accounts.models import Company, User
from alignment.demo import cast, telling
from alignment.demo.crowd import Crowd
from alignment.demo.habits import Habits
from alignment.demo.moments import Moments
from alignment.demo.steps import Respond
from alignment.demo.telling import tell_story
from campaigns.models import Campaign
from common.errors import DomainError
from feedback.models import Adjustment, AdjustmentChange, Outcome, Reason, Response, Verdict
from leads import clock
from leads.models import Event, Handoff, Lead, Touch

LEADS = 60


class TakenBackError(Exception):
    """Takes the story back: what it left is looked at before."""


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo as the command tells it, once for all tests that only look."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("var")
    out = io.StringIO()
    with django_db_blocker.unblock(), override_settings(VAR_DIR=folder):
        try:
            with transaction.atomic():
                call_command("seed_demo", "--leads", str(LEADS), "--json", stdout=out)
                yield {**json.loads(out.getvalue()), "folder": folder}
                raise TakenBackError
        except TakenBackError:
            pass


def test_the_command_says_what_it_made(told):
    assert told["leads"] == Lead.objects.count() == LEADS
    assert told["campaigns"] == Campaign.objects.count() > 20
    assert told["handoffs"] == Handoff.objects.count()
    # Nobody came in without a touch, a campaign, a grade and a first line in the timeline.
    assert not Lead.objects.filter(touches=None).exists()
    assert not Lead.objects.filter(campaign=None).exists()
    assert not Lead.objects.filter(grade="").exists()
    assert Event.objects.filter(kind="captured").count() == LEADS


def test_every_grade_stage_and_clock_is_there(told):
    now = timezone.now()
    states = Handoff.objects.annotate(state=clock.state_expression(now)).values_list("state", flat=True)
    assert set(states) == {state.value for state in clock.State}
    assert set(Lead.objects.values_list("stage", flat=True)) == set(Lead.Stage.values)
    assert set(Lead.objects.values_list("best_grade", flat=True)) == set("ABCD")


def test_every_answer_and_end_is_there(told):
    assert set(Verdict.objects.values_list("verdict", flat=True)) == set(Verdict.Value.values)
    groups = set(Verdict.objects.filter(reason__isnull=False).values_list("reason__group", flat=True))
    assert groups | {"lost"} == set(Reason.Group.values)
    assert set(Response.objects.values_list("kind", flat=True)) >= {"call", "email", "verdict"}
    assert set(Outcome.objects.values_list("kind", flat=True)) == set(Outcome.Kind.values)
    assert not Outcome.objects.filter(kind="won", amount=None).exists()
    assert Outcome.objects.contradictions().count() == 1


def test_the_special_cases_are_there(told):
    assert Lead.objects.filter(kept_out="test", stage="new").count() == 1
    assert Event.objects.filter(kind="reopened").exists()
    assert Handoff.objects.open().filter(rep=None, routed_because="nobody was present").count() == 2
    assert Handoff.objects.filter(escalated_at__isnull=False, closed_at=None).exists()
    assert Handoff.objects.filter(released_why="grade_fell").exists()
    assert Campaign.objects.filter(costs=None, leads__isnull=False).exists()
    assert Campaign.objects.filter(starts_on__gt=timezone.now().date()).count() == 1


def test_reasons_have_led_to_adjustments(told):
    assert set(Adjustment.objects.values_list("state", flat=True)) == {"open", "started", "done"}
    assert not AdjustmentChange.objects.filter(at__gt=timezone.now()).exists()


def test_katja_has_work_of_every_urgency(told):
    now = timezone.now()
    waiting = Handoff.objects.waiting().filter(rep__email="rep@example.com")
    midnight = Moments(now, Company.objects.get().zone).left_today(1) + now
    assert waiting.filter(due_at__lt=now).count() == 3
    assert waiting.filter(due_at__gte=now, due_at__lt=midnight).count() == 3
    assert waiting.filter(due_at__gte=midnight).count() >= 3
    assert Handoff.objects.open().filter(rep__email="rep@example.com", responded_at__isnull=False).count() >= 3


def test_katja_has_answered_whom_she_talks_to_at_whatever_hour_the_story_is_told():
    zone = ZoneInfo("Europe/Berlin")
    for hour in range(7 * 24):
        m = Moments(datetime(2026, 10, 19, tzinfo=UTC) + timedelta(hours=hour), zone)
        talks = [one for one in cast.characters(m) if one.rep == "katja" and [*map(type, one.steps)] == [Respond]]
        assert len(talks) == 3
        for one in talks:
            assert m.office(one.touches[0].at + one.steps[0].after) <= m.now, (one.name, m.now)


def test_the_lead_of_the_mock_is_katjas_grade_a_and_late(told):
    lead = Lead.objects.get(last_name="Schöffmann-Rütters")
    handoff = lead.handoffs.get()
    assert (lead.grade, handoff.grade, handoff.rep.name) == ("A", "A", "Katja Wernicke")
    assert handoff.flagged_at
    assert clock.state(handoff, timezone.now()) == clock.State.BREACHED
    grades = [e.data["to"] for e in lead.events.filter(kind="graded").order_by("at")]
    assert grades == ["C", "A"]


def test_nothing_lies_in_the_future_and_nothing_is_answered_before_it_was_there(told):
    now = timezone.now()
    for model in (Touch, Handoff, Response, Verdict, Outcome, Event):
        assert not model.objects.filter(at__gt=now).exists()
    assert not Lead.objects.filter(stage="nurture", wake_up_on__lte=now.date()).exists()


def test_everybody_of_the_contract_can_sign_in(told, client):
    promised = {
        "marketer@example.com", "rep@example.com", "rep2@example.com", "sales.manager@example.com",
        "marketing.manager@example.com", "admin@example.com",
    }  # fmt: skip
    assert promised == set(told["logins"])
    for email in promised:
        client.logout()
        client.post("/accounts/login/", {"login": email, "password": told["password"]})
        assert client.session["_auth_user_id"] == str(User.objects.get(email=email).pk)
    teams = {User.objects.get(email=email).team for email in ("rep@example.com", "rep2@example.com")}
    assert len(teams) == 2


def test_the_password_lies_where_only_its_owner_reads_it(told):
    (note,) = told["folder"].iterdir()
    assert told["password"] in note.read_text()
    assert stat.S_IMODE(note.stat().st_mode) == 0o600


def test_a_second_run_is_refused_and_changes_nothing(told):
    with pytest.raises(CommandError, match="holds data already"):
        call_command("seed_demo")
    assert Lead.objects.count() == LEADS


def test_the_same_seed_on_the_same_day_draws_the_same_crowd_and_answers():
    assert _drawn(seed=7) == _drawn(seed=7) != _drawn(seed=8)


def _drawn(*, seed):
    moments = Moments(datetime(2026, 10, 8, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    rng = random.Random(seed)
    arrivals = list(Crowd(rng, moments).rows(300))
    assert len({arrival.row.email for arrival in arrivals}) == 300
    habits = Habits(rng, moments.now)
    at = moments.ago(days=50)
    return arrivals, [list(habits.steps(code="website", grade="A", at=at, rep="samir")) for _n in range(20)]


@pytest.mark.django_db
def test_a_failure_leaves_nothing_behind():
    User.objects.create_user("lena@example.com", name="Lena", side="marketing")
    with pytest.raises(DomainError, match="holds data already"):
        tell_story(now=timezone.now(), leads=1, seed=1, password="quiet-river-seven")
    assert User.objects.count() == 1
    assert not Campaign.objects.exists()


@pytest.mark.django_db
def test_masses_are_answered_as_the_verbs_would(monkeypatch):
    monkeypatch.setattr(telling, "MOST_BY_VERBS", 10)
    monkeypatch.setattr(telling, "WRITTEN_FOR", 10)
    now = timezone.now()
    told = tell_story(now=now, leads=80, seed=1, password="quiet-river-seven")
    assert told.leads == Lead.objects.count() == 80
    answered = Handoff.objects.filter(verdict__isnull=False)
    assert answered.count() == Event.objects.filter(kind="verdict_given").count() > 3
    assert not answered.exclude(verdict_at=F("verdict__at"), closed_at=F("verdict__at")).exists()
    first = Handoff.objects.filter(responded_at__isnull=False).annotate(first=Min("responses__at"))
    assert not first.exclude(responded_at=F("first")).exists()
    late = Handoff.objects.filter(clock.is_breached(now))
    assert not late.filter(flagged_at=None).exists()
    assert late.count() == Event.objects.filter(kind="clock_breached").count()
    assert not Lead.objects.filter(stage="won").exclude(outcomes__kind="won").exists()
    assert Event.objects.filter(kind="responded").count() == Response.objects.exclude(kind="verdict").count()


def test_moments_keep_office_hours():
    moments = Moments(timezone.now(), Company(time_zone="Europe/Berlin").zone)
    for hours in range(0, 24 * 8, 5):
        local = moments.office(moments.now + timedelta(hours=hours)).astimezone(moments.zone)
        assert local.weekday() < 5
        assert 8 <= local.hour < 18
