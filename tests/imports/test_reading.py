"""Cells as people and tools write them become values; what is odd is warned about, what can't be is refused."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from accounts.models import Company
from common.tables import sniff
from imports import amounts, dates, kinds
from imports.reading import Good, Options, Question, Reader, Refused, questions, study
from leads.models import Lead
from tests.imports.conftest import Write

pytestmark = pytest.mark.django_db


def read(names: list[str], cells: list[str], kind: str = "leads", options: Options | None = None, **fixed: str) -> Any:
    return Reader(kinds.get(kind), names, fixed, options).read(2, cells)


def lead(**cells: str) -> Any:
    return read(["email", *cells], ["ann@x.test", *cells.values()])


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("2026-03-01", date(2026, 3, 1)), ("2026-03-01 09:10", datetime(2026, 3, 1, 9, 10)),
        ("2026-03-10T09:10:00.000Z", datetime(2026, 3, 10, 9, 10, tzinfo=UTC)), ("2026/3/1", date(2026, 3, 1)),
        ("20260301", date(2026, 3, 1)), ("13/02/2026", date(2026, 2, 13)), ("2/13/2026", date(2026, 2, 13)),
        ("1.2.2026", date(2026, 2, 1)), ("1.2.26", date(2026, 2, 1)), ("2 Mar 2026", date(2026, 3, 2)),
        ("2-Mar-26", date(2026, 3, 2)), ("Mar 2, 2026", date(2026, 3, 2)), ("3. März 2026", date(2026, 3, 3)),
        ("2 de marzo de 2026", date(2026, 3, 2)), ("March 2nd, 2026 9:10 AM", datetime(2026, 3, 2, 9, 10)),
        ("3/13/26 10:23 pm", datetime(2026, 3, 13, 22, 23)), ("12/31/2026 12:05 AM", datetime(2026, 12, 31, 0, 5)),
        ("Mon, 02 Mar 2026 10:00:00 GMT", datetime(2026, 3, 2, 10, tzinfo=UTC)), ("2026年3月1日", date(2026, 3, 1)),
        ("2026年3月1日 下午3:05", datetime(2026, 3, 1, 15, 5)), ("46100", date(2026, 3, 19)),
        ("46100.5", datetime(2026, 3, 19, 12)), ("1772323200", datetime(2026, 3, 1, tzinfo=UTC)),
        ("1772323200000", datetime(2026, 3, 1, tzinfo=UTC)), ("2026-02-28 24:00", datetime(2026, 3, 1)),
        ("2026. 3. 1. 오후 3:05", datetime(2026, 3, 1, 15, 5)),
        ("2026年3月1日(日) 09時10分", datetime(2026, 3, 1, 9, 10)),
        ("Sonntag, 1. März 2026 um 09:10 Uhr", datetime(2026, 3, 1, 9, 10)), ("1er mars 2026", date(2026, 3, 1)),
        ("dim. 1 mars 2026 à 09:10", datetime(2026, 3, 1, 9, 10)), ("1 de marzo del 2026", date(2026, 3, 1)),
        ("1 października 2026 r.", date(2026, 10, 1)), ("1 марта 2026 г.", date(2026, 3, 1)),
        ("1. 3. 2026", date(2026, 3, 1)),
        ("Sun Mar  1 09:10:11 CET 2026", datetime(2026, 3, 1, 9, 10, 11, tzinfo=timezone(timedelta(hours=1)))),
        ("Sun Mar 01 2026 09:10:11 GMT+0100 (Central European Standard Time)",
         datetime(2026, 3, 1, 9, 10, 11, tzinfo=timezone(timedelta(hours=1)))),
        ("20260301T0910Z", datetime(2026, 3, 1, 9, 10, tzinfo=UTC)),
        ("20260301091011", datetime(2026, 3, 1, 9, 10, 11)),
        ("46082,5", datetime(2026, 3, 1, 12)), ("13/03/2026 13:05 PM", datetime(2026, 3, 13, 13, 5)),
        ("2026-03-01 09:10:11 America/New_York", datetime(2026, 3, 1, 9, 10, 11, tzinfo=ZoneInfo("America/New_York"))),
    ],
)  # fmt: skip
def test_dates_in_every_common_form(raw: str, found: object) -> None:
    assert dates.read_date(raw, True) == found


@pytest.mark.parametrize("raw", ["0000-00-00 00:00:00", "00/00/0000", "1/0/1900", "1970-01-01", "1900-01-01 00:00"])
def test_a_day_that_stands_for_none_is_unknown(raw: str) -> None:
    assert (lead(captured_at=raw).values.get("captured_at"), lead(captured_at=raw).warnings) == (None, ())


@pytest.mark.parametrize(
    "raw",
    [
        "2026-01-01 24:01",
        "Q1 2026",
        "2026",
        "9:10",
        "1 Foo 2026",
        "2026-01-01 9:10 Mars/Base",
        "31/02/2026",
        "2026-02-30",
        "13/13/2026",
        "yesterday",
        "25:00",
        "2026-01-01 25:00",
    ],
)
def test_an_impossible_date_refuses_the_row(raw: str) -> None:
    refused = lead(captured_at=raw)
    assert isinstance(refused, Refused)
    assert refused.sentence.startswith("Captured at: ")


@pytest.mark.parametrize(
    ("raw", "amount", "unsure"),
    [
        ("1,234.56", "1234.56", False), ("1.234,56", "1234.56", False), ("1 234,56", "1234.56", False),
        ("1\u202f234,56 €", "1234.56", False), ("R$ 111.349", "111349", False), ("(500)", "-500", False),
        ("1,234", "1234", True), ("1.234", "1234", True), ("12k", "12000", False), ("₹1,23,456", "123456", False),
        ("CHF 1'234.50", "1234.50", False), ("1.25E7", "12500000", False), ("$1,234", "1234", False),
        ("2,5 Mio", "2500000", False), ("1.234.567", "1234567", False), ("0.123", "0.123", False),
        ("500-", "-500", False), ("1,23", "1.23", False), ("Rs. 1,00,000", "100000", False), (".5", "0.5", False),
    ],
)  # fmt: skip
def test_amounts_in_every_common_form(raw: str, amount: str, unsure: bool) -> None:
    assert amounts.read_amount(raw) == (Decimal(amount), unsure)


@pytest.mark.parametrize("raw", ["free", "NaN", "Infinity", "1,2,3", "12 apples", "3.000.00", "", "k"])
def test_what_is_no_amount(raw: str) -> None:
    with pytest.raises(ValueError):
        amounts.read_amount(raw)


@pytest.mark.parametrize("raw", ["(500)", "-1", "−20"])
def test_an_outcome_has_no_negative_amount(raw: str) -> None:
    refused = read(["email", "won_at", "amount"], ["ann@x.test", "2026-01-01", raw], "outcomes")
    assert refused.sentence.startswith("Amount: ")


def write_dates(write: Write, *cells: str) -> Any:
    rows = "".join(f"p{n}@x.test,{cell}\n" for n, cell in enumerate(cells))
    return write("email,captured_at\n" + rows)


def asked(path: str) -> tuple[Options, list[Question]]:
    kind, layout = kinds.get("leads"), sniff(Path(path))
    mapping = kind.map_headers(layout.headers, {})
    assert questions(kind, Path(path), layout, mapping) == study(kind, Path(path), layout, mapping)[1]
    return study(kind, Path(path), layout, mapping)


def test_one_date_settles_the_order_of_its_column(write: Write) -> None:
    options, open_ = asked(write_dates(write, "03/04/2026", "13/04/2026"))
    assert (options.orders, open_) == ({"captured_at": True}, [])
    options, open_ = asked(write_dates(write, "03/04/2026", "04/13/2026"))
    assert (options.orders, open_) == ({"captured_at": False}, [])


def test_the_question_names_the_column_as_the_file_does(write: Write) -> None:
    _options, open_ = asked(write("email,Created\nann@x.test,03/04/2026\n"))
    assert open_ == [Question("captured_at", "dates", ("03/04/2026",), "Created")]


def test_what_no_cell_settles_is_asked_once(write: Write) -> None:
    _options, open_ = asked(write_dates(write, "03/04/2026", "05/06/2026", "07/07/2026", "01.02.2026"))
    assert open_ == [Question("captured_at", "dates", ("03/04/2026", "05/06/2026"), "captured_at")]


def company_in(country: str) -> None:
    Company.objects.update_or_create(pk=1, defaults={**settings.COMPANY, "country": country})


@pytest.mark.parametrize(("country", "month"), [("US", 3), ("DE", 4), ("", 4)])
def test_without_an_answer_the_country_decides_and_each_row_is_warned(country: str, month: int) -> None:
    company_in(country)
    good = lead(captured_at="03/04/2026")
    assert (good.values["captured_at"].month, len(good.warnings)) == (month, 1)
    assert f"2026-{month:02d}" in good.warnings[0]


@pytest.mark.parametrize(("day_first", "month"), [(True, 4), (False, 3)])
def test_an_answer_settles_it_without_a_warning(day_first: bool, month: int) -> None:
    good = read(["email", "captured_at"], ["ann@x.test", "03/04/2026"], options=Options(day_first=day_first))
    assert (good.values["captured_at"].month, good.warnings) == (month, ())


def test_the_command_takes_the_answer(write: Write, run: Any) -> None:
    path = write_dates(write, "03/04/2026")
    assert run("leads", path, "--dates", "month-first")["warnings"] == 0
    assert Lead.objects.get().captured_at.month == 3


@pytest.mark.parametrize("cell", ["Select", "undefined", "n/a", "N/A", "null", "none", "-", "(blank)", "#N/A", "不明"])
def test_placeholders_count_as_unknown(cell: str) -> None:
    good = lead(industry=cell, phone=cell, employees=cell, captured_at=cell, external_id=cell, last_name=cell)
    assert (good.values, good.warnings) == ({"number": 2, "extra": {}, "email": "ann@x.test"}, ())


@pytest.mark.parametrize(
    ("column", "cell"), [("employees", "-1"), ("employees", "0.0"), ("phone", "0"), ("phone", "000-000")]
)
def test_some_numbers_count_as_unknown_where_they_can_mean_nothing(column: str, cell: str) -> None:
    assert column not in lead(**{column: cell}).values


def test_what_only_looks_like_a_placeholder_is_kept() -> None:
    good = lead(last_name="Null", source="unknown", note="-")
    assert good.values["last_name"] == "Null"
    assert good.values["source"] == "unknown"


@pytest.mark.parametrize(
    ("column", "cell", "value", "warned"),
    [
        ("phone", "4.47701E+11", None, True), ("phone", "447700900202.0", "447700900202", True),
        ("external_id", "8.70412E+17", None, True), ("external_id", "870412345678901234", "870412345678901234", True),
        ("external_id", "70100000001.0", "70100000001", True), ("external_id", "70100000001", "70100000001", False),
        ("phone", "'+442079460018", "+442079460018", False), ("employees", "1,200", 1200, True),
        ("employees", "51-200", 51, False), ("employees", "10,000+", 10000, True), ("employees", "250.0", 250, False),
        ("employees", "201 to 500 employees", 201, False), ("employees", "More than 1000", 1000, False),
        ("employees", "1k–5k", 1000, False), ("employees", "500 or more", 500, False), ("employees", "<50", None, True),
        ("employees", "Enterprise", None, True), ("phone", '="+442079460018"', "+442079460018", False),
        ("phone", "+442079460018; +442079460019", "+442079460018; +442079460019", False),
        ("name", 'Ann Nita" Lee"', 'Ann Nita" Lee"', True), ("name", 'Ann "Nita"', 'Ann "Nita"', False),
        ("note", '5" x 7"', '5" x 7"', False),
        ("name", "An\x00n", "Ann", True), ("extra:City", "Ro\x00me", None, True),
        ("name", "Ana\u00a0Díaz", "Ana Díaz", True), ("name", "Bø\u202e", "Bø", True),
        ("name", "Ana\r\nDíaz", "Ana Díaz", False), ("name", "Zoë", "Zoë", False),
        ("organisation", "CafÃ© IbÃ©rico", "CafÃ© IbÃ©rico", True), ("note", "a\nb", "a\nb", False),
    ],
)  # fmt: skip
def test_damage_is_noticed(column: str, cell: str, value: object, warned: bool) -> None:
    good = lead(**{column: cell})
    assert isinstance(good, Good)
    assert (good.values.get(column), bool(good.warnings)) == (value, warned)


def test_an_address_is_cleaned_and_a_false_letter_told() -> None:
    assert read(["email"], ["\u200bann@x.test"]).values["email"] == "ann@x.test"
    assert read(["email"], ["Ann Becker <Ann@X.test>"]).values["email"] == "ann@x.test"
    assert len(read(["email"], ["ann@ex\u0430mple.com"]).warnings) == 1


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("ann@x.test; bob@x.test", "ann@x.test"), ("ann@x.test, bob@x.test", "ann@x.test"),
        ("'ann@x.test'", "ann@x.test"),
        ("ann@x.test.", "ann@x.test"), ("ann@x.test/", "ann@x.test"), ("ann @x.test", None), ("Ann ann@x.test", None),
        ("ann(at)x.test", None), ("ann@x.test bob", None), ("ann@@x.test", None),
    ],
)  # fmt: skip
def test_an_address_among_others_is_told_and_a_damaged_one_refused(cell: str, address: str | None) -> None:
    row = read(["email"], [cell])
    if address is None:
        assert isinstance(row, Refused)
    else:
        assert (row.values["email"], len(row.warnings)) == (address, 1)


def test_the_second_address_stands_in_for_the_first() -> None:
    names = ["email", "extra:Personal Email", "extra:Owner email", "extra:Mobile"]
    row = read(names, ["", "ann@x.test", "ines@acme.test", "+442079460018"])
    assert (row.values["email"], row.values["phone_e164"]) == ("ann@x.test", "+442079460018")
    assert read(names, ["bob@x.test", "ann@x.test", "", ""]).values["email"] == "bob@x.test"
    assert isinstance(read(names, ["", "none", "ines@acme.test", "4.47701E+11"]), Refused)


@pytest.mark.parametrize("text", ["a\udcfcb", "\ud800"])
def test_bytes_that_are_no_text_refuse_the_row(text: str) -> None:
    assert isinstance(lead(name=text), Refused)


def test_amounts_in_further_columns_are_kept_as_they_are_and_told() -> None:
    good = read(["email", "extra:Budget"], ["ann@x.test", "1,234"])
    assert (good.values["extra"], len(good.warnings)) == ({"Budget": "1,234"}, 1)
    assert read(["email", "extra:Version"], ["ann@x.test", "1.234"]).warnings == ()


@pytest.mark.parametrize(
    "cells",
    [
        {"email": "test@fb.com"}, {"name": "<test lead: dummy data for full_name>"}, {"name": "Test Lead"},
        {"external_id": "TeSt-0001"}, {"extra:is_test": "TRUE"},
    ],
)  # fmt: skip
def test_test_leads_are_marked(cells: dict[str, str]) -> None:
    row = {"external_id": "7", **cells}
    assert read(list(row), list(row.values())).values["kept_out"] == "test"


@pytest.mark.parametrize(
    "cells", [{"email": "tester@kettler.test"}, {"name": "Tess Test"}, {"email": "test@kettler.com"}]
)
def test_others_are_not(cells: dict[str, str]) -> None:
    row = {"external_id": "7", **cells}
    assert "kept_out" not in read(list(row), list(row.values())).values


def test_a_number_belongs_to_the_country_of_the_row() -> None:
    company_in("GB")
    assert lead(phone="030 23125 103", country="Germany").values["phone_e164"] == "+493023125103"
    assert lead(phone="020 7946 0018").values["phone_e164"] == "+442079460018"
    assert lead(phone="020 7946 0018 / 020 7946 0019").values["phone_e164"] == "+442079460018"
    assert "phone_e164" not in lead(phone="call me").values


def test_rows_of_another_length_are_told() -> None:
    names = ["email", "name", "industry"]
    assert "2 cells of 3" in read(names, ["a@x.test", "Ann"]).warnings[0]
    assert "4 cells where" in read(names, ["a@x.test", "Ann", "", "more"]).warnings[0]
    assert read(names, ["a@x.test", "Ann", "", ""]).warnings == ()


def test_the_answers_of_a_file_are_kept_as_json() -> None:
    options = Options(True, {"captured_at": False}, {"amount": ","}, "HubSpot")
    assert Options.from_json(options.as_json()) == options
