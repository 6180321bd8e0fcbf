"""What follows from the values of a row of a file: the telephone number in one form, and whether it is a test.

Only what a tool itself marks, or nobody would write of a person, counts as a test: a lead that is kept out of
figures by mistake is worse than a test that somebody marks by hand.
"""

import re
from typing import Any

from accounts.models import Company
from common.countries import region_of
from common.phones import e164
from leads.models import Lead

TEST_ADDRESSES = frozenset(
    f"test@{domain}"
    for domain in ("fb.com", "meta.com", "facebook.com", "test.com", "example.com", "example.org", "example.net")
)
TEST_NAMES = frozenset(("test test", "test lead", "testlead", "test testing"))
TEST_TEXT = "<test lead:"
TEST_ID = "TeSt-"
# Between two numbers in one cell.
SEVERAL = re.compile(r"[;,/|]|:::")
IS_TEST = ("is_test", "Is Test", "is test", "Test Lead")
TRUE = ("true", "yes", "1")


def complete(row: dict[str, Any], company: Company) -> list[str]:
    """Adds `phone_e164` and `kept_out` to the values of a row; what is odd about them."""
    if phone := row.get("phone"):
        country = row.get("country", "")
        region = country if region_of(country) else company.country
        if number := e164(phone, region) or e164(SEVERAL.split(phone)[0], region):
            row["phone_e164"] = number
    if is_test(row):
        row["kept_out"] = Lead.KeptOut.TEST.value
    return []


def is_test(row: dict[str, Any]) -> bool:
    """Whether a tool wrote the row to try itself."""
    if row.get("email") in TEST_ADDRESSES or row.get("external_id", "").startswith(TEST_ID):
        return True
    name = row.get("name") or f"{row.get('first_name', '')} {row.get('last_name', '')}"
    if name.casefold() in TEST_NAMES or name.startswith(TEST_TEXT):
        return True
    extra = row["extra"]
    return any(extra.get(header, "").casefold() in TRUE for header in IS_TEST if header in extra)
