"""A row of Follow-ups: what it says of a handoff, and that what people typed is text in it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import engines
from django.test import Client

from accounts.models import User
from feedback.worklist import Row
from leads.models import Handoff, Lead, Organisation, Touch
from leads.showing import clock_face
from tests.cast import Cast, handoff

HOSTILE = "<b id=x>\"'&amp;{{ 7 * 7 }}{% now %}%(name)s{0}</b>"
AT = datetime(2026, 9, 16, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LISTED = {"answers": True, "pulls_back": False, "names_reps": False, "chosen": ()}


def told(
    touch: Touch | None = None, *, lead: Lead | None = None, facts: dict[str, Any] | None = None, **way: Any
) -> str:
    lead = lead or Lead(pk=7, name="Ann Becker", captured_at=AT)
    waits = Handoff(**{"pk": 1234567, "lead": lead, "grade": "A", "at": AT, "due_at": AT + 7 * DAY, **(facts or {})})
    row = Row(waits, clock_face(waits, AT + DAY), touch)
    return str(engines["jinja2"].get_template("feedback/_rows.html").render({**LISTED, **way, "rows": [row]}))


def part(html: str, name: str) -> str:
    """What stands in a part of the row, without its tags."""
    inner = html.split(f'<span class="{name}">', 1)[1].split("\n", 1)[0]
    return " ".join(re.sub(r"<.*?>", " ", inner).split())


@pytest.mark.django_db
def test_what_people_typed_is_text_on_the_page(cast: Cast, client: Client, now: datetime) -> None:
    User.objects.filter(pk=cast.mate.pk).update(name=HOSTILE)
    made = handoff("ann@x.test", now, cast.mate, name=HOSTILE, organisation=HOSTILE, note=HOSTILE)
    Lead.objects.filter(pk=made.lead_id).update(job_title=HOSTILE)
    Touch.objects.filter(lead=made.lead_id).update(note=HOSTILE)
    client.force_login(cast.rep)
    page = client.get("/followups/?whose=team").content.decode()
    row = page.split(f'id="fu-{made.pk}"', 1)[1].split("</li>", 1)[0]
    assert "<b" not in row
    assert "49" not in part(row, "c-who")
    escaped = "&lt;b id=x&gt;&#34;&#39;&amp;amp;{{ 7 * 7 }}{% now %}%(name)s{0}&lt;/b&gt;"
    # the box, name, organisation, title, note and rep
    assert row.count(escaped) == 6
    assert f'aria-label="Choose {escaped}"' in row


def test_why_somebody_is_here_is_the_best_that_is_known() -> None:
    noted = Lead(pk=7, name="Ann", captured_at=AT, note="Met at the fair")
    touch = Touch(kind="quote", at=AT)
    assert part(told(touch, lead=noted), "c-why") == "Asked for a quote 16 Sep"
    touch.note = "Needs it in May"
    assert part(told(touch, lead=noted), "c-why") == "Needs it in May Asked for a quote · 16 Sep"
    assert part(told(lead=noted), "c-why") == "Met at the fair"
    assert part(told(), "c-why") == "No touch is recorded"


def test_who_it_is_is_told_by_what_is_known() -> None:
    def who(**facts: Any) -> str:
        return part(
            told(lead=Lead(**{"pk": 7, "name": "Ann", "captured_at": AT, "email": "ann@x.test", **facts})), "c-who"
        )

    works = Organisation(name="Becker GmbH")
    assert who(organisation=works, job_title="Head") == "Ann Becker GmbH · Head"
    assert who(organisation=works) == "Ann Becker GmbH"
    assert who(job_title="Head", do_not_contact=True) == "Ann Do not contact Head"
    assert who() == "Ann ann@x.test"
    assert who(email=None, source="Fair") == "Ann Fair"
    assert who(name="", email=None, erased_at=AT) == "Erased person"


def test_the_clock_runs_until_somebody_answered_and_then_a_verdict_is_due() -> None:
    assert part(told(), "c-clock") == "6 d left"
    assert 'data-state="breached"' in told(facts={"due_at": AT + timedelta(hours=1)})
    answered = {"responded_at": AT, "verdict_due_at": AT + 14 * DAY}
    assert part(told(facts=answered), "c-clock") == "verdict by 30 Sep"
    assert part(told(facts={**answered, "verdict_due_at": None}), "c-clock") == "in time"


def test_lists_of_several_people_say_whose_it_is() -> None:
    rep = User(pk=3, name="Katja Roth")
    assert part(told(facts={"rep": rep}, names_reps=True), "c-clock") == "6 d left Katja Roth"
    assert part(told(names_reps=True), "c-clock") == "6 d left in the queue"
    assert part(told(facts={"rep": rep}), "c-clock") == "6 d left"


def test_who_may_act_has_a_box_and_what_was_chosen_stays_so() -> None:
    assert "checkbox" not in told(answers=False)
    assert "See what is known" in told(answers=False, pulls_back=True)
    box = '<input type="checkbox" name="handoff" value="1234567"{} form="bulk" aria-label="Choose Ann Becker">'
    for way in ({"answers": True}, {"answers": False, "pulls_back": True}):
        assert box.format("") in told(**way)
        assert box.format(" checked") in told(**way, chosen=[1234567])
    assert 'hx-get="/handoffs/1234567/' in told()
    assert 'href="/leads/7/"' in told()
