"""Files of costs, campaigns and outcomes in other words: of other languages, and of the tools that write them."""

from pathlib import Path
from typing import Any

import pytest

from common.tables import read_table, sniff
from imports import kinds
from imports.reading import Good, Options, Reader, study
from tests.imports.conftest import Write

pytestmark = pytest.mark.django_db
SPRING = {"campaign": "Spring", "kind": "media", "actual": "900.50", "on": "2026-03-14"}
WON = {"email": "ann@x.test", "verdict": "accepted", "won_at": "2026-04-01", "amount": "12000.00"}
# The kind of file, its text, and the values of its first row.
FILES = [
    ("costs", "Kampagne;Kostenart;Ist;Datum\nSpring;Medien;900,50 €;14.03.2026\n", SPRING),
    ("costs", "Campagne;Type de coût;Réel;Date\nSpring;Média;900,50;14/03/2026\n", SPRING),
    ("costs", "Campaña;Tipo de coste;Real;Fecha\nSpring;medios;900,50;14/03/2026\n", SPRING),
    ("costs", "Invoice date,Net amount,Campaign,Category\n2026-03-14,900.50,Spring,Advertising\n", SPRING),
    (
        "costs",
        (
            "Campaign name,Day,Impressions,Reach,Amount spent (EUR),Reporting starts,Reporting ends\n"
            "Spring,2026-03-14,100,90,900.50,2026-03-01,2026-03-31\n"
        ),
        SPRING,
    ),
    (
        "costs",
        (
            "Campaign Performance Report (in UTC)\nReport Start: March 1, 2026\n\n"
            "Start Date (in UTC)\tAccount Name\tCurrency\tCampaign Name\tTotal Spent\tImpressions\n"
            "3/14/2026\tAcme\tEUR\tSpring\t900.50\t100\n"
        ),
        SPRING,
    ),
    (
        "costs",
        (
            "Campaign report\nMarch 2026\nDay,Campaign,Budget,Currency code,Impr.,Clicks,Cost\n"
            '2026-03-14,Spring,50.00,EUR,"1,234",56,900.50\n'
        ),
        SPRING,
    ),
    (
        "campaigns",
        "Name;Kürzel;Kanal;Beginn;Ende\nMesse;m26;Messe;01.03.2026;31.03.2026\n",
        {"name": "Messe", "code": "m26", "channel": "event", "starts_on": "2026-03-01", "ends_on": "2026-03-31"},
    ),
    (
        "campaigns",
        "Campaign Name,Type,Start Date,End Date,Budgeted Cost\nSpring,Trade Show,3/1/2026,3/31/2026,1000\n",
        {"name": "Spring", "channel": "event", "starts_on": "2026-03-01", "budget": "1000.00"},
    ),
    (
        "outcomes",
        "E-Mail;Urteil;Gewonnen am;Betrag\nann@x.test;angenommen;01.04.2026;12.000,00\n",
        WON,
    ),
    (
        "outcomes",
        (
            "Deal - Title,Deal - Value,Deal - Status,Deal - Deal created,Deal - Won time,Person - Email\n"
            "Pumps,12000,won,2026-03-10,2026-04-01,ann@x.test\n"
        ),
        WON | {"verdict": None, "opportunity_at": "2026-03-10"},
    ),
]


@pytest.mark.parametrize(("key", "text", "values"), FILES)
def test_a_file_in_other_words_is_read_as_it_means(key: str, text: str, values: dict[str, Any], write: Write) -> None:
    kind, path = kinds.get(key), Path(write(text))
    layout = sniff(path)
    mapping = kind.map_headers(layout.headers, {})
    options, asked = study(kind, path, layout, mapping, Options(export=kind.recognised(layout.headers)))
    row = Reader(kind, [mapping[header] for header in layout.headers], {}, options).read(
        *next(read_table(path, layout))
    )
    assert isinstance(row, Good), row
    assert (asked, row.warnings) == ([], ())
    told = {name: None if row.values.get(name) is None else str(row.values[name]) for name in values}
    assert {name: text and text.removesuffix(" 00:00:00+00:00") for name, text in told.items()} == values


def test_a_date_of_another_column_settles_the_order(write: Write) -> None:
    path = Path(write("email,Created,Last Modified\nann@x.test,03/04/2026,03/14/2026\n"))
    kind, layout = kinds.get("leads"), sniff(path)
    options, asked = study(kind, path, layout, kind.map_headers(layout.headers, {}))
    assert (options.orders, asked) == ({"captured_at": False}, [])


@pytest.mark.parametrize("key", ["costs", "campaigns", "outcomes"])
def test_no_word_stands_for_two_columns(key: str) -> None:
    told = [word for column in kinds.get(key).columns for word in column.headers()]
    assert len(set(told)) == len(told)


def test_every_export_names_columns_that_there_are() -> None:
    for kind in map(kinds.get, ("costs", "outcomes")):
        names = {column.name for column in kind.columns} | {"-"}
        for export in kind.exports:
            assert set(export.mapping.values()) | set(export.fixed) <= names, export.name
            assert kind.recognised(sorted(export.headers)) == export.name
