"""A person sets a grade, for a reason; it holds while the facts stay as they were."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Token
from common.errors import DomainError
from leads import explaining
from leads.intake import take_in
from leads.models import Event, GradeOverride, Handoff, Lead, Organisation
from leads.overriding import override_grade, withdraw_override
from leads.regrading import regrade
from leads.timeline import timeline
from tests.cast import Cast, lead, row

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "Met the owner at the fair"


@pytest.fixture
def ann(cast: Cast, now: datetime) -> Lead:
    return lead("ann@firm.test", now, "C", organisation="Firm", facts={"budget": "none"})


def kinds(ann: Lead) -> list[str]:
    return list(ann.events.order_by("pk").values_list("kind", flat=True))


def test_a_set_grade_is_told_explained_and_handed_off(cast: Cast, ann: Lead, now: datetime) -> None:
    before = kinds(ann)
    override_grade(ann, grade="A", reason=f"  {WHY} ", by=cast.marketer, at=now + DAY)
    ann.refresh_from_db()
    assert (ann.grade, ann.best_grade, ann.stage) == ("A", "A", "handed_off")
    assert kinds(ann) == [*before, "grade_set", "handed_off"]
    told = explaining.explain_as_graded(ann)
    assert (told["grade"], told["by_points"], told["override"]["reason"]) == ("A", "C", WHY)
    assert told["fit"] + told["engagement"] == ann.fit + ann.engagement
    line = next(line for line in timeline(ann) if line.icon == "pen-line")
    assert (line.fact, line.detail, line.by) == ("Grade set from C to A", f"“{WHY}”", cast.marketer)


def test_a_grade_set_below_b_takes_a_silent_handoff_back(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, "A")
    override_grade(ann, grade="D", reason=WHY, by=cast.sales_manager, at=now + DAY)
    ann.refresh_from_db()
    assert (ann.grade, ann.best_grade, ann.stage) == ("D", "A", "new")
    assert Handoff.objects.get().released_why == "grade_fell"


def test_it_survives_every_re_grade_while_the_facts_are_the_same(cast: Cast, ann: Lead, now: datetime) -> None:
    override_grade(ann, grade="B", reason=WHY, by=cast.marketer, at=now)
    for days in (1, 40, 400):
        regrade(at=now + days * DAY)
        regrade(at=now + days * DAY, everything=True)
        ann.refresh_from_db()
        assert (ann.grade, explaining.explain_as_graded(ann)["grade"]) == ("B", "B")
    assert (ann.engagement, kinds(ann).count("graded")) == (0, 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda ann, at: take_in([row("ann@firm.test", at, kind="visit")], at=at),
        lambda ann, at: Lead.objects.filter(pk=ann.pk).update(job_title="Apprentice"),
        lambda ann, at: Lead.objects.filter(pk=ann.pk).update(facts={"budget": "approved"}),
        lambda ann, at: Organisation.objects.filter(pk=ann.organisation_id).update(industry="Farming"),
        lambda ann, at: ann.touches.all().delete(),
    ],
    ids=["touch", "field", "further fact", "organisation", "touch taken away"],
)
def test_it_ends_when_a_fact_changes_and_the_timeline_says_so_once(
    cast: Cast, ann: Lead, now: datetime, change: object
) -> None:
    override_grade(ann, grade="B", reason=WHY, by=cast.marketer, at=now)
    Handoff.objects.all().delete()
    change(ann, now + DAY)  # type: ignore[operator]
    assert explaining.explain(ann, as_of=now + DAY)["override"] is None
    regrade(at=now + 2 * DAY, everything=True)
    ann.refresh_from_db()
    told = explaining.explain_as_graded(ann)
    assert ann.grade == told["grade"] == told["by_points"]
    assert GradeOverride.objects.get().ended_at is not None
    ends = Event.objects.filter(lead=ann, kind="graded", data__set_until_now=True)
    assert [event.by_id for event in ends] == [None]


def test_what_no_criterion_can_see_does_not_end_it(cast: Cast, ann: Lead, now: datetime) -> None:
    override_grade(ann, grade="B", reason=WHY, by=cast.marketer, at=now)
    Lead.objects.filter(pk=ann.pk).update(note="Rang back", owner=cast.rep, wake_up_on=date(2027, 1, 1))
    regrade(at=now + DAY, everything=True)
    ann.refresh_from_db()
    assert ann.grade == "B"


def test_it_is_taken_back_and_the_points_decide_again(cast: Cast, ann: Lead, now: datetime) -> None:
    override_grade(ann, grade="B", reason=WHY, by=cast.marketer, at=now)
    count = len(kinds(ann))
    withdraw_override(ann, by=cast.marketing_manager, at=now + DAY)
    ann.refresh_from_db()
    assert (ann.grade, kinds(ann)[count:]) == ("C", ["graded", "released"])
    ended = GradeOverride.objects.get()
    assert (ended.ended_by, ended.ended_at) == (cast.marketing_manager, now + DAY)
    with pytest.raises(DomainError) as refused:
        withdraw_override(ann, by=cast.marketing_manager, at=now + DAY)
    assert refused.value.code == "not_set"


def test_another_one_takes_its_place(cast: Cast, ann: Lead, now: datetime) -> None:
    override_grade(ann, grade="B", reason=WHY, by=cast.marketer, at=now)
    override_grade(ann, grade="D", reason="Left the company", by=cast.sales_manager, at=now + DAY)
    ann.refresh_from_db()
    assert ann.grade == "D"
    assert list(GradeOverride.objects.order_by("pk").values_list("ended_at", flat=True)) == [now + DAY, None]


@pytest.mark.parametrize(
    ("who", "grade", "reason", "code", "fields"),
    [
        ("rep", "A", WHY, "not_yours", set()),
        ("marketer", "E", WHY, "no_grade", {"grade"}),
        ("marketer", "A", "  ", "no_reason", {"reason"}),
        ("marketer", "A", "x" * 501, "no_reason", {"reason"}),
        ("marketer", "C", WHY, "same_grade", set()),
    ],
)
def test_a_refusal_leaves_nothing_behind(
    cast: Cast, ann: Lead, now: datetime, who: str, grade: str, reason: str, code: str, fields: set[str]
) -> None:
    before = kinds(ann)
    with pytest.raises(DomainError) as refused:
        override_grade(ann, grade=grade, reason=reason, by=cast.everybody[who], at=now)
    assert (refused.value.code, set(refused.value.fields)) == (code, fields)
    ann.refresh_from_db()
    assert (ann.grade, kinds(ann), GradeOverride.objects.count()) == ("C", before, 0)


def test_a_rep_of_the_team_reads_and_sets_none(cast: Cast, ann: Lead, now: datetime, client: Client) -> None:
    override_grade(ann, grade="B", reason=WHY, by=cast.marketer, at=now)
    Handoff.objects.update(rep=cast.rep, team=cast.rep.team)
    client.force_login(cast.rep)
    page = client.get(ann.get_absolute_url()).content.decode()
    assert WHY in page
    assert "Set another grade" not in page
    assert client.post(f"/leads/{ann.pk}/grade/", {"grade": "A", "reason": WHY}).status_code == 403


def test_the_page_sets_and_takes_back(cast: Cast, ann: Lead, client: Client) -> None:
    client.force_login(cast.marketer)
    url = f"/leads/{ann.pk}/grade/"
    refused = client.post(url, {"grade": "A", "reason": ""})
    assert refused.status_code == 422
    assert "Write why the grade is another one." in refused.content.decode()
    assert client.post(url, {"grade": "A", "reason": WHY})["Location"] == ann.get_absolute_url()
    page = client.get(ann.get_absolute_url()).content.decode()
    assert WHY in page
    assert "The points alone make C." in page
    client.post(url, {"grade": "points"})
    ann.refresh_from_db()
    assert ann.grade == "C"


def test_the_api_tells_who_and_why(cast: Cast, ann: Lead, now: datetime, client: Client) -> None:
    override_grade(ann, grade="B", reason=WHY, by=cast.marketer, at=now)
    _token, secret = Token.make(user=cast.marketer)
    told = client.get(f"/api/v1/leads/{ann.pk}/explanation/", headers={"Authorization": f"Bearer {secret}"}).json()
    assert (told["grade"], told["by_points"]) == ("B", "C")
    assert (told["override"]["reason"], told["override"]["by"]["id"]) == (WHY, cast.marketer.pk)
