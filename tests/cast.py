"""The people of every test, and leads for them to work on."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Team, User
from imports import kinds
from imports.models import Import
from imports.preparing import receive, start
from imports.running import go_on
from leads.intake import LeadRow, take_in
from leads.models import Handoff, Lead
from notices.models import Notification

PASSWORD = "seeds-of-agreement"

# With the default definition these facts make each grade.
MACHINERY = {"employees": 640, "industry": "Machinery", "country": "Germany"}
FACTS_OF: dict[str, dict[str, Any]] = {
    "A": {**MACHINERY, "job_title": "Head of procurement", "kind": "quote"},
    "B": {"job_title": "Maintenance engineer", "employees": 300, "industry": "Machinery", "kind": "download"},
    "C": {"job_title": "Maintenance engineer", "country": "Germany", "kind": "download"},
    "D": {"kind": "form"},
}


@dataclass(frozen=True)
class Cast:
    """One person for each role; `rep` and `mate` share a team, `other_rep` is of another."""

    marketer: User
    marketing_manager: User
    rep: User
    mate: User
    other_rep: User
    sales_manager: User
    admin: User

    @property
    def everybody(self) -> dict[str, User]:
        return dict(vars(self))


def make_cast() -> Cast:
    """Everybody at once: nearly every test begins with them."""
    north, south = Team.objects.bulk_create([Team(name="North", side="sales"), Team(name="South", side="sales")])
    made = Cast(
        marketer=_stranger("marketer", "marketing"),
        marketing_manager=_stranger("marketing.manager", "marketing", is_manager=True),
        rep=_stranger("rep", "sales", team=north, takes_leads=True),
        mate=_stranger("mate", "sales", team=north, takes_leads=True),
        other_rep=_stranger("other.rep", "sales", team=south, takes_leads=True),
        sales_manager=_stranger("sales.manager", "sales", is_manager=True),
        admin=_stranger("admin", "marketing", is_staff=True),
    )
    _let_in(*made.everybody.values())
    return made


def person(name: str, side: str, **facts: Any) -> User:
    """Somebody who can sign in with PASSWORD."""
    user = _stranger(name, side, **facts)
    _let_in(user)
    return user


def _stranger(name: str, side: str, **facts: Any) -> User:
    user = User(email=f"{name}@alignment.test", name=name.replace(".", " ").title(), side=side, **facts)
    user.set_password(PASSWORD)
    return user


def _let_in(*people: User) -> None:
    User.objects.bulk_create(people)
    addresses = (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people)
    EmailAddress.objects.bulk_create(addresses)


_numbers = count(2)


def row(email: str | None, at: datetime, grade: str = "D", **facts: Any) -> LeadRow:
    """A row of a file for a lead that will get `grade`."""
    known = {"number": next(_numbers), "email": email, "captured_at": at, **FACTS_OF[grade]}
    return LeadRow(**{**known, **facts})


def lead(email: str, at: datetime, grade: str = "D", **facts: Any) -> Lead:
    """A lead taken in at the moment `at`; that a rep was told of it is no matter of what follows."""
    take_in([row(email, at, grade, **facts)], at=at)
    Notification.objects.filter(kind="handed_off").delete()
    return Lead.objects.get(email=email)


def handoff(email: str, at: datetime, rep: User | None = None, grade: str = "A", **facts: Any) -> Handoff:
    """A handoff made at `at`; given to `rep` where one is named."""
    made = lead(email, at, grade, **facts).handoffs.get()
    if rep is not None and made.rep_id != rep.pk:
        made.rep, made.team = rep, rep.team
        made.save()
        Lead.objects.filter(pk=made.lead_id).update(owner=rep)
    return made


def upload(
    text: str, by: User, at: datetime, *, kind: str = "leads", name: str = "fair.csv", encoding: str = "utf-8"
) -> Import:
    """A file that `by` has uploaded, prepared to be loaded."""
    return receive(SimpleUploadedFile(name, text.encode(encoding)), kind=kinds.get(kind), by=by, at=at)


def loaded(run: Import, by: User, at: datetime) -> Import:
    """The same file, loaded as the worker does it."""
    start(run.pk, version=run.version, by=by, at=at)
    go_on(run.pk, at=at, seconds=60)
    run.refresh_from_db()
    return run
