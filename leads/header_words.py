"""The headers that people and tools write over the columns of a file of leads, in a dozen languages.

Compared without case, accents, blanks and punctuation. The plainest word of each language comes first: where
a file has several of them, that one is the column. Words that can mean something else in a file are not here
("Titel", "Data", "Contact"): nobody's telephone should become somebody's name.
"""


def _words(lines: str) -> tuple[str, ...]:
    """The words between bars, in their order."""
    return tuple(word.strip() for word in lines.replace("\n", "|").split("|") if word.strip())


EXTERNAL_ID = _words("""
    id | lead id | record id | contact id | person id | prospect id | registrant id | attendee id | subscriber id
    record id contact | crm id | hubspot id | salesforce id | system id | lead number | lead no
    Datensatz-ID | Kontakt-ID | ID d'enregistrement | ID del registro | ID de registro | ID de registo | ID record
    ID contact | ID contacto | ID contatto | ID leada | Record-ID | レコードID | 记录ID | 線索ID | 线索ID | ID лида
    ID do registro
""")
EMAIL = _words("""
    e-mail | email address | mail | work email | business email | contact email | e-mail id | email addr
    primary email
    corporate email | company email | professional email | email work | work email address | business email address
    email 1 | email 1 value | primary email address | mail address | personal email | home email
    E-Mail-Adresse | Mailadresse | Mail-Adresse | geschäftliche E-Mail | geschäftliche E-Mail-Adresse
    E-Mail geschäftlich | E-Mail (geschäftlich) | berufliche E-Mail
    adresse e-mail | adresse mail | courriel | adresse courriel | adresse électronique | adresse de messagerie
    e-mail professionnel | adresse e-mail professionnelle | email pro
    correo electrónico | correo | dirección de correo electrónico | dirección de correo | dirección de email
    correo electrónico de trabajo | correo corporativo | email corporativo
    endereço de e-mail | endereço de email | correio eletrônico | correio electrónico | e-mail corporativo
    e-mail profissional | indirizzo e-mail | indirizzo di posta elettronica | posta elettronica | e-mail aziendale
    e-mailadres | mailadres | zakelijk e-mailadres | adres e-mail | adres poczty elektronicznej | e-mail służbowy
    e-post | e-postadress | e-mailadress | mejl | mejladress | mailadress
    メールアドレス | メール | Eメール | Eメールアドレス | 電子メール | 会社メールアドレス | 邮箱 | 电子邮箱 | 电子邮件
    邮箱地址 | 电子邮件地址 | 电邮
    邮件 | 邮件地址 | 工作邮箱 | 電子郵件 | 電郵 | 電子郵件地址 | 電子信箱 | 信箱
    электронная почта | эл. почта | e-mail адрес | адрес электронной почты | почта | имейл | емейл
    рабочий e-mail | рабочий email | emails
""")
FIRST_NAME = _words("""
    given name | forename | fname | first | given names | christian name
    Vorname | prénom | nombre de pila | primer nombre | primeiro nome | nome próprio | voornaam | imię | förnamn | 名
    имя
    name first
""")
LAST_NAME = _words("""
    surname | family name | lname | last
    Nachname | Familienname | Zuname | nom de famille | apellido | apellidos | primer apellido | sobrenome | apelido
    último nome | cognome | achternaam | familienaam | nazwisko | efternamn | 姓 | 苗字 | фамилия
    name last
""")
NAME = _words("""
    full name | contact name | complete name | display name | contact person | contact full name
    vollständiger Name | ganzer Name | Vor- und Nachname | Vorname Nachname | Ansprechpartner | Kontaktname
    Kontaktperson
    nom | nom complet | nom et prénom | prénom et nom | nom prénom | nom du contact | interlocuteur
    nombre | nombre completo | nombre y apellidos | nombre y apellido | nombre del contacto | persona de contacto
    nome | nome completo | nome e cognome | nominativo | nome do contato | nome e sobrenome | nome del contatto
    naam | volledige naam | contactpersoon | imię i nazwisko | osoba kontaktowa | namn | fullständigt namn
    氏名 | 名前 | お名前 | ご氏名 | ご担当者名 | 担当者名 | フルネーム | 姓名 | 名字 | 联系人 | 联系人姓名 | 聯絡人
    фио | полное имя | контактное лицо | имя и фамилия | фамилия и имя | фамилия имя отчество
    客户姓名 | полное имя контакта
""")
# Beside a surname such a word means the first name, beside a first name the surname.
EITHER_NAME = frozenset(("name", "nom", "nombre", "nome", "naam", "namn"))
JOB_TITLE = _words("""
    title | position | role | job role | designation | occupation | job position | jobtitle
    Position | Funktion | Jobtitel | Berufsbezeichnung | Stellenbezeichnung | Positionsbezeichnung
    fonction | poste | intitulé du poste | intitulé de poste | titre du poste | fonction poste
    cargo | puesto | puesto de trabajo | posición | función | função | cargo função | nome do cargo
    ruolo | qualifica | posizione | posizione lavorativa | mansione | ruolo aziendale | titolo professionale
    functie | functietitel | functieomschrijving | stanowisko | stanowisko pracy | befattning | jobbtitel | yrkestitel
    役職 | 役職名 | 肩書き | 肩書 | 职位 | 职务 | 职称 | 職位 | 職稱 | 頭銜 | должность
    organization title | organization 1 title
""")
PHONE = _words("""
    phone number | telephone | tel | telephone number | phone no | tel no | contact number | contact no
    contact phone | work phone | business phone | phone work | work phone number | work direct phone | mobile
    mobile phone
    mobile number | mobile no
    mobile phone number
    cell | cell phone | cellphone | cell number | direct phone | direct line | office phone | primary phone | phone 1
    phone 1 value | day phone | main phone | home phone
    Telefon | Telefonnummer | Telefon-Nr | Tel-Nr | Rufnummer | Telefon geschäftlich | Telefon (geschäftlich)
    Durchwahl
    Mobil | Mobilnummer | Mobiltelefon | Mobiltelefonnummer | Handy | Handynummer | Festnetz
    téléphone | numéro de téléphone | n° de téléphone | n° téléphone | tél | téléphone professionnel | téléphone fixe
    téléphone portable | portable | téléphone mobile | numéro de portable
    teléfono | número de teléfono | nº de teléfono | tlf | teléfono de contacto | teléfono móvil | móvil | celular
    teléfono celular | número de celular
    telefone | número de telefone | telefone celular | telemóvel | telefone de contato | telefone comercial
    telefono | numero di telefono | cellulare | numero di cellulare | recapito telefonico
    telefoon | telefoonnummer | mobiel | mobiel nummer | mobiele telefoon | mobiele nummer
    numer telefonu | nr telefonu | nr tel | telefon komórkowy | telefon kontaktowy | komórka
    mobiltelefonnummer | telefonnr | 電話番号 | 電話 | お電話番号 | 携帯電話 | 携帯電話番号 | 携帯番号 | 电话
    电话号码 | 联系电话 | 手机
    手机号 | 手机号码 | 電話號碼 | 聯絡電話 | 手機 | 手機號碼
    телефон | номер телефона | мобильный телефон | мобильный | моб. телефон | контактный телефон | рабочий телефон
""")
ORGANISATION = _words("""
    organization | company | company name | account | account name | employer | organisation name | organization name
    business name | firm | company account | business | workplace
    Firma | Unternehmen | Firmenname | Unternehmensname | Name des Unternehmens | Firmenbezeichnung | Arbeitgeber
    société | entreprise | nom de l'entreprise | nom de la société | raison sociale | organisme | employeur
    empresa | nombre de la empresa | nombre de empresa | razón social | organización | compañía
    nome da empresa | razão social | organização | companhia | azienda | società | nome azienda | nome dell'azienda
    ragione sociale | impresa | organizzazione | bedrijf | bedrijfsnaam | organisatie | werkgever
    nazwa firmy | przedsiębiorstwo | organizacja | företag | företagsnamn | organisationsnamn
    会社名 | 会社 | 企業名 | 貴社名 | 御社名 | 法人名 | 勤務先 | 所属会社 | 組織名 | 公司 | 公司名称 | 企业名称 | 企业
    单位 | 单位名称 | 公司名稱
    企業名稱 | 單位
    компания | организация | название компании | название организации | фирма | предприятие | место работы
    organization 1 name | associated company | which company do you work for | what company do you work for
    zugeordnetes Unternehmen | entreprise associée | empresa asociada | empresa associada | 関連会社
    компания контакта
""")
WEBSITE = _words("""
    domain | url | web site | website url | company website | company domain | company domain name | company url
    web address | web page | homepage | corporate website | website domain
    Webseite | Homepage | Internetseite | Internetadresse | Firmenwebsite | Domain der Firma
    site web | site internet | sitio web | página web | sitio de internet | web de la empresa | site da empresa
    sito web | sito internet | sito | sito aziendale | strona www | strona internetowa | www | hemsida | webbplats
    ウェブサイト | ホームページ | サイトURL | 会社URL | 网站 | 网址 | 公司网站 | 公司网址 | 網站 | 網址 | сайт
    веб-сайт | сайт компании
    website 1 value
""")
EMPLOYEES = _words("""
    number of employees | company size | employee count | no of employees | num employees | nr of employees
    headcount | company headcount | organisation size | organization size | size of company | employee range
    Anzahl Mitarbeiter | Anzahl der Mitarbeiter | Mitarbeiteranzahl | Mitarbeiterzahl | Unternehmensgröße
    Firmengröße
    Anzahl der Beschäftigten | nombre d'employés | nombre de salariés | effectif | effectifs | taille de l'entreprise
    nombre de collaborateurs
    número de empleados | nº de empleados | empleados | tamaño de la empresa | tamaño de empresa
    número de trabajadores
    número de funcionários | nº de funcionários | número de empregados | tamanho da empresa | número de colaboradores
    numero di dipendenti | numero dipendenti | n. dipendenti | dipendenti | dimensione azienda
    dimensioni dell'azienda
    aantal medewerkers | aantal werknemers | bedrijfsgrootte | bedrijfsomvang
    liczba pracowników | liczba zatrudnionych | wielkość firmy | antal anställda | företagsstorlek
    従業員数 | 社員数 | 従業員規模 | 企業規模 | 员工人数 | 员工数 | 公司规模 | 企业规模 | 人员规模 | 員工人數
    公司規模
    количество сотрудников | число сотрудников | численность сотрудников | размер компании
""")
INDUSTRY = _words("""
    sector | industry sector | company industry | vertical | business sector | line of business
    Branche | Industrie | Wirtschaftszweig | secteur | secteur d'activité | industrie
    industria | sector de actividad | sector industrial | rubro | setor | setor de atuação | ramo de atividade
    indústria
    settore | settore di attività | settore merceologico | bedrijfstak | branża | bransch
    業種 | 業界 | 行业 | 所属行业 | 行業 | 產業 | отрасль | сфера деятельности
""")
COUNTRY = _words("""
    country region | country name | country of residence | country territory | company country | work country | nation
    mailing country | billing country | business country region | home country | country or region
    Land | Land Region | pays | pays région | país | país región | país região | paese | nazione | paese regione
    land regio | kraj | kraj region | land region | 国 | 国名 | 国地域 | 国家 | 国家地区 | 國家 | 國家地區 | страна
    страна регион
""")
SOURCE = _words("""
    lead source | source of lead | original source | traffic source | contact source | original traffic source
    how did you hear about us | utm source | first touch source
    Quelle | Lead-Quelle | Leadquelle | Quelle des Leads | ursprüngliche Quelle | Kontaktquelle
    ursprüngliche Traffic-Quelle | source du lead | source d'origine | source de prospect
    source initiale | fuente | fuente del lead | fuente original | origen del lead | fuente de prospecto
    fonte | fonte do lead | origem | origem do lead | fonte original | fonte del lead | fonte originale | origine lead
    bron | leadbron | oorspronkelijke bron | źródło | źródło leada | oryginalne źródło | källa | leadkälla
    ursprunglig källa
    リードソース | 流入元 | 流入経路 | 参照元 | 来源 | 线索来源 | 客户来源 | 來源 | 線索來源 | 潜在客户来源
    источник | источник лида | первоначальный источник
    来源渠道 | 元のソース
""")
CAMPAIGN = _words("""
    campaign name | campaign code | utm campaign | source campaign | event name | webinar name | webinar title
    campaign title
    Kampagne | Kampagnenname | Name der Kampagne | campagne | nom de la campagne | campaña | nombre de la campaña
    campanha | nome da campanha | campagna | nome campagna | campagnenaam | kampania | nazwa kampanii | kampanj
    kampanjnamn | キャンペーン | キャンペーン名 | 营销活动 | 活动名称 | 活动 | 推广活动 | 行銷活動 | 活動名稱
    кампания | название кампании
""")
CAPTURED_AT = _words("""
    created | created at | created on | created date | create date | created time | date created | creation date
    date added | added at | added on | submitted | submitted at | submitted on | submission date | submission time
    date submitted | submitted date | submit date | submit time | submit date utc | registered at | registered on
    registration date | registration time | registration date time | date registered | date of registration
    sign up date
    signup date | signed up at | signed up on | signup time | timestamp | time stamp | lead created
    lead created date
    lead created time | lead submit time | lead date | inquiry date | enquiry date | date received | received at
    received on | date entered | entry date | captured on | capture date | date captured | created at utc | first seen
    creation time | create time | completed at | completion time | date of contact | contact created | date
    erstellt am | erstellt | Erstelldatum | Erstellungsdatum | Erstellungszeitpunkt | angelegt am | erfasst am
    Eingangsdatum
    eingegangen am | Anmeldedatum | angemeldet am | Registrierungsdatum | Zeitstempel | hinzugefügt am | Datum
    date de création | créé le | créée le | date d'inscription | date d'ajout | date d'enregistrement | horodateur
    horodatage
    date de soumission | date d'envoi
    fecha de creación | creado | creado el | creado en | fecha de registro | fecha de alta | fecha de inscripción
    fecha de envío | marca temporal | fecha
    data de criação | criado em | data de cadastro | data de registro | data de registo | data da inscrição
    data de inscrição
    carimbo de data hora | data de envio
    data di creazione | data creazione | creato il | data di registrazione | data registrazione | data iscrizione
    data di iscrizione | data inserimento | informazioni cronologiche
    aanmaakdatum | aangemaakt op | aangemaakt | inschrijfdatum | registratiedatum | tijdstempel
    data utworzenia | utworzono | data rejestracji | data dodania | data zgłoszenia | sygnatura czasowa
    skapad | skapat | skapad den | skapad datum | skapandedatum | registreringsdatum | registrerad | tidstämpel
    登録日 | 登録日時 | 作成日 | 作成日時 | タイムスタンプ | 申込日 | 申込日時 | 受付日 | 受付日時 | 送信日時 | 日時
    日付
    创建时间 | 创建日期 | 提交时间 | 提交日期 | 注册时间 | 注册日期 | 登记日期 | 添加时间 | 时间戳 | 时间戳记 | 日期
    建立時間 | 建立日期 | 提交時間 | 註冊時間
    дата создания | создан | создано | дата регистрации | дата добавления | дата заявки | отметка времени | дата
    added time | profile created on | scan date | scanned at
""")
NOTE = _words("""
    notes | message | comment | comments | remarks | remark | additional comments | questions comments | your message
    questions and comments | note content | description
    Notiz | Notizen | Bemerkung | Bemerkungen | Anmerkung | Anmerkungen | Kommentar | Kommentare | Nachricht
    Mitteilung
    remarque | remarques | commentaire | commentaires | nota | notas | comentario | comentarios | mensaje
    observaciones
    mensagem | observações | observação | comentário | comentários | messaggio | commento | commenti | osservazioni
    opmerking | opmerkingen | notitie | notities | bericht | uwagi | notatka | notatki | komentarz | komentarze
    wiadomość
    anteckning | anteckningar | meddelande | 備考 | メモ | コメント | お問い合わせ内容 | 备注 | 留言 | 備註 | 留言内容
    примечание | примечания | комментарий | комментарии | сообщение | заметка | заметки
    comment or message
""")
CONSENT = _words("""
    opt in | marketing consent | gdpr consent | consent given | marketing opt in | email opt in | marketing permission
    consent to marketing | email consent | Einwilligung | Zustimmung | Marketing-Einwilligung | DSGVO-Einwilligung
    consentement | consentement marketing | consentimiento | consentimiento de marketing | consentimento | consenso
    consenso marketing | toestemming | zgoda | zgoda marketingowa | samtycke | 同意 | согласие
""")
OPT_OUT = _words("""
    email opt out | opt out | opted out | has opted out of email | unsubscribed | unsubscribed from all email
    do not email
    email opted out | marketing opt out | abgemeldet | von allen E-Mails abgemeldet | désabonné | désinscrit
    desabonné de tous les e-mails | dado de baja | uitgeschreven | uitgeschreven voor alle e-mail | отписан
    unsubscribed from emails
""")
