"""A wish not to be contacted is respected, what is kept is told, and who asks is erased for ever."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from accounts.models import KeptAnswer
from accounts.quarters import quarter_of
from alignment.invariants import broken
from common.errors import DomainError
from feedback.appealing import answer_appeal, appeal, settle_appeal
from feedback.commenting import ask_back
from feedback.correcting import correct_verdict
from feedback.models import Outcome, Reason
from feedback.outcomes import record_outcome
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from imports.models import Import, ImportRow
from imports.running import import_file
from imports.undoing import undo_import
from leads import privacy
from leads.capture.addresses import open_address
from leads.editing import edit_lead
from leads.files import LEADS
from leads.grading import stale
from leads.intake import take_in
from leads.models import Duplicate, ErasedKey, Event, Handoff, Lead, LeadAlias, LeadDefinition, Merge, Submission
from leads.overriding import override_grade
from leads.regrading import regrade
from leads.timeline import timeline
from notices import outbox
from notices.models import Notification
from notices.telling import Notice, tell
from reviews.figures import figures
from reviews.slices import Slice
from tests.cast import Cast, handoff, lead, row

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SECRET = "Zyxwer"  # stands in every text about the person


@pytest.fixture
def known(cast: Cast, now: datetime) -> Lead:
    """A lead about whom every room has written something."""
    made = handoff(
        f"{SECRET}@{SECRET}.test".lower(), now, cast.rep, first_name=SECRET, last_name=SECRET,
        external_id=f"id {SECRET}", phone=f"+1 {SECRET}", organisation=SECRET, website=f"www.{SECRET}.test",
        note=f"said {SECRET}", consent=f"told {SECRET}", facts={f"of {SECRET}": SECRET}, campaign="fair", source="fair",
    )  # fmt: skip
    respond(made, by=cast.rep, kind="call", at=now + DAY, note=f"{SECRET} called")
    reason = Reason.objects.filter(group="wrong_target", needs_note=False)[0]
    verdict = give_verdict(made, Judgement(verdict="rejected", reason=reason, note=SECRET), by=cast.rep, at=now + DAY)
    made_of_it = appeal(verdict, f"{SECRET} called twice", by=cast.marketer, at=now + DAY)
    answer_appeal(made_of_it, f"{SECRET} was out", version=1, by=cast.rep, at=now + DAY)
    settle_appeal(made_of_it, "upheld", f"{SECRET} is right", version=2, by=cast.sales_manager, at=now + DAY)
    ask_back(made, f"Did {SECRET} say why?", by=cast.marketer, at=now + DAY)
    mended = Judgement(verdict="rejected", reason=reason, note=f"{SECRET} again")
    correct_verdict(verdict, mended, version=1, by=cast.rep, at=now + DAY)
    record_outcome(made.lead, by=cast.rep, kind="won", at=now + 2 * DAY, note=f"{SECRET} signed")
    ann = Lead.objects.get(pk=made.lead_id)
    edit_lead(ann, {"job_title": f"Head of {SECRET}"}, version=ann.version, by=cast.marketer, at=now + 3 * DAY)
    override_grade(ann, grade="C", reason=f"{SECRET} said so", by=cast.marketer, at=now + 3 * DAY)
    privacy.wish_contact(ann, allowed=False, why=f"{SECRET} is angry", by=cast.rep, at=now + 3 * DAY)
    twin = lead(f"{SECRET}2@{SECRET}.test".lower(), now)
    evidence = [{"kind": "name", "similarity": 1, "values": [SECRET, SECRET]}]
    pair = sorted((ann.pk, twin.pk))
    Duplicate.objects.create(first_id=pair[0], second_id=pair[1], evidence=evidence, score=90, found_at=now)
    Merge.objects.create(kept=ann, dropped=0, at=now, by=cast.marketer, record={"lead": SECRET})
    LeadAlias.objects.create(lead=ann, kind="email", value=f"old@{SECRET}.test".lower())
    tell([Notice(cast.rep.pk, "breached", "k", f"{SECRET} waits", ann.get_absolute_url(), SECRET)], at=now)
    file = Import.objects.create(kind="leads", file_name="a.csv", started_at=now, rows=1, refused=1)
    values = [f"{SECRET}@{SECRET}.test", SECRET]
    ImportRow.objects.create(file=file, number=2, values=values, sentence=f"“{SECRET}” is not known.")
    for path, answer in (("leads/", f'{{"id":{ann.pk},"note":"{SECRET}"}}'), (f"handoffs/{made.pk}/verdicts/", SECRET)):
        path = f"/api/v1/{path}"
        KeptAnswer.objects.create(key=path, sent="", path=path, status=201, answer=answer, at=now)
    door = open_address(made.lead.campaign, kind="site", by=None, name="Shop")
    for address, state in ((ann.email, "taken"), (SECRET, "refused")):
        said = {"values": {"email": ann.email, "name": SECRET}, "facts": {SECRET: address}, "consent": {"text": SECRET}}
        ends = {
            "state": state,
            "sentence": SECRET,
            "ended_at": now,
            "result": "created",
            "lead": ann if state == "taken" else None,
        }
        Submission.objects.create(address=door, at=now, next_at=now, digest=state, **said, **ends)
    return Lead.objects.get(pk=made.lead_id)


def everything() -> str:
    """All that the database holds, but people's own accounts."""
    ours = ("accounts", "sessions", "account")
    tables = [m for m in apps.get_models() if m is KeptAnswer or m._meta.app_label not in ours]
    return json.dumps([list(model._default_manager.values()) for model in tables], default=str)


