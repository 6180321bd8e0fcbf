"""Search: who is found by what, in which order, and that the words follow every change."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.models import User
from leads.models import KnownWord, Lead, LeadWords, Organisation
from leads.searching import Search, learn, learn_said
from tests.cast import Cast, handoff, lead

pytestmark = pytest.mark.django_db


SEES_ALL = User(side="marketing")


def found(typed: str, by: User = SEES_ALL) -> set[str]:
    leads = Lead.objects.filter(Search.of(typed, by).or_alike().begun)
    return {one.email.partition("@")[0] for one in leads}


@pytest.fixture
def people(now: datetime) -> None:
    lead("annegret@kettler.test", now, name="Dr. Annegret Schöffmann-Rütters", organisation="Kettler & Söhne GmbH",
         phone="+49 2921 88 04-17", external_id="CRM-4711")  # fmt: skip
    lead("m.mueller@gmail.com", now, name="Max Müller", phone="030 1234567")
    lead("sean@oneil.test", now, name="Sean O'Neil", organisation="Łódź Wind S.A.")
    lead("anna@bolt.test", now, name="Anna Bolt")


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("schöff", {"annegret"}),
        ("SCHOEFFMANN", {"annegret"}),
        ("rutters annegret", {"annegret"}),
        ("ann", {"annegret", "anna"}),
        ("ann kett", {"annegret"}),
        ("soehne", {"annegret"}),
        ("annegret@kettler.test", {"annegret"}),
        ("@kettler.t", {"annegret"}),
        ("annegret@kett", {"annegret"}),
        ("Schöffmann-Rü", {"annegret"}),
        ("kettler.test", {"annegret"}),
        ("+49 2921 88", {"annegret"}),
        ("0049 2921 8804", {"annegret"}),
        ("02921/88 04-17", {"annegret"}),
        ("2921880417", {"annegret"}),
        ("+49 30 1234567", {"m.mueller"}),
        ("crm-4711", {"annegret"}),
        ("4711", {"annegret"}),
        ("muller", {"m.mueller"}),
        ("Müller", {"m.mueller"}),
        ("Mueller", {"m.mueller"}),
        ("o'neil", {"sean"}),
        ("ONEIL", {"sean"}),
        ("lodz wind", {"sean"}),
        ("nobody", set()),
        ("%", set()),
        ("'", set()),
        ("\\", set()),
        ("& | ! :*", set()),
    ],
)
def test_a_lead_is_found_by_the_beginnings_of_its_words(typed: str, who: set[str], people: None) -> None:
    assert found(typed) == who


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("Schofmann", {"annegret"}),
        ("anegret", {"annegret"}),
        ("ketler annegret", {"annegret"}),
        ("mulller", {"m.mueller"}),
        ("schofmann bolt", set()),
        ("xyzzy", set()),
    ],
)
def test_a_misspelt_word_finds_what_is_spelt_alike(typed: str, who: set[str], people: None) -> None:
    assert found(typed) == who


def test_what_is_spelt_right_is_found_alone(people: None, now: datetime) -> None:
    lead("anne@x.test", now, name="Anne Boldt")
    assert found("bolt") == {"anna"}


def test_alike_stands_in_where_the_person_may_see_nothing_spelt_so(cast: Cast, now: datetime) -> None:
    handoff("ours@x.test", now, cast.rep, name="Hofmann")
    handoff("theirs@x.test", now, cast.other_rep, name="Hoffmann")
    assert found("hoffmann", cast.rep) == {"ours"}
    assert found("hoffmann", cast.other_rep) == {"theirs"}


def test_whole_words_are_told_from_beginnings(now: datetime) -> None:
    lead("a@gmail.com", now, name="Ann Holt")
    lead("b@gmail.com", now, name="Annegret Holt")
    search = Search.of("ann holt", SEES_ALL)
    assert [one.name for one in Lead.objects.filter(search.whole)] == ["Ann Holt"]
    assert Lead.objects.filter(search.begun).count() == 2


def test_the_words_follow_the_lead_and_its_organisation(people: None) -> None:
    Lead.objects.filter(email="anna@bolt.test").update(name="Anna Riedel", phone="0511 99887")
    assert found("bolt anna") == {"anna"}  # the domain still says so
    assert found("riedel") == found("051199887") == {"anna"}
    Organisation.objects.filter(domain="kettler.test").update(name="Obermeier AG")
    assert found("obermeier") == {"annegret"}
    assert LeadWords.objects.get(lead__email="annegret@kettler.test").organisation_key == "obermeier ag"
    other = Organisation.objects.get(domain="oneil.test")
    Lead.objects.filter(email="annegret@kettler.test").update(organisation=other)
    assert found("obermeier") == set()
    Lead.objects.filter(email="anna@bolt.test").first().delete()
    assert LeadWords.objects.count() == Lead.objects.count() == 3


def test_a_regrade_touches_no_words(people: None) -> None:
    def written() -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmin::text, lead_id FROM leads_leadwords ORDER BY 2")
            return cursor.fetchall()

    before = written()
    Lead.objects.update(fit=3, engagement=9, grade="B", version=4)
    assert written() == before


def test_the_nightly_pass_knows_the_words_there_are_and_no_other(people: None) -> None:
    by_trigger = set(KnownWord.objects.values_list("word", flat=True))
    assert {"schoffmann", "kettler", "muller"} <= by_trigger
    KnownWord.objects.filter(word="kettler").delete()
    KnownWord.objects.create(word="forgotten")
    assert learn() == len(by_trigger)
    assert set(KnownWord.objects.values_list("word", flat=True)) == by_trigger


def test_many_hits_are_found_and_counted_like_few(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.paging.FEW", 2)
    for n in range(4):
        lead(f"p{n}@gmail.com", now + timedelta(minutes=n), name="Petra Vogel")
    handoff("p4@gmail.com", now, cast.rep, name="Petra Vogels")
    assert found("vogel petra") == found("vogl") == {f"p{n}" for n in range(5)}
    assert found("vogel petra", cast.rep) == {"p4"}
    search = Search.of("vogel", SEES_ALL)
    assert Lead.objects.filter(search.whole).count() == 4
    assert search.count(at_least=3) == (5, False)
    assert Search.of("vogel", cast.rep).count(at_least=1) == (1, False)


def test_of_very_many_it_is_said_how_many_there_are_at_least(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(4):
        lead(f"p{n}@gmail.com", now, name="Petra Vogel")
    few = Search.of("vogel", SEES_ALL)
    assert few.is_ranked
    assert few.count(at_least=1) == (4, False)
    monkeypatch.setattr("leads.searching.MOST_RANKED", 0)
    monkeypatch.setattr("leads.searching.MOST_COUNTED", 2)
    many = Search.of("vogel", SEES_ALL)
    assert not many.is_ranked
    assert many.count(at_least=1) == (2, True)


def test_of_many_hits_a_rep_is_shown_the_best_of_the_team(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.searching.MOST_COUNTED", 0)
    monkeypatch.setattr("leads.searching.SIZE", 2)
    for n in range(5):
        lead(f"nobodys{n}@x.test", now + timedelta(hours=1), name="Petra Vogel")
    handoff("theirs@x.test", now, cast.other_rep, name="Petra Vogel")
    ours = [
        handoff(f"ours{day}@x.test", now - timedelta(days=day), cast.rep, name=f"Petra {name}").lead_id
        for day, name in enumerate(("Vogelsang", "Vogel", "Vogeler", "Vogel"))
    ]
    search = Search.of("petra vogel", cast.rep)
    assert search.is_ranked
    first = search.best().ranks
    assert [one.lead_id for one in first] == [ours[1], ours[3], ours[0]]
    assert [one.is_whole for one in first] == [True, True, False]
    assert search.count(at_least=2) == (2, True)
    rest = search.best(first[1])
    assert [one.lead_id for one in rest.ranks] == [ours[0], ours[2]]
    assert rest.count == 2
    assert Search.of("vogeler", cast.rep).count(at_least=1) == (1, False)


def test_the_words_know_when_the_lead_was_captured(now: datetime) -> None:
    made = lead("ann@x.test", now, name="Ann Holt")
    assert LeadWords.objects.get(lead=made).captured_at == now
    Lead.objects.filter(pk=made.pk).update(captured_at=now - timedelta(days=9))
    assert LeadWords.objects.get(lead=made).captured_at == now - timedelta(days=9)


def as_added() -> list[str]:
    """The known words in the order in which they were written; the table was emptied in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM leads_knownword ORDER BY ctid")
        return [word for (word,) in cursor.fetchall()]


@pytest.mark.parametrize("way", ["a lead comes", "names of many", "every night"])
def test_whoever_adds_words_adds_them_in_their_order(now: datetime, way: str) -> None:
    """Two that bring the same words in another order would wait for each other for ever."""
    words = [f"{a}{b}{c}x" for c in "tmc" for a in "zkq" for b in "uaoie"]
    if way == "every night":
        lead("ann@x.test", now, name=" ".join(words))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE leads_knownword")
    match way:
        case "a lead comes":
            lead("ann@x.test", now, name=" ".join(words))
        case "names of many":
            learn_said(words)
        case "every night":
            learn()
    added = as_added()
    assert set(words) <= set(added)
    assert added == sorted(added)
