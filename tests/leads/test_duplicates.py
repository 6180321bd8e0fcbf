"""Two leads that may be one person are proposed with the evidence, and merged by nobody but people."""

import json
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command

from common.errors import DomainError
from leads.duplicates import dismiss, propose_again, propose_all, propose_for
from leads.intake import take_in
from leads.models import Duplicate, Event, Lead
from tests.cast import Cast, lead, row

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
        ({"name": "Person 12"}, {"name": "Person 13"}, []),
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


def test_a_dismissed_pair_stays_dismissed_until_that_is_taken_back(cast: Cast, now: datetime) -> None:
    for address in ("ann@firm.test", "becker@firm.test"):
        lead(address, now, name="Ann Becker")
    propose_all(at=now)
    pair = dismiss(Duplicate.objects.get(), by=cast.marketer, at=now)
    assert (propose_all(at=now), Duplicate.objects.get().state) == (0, "dismissed")
    assert Event.objects.filter(kind="not_the_same", by=cast.marketer).count() == 2
    for act, by, code in ((dismiss, cast.marketer, "decided"), (propose_again, cast.rep, "not_yours")):
        with pytest.raises(DomainError) as refused:
            act(pair, by=by, at=now)
        assert refused.value.code == code
    assert propose_again(pair, by=cast.marketer, at=now).decided_at is None


def test_the_command_fills_old_telephones_and_finds_who_shares_one(cast: Cast, now: datetime) -> None:
    for address in ("ann@x.test", "tom@y.test"):
        lead(address, now, phone="+44 20 7946 0018")
    Lead.objects.update(phone_e164="")
    Duplicate.objects.all().delete()
    out = StringIO()
    call_command("find_duplicates", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"phones": 2, "found": 1}
    assert [line["kind"] for line in Duplicate.objects.get().evidence] == ["phone"]


def test_a_name_that_everybody_carries_proposes_nobody(now: datetime) -> None:
    take_in([row(f"info{n}@firm.test", now, name="Info", organisation="Firm") for n in range(21)], at=now)
    assert not Duplicate.objects.exists()


def test_a_file_of_numbered_names_costs_no_pairs(now: datetime) -> None:
    take_in([row(f"p{n}@firm{n % 4}.test", now, name=f"Person {n}") for n in range(2000)], at=now)
    assert not Duplicate.objects.exists()