def erased(one: Lead, cast: Cast, at: datetime) -> Lead:
    return privacy.erase_person(one, why="asked", by=cast.sales_manager, at=at)


# --- do not contact -----------------------------------------------------------------------------------


def test_a_wish_not_to_be_contacted_is_kept_and_told_once(cast: Cast, now: datetime) -> None:
    ann = handoff("ann@x.test", now, cast.rep).lead
    for _twice in range(2):
        found = privacy.wish_contact(ann, allowed=False, why="No mails", by=cast.rep, at=now)
    assert (found.do_not_contact, found.do_not_contact_at, found.do_not_contact_by) == (True, now, cast.rep)
    assert timeline(ann)[0].fact == "Asked not to be contacted"
    assert ann.events.filter(kind="contact_refused").count() == 1


def test_it_can_be_taken_back(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now)
    privacy.wish_contact(ann, allowed=False, why="No mails", by=cast.marketer, at=now)
    for _twice in range(2):
        found = privacy.wish_contact(ann, allowed=True, by=cast.marketer, at=now)
    assert (found.do_not_contact, found.do_not_contact_at, found.do_not_contact_why) == (False, None, "")
    assert ann.events.filter(kind="contact_allowed").count() == 1


def test_a_rep_of_another_team_wishes_nothing(cast: Cast, now: datetime) -> None:
    ann = handoff("ann@x.test", now, cast.rep).lead
    with pytest.raises(DomainError) as caught:
        privacy.wish_contact(ann, allowed=False, by=cast.other_rep, at=now)
    assert (caught.value.code, Lead.objects.get().do_not_contact) == ("not_yours", False)


def test_a_row_that_opts_out_says_so_of_new_and_known_leads(cast: Cast, now: datetime) -> None:
    lead("bob@x.test", now)
    rows = [
        row("ann@x.test", now, do_not_contact=True), row("bob@x.test", now, do_not_contact=True), row("c@x.test", now)
    ]  # fmt: skip
    assert [t.result for t in take_in(rows, at=now)] == ["created", "updated", "created"]
    assert [t.result for t in take_in(rows, at=now)] == ["unchanged"] * 3
    assert set(Lead.objects.filter(do_not_contact=True).values_list("email", flat=True)) == {"ann@x.test", "bob@x.test"}
    assert Event.objects.filter(kind="opted_out").count() == 2


@pytest.mark.parametrize("told", [{"Email Opt Out": "TRUE"}, {"Consent": "opted out"}, {"consent": "No"}])
def test_a_file_that_opts_somebody_out_is_heard(told: dict[str, str], cast: Cast, tmp_path: Path) -> None:
    (header, cell), file = next(iter(told.items())), tmp_path / "leads.csv"
    file.write_text(f"email,{header}\nann@x.test,{cell}\nbob@x.test,\n")
    run = import_file(LEADS, file)
    assert (run.created, run.refused) == (2, 0)
    assert [one.email for one in Lead.objects.filter(do_not_contact=True)] == ["ann@x.test"]
    undo_import(run.pk, by=cast.marketer, at=timezone.now())
    assert Lead.objects.count() == 0


def test_pages_say_so_and_link_to_no_phone_and_no_mail(cast: Cast, now: datetime, client: Client) -> None:
    made = handoff("ann@x.test", now, cast.rep, phone="+49 30 1")
    pages = [f"/leads/{made.lead_id}/", f"/handoffs/{made.pk}/panel/"]
    client.force_login(cast.rep)
    assert all("tel:" in client.get(page).content.decode() for page in pages)
    privacy.wish_contact(made.lead, allowed=False, by=cast.rep, at=now)
    for page in [*pages, "/followups/"]:
        told = client.get(page).content.decode()
        assert "Do not contact" in told
        assert "tel:" not in told
        assert "mailto:" not in told


