"""Drafts of the lead definition: edited, asked about, signed by both sides, and then unchangeable."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from common.errors import DomainError
from leads.defining import Rules, ask_for_signatures, draft_from, drop_draft, edit_draft, sign
from leads.models import Criterion, DefinitionSignature, Handoff, LeadDefinition, Regrading
from leads.regrading import go_on, regrade
from leads.versions import changes
from notices.models import Notification
from tests.cast import Cast, lead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def draft(cast: Cast, now: datetime) -> LeadDefinition:
    return draft_from(LeadDefinition.in_force(), by=cast.marketer, at=now)


def rules_of(draft: LeadDefinition, **other: Any) -> Rules:
    known = {name: getattr(draft, name) for name in ("half_life_days", "from_a", "from_b", "from_c")}
    return Rules(**{**known, "criteria": list(draft.criteria.all()), **other})


def budget(points: int = 80) -> Criterion:
    return Criterion(half="fit", label="Budget", fact="extra:budget", test="known", value=True, points=points)


def refusal(act: Any) -> str:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        act()
    return refused.value.code


def asked(cast: Cast, draft: LeadDefinition, now: datetime) -> LeadDefinition:
    edited = edit_draft(draft, rules_of(draft, criteria=[budget()]), revision=1, by=cast.marketer, at=now)
    return ask_for_signatures(edited, revision=2, by=cast.marketer, at=now)


def test_a_draft_says_what_its_version_says_and_changes_nothing_yet(draft: LeadDefinition) -> None:
    in_force = LeadDefinition.in_force()
    assert (draft.version, in_force.version, draft.based_on) == (2, 1, in_force)
    assert changes(in_force, draft) == []
    assert len(draft.rules) == 15


def test_there_is_one_draft_at_a_time_by_verb_and_by_database(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    assert refusal(lambda: draft_from(LeadDefinition.in_force(), by=cast.marketer, at=now)) == "draft_exists"
    with pytest.raises(IntegrityError), transaction.atomic():
        LeadDefinition.objects.create(version=9)


def test_an_edit_writes_the_rules_and_takes_signatures_away(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    asked(cast, draft, now)
    sign(draft, revision=2, by=cast.sales_manager, at=now)
    edited = edit_draft(draft, rules_of(draft, from_a=75), revision=2, by=cast.marketing_manager, at=now + DAY)
    assert (edited.revision, edited.asked_at, edited.drafted_by) == (3, None, cast.marketing_manager)
    assert not DefinitionSignature.objects.exists()
    assert changes(LeadDefinition.in_force(), edited)[0].words == "A starts at 75, was 70."


def test_criteria_are_numbered_in_their_order_fit_first(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    touches = Criterion(half="engagement", label="Rang", fact="touches", test="touch_kind", value=["call"], points=5)
    edit_draft(draft, rules_of(draft, criteria=[touches, budget()]), revision=1, by=cast.marketer, at=now)
    assert list(draft.criteria.values_list("position", "label")) == [(1, "Budget"), (2, "Rang")]


@pytest.mark.parametrize(
    "other",
    [{"from_a": 45}, {"half_life_days": 0}, {"criteria": []}, {"criteria": [budget(), budget(3)]}],
    ids=["thresholds", "half-life", "no criterion", "one name twice"],
)
def test_rules_that_cannot_hold_are_refused(
    cast: Cast, draft: LeadDefinition, now: datetime, other: dict[str, Any]
) -> None:
    act = lambda: edit_draft(draft, rules_of(draft, **other), revision=1, by=cast.marketer, at=now)  # noqa: E731
    assert refusal(act) == "no_rules"
    draft.refresh_from_db()
    assert (draft.revision, draft.from_a, draft.criteria.count()) == (1, 70, 15)


def test_the_second_of_two_editors_is_told(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    edit_draft(draft, rules_of(draft, from_a=75), revision=1, by=cast.marketer, at=now)
    late = rules_of(draft, from_a=80)
    assert refusal(lambda: edit_draft(draft, late, revision=1, by=cast.admin, at=now)) == "stale"
    draft.refresh_from_db()
    assert draft.from_a == 75


def test_managers_are_asked_once_and_told_where(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    asked(cast, draft, now)
    ask_for_signatures(draft, revision=2, by=cast.marketer, at=now + DAY)
    told = Notification.objects.filter(kind="definition")
    assert {n.person for n in told} == {cast.marketing_manager, cast.sales_manager}
    assert {n.path for n in told} == {"/definition/draft/"}
    draft.refresh_from_db()
    assert draft.asked_at == now


def test_both_signatures_make_it_hold_and_grade_everybody(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    ann = lead("ann@gmail.com", now, "D", facts={"budget": "Approved"})
    asked(cast, draft, now)
    sign(draft, revision=2, by=cast.marketing_manager, at=now)
    assert LeadDefinition.in_force().version == 1
    held = sign(draft, revision=2, by=cast.sales_manager, at=now + DAY)
    assert (held.valid_from, LeadDefinition.in_force()) == (now + DAY, held)
    run = Regrading.objects.get()
    assert (run.definition, run.total, run.finished_at) == (held, 1, None)
    while go_on(run.pk, at=now + DAY):
        pass
    ann.refresh_from_db()
    run.refresh_from_db()
    assert (ann.grade, ann.graded_by, run.graded, run.moved, run.share) == ("A", held, 1, 1, 1.0)
    assert Handoff.objects.get().explanation["version"] == 2


def test_what_both_have_signed_never_changes(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    ask_for_signatures(draft, revision=1, by=cast.marketer, at=now)
    for manager in (cast.marketing_manager, cast.sales_manager):
        sign(draft, revision=1, by=manager, at=now)
    for act in (
        lambda: edit_draft(draft, rules_of(draft, from_a=75), revision=1, by=cast.marketer, at=now),
        lambda: drop_draft(draft, by=cast.marketer),
        lambda: sign(draft, revision=1, by=cast.sales_manager, at=now),
        lambda: ask_for_signatures(draft, revision=1, by=cast.marketer, at=now),
    ):
        assert refusal(act) == "signed"
    older = draft_from(LeadDefinition.objects.get(version=1), by=cast.sales_manager, at=now)
    assert (older.version, older.from_a) == (3, 70)


@pytest.mark.parametrize(
    ("who", "is_asked", "revision", "code"),
    [
        ("marketer", True, 2, "not_a_manager"),
        ("rep", True, 2, "not_a_manager"),
        ("admin", True, 2, "not_a_manager"),
        ("sales_manager", False, 2, "not_asked"),
        ("sales_manager", True, 1, "stale"),
    ],
)
def test_a_refused_signature_leaves_nothing(
    cast: Cast, draft: LeadDefinition, now: datetime, who: str, is_asked: bool, revision: int, code: str
) -> None:
    edit_draft(draft, rules_of(draft, from_a=75), revision=1, by=cast.marketer, at=now)
    if is_asked:
        ask_for_signatures(draft, revision=2, by=cast.marketer, at=now)
    assert refusal(lambda: sign(draft, revision=revision, by=cast.everybody[who], at=now)) == code
    assert not DefinitionSignature.objects.exists()


def test_a_side_signs_once(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    second = User.objects.create_user("second@x.test", "x", name="Second", side="sales", is_manager=True)
    ask_for_signatures(draft, revision=1, by=cast.marketer, at=now)
    sign(draft, revision=1, by=cast.sales_manager, at=now)
    assert refusal(lambda: sign(draft, revision=1, by=second, at=now)) == "signed_by_side"
    assert LeadDefinition.in_force().version == 1


def test_a_rep_neither_drafts_nor_edits_nor_drops(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    for act in (
        lambda: draft_from(LeadDefinition.in_force(), by=cast.rep, at=now),
        lambda: edit_draft(draft, rules_of(draft), revision=1, by=cast.rep, at=now),
        lambda: ask_for_signatures(draft, revision=1, by=cast.rep, at=now),
        lambda: drop_draft(draft, by=cast.rep),
    ):
        assert refusal(act) == "not_yours"


def test_a_dropped_draft_is_gone_and_its_number_is_free(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    drop_draft(draft, by=cast.marketer)
    assert refusal(lambda: sign(draft, revision=1, by=cast.sales_manager, at=now)) == "dropped"
    assert draft_from(LeadDefinition.in_force(), by=cast.marketer, at=now).version == 2


def test_a_killed_run_goes_on_where_it_was(
    cast: Cast, draft: LeadDefinition, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.regrading.CHUNK", 2)
    for n in range(5):
        lead(f"a{n}@gmail.com", now, "D", facts={"budget": "Approved"})
    asked(cast, draft, now)
    for manager in (cast.marketing_manager, cast.sales_manager):
        sign(draft, revision=2, by=manager, at=now)
    run = Regrading.objects.get()
    assert go_on(run.pk, at=now)
    with transaction.atomic():  # the worker is killed before the chunk is kept
        go_on(run.pk, at=now)
        transaction.set_rollback(True)
    run.refresh_from_db()
    assert (run.graded, run.moved) == (2, 2)
    assert regrade(at=now, everything=True).graded == 5
    run.refresh_from_db()
    assert (run.moved, run.finished_at, Regrading.objects.count()) == (5, now, 1)
    assert Handoff.objects.count() == 5
    assert not go_on(run.pk, at=now)


def test_a_newer_version_takes_the_run_over(cast: Cast, draft: LeadDefinition, now: datetime) -> None:
    for number in (2, 3):
        one = draft if number == 2 else draft_from(LeadDefinition.in_force(), by=cast.marketer, at=now)
        ask_for_signatures(one, revision=1, by=cast.marketer, at=now)
        for manager in (cast.marketing_manager, cast.sales_manager):
            sign(one, revision=1, by=manager, at=now)
    older, newer = Regrading.objects.order_by("pk")
    assert (older.finished_at, newer.finished_at, newer.definition.version) == (now, None, 3)


# --- the page -------------------------------------------------------------------------------------


def form_of(client: Client) -> dict[str, Any]:
    """What the page's form would send, untouched."""
    form = client.get("/definition/draft/").context["form"]
    sent = {"revision": form.whole["revision"].value()}
    sent |= {name: form.whole[name].value() for name in ("from_a", "from_b", "from_c", "half_life_days")}
    for lines in (form.fit, form.engagement):
        sent |= {f"{lines.prefix}-{name}": bound.value() for name, bound in _fields(lines.management_form)}
        for line in lines.forms:
            sent |= {f"{line.prefix}-{name}": bound.value() for name, bound in _fields(line)}
    return {name: value for name, value in sent.items() if value is not None and value is not False}


