"""Headers as people write them, in a dozen languages: mapped where their word is plain, left alone where it is not."""

import pytest

from imports import kinds
from imports.kinds import propose

# Each header with its column; those with none are kept as further facts.
FILES = {
    "English": """
        First Name (required) = first_name | Surname = last_name | E-mail Address* = email | Mobile = phone
        Company Name: = organisation | Job title = job_title | Date = captured_at | Lead Source = source
        No. of employees = employees | Sector = industry | How did you hear about us? =
    """,
    "a form": """
        What is your full name? = name | Your e-mail = email | Contact number = phone | Timestamp = captured_at
        Attendee company = organisation | Your role = job_title | Country/Region = country | Remarks = note
    """,
    "German": """
        Vorname = first_name | Name = last_name | E-Mail-Adresse = email | Telefonnummer = phone
        Firma = organisation | Funktion = job_title | Land = country | Branche = industry
        Unternehmensgröße = employees | Quelle = source | Kampagne = campaign | Erstellt am = captured_at
        Bemerkungen = note | Datensatz-ID = external_id | Webseite = website | Einwilligung = consent
    """,
    "French": """
        Nom = last_name | Prénom = first_name | Courriel = email | N° de téléphone = phone | Société = organisation
        Fonction = job_title | Pays = country | Secteur d’activité = industry | Effectif = employees | Origine =
        Campagne = campaign | Date de création = captured_at | Commentaires = note | Site web = website
    """,
    "Spanish": """
        Nombre = first_name | Apellidos = last_name | Correo electronico = email | Teléfono = phone
        Empresa = organisation | Cargo = job_title | País = country | Sector = industry | Nº de empleados = employees
        Fuente = source | Campaña = campaign | Fecha de creación = captured_at | Observaciones = note
        Página web = website
    """,
    "Portuguese": """
        Nome completo = name | E-mail = email | Celular = phone | Razão social = organisation | Função = job_title
        Setor = industry | Número de funcionários = employees | Origem = source | Campanha = campaign
        Data de criação = captured_at | Mensagem = note
    """,
    "Italian": """
        Nome = first_name | Cognome = last_name | Indirizzo e-mail = email | Cellulare = phone
        Azienda = organisation | Ruolo = job_title | Paese = country | Settore = industry
        Numero dipendenti = employees | Fonte = source | Campagna = campaign | Data di creazione = captured_at
        Consenso = consent
    """,
    "Dutch": """
        Voornaam = first_name | Achternaam = last_name | E-mailadres = email | Telefoonnummer = phone
        Bedrijfsnaam = organisation | Functie = job_title | Land = country | Bron = source
        Aantal medewerkers = employees | Aangemaakt op = captured_at | Opmerkingen = note
    """,
    "Polish": """
        Imię = first_name | Nazwisko = last_name | Adres e-mail = email | Numer telefonu = phone
        Nazwa firmy = organisation | Stanowisko = job_title | Kraj = country | Branza = industry | Zrodlo = source
        Uwagi = note | Liczba pracowników = employees | Data utworzenia = captured_at | Zgoda = consent
    """,
    "Swedish": """
        Förnamn = first_name | Efternamn = last_name | E-post = email | Mobilnummer = phone | Företag = organisation
        Befattning = job_title | Bransch = industry | Antal anställda = employees | Källa = source
        Kampanj = campaign | Skapad = captured_at | Anteckningar = note
    """,
    "Japanese": """
        メールアドレス（必須） = email | 姓 = last_name | 名 = first_name | 会社名 = organisation | 役職 = job_title
        電話番号 = phone | 国 = country | 業種 = industry | 従業員数 = employees | 登録日時 = captured_at
        備考 = note | 流入元 = source | 部署 =
    """,
    "Chinese": """
        姓名 = name | 邮箱 = email | 手机号码 = phone | 公司名称 = organisation | 职位 = job_title | 国家 = country
        行业 = industry | 员工人数 = employees | 来源 = source | 提交时间 = captured_at | 备注 = note | 网址 = website
    """,
    "Russian": """
        ФИО = name | Электронная почта = email | Телефон = phone | Компания = organisation | Должность = job_title
        Страна = country | Отрасль = industry | Источник = source | Количество сотрудников = employees
        Дата создания = captured_at | Комментарий = note
    """,
    "the plainest first": """
        Home Phone = | Mobile Phone = | Phone = phone | Work email = | Email = email | Name = name | utm_source =
        Source = source | Given name = first_name | Surname = last_name
    """,
}  # fmt: skip
# What sounds like a column and is another thing.
NONE = """
    Owner email | Lead owner | Contact owner | Created by | Last modified date | Company ID | Account manager
    Title of session | Birth date | Email opt-in date | Phone type | Fax | LinkedIn URL | Company phone | Lead status
    Firstname owner | Titel | Data | Contact | Kontakt | Name 2 | Mitarbeiter | Street | City | Plz | State
    Salutation | Anrede | Gender | Language | Score | Event date | Number | Count | Last contact | Time | Nummer
"""


def words(text: str) -> list[str]:
    return [word for word in map(str.strip, text.replace("\n", "|").split("|")) if word]


@pytest.mark.parametrize("language", FILES)
def test_headers_go_where_their_words_say(language: str) -> None:
    told = {
        header.strip(): name.strip() for header, _is, name in (word.partition("=") for word in words(FILES[language]))
    }
    mapping = propose(kinds.get("leads"), list(told)).mapping
    assert mapping == {header: name or f"extra:{header}" for header, name in told.items()}


def test_a_word_of_another_thing_is_no_guess() -> None:
    assert [h for h in words(NONE) if propose(kinds.get("leads"), [h]).mapping != {h: f"extra:{h}"}] == []


def test_no_word_stands_for_two_columns() -> None:
    told = [word for column in kinds.get("leads").columns for word in column.headers()]
    assert len(set(told)) == len(told)
