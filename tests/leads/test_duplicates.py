"""Two leads that may be one person are proposed with the evidence, and merged by nobody but people."""

from datetime import datetime

import pytest

from leads.duplicates import propose_for
from leads.models import Duplicate, Lead
from tests.cast import lead

pytestmark = pytest.mark.django_db


def pairs(now: datetime) -> dict[tuple[str, str], list[str]]:
    """The kinds of evidence by the addresses of each proposed pair."""
    propose_for(Lead.objects.values_list("pk", flat=True), at=now)
    return {
        (str(d.first.email), str(d.second.email)): [line["kind"] for line in d.evidence]
        for d in Duplicate.objects.select_related("first", "second")
    }


@pytest.mark.parametrize(
    ("one", "other", "kinds"),
    [
        ({"name": "Ann Becker"}, {"name": "Ann Becker"}, ["name"]),
        ({"name": "Ann Becker"}, {"name": "becker, ANN"}, ["name"]),
        ({"name": "Zoë Müller"}, {"name": "Zoe Muller"}, ["name"]),
        ({"name": "Ann Becker"}, {"name": "Ann Bekker"}, ["similar_name"]),
        ({"name": "Ann Becker"}, {"name": "Dr. Ann Becker"}, ["similar_name"]),
        ({"name": "Ann Becker"}, {"name": "Tom Becker"}, []),
        ({"name": "Ann Becker"}, {"name": ""}, []),
        ({"name": "Ann Becker", "phone_e164": "+493012345"}, {"name": "Ann Becker", "phone_e164": "+493012345"},
         ["name", "phone"]),
        ({"name": "Ann Becker", "phone_e164": "+493012345"}, {"name": "Tom Zapf", "phone_e164": "+493012345"},
         ["phone"]),
    ],
)  # fmt: skip
def test_people_of_one_organisation_are_compared(
    now: datetime, one: dict[str, str], other: dict[str, str], kinds: list[str]
) -> None:
    lead("x1@firm.test", now, **one)
    lead("q2@firm.test", now, **other)
    assert pairs(now).get(("x1@firm.test", "q2@firm.test"), []) == kinds
