"""Whatever the definition and the facts: the SQL grade, its explanation and the rules in words agree."""

import re
from datetime import datetime, timedelta
from math import floor
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import explaining, grading
from leads.intake import take_in
from leads.models import Criterion, Lead, LeadDefinition
from leads.overriding import override_grade
from tests.cast import Cast, row

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
DAY = timedelta(days=1)
KINDS = ["form", "quote", "webinar", "visit"]
words = st.sampled_from(["head of", "leiter*", "director", "plant", "50", "a.b", "c++*", "müller", "(x", "%"])
titles = st.sampled_from(
    ["", " Head of Plant ", "Betriebsleiter", "LEITERIN", "Codirector", "A.B", "axb", "C++Dev", "50 %"]
)
points = st.integers(-60, 60)


def criteria(half: str, **parts: Any) -> Any:
    return st.fixed_dictionaries({"half": st.just(half), "points": points, **{k: _just(v) for k, v in parts.items()}})


def _just(value: Any) -> Any:
    return value if isinstance(value, st.SearchStrategy) else st.just(value)


texts = st.sampled_from(["job_title", "industry", "country", "source", "extra:Budget", "extra:rank"])
bounds = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(sorted).map(list)
ends = bounds | bounds.map(lambda b: [b[0], None]) | bounds.map(lambda b: [None, b[1]])
criterion = st.one_of(
    criteria("fit", fact=texts, test="one_of", value=st.lists(words, min_size=1, max_size=3)),
    criteria("fit", fact=texts, test="contains", value=st.lists(words, min_size=1, max_size=4)),
    criteria("fit", fact=st.sampled_from(["employees", "extra:rank"]), test="between", value=ends),
    criteria("fit", fact=st.sampled_from(["employees", "phone", "extra:Budget"]), test="known", value=True),
    criteria("engagement", fact="touches", test="touch_kind", value=st.lists(st.sampled_from(KINDS), min_size=1)),
    criteria("engagement", fact="touches", test="touch_count", value=st.integers(1, 4)),
)
definitions = st.fixed_dictionaries(
    {
        "half_life_days": st.sampled_from([1, 7, 30, 365]),
        "starts": st.lists(st.integers(-40, 90), min_size=3, max_size=3, unique=True).map(sorted),
        "criteria": st.lists(criterion, min_size=1, max_size=6),
    }
)
people = st.fixed_dictionaries(
    {
        "job_title": titles,
        "employees": st.sampled_from([None, 0, 49, 50, 300, 9999]),
        "industry": st.sampled_from(["", "Director", " Plant "]),
        "country": st.sampled_from(["", "50", "Müller"]),
        "phone": st.sampled_from(["", "+49 30 1"]),
        "facts": st.sampled_from(
            [{}, {"Budget": "Head of"}, {"rank": "50"}, {"rank": "12,5", "Budget": " "}, {"rank": "x"}]
        ),
    }
)
touches = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9000)), min_size=1, max_size=4, unique=True)


def fact(known: dict[str, Any], name: str) -> Any:
    """A fact as the definition sees it: in lower case without outer spaces, None where unknown."""
    value = known["facts"].get(name.removeprefix("extra:")) if name.startswith("extra:") else known.get(name)
    return value.strip().lower() or None if isinstance(value, str) else value


def fit_points(rule: dict[str, Any], known: dict[str, Any]) -> int | None:
    said = fact(known, rule["fact"])
    if rule["test"] == "between" and isinstance(said, str):
        said = float(said.replace(",", ".")) if re.fullmatch(r"-?\d+([.,]\d+)?", said) else None
    if said is None:
        return None
    match rule["test"]:
        case "known":
            holds = True
        case "one_of":
            holds = said in rule["value"]
        case "between":
            low, high = rule["value"]
            holds = (low is None or said >= low) and (high is None or said <= high)
        case _:
            holds = any(_says(said, word) for word in rule["value"])
    return rule["points"] if holds else 0


def _says(said: str, word: str) -> bool:
    stem = re.escape(word.removesuffix("*"))
    # A word begins before and ends after a letter or digit, as \\m and \\M of PostgreSQL mean it.
    after = "" if word.endswith("*") else r"(?<=\w)(?!\w)"
    return re.search(rf"(?<!\w)(?=\w){stem}{after}", said) is not None


def engagement_points(rule: dict[str, Any], seen: list[tuple[str, float]], half_life: int) -> int:
    enough = rule["value"] if rule["test"] == "touch_count" else 1
    ages = [age for kind, age in seen if rule["test"] == "touch_count" or kind in rule["value"]]
    if len(seen) < enough or not ages:
        return 0
    size = floor(abs(rule["points"]) * 0.5 ** (min(ages) / half_life) + 0.5)
    return -size if rule["points"] < 0 else size


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rules=definitions, known=people, contacts=touches, later=st.integers(0, 90), set_to=st.sampled_from(["", "A", "D"])
)
def test_grade_explanation_and_rules_agree(
    cast: Cast, now: datetime, rules: dict[str, Any], known: dict[str, Any], contacts: Any, later: int, set_to: str
) -> None:
    with transaction.atomic():
        from_c, from_b, from_a = rules["starts"]
        made = LeadDefinition.objects.create(
            version=2,
            valid_from=now,
            half_life_days=rules["half_life_days"],
            from_a=from_a,
            from_b=from_b,
            from_c=from_c,
        )
        Criterion.objects.bulk_create(
            Criterion(definition=made, position=n, label=f"Rule {n}", **rule)
            for n, rule in enumerate(rules["criteria"])
        )
        given_rows = [row("ann@gmail.com", now - timedelta(minutes=ago), kind=kind, **known) for kind, ago in contacts]
        take_in(given_rows, at=now)
        as_of = now + later * DAY
        grading.grade(Lead.objects.all(), at=as_of, as_of=as_of)
        ann = Lead.objects.get()

        def points_at(moment: datetime) -> list[int | None]:
            seen = [(kind, (moment - now) / DAY + ago / 1440) for kind, ago in contacts]
            return [
                fit_points(rule, known) if rule["half"] == "fit" else engagement_points(rule, seen, made.half_life_days)
                for rule in rules["criteria"]
            ]

        by_hand = points_at(as_of)
        total = sum(p or 0 for p in by_hand)
        letter = "A" if total >= from_a else "B" if total >= from_b else "C" if total >= from_c else "D"
        assert (ann.fit + ann.engagement, ann.grade) == (total, letter)
        if set_to and set_to != letter:
            override_grade(ann, grade=set_to, reason="They rang", by=cast.marketer, at=as_of)
            grading.grade(Lead.objects.all(), at=as_of, as_of=as_of)
            ann.refresh_from_db()
        told = explaining.explain_as_graded(ann)
        assert (told["grade"], told["by_points"]) == (ann.grade, letter)
        assert ann.grade == (set_to or letter)
        assert (told["fit"], told["engagement"]) == (ann.fit, ann.engagement)
        # A grade that stays the same is not written: it is told as of the moment at which it was.
        assert ann.graded_at
        assert [c["points"] for c in told["contributions"]] == [p for p in points_at(ann.graded_at) if p]
        assert told["unknown"] == [f"Rule {n}" for n, p in enumerate(by_hand) if p is None]
        transaction.set_rollback(True)
