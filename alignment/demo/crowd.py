"""Everybody who is not in the cast: drawn by the seed, so that grades come about by the definition."""

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from alignment.demo import names
from alignment.demo.moments import FRIDAY, Moments
from alignment.demo.names import COUNTRIES, Country
from alignment.demo.story import UNDERTAKINGS, Undertaking
from leads.intake import LeadRow

NOON = 13
SIZES = {"small": (8, 45), "middle": (55, 190), "large": (210, 4200)}
# What makes an A, B, C or D likely: (title, served industry, size of the organisation).
PROFILES = {
    "A": (("decides_and_works", True, "large"), ("decides_and_works", True, "large"), ("decides", True, "large")),
    "B": (("works", True, "middle"), ("decides", True, "small"), ("other", True, "large"), ("works", True, "small")),
    "C": (("other", True, "small"), ("other", False, "large"), ("works", False, "small")),
    "D": (("studies", True, "large"), ("studies", False, "middle"), ("other", False, "small"), ("", False, "")),
}
SECOND_TOUCHES = ("visit", "download", "email", "form")
SOURCES = {"search": "google", "paid_social": "social", "partner": "partner", "referral": "referral"}
FREE_MAIL = ("gmail.com", "web.de", "outlook.com", "orange.fr", "wp.pl")


@dataclass(frozen=True)
class Organisation:
    name: str
    domain: str
    industry: str
    employees: int
    country: Country


@dataclass(frozen=True)
class Arrival:
    """A row, and whether it is likely to become A or B, so that it should not wait."""

    row: LeadRow
    promising: bool


class Crowd:
    """Draws rows for the intake; the same seed draws the same people. A large crowd works in more `plants`."""

    def __init__(self, rng: random.Random, moments: Moments, plants: int = 1) -> None:
        self.rng, self.moments, self.plants = rng, moments, plants
        self.serials: dict[str, int] = {}
        self.known: dict[str, Organisation] = {}
        self.weights = [4 if country.name == "Germany" else 1 for country in COUNTRIES]

    def rows(self, count: int) -> Iterator[Arrival]:
        """Touches of `count` different people, most of whom have one; in no order."""
        for undertaking, share in _apportioned(count):
            for _n in range(share):
                yield from self._person(undertaking)

    def _person(self, undertaking: Undertaking) -> Iterator[Arrival]:
        letter = self.rng.choices("ABCD", undertaking.mix)[0]
        facts = self._facts(letter) | {"source": SOURCES.get(undertaking.channel, "")}
        facts["facts"] = _clicked(undertaking.channel, facts["email"])
        on = self._day(undertaking)
        promising = letter in "AB"
        yield Arrival(self._touch(undertaking.code, facts, on, self._kind(undertaking, letter)), promising)
        # C and D are seldom worth a second one; it would lift them out of what the campaign is known for.
        for _n in range(self.rng.choices((0, 1, 2), (74, 20, 6) if promising else (90, 10, 0))[0]):
            on += timedelta(days=self.rng.randint(2, 40))
            if on < self.moments.today:
                yield Arrival(self._touch("website", facts, on, self.rng.choice(SECOND_TOUCHES)), promising)

    def _kind(self, undertaking: Undertaking, letter: str) -> str:
        if undertaking.kind == "form" and letter == "A":
            return self.rng.choice(("form", "quote", "demo"))
        return "visit" if undertaking.kind == "form" and letter == "D" else undertaking.kind

    def _touch(self, code: str, facts: dict, on: date, kind: str) -> LeadRow:
        hours = (9, 17) if kind == "event" else (7, 21)
        return LeadRow(
            number=0, campaign=code, kind=kind, captured_at=self.moments.at(on, self.rng.uniform(*hours)),
            note=self.rng.choice(names.SAID[kind].split("|")), **facts,
        )  # fmt: skip

    def _facts(self, letter: str) -> dict:
        title, served, size = self.rng.choice(PROFILES[letter])
        country = self._country(abroad=letter == "D" and title == "other")
        first, last = self.rng.choice(country.first_names), self.rng.choice(country.last_names)
        person = {"first_name": first, "last_name": last, "country": country.name}
        if not title:  # somebody about whom nothing is known
            return person | {"email": self._address(first, last, self.rng.choice(FREE_MAIL)), "country": ""}
        organisation = self._organisation(country, served=served, size=size)
        said = names.TITLES[title][country.language]
        return person | {
            "email": self._address(first, last, organisation.domain),
            "job_title": self.rng.choice(names.words(said)),
            "phone": self._phone(country) if self.rng.random() < 0.6 else "",
            "organisation": organisation.name,
            "website": organisation.domain,
            "employees": organisation.employees,
            "industry": organisation.industry,
        }

    def _country(self, *, abroad: bool) -> Country:
        if abroad:
            return self.rng.choice([c for c in COUNTRIES if not c.sold_in])
        sold_in = [(c, w) for c, w in zip(COUNTRIES, self.weights, strict=True) if c.sold_in]
        return self.rng.choices([c for c, _w in sold_in], [w for _c, w in sold_in])[0]

    def _organisation(self, country: Country, *, served: bool, size: str) -> Organisation:
        kinds = names.words((names.SERVED if served else names.OTHERS)[country.language])
        pattern, industry = self.rng.choice(kinds).split("|")
        # The size is part of the name's draw: the same organisation has the same staff whoever writes.
        place = list(SIZES).index(size)
        stem = self.rng.choice(country.stems[place::3] or country.stems)
        name = pattern.format(stem)
        if self.plants > 1:
            name += f" {self.rng.randint(1, self.plants)}"
        low, high = SIZES[size]
        domain = names.domain_for(name)
        return self.known.setdefault(domain, Organisation(name, domain, industry, self.rng.randint(low, high), country))

    def _address(self, first: str, last: str, domain: str) -> str:
        plain = names.address(first, last, domain, 0)
        serial = self.serials[plain] = self.serials.get(plain, 0) + 1
        return names.address(first, last, domain, serial if serial > 1 else 0)

    def _phone(self, country: Country) -> str:
        return f"{country.phone} {self.rng.randint(20, 899)} {self.rng.randint(100000, 9999999)}"

    def _day(self, undertaking: Undertaking) -> date:
        """A day of the campaign, seldom a weekend; always before today."""
        first, last = span(undertaking, self.moments)
        if undertaking.peak and self.rng.random() < 0.85:
            start = first + timedelta(days=undertaking.peak[0] - undertaking.runs[0][1])
            first, last = start, min(last, start + timedelta(days=undertaking.peak[1] - 1))
        for _try in range(3):
            on = first + timedelta(days=self.rng.randint(0, max(0, (last - first).days)))
            if on.weekday() <= FRIDAY:
                break
        return on


