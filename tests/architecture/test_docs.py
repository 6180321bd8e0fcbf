"""The documents say what the code does: their tables and worked examples are computed again."""

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from accounts.calendars import public_holidays
from accounts.quarters import quarter_of
from campaigns.models import Campaign, Cost
from common.statistics import ENOUGH, poisson_ahead, wilson
from common.working_time import WorkingTime
from feedback.models import Outcome, Reason, Verdict
from leads import clock, explaining
from leads.intake import LeadRow, take_in
from leads.models import Handoff, Lead, LeadDefinition, Touch
from reviews import figures
from reviews.attribution import MODELS, shares
from reviews.figures import FIGURES
from reviews.measures import MEASURES
from reviews.periods import period_named
from reviews.slices import Slice
from reviews.values import Unit
from tests.cast import Cast, row

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


def text(name: str, heading: str = "") -> str:
    """A document, or its part below a heading."""
    whole = (DOCS / name).read_text()
    return whole.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0] if heading else whole


def table(part: str) -> list[list[str]]:
    """The cells of the first table of a text, without its head and without backticks and stars."""
    lines = [line for line in part.partition("\n|")[2].split("\n\n", 1)[0].splitlines() if line]
    return [[cell.strip().strip("`*") for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("document", PAGES, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    linked = [link.partition("#")[0] for link in re.findall(r"\]\((?!\w+:)([^)]+)\)", document.read_text())]
    assert [link for link in linked if link and not (document.parent / link).exists()] == []


def test_decisions_are_numbered_and_say_why() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    assert [page.name[:4] for page in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    for page in decisions:
        for part in ("**Context.**", "**Choice.**", "**Consequence.**"):
            assert part in page.read_text(), (page.name, part)


# --- figures --------------------------------------------------------------------------------------


def test_each_figure_is_told_as_it_is() -> None:
    told = {key: tuple(facts) for key, _words, *facts in table(text("figures.md", "The figures"))}
    known = {f.key: (f.numerator, f.denominator or "–", f.unit.value, f.opens or "–") for f in FIGURES.values()}
    assert told == known


def test_each_measure_is_told() -> None:
    told = {key for names, *_rest in table(text("figures.md", "The measures")) for key in re.findall(r"\w+", names)}
    assert told == set(MEASURES)


def test_what_budgets_bring_is_computed() -> None:
    rows = table(text("planning.md", "What a budget may bring"))
    assert len(rows) == 3
    for past, budget, value, interval in rows:
        count, cost = (int(part.replace(",", "")) for part in past.split(" for "))
        found = poisson_ahead(count, int(budget.replace(",", "")) / cost)
        assert [f"{number:.1f}" for number in found] == [f"{float(value):.1f}", *interval.split(" to ")]


def test_intervals_are_true() -> None:
    rows = table(text("figures.md", "The interval of a rate"))
    assert len(rows) == 3
    for rate, share, *ends, doubt in rows:
        successes, cases = map(int, rate.split(" of "))
        low, high = wilson(successes, cases)
        assert [share, *ends] == [f"{100 * x:.1f} %" for x in (successes / cases, low, high)]
        assert ("too few" in doubt) == (cases < ENOUGH)


@pytest.mark.django_db
def test_the_quarter_of_the_worked_example(cast: Cast, now: datetime) -> None:
    start = now - 20 * DAY
    fair = Campaign.objects.create(code="fair", name="Fair")
    Cost.objects.create(campaign=fair, kind="event", actual=1000, on=start.date())
    rows = [row(f"{n}@gmail.com", start, grade, campaign="fair") for n, grade in enumerate("ABBC")]
    ann, ben, _cem, _dora = (Lead.objects.get(pk=taken.lead_id) for taken in take_in(rows, at=start))
    for lead, days, verdict, reason in ((ann, 2, "accepted", None), (ben, 9, "rejected", "too_small")):
        at = start + days * DAY
        Handoff.objects.filter(lead=lead).update(responded_at=at, verdict_at=at, closed_at=at)
        why = Reason.objects.get(key=reason) if reason else None
        Verdict.objects.create(handoff=lead.handoffs.get(), verdict=verdict, reason=why, at=at)
    for kind, amount, days in (("opportunity", 4000, 3), ("won", 3500, 4)):
        Outcome.objects.create(lead=ann, kind=kind, amount=amount, at=start + days * DAY)
    values = figures.figures(Slice(quarter_of(start), campaign=fair), now=now)
    told = re.findall(r"`(\w+)` (?:\([^=`]*= )?€?([\d,.]*\d)(?:/(\d+))?", text("figures.md", "A worked example"))
    assert {key for key, *_numbers in told} >= {"answered_in_time", "pipeline", "roi", "speed_p90_hours"}
    for key, number, of in told:
        value = values[key]
        found = (value.numerator, value.denominator) if value.figure.unit == Unit.RATE else (value.value, None)
        assert tuple(map(Decimal, map(str, found[: 1 + bool(of)]))) == tuple(
            Decimal(n.replace(",", "")) for n in (number, of) if n
        ), key


# --- grades and clocks ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_default_definition_is_told_as_it_is() -> None:
    told = text("scoring.md", "The default definition, version 1")
    definition = LeadDefinition.objects.get(version=1)
    criteria = list(definition.criteria.all())
    assert [(half, label, int(points)) for half, label, _words, points in table(told)] == [
        (c.half, c.label, c.points) for c in criteria
    ]
    plain = " ".join(told.split())
    for criterion in criteria:
        if criterion.test in ("contains", "one_of", "touch_kind"):
            assert ", ".join(criterion.value) in plain, criterion.label
    starts = (definition.half_life_days, definition.from_a, definition.from_b, definition.from_c)
    assert "Half-life {} days. A from {}, B from {}, C from {}, D below.".format(*starts) in plain


@pytest.mark.django_db
def test_the_grade_of_the_worked_example(now: datetime) -> None:
    known = {"job_title": "Head of procurement", "industry": "Machinery", "country": "Germany", "employees": 640}
    number = count(2)
    take_in(
        [
            LeadRow(number=next(number), email="ann@x.test", captured_at=now - ago * DAY, kind=kind, **known)
            for ago, kind in ((41, "webinar"), (5, "quote"))
        ],
        at=now,
    )
    rows = {label: points for label, _ground, *points in table(text("scoring.md", "A worked example"))}
    for place, days in enumerate((0, 90)):
        found = explaining.explain(Lead.objects.get(), as_of=now + days * DAY)
        told = {label: points[place] for label, points in rows.items()}
        assert [label for label, points in told.items() if points == "–"] == found["unknown"]
        sums = {name: str(found[name]) for name in ("fit", "engagement", "grade")}
        lines = {c["criterion"]: str(c["points"]) for c in found["contributions"]}
        total = str(found["fit"] + found["engagement"])
        assert {k: v for k, v in told.items() if v != "–"} == lines | sums | {"total": total}


def test_due_moments_are_true() -> None:
    rows = table(text("service-level.md", "When an answer is due"))
    assert len(rows) > 5
    for handed_off, due, at_risk, _why in rows:
        at = datetime.fromisoformat(handed_off).replace(tzinfo=BERLIN)
        found = clock.due_moment(at, 7, BERLIN).astimezone(ZoneInfo("UTC"))
        moments = (found, clock.risk_moment(at.astimezone(ZoneInfo("UTC")), found))
        assert [f"{m.astimezone(BERLIN):%Y-%m-%d %H:%M}" for m in moments] == [due, at_risk]


def test_due_moments_in_working_time_are_true() -> None:
    rows = table(text("service-level.md", "In working time"))
    assert len(rows) > 5
    week = [[(time(9), time(17))]] * 5 + [[], []]
    berlin = WorkingTime(BERLIN, week, lambda day: day in public_holidays("DE", "", day.year))
    for handed_off, target, due, _why in rows:
        at = datetime.fromisoformat(handed_off).replace(tzinfo=BERLIN)
        amount, unit = int(target.split()[0]), target.split()[-1]
        found = berlin.after_days(at, amount) if unit == "day" else berlin.after_hours(at, amount)
        assert f"{found.astimezone(BERLIN):%Y-%m-%d %H:%M}" == due, handed_off


# --- credit ---------------------------------------------------------------------------------------


def test_each_model_is_told() -> None:
    assert [(label, key) for label, key, _weights in table(text("figures.md", "Credit"))] == [
        (str(model.label), model.key) for model in MODELS.values()
    ]


@pytest.mark.django_db
def test_the_credit_of_the_worked_example(now: datetime) -> None:
    told = text("figures.md", "Credit").split("### An example of credit\n")[1]
    days = re.search(r"off on (\S+), .* opportunity on (\S+), and is won on (\S+) with €([\d,.]+)\.", told)
    assert days
    handed, opened, won = (datetime.fromisoformat(f"{day}T12:00+00:00") for day in days.groups()[:3])
    amount = Decimal(days[4].replace(",", ""))
    lead = Lead.objects.create(email="ann@x.test", captured_at=handed)
    Handoff.objects.create(lead=lead, grade="A", at=handed)
    for kind, at in (("opportunity", opened), ("won", won)):
        Outcome.objects.create(lead=lead, kind=kind, at=at, amount=amount)
    for name, day, _places in table(told):
        about = Campaign.objects.get_or_create(code=name, name=name)[0]
        Touch.objects.create(lead=lead, campaign=about, at=datetime.fromisoformat(f"{day}T12:00+00:00"))
    names = dict(Campaign.objects.values_list("pk", "name"))
    found = {(s.model, names[s.campaign]): s.amount for s in shares(period_named("2026-Q3"), MODELS, now=now)}
    head, *rows = [line.strip("| ").split(" | ") for line in told.split("\n\n")[2].splitlines() if "---" not in line]
    assert {row[0] for row in rows} == {str(model.label) for model in MODELS.values()}
    keys = {str(model.label): model.key for model in MODELS.values()}
    for label, *told_credit in rows:
        for name, credit in zip(head[1:], told_credit, strict=True):
            assert found.get((keys[label], name), 0) == Decimal(credit.replace(",", "")), (label, name)