def _fields(form: Any) -> list[tuple[str, Any]]:
    return [(bound.name, bound) for bound in form]


def test_the_form_without_javascript_adds_changes_and_takes_out(
    cast: Cast, draft: LeadDefinition, client: Client
) -> None:
    client.force_login(cast.marketer)
    sent = form_of(client)
    sent |= {"from_a": "71", "fit-0-points": "25", "fit-1-DELETE": "on", "fit-7-ORDER": "1"}
    sent |= {"fit-8-label": "Budget", "fit-8-points": "9", "fit-8-fact": "Budget", "fit-8-test": "between"}
    sent |= {"fit-8-text": "50 - 199"}
    assert client.post("/definition/draft/", sent).status_code == 302
    draft = LeadDefinition.objects.get(version=2)
    assert draft.from_a == 71
    assert [(c.label, c.points) for c in draft.rules[:3]] == [
        ("Came recommended", 10), ("Decides or buys", 25), ("Studies or is in training", -30),
    ]  # fmt: skip
    new = next(c for c in draft.rules if c.label == "Budget")
    assert (new.fact, new.test, new.value) == ("extra:Budget", "between", [50, 199])
    assert len(draft.rules) == 15


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"from_b": "99"}, "A must start above B, and B above C."),
        ({"fit-0-points": "many"}, "Decides or buys, Points: Write a whole number."),
        ({"fit-0-text": " , "}, "Write the words, separated by commas."),
        ({"fit-3-text": "199-50"}, "Write the smaller number first."),
        ({"fit-8-label": "Half a line"}, "Half a line, Points: Write the points."),
        ({"engagement-0-kinds": []}, "Choose the kinds of touches, or write how many of any kind."),
        ({"fit-1-label": "Decides or buys"}, "Two criteria are called “Decides or buys”; give each a name of its own."),
    ],
)
def test_a_fault_is_told_in_its_line_and_nothing_is_saved(
    cast: Cast, draft: LeadDefinition, client: Client, change: dict[str, Any], words: str
) -> None:
    client.force_login(cast.marketer)
    sent = form_of(client) | change
    for headers in ({}, {"HX-Request": "true"}):
        refused = client.post("/definition/draft/", sent, headers=headers)
        assert refused.status_code == 422
        assert words in refused.content.decode()
    draft.refresh_from_db()
    assert (draft.revision, draft.criteria.count()) == (1, 15)


