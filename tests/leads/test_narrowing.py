"""Filters that few leads meet are answered by the index of words: it must never leave a lead out."""

from datetime import datetime
from typing import Any

import pytest
from django.http import QueryDict

from common import paging
from leads.filtering import LeadFilter
from leads.models import Lead, Organisation
from leads.narrowing import Narrowing
from tests.cast import Cast, lead

pytestmark = pytest.mark.django_db
AWKWARD = ["Straßenbau", "İstanbul", "O'Neil \\ Sons", "a & b | !c:*", "=C", "ΣΊΣΥΦΟΣ", "x" * 60]


def found(cast: Cast, **asked: str) -> set[str]:
    data = QueryDict(mutable=True)
    data.update(asked)
    read = LeadFilter.of(cast.marketer, data)
    assert read.is_valid(), read.form.errors
    return {str(one.email).partition("@")[0] for one in read.qs}


@pytest.mark.parametrize("name", ["country", "industry", "source", "job_title", "fact"])
def test_any_text_is_found_as_it_is_and_in_other_letters(name: str, cast: Cast, now: datetime) -> None:
    for number, text in enumerate(AWKWARD):
        told = {"facts": {"Ünit": text * 3}} if name == "fact" else {name: text}
        lead(f"l{number}@x.test", now, **told)
    lead("other@y.test", now, **({} if name == "fact" else {name: "Other"}))
    for number, text in enumerate(AWKWARD):
        for typed in {text, text.upper() if text.isascii() else text}:
            said = f"Ünit={typed * 3}" if name == "fact" else typed
            assert found(cast, **{name: said}) == {f"l{number}"}, typed


@pytest.mark.parametrize("people", [0, 1, 255, 256, 257, 2_147_483_647])
def test_a_number_of_employees_is_found_by_its_bounds(people: int, cast: Cast, now: datetime) -> None:
    lead("a@x.test", now, employees=people)
    lead("b@y.test", now)
    few, many = str(people), str(min(people + 1, 2_147_483_647))
    assert found(cast, employees_min=few) == found(cast, employees_max=few) == {"a"}
    assert found(cast, employees_min=few, employees_max=few) == {"a"}
    assert found(cast, employees_min=many) == (set() if few != many else {"a"})


def test_what_is_asked_follows_every_change(cast: Cast, now: datetime) -> None:
    lead("a@x.test", now, country="Norway", organisation="X", phone="0301234567")
    Organisation.objects.update(country="Poland", industry="Paper", employees=5)
    assert found(cast, country="norway") == found(cast, industry="paper") == found(cast, employees_max="5") == {"a"}
    Lead.objects.update(
        country="", job_title="Chief falconer", kept_out="spam", do_not_contact=True, phone="", facts={"a": "1"}
    )
    assert found(cast, country="poland") == found(cast, job_title="falconer chief") == found(cast, fact="a=1") == {"a"}
    for name, value in (("kept_out", "true"), ("do_not_contact", "true"), ("has_phone", "false")):
        assert found(cast, **{name: value}) == {"a"}
    assert found(cast, country="norway") == found(cast, has_phone="true") == set()
    Lead.objects.update(external_id="A1", email=None)
    assert found(cast, has_email="false") == {"None"}


def test_of_many_the_filters_alone_decide(cast: Cast, now: datetime, monkeypatch: Any) -> None:
    lead("a@x.test", now, country="Norway")
    asked = Narrowing()
    asked.has("country", "norway")
    assert "ANY" in str(asked.of(Lead.objects.all()).query)
    monkeypatch.setattr(paging, "FEW", 0)
    assert "ANY" not in str(asked.of(Lead.objects.all()).query)
    assert found(cast, country="norway") == {"a"}
