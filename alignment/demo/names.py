"""Believable people and organisations for the crowd. All of them are invented; the domains can belong to nobody."""

# Lists of words, one country or kind per line.
# ruff: noqa: E501

from dataclasses import dataclass

from django.utils.text import slugify

DOMAIN = ".example"  # reserved, so that no mail of the demo can ever arrive


@dataclass(frozen=True)
class Country:
    name: str
    language: str
    phone: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    stems: tuple[str, ...]
    sold_in: bool = True


def words(text: str) -> list[str]:
    return text.split(", ")


def _country(name: str, language: str, phone: str, first: str, last: str, stems: str, sold_in: bool = True) -> Country:
    return Country(name, language, phone, tuple(words(first)), tuple(words(last)), tuple(words(stems)), sold_in)


COUNTRIES = (
    _country(
        "Germany", "de", "+49",
        "Anke, Birgit, Carsten, Dirk, Emine, Frank, Gesine, Holger, Imke, Jörg, Kerstin, Lutz, Meike, Nils, Petra, Rüdiger, Sabine, Thorsten, Ulrike, Yusuf",
        "Ahlers, Bockmann, Cordes, Drewes, Ehlers, Fahrenkrog, Göbel, Hinrichs, Jäckel, Kowalke, Lindemann, Möllering, Niehues, Özdemir, Pohlmann, Rehbein, Schlüter, Tiedemann, Uhlig, Wesseling",
        "Brandner, Elbtal, Hohenstein, Kröger, Lippe, Nordhorn, Rheinhütte, Sauerland, Teuto, Weserberg, Wiehengrund, Zollern",
    ),
    _country(
        "Austria", "de", "+43", "Andrea, Bernhard, Christoph, Elfriede, Gerald, Johanna, Markus, Silvia",
        "Aigner, Brunnthaler, Fuchsberger, Grillhofer, Hörmanseder, Leitgeb, Pichlbauer, Steininger",
        "Ennstal, Kärntner, Mürz, Traunsee, Wienerwald",
    ),
    _country(
        "Switzerland", "de", "+41", "Beat, Corinne, Daniela, Lukas, Nadine, Reto, Ursina, Urs",
        "Aebischer, Bühlmann, Caflisch, Gantenbein, Hürlimann, Rüegg, Schwendimann, Zgraggen",
        "Aaretal, Glarner, Rätia, Seetal, Toggenburg",
    ),
    _country(
        "Netherlands", "en", "+31", "Annelies, Bas, Femke, Gerrit, Hanneke, Joost, Lotte, Maarten, Sander, Wietske",
        "Aarts, Bloemendaal, de Graaf, Dijkhuizen, Hoogeveen, Kuipers, Nijland, van Rijswijk, Veenstra, Zandbergen",
        "Betuwe, IJsselmeer, Maasland, Veluwe, Zaanstreek",
    ),
    _country(
        "Belgium", "en", "+32", "Bart, Els, Griet, Koen, Mieke, Pieter", "Claessens, De Smedt, Goossens, Lemmens, Vandeputte, Wouters",
        "Demer, Leie, Scheldt",
    ),
    _country(
        "France", "fr", "+33", "Amélie, Bruno, Céline, Didier, Élodie, François, Gaëlle, Hervé, Inès, Laurent",
        "Barthélemy, Chevallier, Delacroix, Fontaine, Guérin, Lefèvre, Marchand, Perrin, Rousselet, Vasseur",
        "Ardenne, Charente, Loiret, Mayenne, Vosges",
    ),
    _country(
        "Poland", "pl", "+48", "Agnieszka, Bartosz, Dorota, Grzegorz, Joanna, Krzysztof, Łukasz, Małgorzata",
        "Dąbrowska, Gołębiewski, Jabłońska, Kaczmarek, Leśniak, Piątek, Szczepaniak, Wróblewska",
        "Beskid, Noteć, Pomorze, Śląsk",
    ),
    _country(
        "Portugal", "pt", "+351", "Catarina, Duarte, Inês, João, Margarida, Rui", "Azevedo, Carvalho, Esteves, Leitão, Magalhães, Queirós",
        "Douro, Minho, Tejo",
    ),
    _country(
        "Italy", "en", "+39", "Alessia, Davide, Federica, Giorgio, Ilaria, Matteo", "Bertolini, Colombo, Ferraris, Galliano, Moretti, Zanella",
        "Adige, Brianza, Valsugana",
    ),
    _country(
        "Denmark", "en", "+45", "Anders, Birgitte, Jeppe, Mette, Rasmus, Søren", "Bæk, Dalgaard, Højgaard, Kjær, Nørgaard, Østergaard",
        "Fyn, Limfjord, Vesterhav",
    ),
    _country(
        "Sweden", "en", "+46", "Åsa, Björn, Ebba, Göran, Linnéa, Torbjörn", "Åkesson, Bergström, Hedlund, Löfgren, Nyqvist, Sjöström",
        "Dalarna, Mälaren, Småland",
    ),
    _country(
        "Norway", "en", "+47", "Ingrid, Kåre, Liv, Øyvind, Sigrid, Trond", "Bakken, Fjeldstad, Haugen, Løkken, Rødseth, Tveit",
        "Hardanger, Sogn, Trøndelag",
    ),
    _country(
        "United Kingdom", "en", "+44", "Alison, Callum, Fiona, Gareth, Hannah, Imran, Ruth, Stephen", "Ashworth, Bramley, Fairclough, Haddow, Lockwood, Okafor, Pemberton, Whitaker",
        "Calder, Humber, Pennine, Severn",
    ),
    _country(
        "United States", "en", "+1", "Brandon, Denise, Gloria, Hector, Marcus, Tanya", "Abernathy, Delgado, Hutchins, Kowalczyk, Prescott, Yamamoto",
        "Lakeshore, Piedmont, Tri-County",
    ),
    _country(
        "India", "en", "+91", "Ananya, Deepak, Kavita, Rohan", "Chatterjee, Iyer, Kulkarni, Venkataraman", "Deccan, Konkan", sold_in=False,
    ),
    _country(
        "Brazil", "pt", "+55", "Camila, Felipe, Thiago, Vanessa", "Albuquerque, Figueiredo, Nogueira, Siqueira", "Paraná, Tietê", sold_in=False,
    ),
    _country(
        "Türkiye", "en", "+90", "Ayşe, Burak, Çiğdem, Ömer", "Aydın, Çelik, Güneş, Şahin", "Bursa, Gediz", sold_in=False,
    ),
)  # fmt: skip

