"""Files of costs: each line once, however often the file is loaded."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from campaigns.cost_files import CostRow, log_costs
from campaigns.files import COSTS
from campaigns.models import Campaign, Cost
from common.errors import DomainError
from imports.models import ImportRow
from tests.cast import Cast
from tests.imports.conftest import Write

pytestmark = pytest.mark.django_db
HEADER = "campaign,kind,planned,actual,on\n"


def lines() -> list[tuple[Any, ...]]:
    return list(Cost.objects.order_by("pk").values_list("campaign__name", "kind", "planned", "actual", "on"))


def test_lines_become_costs_of_their_campaigns(write: Write, run: Any) -> None:
    Campaign.objects.create(code="fair-2026", name="Fair 2026")
    rows = (
        'fair 2026,event,"10,000.00",9500,2026-03-01\nfair-2026,Media,,500,02 Mar 2026\nWebinar,tools,250,,2026-04-01\n'
    )
    told = run("costs", write(HEADER + rows))
    assert (told["rows"], told["created"], told["warnings"]) == (3, 3, 0)
    assert lines() == [
        ("Fair 2026", "event", Decimal(10_000), Decimal(9_500), date(2026, 3, 1)),
        ("Fair 2026", "media", None, Decimal(500), date(2026, 3, 2)),
        ("Webinar", "tools", Decimal(250), None, date(2026, 4, 1)),
    ]


def test_the_same_file_again_changes_nothing(write: Write, run: Any) -> None:
    path = write(HEADER + "Fair,event,100,90,2026-03-01\nFair,event,100,90,2026-03-01\n")
    first = run("costs", path)
    assert (first["created"], first["unchanged"]) == (1, 1)
    before = lines()
    assert run("costs", path)["unchanged"] == 2
    assert lines() == before


def test_what_was_not_entered_is_filled_and_what_differs_is_another_line(write: Write, run: Any) -> None:
    run("costs", write(HEADER + "Fair,event,100,,2026-03-01\n"))
    told = run("costs", write(HEADER + "Fair,event,100,90,2026-03-01\nFair,event,,70,2026-03-01\n"))
    assert (told["updated"], told["created"]) == (1, 1)
    assert [line[2:4] for line in lines()] == [(Decimal(100), Decimal(90)), (None, Decimal(70))]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",media,1,1,2026-03-01", "Write the campaign"),
        ("Fair,,1,1,2026-03-01", "Write the kind of cost"),
        ("Fair,sandwiches,1,1,2026-03-01", "Kind: “sandwiches” is not known"),
        ("Fair,media,,,2026-03-01", "Write the planned cost"),
        ("Fair,media,-5,,2026-03-01", "Planned: "),
        ("Fair,media,1,1,", "Write the day"),
        ("Fair,media,1,1,2026-02-30", "Date: "),
    ],
)
def test_a_line_that_lacks_something_is_refused(row: str, sentence: str, write: Write, run: Any) -> None:
    assert run("costs", write(HEADER + row + "\n"))["refused"] == 1
    assert ImportRow.objects.get().sentence.startswith(sentence)
    assert not Cost.objects.exists()


def test_costs_are_kept_by_marketing(cast: Cast) -> None:
    with pytest.raises(DomainError) as refused:
        log_costs([CostRow(number=2, campaign="Fair", kind="media", on=date(2026, 3, 1))], by=cast.sales_manager)
    assert refused.value.code == "not_marketing"
    assert not Campaign.objects.exists()
    assert [COSTS.may_load(user) for user in (cast.marketer, cast.admin, cast.rep, cast.sales_manager)] == [
        True, True, False, False,
    ]  # fmt: skip
