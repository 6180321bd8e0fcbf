"""Files of campaigns: each campaign once, filled where it said nothing, and nothing overwritten."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Change
from campaigns.models import Alias, Campaign
from imports.models import ImportRow
from tests.cast import Cast
from tests.imports.conftest import Write

pytestmark = pytest.mark.django_db
HEADER = "Campaign name,Code,Channel,Start date,End date,Owner,Budget,Programme,Sales partner,Also called\n"
FAIR = "Fair 2026,fair-26,event,2031-09-01,2031-09-03,{marketer},12000,Fairs,{rep},utm_fair; Messe 26\n"


def text(cast: Cast, *rows: str) -> str:
    people = {"marketer": cast.marketer.email, "rep": cast.rep.email}
    return HEADER + "".join(row.format(**people) for row in rows)


def test_rows_become_campaigns_under_their_programme(cast: Cast, write: Write, run: Any) -> None:
    told = run("campaigns", write(text(cast, FAIR, "Newsletter,,E-mail,,,,,,,\n")))
    assert (told["rows"], told["created"], told["refused"]) == (2, 2, 0)
    fair = Campaign.objects.get(code="fair-26")
    assert (fair.name, fair.channel, fair.starts_on, fair.ends_on) == (
        "Fair 2026", "event", date(2031, 9, 1), date(2031, 9, 3),
    )  # fmt: skip
    assert (fair.owner, fair.sales_partner, fair.budget) == (cast.marketer, cast.rep, Decimal(12_000))
    assert (fair.parent.name, fair.partner_state) == ("Fairs", "asked")
    assert set(Alias.objects.filter(campaign=fair).values_list("name", flat=True)) == {"utm_fair", "Messe 26"}
    assert Campaign.objects.get(code="newsletter").channel == "email"


def test_the_same_file_again_changes_nothing(cast: Cast, write: Write, run: Any) -> None:
    path = write(text(cast, FAIR))
    run("campaigns", path)
    before = Change.objects.count(), Campaign.objects.get(code="fair-26").version
    assert run("campaigns", path)["unchanged"] == 1
    assert (Change.objects.count(), Campaign.objects.get(code="fair-26").version) == before


def test_a_known_campaign_is_filled_and_keeps_what_it_says(cast: Cast, write: Write, run: Any) -> None:
    Campaign.objects.create(code="fair-26", name="The fair", budget=Decimal(900))
    assert run("campaigns", write(text(cast, FAIR)))["updated"] == 1
    fair = Campaign.objects.get(code="fair-26")
    assert (fair.name, fair.budget, fair.channel, fair.owner) == ("The fair", Decimal(900), "event", cast.marketer)


def test_a_bad_row_is_kept_with_its_sentence_and_stops_no_other(cast: Cast, write: Write, run: Any) -> None:
    bad = "Bad,,event,2026-09-03,2026-09-01,,,,,\nNobody,,,,,who@x.test,,,,\n,,event,,,,,,,\nOdd,,smoke,,,,,,,\n"
    told = run("campaigns", write(text(cast, bad, FAIR)))
    assert (told["created"], told["refused"]) == (1, 4)
    sentences = list(ImportRow.objects.order_by("number").values_list("sentence", flat=True))
    assert "ends on or after the day it starts" in sentences[0]
    assert sentences[1] == "Nobody here has the address who@x.test."
    assert sentences[2] == "Write the name of the campaign."
    assert "Channel" in sentences[3]
    assert set(Campaign.objects.values_list("name", flat=True)) == {"Fair 2026", "Fairs"}