# Organisations: how the language names them, and their industry as the lead definition spells it.
SERVED = {
    "de": "{} Maschinenbau GmbH|Machinery, {} Papier AG|Paper, Brauerei {} GmbH & Co. KG|Beverages, {} Chemie GmbH|Chemicals, Stadtwerke {}|Utilities, {} Windservice GmbH|Wind energy, {} Stahl AG|Steel, {} Molkerei eG|Food, {} Kunststofftechnik GmbH|Plastics, Zementwerk {}|Cement",
    "fr": "Laiterie {}|Food and beverage, Papeteries {}|Paper, Aciéries {}|Steel, {} Chimie|Chemicals, Ciments {}|Cement, {} Éolien|Wind energy",
    "pl": "Zakłady Papiernicze {}|Paper, {} Chemia S.A.|Chemicals, Huta {}|Steel, Browar {}|Beverages, {} Automotive Sp. z o.o.|Automotive",
    "pt": "Cimentos {}|Cement, Têxteis {}|Textiles, Cervejaria {}|Beverages, {} Papel S.A.|Paper, {} Energia|Energy",
    "en": "{} Paper Mill|Paper, {} Brewing|Beverages, {} Wind Services|Wind energy, {} Dairy|Food and beverage, {} Steel|Steel, {} Chemicals|Chemicals, {} Gear Works|Machinery, {} Water|Utilities, {} Plastics|Plastics, {} Cement|Cement",
}  # fmt: skip
OTHERS = {
    "de": "{} Unternehmensberatung|Consulting, {} Software GmbH|Software, Berufsschule {}|Education, {} Versicherung|Insurance, {} Hausverwaltung|Real estate",
    "fr": "{} Conseil|Consulting, {} Assurances|Insurance, Lycée technique {}|Education",
    "pl": "{} Doradztwo|Consulting, {} Oprogramowanie|Software, Politechnika {}|Education",
    "pt": "{} Consultoria|Consulting, {} Seguros|Insurance, Instituto {}|Education",
    "en": "{} Consulting|Consulting, {} Software|Software, {} College|Education, {} Retail Group|Retail, {} Insurance|Insurance",
}  # fmt: skip