def span(undertaking: Undertaking, moments: Moments) -> tuple[date, date]:
    """First and last day on which people can have come by a campaign."""
    (start, number), end = undertaking.runs
    yesterday = moments.today - timedelta(days=1)
    last = moments.last_day(end[0]) if end else yesterday
    return moments.day(start, number), min(last, yesterday)


def _apportioned(count: int) -> Iterator[tuple[Undertaking, int]]:
    """`count` people shared out by the weights, to the last one."""
    total = sum(u.weight for u in UNDERTAKINGS)
    seen = given = 0
    for undertaking in UNDERTAKINGS:
        seen += undertaking.weight
        share = round(count * seen / total) - given
        given += share
        yield undertaking, share


def batches(arrivals: Iterable[Arrival], zone: ZoneInfo) -> Iterator[list[LeadRow]]:
    """The rows in the order of time, as few at once as is believable: an intake costs the same for
    one row as for fifty. Who is promising waits half a day at most, the others until the week ends."""
    waiting: list[LeadRow] = []
    hurry, week = None, None
    for arrival in sorted(arrivals, key=lambda a: a.row.captured_at):
        local = arrival.row.captured_at.astimezone(zone)
        half, this_week = (local.date(), local.hour >= NOON), local.isocalendar()[:2]
        if waiting and (this_week != week or (hurry and half != hurry)):
            yield waiting
            waiting, hurry = [], None
        week = this_week
        hurry = hurry or (half if arrival.promising else None)
        waiting.append(arrival.row)
    if waiting:
        yield waiting


def _clicked(channel: str, email: str) -> dict[str, str]:
    """The click on an ad that brought somebody; made of the address, so that the story stays as it was drawn."""
    made = hashlib.sha256(email.encode()).hexdigest()
    return {"search": {"gclid": f"Cj0KCQ-{made[:32]}"}, "paid_social": {"fbclid": f"IwAR-{made[:40]}"}}.get(channel, {})
