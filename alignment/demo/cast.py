"""The people of the design mocks and those who show what else can happen: written down, not drawn.

Each has touches and, where sales did something, the steps. `rep` is who was present at the last
touch, so whose turn it was; "nobody" puts the lead into the queue. The steps follow the first handoff.
"""

# One person per line reads better in the tables.
# ruff: noqa: E501

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from alignment.demo.moments import Moments
from alignment.demo.names import DOMAIN, address
from alignment.demo.steps import End, Judge, Respond, Step

TARGET = timedelta(days=7)  # the default service level


@dataclass(frozen=True)
class Meeting:
    """One touch: when, in which campaign, of which kind, and what was said."""

    at: datetime
    campaign: str
    kind: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Character:
    name: str
    title: str
    organisation: str
    domain: str
    facts: dict = field(default_factory=dict)
    touches: tuple[Meeting, ...]
    # Facts that only the last touch tells, so that the grade rises with it.
    told_last: tuple[str, ...] = ()
    rep: str = ""
    steps: tuple[Step, ...] = ()
    kept_out: str = ""

    @property
    def email(self) -> str:
        first, last = self.first_and_last
        return address(first, last.split()[-1], self.domain + DOMAIN, 0)

    @property
    def first_and_last(self) -> tuple[str, str]:
        first, _space, last = self.name.removeprefix("Dr. ").partition(" ")
        return first, last


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def euros(amount: int) -> Decimal:
    return Decimal(amount)


def characters(moments: Moments) -> Iterator[Character]:
    """The cast, the most important first."""
    yield from _katjas_work(moments)
    yield from _work_of_the_others(moments)
    yield from _settled(moments)


# -- what waits for Katja ----------------------------------------------------------------------------


def _katjas_work(m: Moments) -> Iterator[Character]:
    def due_in(left: timedelta) -> datetime:
        """The handoff whose clock ends so long from now."""
        return m.ago(days=7) + left

    soon = m.left_today
    yield Character(
        name="Dr. Annegret Schöffmann-Rütters",
        title="Head of procurement",
        rep="katja",
        organisation="Kettler & Söhne Maschinenbau GmbH & Co. KG",
        domain="kettler-soehne",
        facts={
            "country": "Germany",
            "industry": "Machinery",
            "phone": "+49 2921 88 04-17",
            "consent": "E-mail and phone",
        },
        told_last=("job_title", "phone", "consent"),
        touches=(
            Meeting(m.ago(days=118), "whitepaper-oee", "download", "Downloaded “OEE in food plants”"),
            Meeting(m.ago(days=27), "webinar-bearing-failure", "webinar", "Stayed 52 of 60 minutes"),
            Meeting(due_in(-hours(52)), "website", "quote", "We replace 40 gearboxes by June."),
        ),
    )
    yield Character(
        name="Henrik Aaldering",
        title="Maintenance lead",
        organisation="Vandersteen Papier B.V.",
        domain="vandersteen-papier",
        rep="katja",
        facts={"country": "Netherlands", "industry": "Paper", "employees": 140, "phone": "+31 53 480 2217"},
        touches=(
            Meeting(due_in(-hours(19)), "webinar-bearing-failure", "webinar", "Watched the recording to the end"),
        ),
    )
    yield Character(
        name="Oksana Hrytsenko",
        title="Plant manager",
        organisation="Zakłady Chemiczne Wisła S.A.",
        domain="chemwisla",
        rep="katja",
        facts={"country": "Poland", "industry": "Chemicals"},
        told_last=("job_title",),
        touches=(
            Meeting(m.ago(days=16), "website", "visit", "Pricing page"),
            Meeting(due_in(-hours(3)), "whitepaper-oee", "download", "Downloaded the OEE paper, then 3 visits"),
        ),
    )
    yield Character(
        name="Matthias Köhler",
        title="Managing director",
        organisation="Köhler Windservice GmbH",
        domain="koehler-windservice",
        rep="katja",
        facts={"country": "Germany", "industry": "Wind energy", "employees": 64, "phone": "+49 4841 77 120"},
        touches=(Meeting(due_in(soon(0.3)), "website", "demo", "Bitte eine Vorführung, am liebsten im Park Husum."),),
    )
    yield Character(
        name="Priya Raghunathan",
        title="Reliability engineer",
        organisation="Norsk Turbinkraft AS",
        domain="norskturbinkraft",
        rep="katja",
        facts={"country": "Norway", "industry": "Wind energy", "employees": 320},
        touches=(Meeting(due_in(soon(0.5)), "webinars-monthly", "webinar", "Stayed 52 min, asked 2 questions"),),
    )
    yield Character(
        name="Jean-Baptiste Lemoine", title="Acheteur technique", organisation="Laiterie du Val d’Orne", domain="laiterie-valdorne",
        rep="katja", facts={"country": "France", "employees": 130},
        touches=(
            Meeting(m.ago(days=230), "website", "form", "Premier contact, ligne de conditionnement."),
            Meeting(due_in(soon(0.7)), "website", "form", "Nous avons maintenant un budget. Pouvez-vous rappeler ?"),
        ),
        steps=(
            Respond(after=hours(20), kind="call", note="Reached him in the plant."),
            Judge(after=days(6), verdict="rejected", reason="no_budget_case", evidence="buyer_said", note="No budget before the new line is decided."),
        ),
    )  # fmt: skip
    yield Character(
        name="Friederike von Hohenlohe-Oehringen",
        title="Leiterin Instandhaltung",
        domain="sueddeutsche-kugellager",
        organisation="Süddeutsche Kugellager- und Wälztechnik Aktiengesellschaft",
        rep="katja",
        facts={"country": "Germany", "industry": "Mechanical engineering", "employees": 2600},
        touches=(
            Meeting(due_in(days(2)), "linkedin-retrofit", "form", "Zwei Kollegen haben schon mit Ihnen gesprochen."),
        ),
    )
    yield Character(
        name="Tom Whitcombe",
        title="Operations manager",
        organisation="Harrow & Pike Brewing",
        domain="harrowandpike",
        rep="katja",
        facts={"country": "United Kingdom", "industry": "Beverages", "employees": 80},
        told_last=("job_title", "employees"),
        touches=(
            Meeting(m.ago(days=12), "website", "visit", "Retrofit page"),
            Meeting(m.ago(days=8), "website", "visit", "Retrofit page"),
            Meeting(due_in(days(3)), "website", "form", "Third visit to the retrofit page, then the form"),
        ),
    )
    yield Character(
        name="Beatriz Fonseca",
        title="Engenheira de manutenção",
        organisation="Cimentos do Sado",
        domain="cimentosdosado",
        rep="katja",
        facts={"country": "Portugal", "industry": "Cement", "source": "referral"},
        touches=(Meeting(due_in(days(5)), "referral-colleague", "form", "Referred by Cimpor Sul"),),
    )
    yield Character(
        name="Uwe Pannenbecker",
        title="Meister Betriebstechnik",
        organisation="Stadtwerke Lüdenscheid",
        domain="sw-luedenscheid",
        rep="katja",
        facts={"country": "Germany", "industry": "Utilities", "employees": 230},
        touches=(Meeting(due_in(days(6)), "website", "form", "Asked for the sensor list"),),
    )
    yield from _katja_is_talking_to(m)