# Titles by what the lead definition makes of them.
TITLES = {
    "decides_and_works": {
        "de": "Leitung Instandhaltung, Leitung Technik, Leiter Betriebstechnik, Leiterin Produktion und Technik",
        "fr": "Directeur technique, Acheteur technique", "pl": "Kierownik ds. maintenance, Dyrektor ds. operations",
        "pt": "Diretor de manutenção, Gerente de engenheiros",
        "en": "Head of maintenance, Plant manager, Director of operations, Head of reliability, Chief engineer",
    },
    "decides": {
        "de": "Geschäftsführung, Leitung Einkauf, Einkauf, Inhaber", "fr": "Directeur d’usine, Acheteur",
        "pl": "Dyrektor zakładu, Kierownik zmiany", "pt": "Diretor fabril, Gerente de compras",
        "en": "Managing director, Head of procurement, Purchasing, Owner, VP supply chain",
    },
    "works": {
        "de": "Instandhaltung, Ingenieurin, Betriebstechnik, Technik und Service", "fr": "Technique et méthodes",
        "pl": "Maintenance planner, Reliability analyst", "pt": "Engenheira de processos, Manutenção",
        "en": "Maintenance lead, Reliability engineer, Operations planner, Service technician, Maintenance planner",
    },
    "other": {
        "de": "Qualitätssicherung, Controlling, Assistenz, Arbeitssicherheit, Vertrieb Innendienst",
        "fr": "Qualité, Contrôle de gestion", "pl": "Specjalista ds. jakości, Kontroling", "pt": "Qualidade, Segurança",
        "en": "Quality assurance, Controller, HSE officer, IT administrator, Data analyst, Team assistant",
    },
    "studies": {
        "de": "Werkstudent, Praktikant", "fr": "Stagiaire", "pl": "Student", "pt": "Student",
        "en": "Student, Intern, Trainee",
    },
}  # fmt: skip

# What people wrote or said when they got in touch.
SAID = {
    "quote": "Needs an offer for 12 drives before the shutdown.|Please quote 25 sensors and two gateways.|Angebot für drei Linien, Start im Frühjahr.|Wants a price for retrofitting 8 pumps.",
    "demo": "Would like to see it on a gearbox.|Bitte eine Vorführung für unser Team, vier Leute.|Can you show the wind park view?",
    "form": "How long does the battery last at −20 °C?|Wir suchen etwas ohne Kabel.|Does it talk to our Siemens S7?|Kann man die Daten selbst hosten?|Two unplanned stops last month.",
    "event": "Talked ten minutes about bearings.|Took the brochure, asked for a call.|Hat zwei Ausfälle im Jahr, Motor 90 kW.|Wants the slides.|Scanned at the stand.",
    "webinar": "Stayed 51 of 60 minutes.|Asked about false alarms.|Stayed 32 of 60 minutes.|Asked two questions.|Stayed to the end.",
    "download": "", "visit": "", "email": "Clicked the case study.|Answered: “Who else in our industry has it?”", "call": "Called the main number.",
}  # fmt: skip


def address(first: str, last: str, domain: str, serial: int) -> str:
    """A mail address; `serial` keeps people of the same name apart."""
    return f"{slugify(_plain(first))[:1]}.{slugify(_plain(last))}{serial or ''}@{domain}"


def domain_for(name: str) -> str:
    return slugify(_plain(name)) + DOMAIN


def _plain(text: str) -> str:
    """German, Danish and Polish letters as people write them in addresses."""
    pairs = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "å": "aa", "ł": "l", "ı": "i"}
    return "".join(pairs.get(c, c) for c in text.lower())
