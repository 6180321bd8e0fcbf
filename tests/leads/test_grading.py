"""A grade is a function of facts, definition and moment; and explains itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.lookups import ids_alone
from leads import explaining, grading
from leads.facts import FACTS
from leads.intake import take_in
from leads.models import Criterion, Handoff, Lead, LeadDefinition
from leads.regrading import regrade
from tests.cast import Cast, lead, row

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
titles = st.sampled_from(["", "Director", "Codirector", "Maintenance engineer", "Praktikant Einkauf", "Müller", "%s"])
facts = st.fixed_dictionaries(
    {
        "job_title": titles,
        "employees": st.sampled_from([None, 0, 49, 50, 199, 200, 10_000]),
        "industry": st.sampled_from(["", "Machinery", " machinery ", "Farming"]),
        "country": st.sampled_from(["", "DE", "Brazil"]),
        "source": st.sampled_from(["", "referral", "social"]),
        "kind": st.sampled_from(["form", "quote", "webinar", "visit", "other"]),
    }
)


def by_hand(known: dict[str, Any], age_days: float) -> int:
    """The points of one lead with one touch, as the definition says them in words."""
    title = known["job_title"].lower()
    words = title.split()
    points = 20 if any(w.startswith(("director", "einkauf")) for w in words) else 0
    points += 12 if any(w.startswith(("maintenance", "engineer")) for w in words) else 0
    points -= 30 if any(w.startswith("praktikant") for w in words) else 0
    employees = known["employees"]
    if employees is not None:
        points += 10 if 50 <= employees <= 199 else 15 if employees >= 200 else 0
    points += 18 if known["industry"].strip().lower() == "machinery" else 0
    points += 10 if known["country"] == "DE" else 0
    points += 10 if known["source"] == "referral" else 0
    first = {"form": 12, "quote": 25, "webinar": 15, "visit": 8, "other": 0}[known["kind"]]
    return points + round(first * 0.5 ** (age_days / 30))


def test_newcomers_are_made_with_the_grade_that_judging_them_once_more_gives(now: datetime) -> None:
    made = LeadDefinition.objects.create(version=2, valid_from=now, half_life_days=30, from_a=50, from_b=30, from_c=10)
    told = [*FACTS, "extra:colour"]
    rules = [Criterion(half="fit", fact=fact, test="known", value=True, points=5) for fact in told]
    rules.append(Criterion(half="engagement", fact="touches", test="touch_kind", value=["form"], points=8))
    for position, rule in enumerate(rules):
        rule.definition, rule.position, rule.label = made, position, f"Rule {position}"
    Criterion.objects.bulk_create(rules)
    all_told: dict[str, Any] = {
        "job_title": "Buyer", "employees": 9, "industry": "Food", "country": "DE", "source": "fair",
        "phone": "+49 30 1", "organisation": "X", "facts": {"colour": "blue"},
    }  # fmt: skip
    long_ago = now - 60 * DAY
    rows = [row("new@x.test", now, **all_told), row("old@x.test", long_ago, **all_told), row("bare@gmail.com", now)]
    twice = [row("twice@x.test", now - DAY, **all_told), row("twice@x.test", now, kind="visit")]
    take_in([*rows, *twice], at=now)
    leads = {one.email.partition("@")[0]: one for one in Lead.objects.exclude(email=None) if one.email}
    assert {name: (one.fit, one.engagement, one.grade, one.best_grade) for name, one in leads.items()} == {
        "new": (5 * len(told), 8, "A", "A"), "old": (5 * len(told), 8, "A", "A"), "bare": (0, 8, "D", "D"),
        "twice": (5 * len(told), 8, "A", "A"),
    }  # fmt: skip
    assert (leads["new"].graded_at, leads["old"].graded_at) == (now, long_ago), "history is graded as it stood"
    for one in leads.values():
        again = explaining.explain(one, as_of=one.graded_at)
        assert (again["grade"], again["fit"], again["engagement"]) == (one.grade, one.fit, one.engagement)
        assert one.graded_by == made
        lines = one.events.filter(kind__in=["captured", "graded"]).order_by("pk")
        assert [(line.kind, line.data.get("to")) for line in lines] == [("captured", None), ("graded", one.grade)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known=facts, age=st.integers(0, 6))
def test_the_grade_is_what_the_definition_says(now: datetime, known: dict[str, Any], age: int) -> None:
    Lead.objects.all().delete()
    take_in([row("ann@gmail.com", now - age * DAY, **{**dict.fromkeys(["job_title"], ""), **known})], at=now)
    ann = Lead.objects.get()
    points = by_hand(known, age)
    assert ann.fit + ann.engagement == points
    assert ann.grade == ("A" if points >= 70 else "B" if points >= 45 else "C" if points >= 20 else "D")


def test_the_explanation_adds_up_to_the_grade(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, "A", country="")
    told = explaining.explain(ann, as_of=now)
    assert (told["grade"], told["fit"], told["engagement"]) == (ann.grade, ann.fit, ann.engagement) == ("A", 53, 25)
    assert sum(c["points"] for c in told["contributions"]) == ann.fit + ann.engagement
    assert told["unknown"] == ["Country we sell in", "Came recommended"]
    assert told["contributions"][0]["value"] == "head of procurement"
    assert {c["kind"] for c in told["contributions"]} == {"fit", "engagement"}


@pytest.mark.parametrize(
    ("title", "points"),
    [
        ("Project coordinator", 0),
        ("International sales manager", 12),
        ("Leiterin Einkauf", 20),
        ("COO", 20),
        ("Intern", -30),
    ],
)
def test_words_are_whole_unless_they_are_stems(now: datetime, title: str, points: int) -> None:
    assert lead("ann@gmail.com", now, kind="other", job_title=title).fit == points


def test_history_is_explained_as_it_was_graded(cast: Cast, now: datetime) -> None:
    take_in([row("ann@x.test", now - 200 * DAY, "A")], at=now)
    ann = Lead.objects.get()
    told = explaining.explain_as_graded(ann)
    assert (told["grade"], told["fit"], told["engagement"]) == (ann.grade, ann.fit, ann.engagement) == ("A", 63, 25)


def test_an_unknown_fact_neither_adds_nor_takes(now: datetime) -> None:
    empty = lead("ann@gmail.com", now, kind="other")
    assert (empty.fit, empty.engagement, empty.grade) == (0, 0, "D")
    assert len(explaining.explain(empty, as_of=now)["unknown"]) == 8


def test_engagement_halves_in_thirty_days_and_fit_does_not(now: datetime) -> None:
    ann = lead("ann@x.test", now, "A")
    regrade(at=now + 30 * DAY)
    ann.refresh_from_db()
    assert (ann.fit, ann.engagement) == (63, 13)  # 12.5, rounded away from zero


def test_what_does_not_change_is_not_written_and_its_explanation_stays_true(now: datetime) -> None:
    ann = lead("ann@gmail.com", now, "B")
    assert regrade(at=now + timedelta(minutes=1), everything=True).graded == 1
    same = Lead.objects.get()
    assert (same.graded_at, same.fit, same.engagement) == (ann.graded_at, ann.fit, ann.engagement)
    regrade(at=now + 10 * DAY, everything=True)
    aged = Lead.objects.get()
    assert aged.graded_at == now + 10 * DAY
    assert aged.engagement < ann.engagement
    for one in (same, aged):
        told = explaining.explain_as_graded(one)
        assert (told["fit"], told["engagement"]) == (one.fit, one.engagement)


def test_a_new_version_is_written_on_every_lead(cast: Cast, now: datetime) -> None:
    lead("ann@gmail.com", now, "B")
    old = LeadDefinition.in_force()
    Lead.objects.update(graded_by=None)
    regrade(at=now + timedelta(minutes=1), everything=True)
    ann = Lead.objects.get()
    assert (ann.graded_by, ann.graded_at) == (old, now + timedelta(minutes=1))


def test_what_was_reached_is_kept_when_engagement_fades(now: datetime) -> None:
    ann = lead("ann@x.test", now, "B")
    regrade(at=now + 400 * DAY)
    ann.refresh_from_db()
    assert (ann.grade, ann.best_grade) == ("B" if ann.fit >= 45 else "C", "B")


def test_three_touches_count(now: datetime) -> None:
    rows = [row("ann@gmail.com", now - n * timedelta(hours=1), kind="other") for n in range(3)]
    take_in(rows, at=now)
    assert Lead.objects.get().engagement == 10


def test_a_fixed_number_of_statements_grades_all(now: datetime, django_assert_num_queries: Any) -> None:
    take_in([row(f"a{n}@x.test", now, "C") for n in range(50)], at=now)
    # A savepoint, the definition, its criteria, the table, the points, their statistics, the grades.
    with django_assert_num_queries(8):
        assert grading.grade(Lead.objects.all(), at=now, as_of=now) == (50, 0)


def test_a_new_definition_moves_leads_and_hands_off_who_rises(cast: Cast, now: datetime, capsys: Any) -> None:
    ann = lead("ann@gmail.com", now, "D", facts={"budget": "Approved"})
    newer = LeadDefinition.objects.create(version=2, valid_from=now, from_a=70, from_b=45, from_c=20)
    Criterion.objects.create(
        definition=newer, position=1, half="fit", label="Budget", fact="extra:budget", test="one_of",
        value=["approved"], points=80,
    )  # fmt: skip
    call_command("grade", "--json")
    assert capsys.readouterr().out == '{"graded": 1, "moved": 1}\n'
    ann.refresh_from_db()
    assert (ann.grade, ann.fit, ann.graded_by) == ("A", 80, newer)
    assert Handoff.objects.get().lead == ann
    call_command("grade", "--json")
    assert capsys.readouterr().out == '{"graded": 0, "moved": 0}\n'


# --- compiled once ------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", [None, datetime(2026, 9, 16, 12, tzinfo=UTC)])
def test_leads_named_by_their_ids_are_judged_by_the_same_statement_as_any(as_of: datetime | None) -> None:
    definition = LeadDefinition.in_force()
    for ids in ([3, 1, 2], {7}):
        named = Lead.objects.filter(pk__any=ids)
        assert ids_alone(named) == list(ids)
        assert grading.judging(named, definition, as_of) == grading._judging(named, definition, as_of)


def test_a_definition_that_says_something_else_is_another_statement() -> None:
    definition, named = LeadDefinition.in_force(), Lead.objects.filter(pk__any=[1])
    _sql, before = grading.judging(named, definition, None)
    definition.rules[0].points += 1
    _sql, after = grading.judging(named, definition, None)
    assert before != after
    assert after == grading._judging(named, definition, None)[1]


def test_only_a_list_of_ids_is_one() -> None:
    named = Lead.objects.filter(pk__any=[1, 2])
    new = Lead.objects.filter(stage="new")
    others = [Lead.objects.all(), Lead.objects.exclude(pk__any=[1]), Lead.objects.filter(organisation__any=[1])]
    for other in (*others, named[:1], named.filter(stage="new"), named | new, named.annotate(one=Value(1))):
        assert ids_alone(other) is None