def _katja_is_talking_to(m: Moments) -> Iterator[Character]:
    """Answered, with a verdict still open: due later."""
    talks = (
        ("Lars Michaelsen", "Maintenance lead", "Vindkraft Syd A/S", "vindkraft-syd", "Denmark", "Wind energy", 3, "Back from leave on Monday."),
        ("Elin Sjögren", "Head of maintenance", "Småland Pappersbruk AB", "smaland-papper", "Sweden", "Paper", 4, "Sends the list of drives."),
        ("Marek Wolański", "Plant manager", "Browar Noteć", "browar-notec", "Poland", "Beverages", 5, "Wants to ask his boss first."),
    )  # fmt: skip
    for name, title, organisation, domain, country, industry, ago, note in talks:
        yield Character(
            name=name,
            title=title,
            organisation=organisation,
            domain=domain,
            rep="katja",
            facts={"country": country, "industry": industry, "employees": 160},
            touches=(Meeting(m.ago(days=ago, hours=5), "webinars-monthly", "webinar", "Stayed to the end"),),
            steps=(Respond(after=hours(9 * ago), kind="call", note=note),),
        )


# -- what waits for the others -----------------------------------------------------------------------


def _work_of_the_others(m: Moments) -> Iterator[Character]:
    late_by = TARGET + hours(1)
    work = (
        ("samir", late_by, "Owen Pritchard", "Maintenance lead", "Severn Water", "severn-water", "United Kingdom", "Utilities", "google-ads-condition-monitoring", "form"),
        ("samir", days(6.2), "Giulia Ferrero", "Head of reliability", "Brianza Gear Works", "brianza-gears", "Italy", "Machinery", "google-ads-condition-monitoring", "quote"),
        ("samir", days(4), "Kasper Lund", "Operations manager", "Limfjord Dairy", "limfjord-dairy", "Denmark", "Food and beverage", "referral-colleague", "form"),
        ("samir", days(1), "Nuno Tavares", "Gerente de manutenção", "Têxteis Minho", "texteis-minho", "Portugal", "Textiles", "website", "demo"),
        ("ilse", days(10.5), "Stefanie Ruhnau", "Instandhaltung", "Weserberg Kunststofftechnik GmbH", "weserberg-kunststoff", "Germany", "Plastics", "linkedin-retrofit", "form"),
        ("ilse", days(5.6), "Pieter Goossens", "Maintenance planner", "Scheldt Chemicals", "scheldt-chemicals", "Belgium", "Chemicals", "whitepaper-oee", "download"),
        ("ilse", days(2), "Dorothea Klump", "Einkauf", "Zementwerk Lippe", "zement-lippe", "Germany", "Cement", "linkedin-retrofit", "form"),
        ("tomasz", days(12), "Radim Novotný", "Production planner", "Vltava Steel", "vltava-steel", "Czechia", "Steel", "linkedin-maintenance-heads", "form"),
        ("nobody", days(1.6), "Magdalena Nowicka", "Maintenance planner", "Huta Śląsk", "huta-slask", "Poland", "Steel", "webinars-monthly", "webinar"),
        ("nobody", days(0.7), "Erik Fjeldstad", "Maintenance lead", "Sogn Plastics", "sogn-plastics", "Norway", "Plastics", "website", "form"),
    )  # fmt: skip
    for rep, ago, name, title, organisation, domain, country, industry, campaign, kind in work:
        yield Character(
            name=name,
            title=title,
            organisation=organisation,
            domain=domain,
            rep=rep,
            facts={"country": country, "industry": industry, "employees": 150},
            touches=(Meeting(m.ago(seconds=ago.total_seconds()), campaign, kind),),
        )
    yield Character(
        name="Torben Ilsemann",
        title="",
        organisation="Ilsemann Antriebe",
        domain="ilsemann-antriebe",
        rep="samir",
        facts={"country": "Germany", "employees": 60},
        # Just B and nothing after: the grade falls with the next re-grade, and the clock is released.
        touches=(Meeting(m.ago(days=60), "linkedin-maintenance-heads", "quote", "Left no number."),),
    )


