"""Which e-mail addresses are taken: 164 cases with verdicts, and the short way against the library."""

import csv

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.columns import PLAIN_ADDRESS, email
from tests.shared import DATA

CASES = DATA / "edge-cases" / "emails.csv"
PART = st.text("ab1.-+_'", min_size=1, max_size=6)
ENDS = st.sampled_from([".com", ".test", ".local", ".invalid", ".co.uk", ".x", ".c1", ".xn--p1ai", ".onion", ".arpa"])


def _taken(address: str) -> bool:
    try:
        email(address.strip())
    except ValueError:
        return False
    return True


def test_the_verdict_of_each_case() -> None:
    if not CASES.exists():
        pytest.skip("the addresses are not beside this checkout (../shared/data/edge-cases)")
    verdicts = {"accept": True, "accept-after-trim": True, "reject": False}
    with CASES.open(encoding="utf-8-sig", newline="") as file:
        cases = [row for row in csv.DictReader(file) if row["import_advice"] in verdicts]
    assert [row["address"] for row in cases if _taken(row["address"]) != verdicts[row["import_advice"]]] == []


@settings(max_examples=500, deadline=None)
@given(PART, PART, ENDS)
def test_the_short_way_never_disagrees_with_the_library(local: str, domain: str, end: str) -> None:
    address = f"{local}@{domain}{end}"
    if PLAIN_ADDRESS.fullmatch(address):
        try:
            checked = validate_email(address, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            checked = None
        assert checked
        assert checked.normalized.lower() == address
