"""Characters whose story has ended, once in every way; and a few who stay with marketing."""

# One person per line reads better in the tables.
# ruff: noqa: E501

from collections.abc import Iterator

from alignment.demo.characters import Character, Meeting, days, euros, hours
from alignment.demo.moments import Moments
from alignment.demo.steps import End, Judge, Respond

KIND_OF = {
    "hannover-messe": "event", "webinar-bearing-failure": "webinar", "webinar-gearboxes": "webinar",
    "partner-day-wuppertal": "event", "cold-list-dach": "email", "whitepaper-oee": "download",
}  # fmt: skip


def settled(m: Moments) -> Iterator[Character]:
    """Everybody of the cast who is not waiting for sales."""
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