# -- what has ended, once in every way ---------------------------------------------------------------


def _settled(m: Moments) -> Iterator[Character]:
    training = "“Nice stand, but I only do the training budget.”"
    thesis = "„Schreibe gerade meine Masterarbeit über Schwingungsanalyse.“"
    gearboxes = "“We replace 40 gearboxes by June. Who else did that with you?”"
    call, late = (
        Respond(after=hours(26), note="Good talk."),
        Respond(after=days(9), kind="email", note="Was at the fair that week."),
    )
    accept = Judge(after=days(3), verdict="accepted", grade_opinion="right")
    fair, webinar, search = "hannover-messe", "webinar-bearing-failure", "google-ads-condition-monitoring"
    cold, linkedin = "cold-list-dach", "linkedin-maintenance-heads"

    def judge(
        verdict: str, reason: str, note: str, evidence: str = "buyer_said", wakes_in: int = 0, after: int = 4
    ) -> Judge:
        opinion = "too_high" if verdict == "rejected" else ""
        return Judge(
            after=days(after),
            verdict=verdict,
            reason=reason,
            note=note,
            evidence=evidence,
            wakes_in=wakes_in,
            grade_opinion=opinion,
        )

    def opportunity(amount: int) -> End:
        return End(after=days(14), kind="opportunity", amount=euros(amount))

    ended = (
        ("Ralf Dombrowski", "Maintenance lead", "Kettler & Söhne Maschinenbau GmbH & Co. KG", "kettler-soehne", "Germany", 190, "webinar-gearboxes", (call, accept, opportunity(38500), End(after=days(71), kind="won", amount=euros(36800)))),
        ("Ewa Kaczmarek", "Operations planner", "Noteć Automotive Sp. z o.o.", "notec-automotive", "Poland", 78, webinar, (call, Judge(after=days(2), verdict="accepted", note=gearboxes), opportunity(54000), End(after=days(44), kind="won", amount=euros(51200)))),
        ("Marjolein Hoogeveen", "Operations planner", "Veluwe Paper Mill", "veluwe-paper", "Netherlands", 95, search, (call, accept, opportunity(29000), End(after=days(40), kind="lost", reason="competitor", note="They took the supplier of their drives."))),
        ("Aldo Zanella", "Maintenance lead", "Adige Steel", "adige-steel", "Italy", 80, "partner-day-wuppertal", (call, accept, opportunity(18500), End(after=days(50), kind="lost", reason="price", note="Asked for half the price per sensor."))),
        ("Claire Vasseur", "Technique et méthodes", "Ciments Loiret", "ciments-loiret", "France", 48, webinar, (call, accept, opportunity(42000))),
        ("Hendrik Nijland", "Maintenance lead", "IJsselmeer Wind Services", "ijsselmeer-wind", "Netherlands", 30, search, (call, accept)),
        ("Gudrun Leitgeb", "Leitung Einkauf", "Ennstal Stahl AG", "ennstal-stahl", "Austria", 86, fair, (call, judge("rejected", "not_decision_maker", training))),
        ("Zsófia Szentgyörgyi", "Head of maintenance", "Dunapack Zrt.", "dunapack", "Hungary", 70, fair, (late, judge("rejected", "too_small", "One line, she says.", "rep_concluded", after=11))),
        ("Jan-Ole Tiedemann", "Technik", "Hohenstein Maschinenbau GmbH", "hohenstein-maschinenbau", "Germany", 84, fair, (call, judge("rejected", "student_or_competitor", thesis))),
        ("Inês Queirós", "Engenheira de manutenção", "Cervejaria Tejo", "cervejaria-tejo", "Portugal", 66, linkedin, (late, judge("rejected", "solved_already", "They have it from the maker of the filler.", after=10))),
        ("Volker Rehbein", "Betriebstechnik", "Sauerland Papier AG", "sauerland-papier", "Germany", 60, cold, (call, judge("rejected", "wrong_contact_data", "Left the company two years ago.", "rep_concluded"))),
        ("Sanna Löfgren", "Maintenance lead", "Dalarna Steel", "dalarna-steel", "Sweden", 62, cold, (call, judge("rejected", "no_answer", "Four calls, two mails.", "no_contact"))),
        ("Bernhard Aigner", "Instandhaltung", "Brauerei Wienerwald GmbH & Co. KG", "brauerei-wienerwald", "Austria", 52, webinar, (call, judge("nurture", "contract_runs", "„Der Vertrag läuft bis zum Frühjahr.“", wakes_in=98))),
        ("Siobhan Fairclough", "Maintenance planner", "Humber Chemicals", "humber-chemicals", "United Kingdom", 58, "whitepaper-oee", (Respond(after=days(2), kind="meeting"), judge("nurture", "budget_next_year", "“Next year’s budget has a line for it.”", wakes_in=61))),
        ("Koen Lemmens", "Maintenance lead", "Demer Plastics", "demer-plastics", "Belgium", 24, "linkedin-retrofit", (late,)),
        # Bought by phone before the form was filled: the story contradicts itself, and is kept as told.
        ("Ragnhild Tveit", "Reliability engineer", "Hardanger Wind Services", "hardanger-wind", "Norway", 40, "website", (call, accept, End(after=-days(6), kind="won", amount=euros(12400)))),
    )  # fmt: skip
    for name, title, organisation, domain, country, ago, campaign, steps in ended:
        yield Character(
            name=name,
            title=title,
            organisation=organisation,
            domain=domain,
            steps=steps,
            facts={
                "country": country,
                "industry": "Manufacturing",
                "employees": None if "Kettler" in organisation else 180 + len(name) * 9,
            },
            touches=(Meeting(m.ago(days=ago, hours=4), campaign, KIND_OF.get(campaign, "form")),),
        )
    germany = {"country": "Germany"}
    yield Character(
        name="Svenja Ott", title="Qualitätssicherung", organisation="Kettler & Söhne Maschinenbau GmbH & Co. KG",
        domain="kettler-soehne", facts=germany, touches=(Meeting(m.ago(days=45), "newsletter", "email"),),
    )  # fmt: skip
    yield Character(
        name="A. Schöffmann", title="", organisation="Kettler & Söhne", domain="kettler", facts=germany | {"phone": "+49 2921 88 04-17"},
        touches=(Meeting(m.ago(days=210), "website", "visit"),),
    )  # fmt: skip
    yield Character(
        name="Test Testmann", title="Managing director", organisation="Nordfeld", domain="nordfeld", facts=germany,
        touches=(Meeting(m.ago(days=33), "website", "visit", "Test of the new form, ignore"),), kept_out="test",
    )  # fmt: skip


KIND_OF = {
    "hannover-messe": "event", "webinar-bearing-failure": "webinar", "webinar-gearboxes": "webinar",
    "partner-day-wuppertal": "event", "cold-list-dach": "email", "whitepaper-oee": "download",
}  # fmt: skip
