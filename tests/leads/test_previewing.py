"""What a draft would do is counted on all leads before it is signed."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from leads import previewing
from leads.defining import draft_from
from leads.models import Event, Lead, LeadDefinition
from leads.overriding import override_grade
from leads.previewing import moving, preview
from leads.regrading import regrade
from tests.cast import Cast, lead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def draft(cast: Cast, now: datetime) -> LeadDefinition:
    """A draft by which an A needs 95 points, and a B 60."""
    for grade in "AABCD":
        lead(f"{grade}{Lead.objects.count()}@{grade.lower()}.test", now - 20 * DAY, grade)
    made = draft_from(LeadDefinition.in_force(), by=cast.marketer, at=now)
    LeadDefinition.objects.filter(pk=made.pk).update(from_a=95, from_b=60)
    return LeadDefinition.objects.get(pk=made.pk)


def moves(definition: LeadDefinition) -> dict[str, int]:
    cells = (cell for _grade, row, _total in preview(definition).rows for cell in row)
    return {cell.old + cell.new: cell.count for cell in cells if cell.count}


def test_moves_are_counted_from_each_grade_to_each(draft: LeadDefinition) -> None:
    found = preview(draft)
    assert moves(draft) == {"AB": 2, "BC": 1, "CC": 1, "DD": 1}
    assert (found.total, found.moved, found.new_handoffs, found.lost_handoffs, found.every) == (5, 3, 0, 1, 1)
    assert found.after == [("A", 0), ("B", 2), ("C", 2), ("D", 1)]


def test_rules_that_are_the_same_move_nobody_however_old_the_grades(cast: Cast, draft: LeadDefinition) -> None:
    assert moves(LeadDefinition.in_force()) == {"AA": 2, "BB": 1, "CC": 1, "DD": 1}


def test_what_moves_in_the_preview_moves_at_the_signature(draft: LeadDefinition, now: datetime) -> None:
    expected = moves(draft)
    before = dict(Lead.objects.values_list("pk", "grade"))
    LeadDefinition.objects.filter(pk=draft.pk).update(valid_from=now, asked_at=now)
    regrade(at=now - 20 * DAY, everything=True)
    found: dict[str, int] = {}
    for pk, grade in Lead.objects.values_list("pk", "grade"):
        found[before[pk] + grade] = found.get(before[pk] + grade, 0) + 1
    assert found == expected


def test_each_number_opens_the_leads_it_counts(draft: LeadDefinition) -> None:
    for way, count in moves(draft).items():
        ids = moving(draft, *way)
        assert len(ids) == count
        assert set(Lead.objects.filter(pk__in=ids).values_list("grade", flat=True)) == {way[0]}


def test_a_set_grade_stays_and_a_kept_out_lead_is_not_counted(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    first, second = Lead.objects.filter(grade="A").order_by("pk")
    override_grade(first, grade="C", reason="Left the company", by=cast.marketer, at=now)
    Lead.objects.filter(pk=second.pk).update(kept_out="test")
    assert moves(draft) == {"BC": 1, "CC": 2, "DD": 1}


def test_of_very_many_leads_every_nth_is_counted_and_the_page_says_so(
    cast: Cast, draft: LeadDefinition, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(previewing, "MOST", 3)
    even = [pk for pk in Lead.objects.values_list("pk", flat=True) if pk % 2 == 0]
    assert (preview(draft).every, preview(draft).total) == (2, len(even))
    client.force_login(cast.marketer)
    assert "Counted on one lead in 2" in client.get("/definition/draft/preview/").content.decode()


def test_looking_changes_nothing(cast: Cast, draft: LeadDefinition, client: Client) -> None:
    before = (list(Lead.objects.order_by("pk").values()), Event.objects.count())
    client.force_login(cast.marketer)
    page = client.get("/definition/draft/preview/", headers={"HX-Request": "true"}).content.decode()
    assert "<strong>3</strong> of 5 leads would be graded otherwise." in page
    listed = client.get("/definition/draft/moves/?from=A&to=B").content.decode()
    assert listed.count("data-row-link") == 2
    assert client.get("/definition/draft/moves/?from=A&to=Z").status_code == 404
    assert (list(Lead.objects.order_by("pk").values()), Event.objects.count()) == before