def test_the_second_editor_sees_the_difference_and_keeps_what_was_typed(
    cast: Cast, draft: LeadDefinition, client: Client, now: datetime
) -> None:
    client.force_login(cast.marketer)
    sent = form_of(client) | {"from_a": "80"}
    edit_draft(draft, rules_of(draft, from_a=75), revision=1, by=cast.admin, at=now)
    refused = client.post("/definition/draft/", sent)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "A starts at 75, was 80." in page
    assert 'value="80"' in page


def test_signing_on_the_page(cast: Cast, draft: LeadDefinition, client: Client) -> None:
    for manager in (cast.marketing_manager, cast.sales_manager):
        client.force_login(manager)
        client.post("/definition/draft/questions/", {"revision": 1})
        assert client.post("/definition/draft/signatures/", {"revision": 1})["Location"] == "/definition/"
    page = client.get("/definition/").content.decode()
    assert "Lead definition, version 2" in page
    assert "Marketing Manager" in page
    assert "Grading by version 2" in page
    assert client.get("/definition/draft/")["Location"] == "/definition/"


def test_versions_tell_what_they_changed(cast: Cast, draft: LeadDefinition, client: Client, now: datetime) -> None:
    older = rules_of(draft)
    kept = [c for c in older.criteria if c.label != "Called in"]
    kept[0].points = 25
    edit_draft(draft, replace(older, criteria=[*kept, budget(7)]), revision=1, by=cast.marketer, at=now)
    client.force_login(cast.rep)
    page = client.get("/definition/versions/2/").content.decode()
    for words in ("“Decides or buys” counts +25, was +20.", "“Budget” is new, +7.", "“Called in” no longer counts."):
        assert words in page
    assert client.get("/definition/versions/9/").status_code == 404
