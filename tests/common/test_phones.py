"""Two spellings of one number are one number; what is no valid number is none."""

import csv
import subprocess
import sys
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import phones
from common.countries import region_of
from common.phones import e164
from tests.shared import DATA

EDGE_CASES = DATA / "edge-cases"


@pytest.mark.parametrize(
    ("raw", "country", "number"),
    [
        ("+44 (0)20 7946 0018", "", "+442079460018"),
        ("020 7946 0018", "United Kingdom", "+442079460018"),
        ("030 23125 103", "Deutschland", "+493023125103"),
        ("(415) 555-0105", "us", "+14155550105"),
        ("p:+34600000102", "", "+34600000102"),
        ("'+442079460018", "", "+442079460018"),
        ("0044 20 7946 0018", "FR", "+442079460018"),
        ("＋８１９０１２３４５６７８", "", "+819012345678"),
        ("1-800-FLOWERS", "USA", "+18003569377"),
        ("+39 02 1234 5678", "", "+390212345678"),
        ("020 7946 0018", "", None),
        ("4.47701E+11", "GB", None),
        ("000-000-0000", "US", None),
        ("n/a", "GB", None),
        ("", "GB", None),
        ("9" * 200, "GB", None),
    ],
)
def test_a_number_in_one_form(raw: str, country: str, number: str | None) -> None:
    assert e164(raw, country) == number


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("Germany", "DE"),
        ("allemagne", "DE"),
        ("ES", "ES"),
        ("U.S.A.", "US"),
        ("uk", "GB"),
        ("中国", "CN"),
        ("Mars", ""),
    ],
)
def test_countries_are_known_by_many_names(name: str, region: str) -> None:
    assert region_of(name) == region


def test_names_of_countries_do_not_bring_the_places_of_all_telephone_numbers_into_memory() -> None:
    told = "import sys; from common.countries import *; print(country_name(region_of('Allemagne')), *sys.modules)"
    said = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    assert said[0] == "Germany"
    assert "phonenumbers" in said
    assert not [name for name in said if name.startswith("phonenumbers.geodata")]


def _asked(raw: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, region or None)
    except phonenumbers.NumberParseException:
        return None
    form = phonenumbers.PhoneNumberFormat.E164
    return phonenumbers.format_number(number, form) if phonenumbers.is_valid_number(number) else None


DIGITS = st.text("0123456789", min_size=4, max_size=12)
CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CODES), DIGITS, st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_the_short_way_never_disagrees_with_the_library(code: int, digits: str, region: str) -> None:
    for raw, where in ((f"+{code}{digits}", ""), (digits, region)):
        short = phones._plain(raw, where)
        assert short is None or short == _asked(raw, where)


@pytest.mark.parametrize("name", ["phones-by-region.csv", "phones-dirty.csv"])
def test_the_numbers_of_all_regions(name: str) -> None:
    if not (EDGE_CASES / name).exists():
        pytest.skip("the numbers are not beside this checkout (../shared/data/edge-cases)")
    wrong: list[Any] = []
    with (EDGE_CASES / name).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            region = row.get("region") or row.get("default_region") or ""
            told = row.get("e164") or row.get("parsed_e164") or None
            number = told if row["valid"] == "True" else None
            spellings = [row["raw"]] if "raw" in row else [row["e164"], row["international"], row["national"]]
            wrong += [(raw, region) for raw in spellings if raw and e164(raw, region) != number]
    assert not wrong