# --- told ---------------------------------------------------------------------------------------------


def test_everything_that_is_kept_is_handed_out_and_who_took_it_is_told(cast: Cast, known: Lead, client: Client) -> None:
    client.force_login(cast.marketer)
    answer = client.post(f"/leads/{known.pk}/person/exports/")
    assert answer["Content-Disposition"] == f'attachment; filename="person-{known.pk}.json"'
    told = answer.json()
    assert [key for key, rows in told.items() if SECRET.lower() not in json.dumps(rows).lower()] == ["handoffs"]
    assert set(told) == {part.key for part in privacy.parts()}
    assert known.events.get(kind="data_exported").by == cast.marketer


def test_reps_hand_nothing_out(cast: Cast, known: Lead, now: datetime) -> None:
    with pytest.raises(DomainError) as caught:
        privacy.export_person(known, by=cast.rep, at=now)
    assert caught.value.code == "may_not_export"
    assert not known.events.filter(kind="data_exported").exists()


def test_every_table_that_hangs_on_a_lead_is_told_and_erased_by_a_part() -> None:
    answered_for = {model for part in privacy.parts() for model in part.models}
    hanging = {
        relation.related_model
        for model in (Lead, Handoff)
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete
    }
    assert hanging - answered_for == set(), "register a privacy.Part for these, see leads/privacy.py"


# --- erased -------------------------------------------------------------------------------------------


def test_nothing_tells_who_it_was(cast: Cast, known: Lead, now: datetime) -> None:
    assert everything().lower().count(SECRET.lower()) > 20
    found = erased(known, cast, now + 4 * DAY)
    # Others may work there: neither the twin nor the organisation is the person.
    Lead.objects.exclude(pk=known.pk).delete()
    known.organisation.delete()
    assert SECRET.lower() not in everything().lower()
    assert (found.display_name, found.erased_at, found.email) == ("Erased person", now + 4 * DAY, None)
    line = timeline(found)[0]
    assert (line.fact, line.by, found.events.filter(kind="erased").count()) == (
        "Erased what told who this person is", cast.sales_manager, 1,
    )  # fmt: skip
    assert len(timeline(found)) == found.events.count()
    outbox.give_up_old(now=timezone.now())  # told in September, and nobody delivered it
    assert broken() == []


def test_no_figure_changes(cast: Cast, known: Lead, now: datetime) -> None:
    late = handoff("late@x.test", now - 20 * DAY, cast.rep).lead
    part = Slice(quarter_of(now))

    def told() -> Any:
        return {key: (v.value, v.n) for key, v in figures(part, now=now + 5 * DAY).items()}

    before = told()
    erased(known, cast, now + 4 * DAY)
    erased(late, cast, now + 4 * DAY)
    assert told() == before


def test_the_grade_stays_though_its_facts_are_gone(cast: Cast, now: datetime) -> None:
    ann = handoff("ann@x.test", now, cast.rep).lead
    erased(ann, cast, now)
    regrade(at=now + 100 * DAY, everything=True)
    ann.refresh_from_db()
    assert (ann.grade, ann.stage, ann.handoffs.count()) == ("A", "new", 1)
    assert not stale(LeadDefinition.in_force(), now + 200 * DAY).exists()


def test_nobody_waits_for_an_answer_about_nobody(cast: Cast, now: datetime) -> None:
    running, late = handoff("a@x.test", now, cast.rep), handoff("b@x.test", now - 20 * DAY, cast.rep)
    Handoff.objects.filter(pk=late.pk).update(
        historic=False, closed_at=None, released_at=None, released_why="", at=now - 20 * DAY, due_at=now - 13 * DAY
    )
    for made in (running, late):
        erased(made.lead, cast, now)
        made.refresh_from_db()
    assert (running.released_at, running.released_why, running.closed_at) == (now, "erased", now)
    assert (late.released_at, late.released_why, late.closed_at) == (None, "erased", now)


@pytest.mark.parametrize("who", ["marketer", "rep", "other_rep"])
def test_only_managers_and_admins_erase(who: str, cast: Cast, known: Lead, now: datetime) -> None:
    with pytest.raises(DomainError) as caught:
        privacy.erase_person(known, why="asked", by=cast.everybody[who], at=now)
    assert caught.value.code == "may_not_erase"
    known.refresh_from_db()
    assert (known.erased_at, known.first_name, ErasedKey.objects.count()) == (None, SECRET, 0)


