"""The people of the design mocks and those who show what else can happen: written down, not drawn.

Each has touches and, where sales did something, the steps. `rep` is who was present at the last
touch, so whose turn it was; "nobody" puts the lead into the queue. The steps follow the first handoff.
"""

# One person per line reads better in the tables.
# ruff: noqa: E501

from collections.abc import Iterator
from datetime import datetime, timedelta

from alignment.demo.characters import Character, Meeting, days, hours
from alignment.demo.endings import settled
from alignment.demo.moments import Moments
from alignment.demo.steps import Judge, Respond

TARGET = timedelta(days=7)  # the default service level


def characters(moments: Moments) -> Iterator[Character]:
    """The cast, the most important first."""
    yield from _katjas_work(moments)
    yield from _work_of_the_others(moments)
    yield from settled(moments)


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
    """Answered, with a verdict still open: due later. Each came early enough to be answered before any weekend ends."""
    talks = (
        ("Lars Michaelsen", "Maintenance lead", "Vindkraft Syd A/S", "vindkraft-syd", "Denmark", "Wind energy", 4, "Back from leave on Monday."),
        ("Elin Sjögren", "Head of maintenance", "Småland Pappersbruk AB", "smaland-papper", "Sweden", "Paper", 5, "Sends the list of drives."),
        ("Marek Wolański", "Plant manager", "Browar Noteć", "browar-notec", "Poland", "Beverages", 6, "Wants to ask his boss first."),
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