def test_why_is_no_text_that_could_name_the_person_again(cast: Cast, known: Lead, now: datetime) -> None:
    with pytest.raises(DomainError) as caught:
        privacy.erase_person(known, why=SECRET, by=cast.admin, at=now)
    assert caught.value.code == "unknown_why"


def test_whoever_is_erased_stays_so(cast: Cast, known: Lead, now: datetime) -> None:
    found = erased(known, cast, now + 4 * DAY)
    for act in (
        lambda: erased(found, cast, now),
        lambda: edit_lead(found, {"phone": "1"}, version=found.version, by=cast.admin, at=now),
        lambda: privacy.wish_contact(found, allowed=True, by=cast.admin, at=now),
    ):
        with pytest.raises(DomainError) as caught:
            act()
        assert caught.value.code == "erased"


def test_the_page_asks_once_and_tells_what_happened(cast: Cast, known: Lead, client: Client) -> None:
    client.force_login(cast.admin)
    url = f"/leads/{known.pk}/person/erasure/"
    assert "This can’t be undone" in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 422
    answer = client.post(url, {"why": "asked"}, follow=True)
    assert "Erased person" in answer.content.decode()
    assert SECRET not in client.get(known.get_absolute_url()).content.decode()
    assert client.get(f"/leads/{known.pk}/edit/").status_code == 409


# --- the address comes again --------------------------------------------------------------------------


@pytest.mark.parametrize("key", [{"email": "ann@x.test"}, {"email": None, "external_id": "7"}])
def test_a_list_does_not_bring_somebody_back(key: dict[str, Any], cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now, external_id="7")
    erased(ann, cast, now + DAY)
    old = row(**{"at": now, **key})
    undated = row(**{"at": now + 2 * DAY, **key}, dated=False)
    other = row("bob@x.test", now + 2 * DAY)
    taken = take_in([old, other, undated], at=now + 2 * DAY)
    assert sorted(t.result for t in taken) == ["created", "refused", "refused"]
    assert {t.sentence for t in taken if t.result == "refused"} == {
        "This person was erased on request on 17 Sep 2026. A contact dated later starts a new lead."
    }
    assert Lead.objects.exclude(pk=ann.pk).get().email == "bob@x.test"


def test_a_file_that_brings_somebody_back_keeps_nothing_of_the_row(cast: Cast, now: datetime, tmp_path: Path) -> None:
    erased(lead("ann@x.test", now), cast, now)
    file = tmp_path / "leads.csv"
    file.write_text("email,last_name\nann@x.test,Ek\nbob@x.test,Berg\n")
    run = import_file(LEADS, file)
    assert (run.created, run.refused) == (1, 1)
    assert run.refused_rows.get().values == ["", ""]
    assert "erased on request" in run.refused_rows.get().sentence


def test_somebody_who_comes_back_starts_anew(cast: Cast, now: datetime) -> None:
    ann = lead("ann@x.test", now)
    erased(ann, cast, now + DAY)
    (taken,) = take_in([row("ann@x.test", now + 2 * DAY)], at=now + 2 * DAY)
    assert (taken.result, taken.lead_id != ann.pk) == ("created", True)
    # Known again, the address is refused no more.
    (again,) = take_in([row("ann@x.test", now + 3 * DAY, dated=False)], at=now + 3 * DAY)
    assert again.result == "unchanged"
    erased(Lead.objects.get(email="ann@x.test"), cast, now + 5 * DAY)
    (late,) = take_in([row("ann@x.test", now + 4 * DAY)], at=now + 6 * DAY)
    assert late.result == "refused"


def test_a_key_of_a_lead_that_was_merged_is_remembered_too(cast: Cast, known: Lead, now: datetime) -> None:
    erased(known, cast, now)
    (taken,) = take_in([row(f"old@{SECRET}.test".lower(), now, dated=False)], at=now)
    assert taken.result == "refused"


def test_the_digest_survives_a_new_secret_key(cast: Cast, now: datetime, settings: Any) -> None:
    erased(lead("ann@x.test", now), cast, now + DAY)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    (taken,) = take_in([row("ann@x.test", now)], at=now + DAY)
    assert taken.result == "refused"
    assert "ann@x.test" not in json.dumps(list(ErasedKey.objects.values()), default=str)


def test_notices_and_refused_rows_forget(cast: Cast, known: Lead, now: datetime) -> None:
    erased(known, cast, now)
    assert set(Notification.objects.values_list("title", "detail")) == {("About somebody who was erased", "")}
    refused = ImportRow.objects.get()
    assert (refused.values, refused.sentence) == (["", ""], "Erased on request of the person.")
    assert Outcome.objects.get().kind == "won"
