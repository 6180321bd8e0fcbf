"""The words that people and tools write over the columns of campaigns and costs, and in some of their cells."""

from imports.kinds import IGNORED, Export, heads

CHANNELS = {
    "webinar": "webinars|webcast|webinaire|online seminar",
    "event": "events|trade show|conference|fair|trade fair|exhibition|congress|messe|veranstaltung|salon|évènement"
    "|événement|evento|feria|fiera",
    "search": "paid search|organic search|search engine|google ads|adwords|bing ads|sem|seo|sea|ppc|suche",
    "paid_social": "social ads|linkedin ads|facebook ads|meta ads|instagram ads|paid social media",
    "social": "social media|organic social|linkedin|facebook|instagram|xing|soziale medien|réseaux sociaux"
    "|redes sociales",
    "content": "content marketing|content syndication|blog|white paper|whitepaper|ebook",
    "email": "emailing|e-mailing|email marketing|newsletter|courriel|correo electrónico",
    "referral": "referrals|word of mouth|empfehlung|recommandation",
    "partner": "partners|partner marketing|partnership|channel partner",
    "other": "others|sonstiges|andere|autre|autres|otro|otros|altro|overig",
}
KINDS = {
    "media": "advertising|advertisement|ads|ad spend|paid media|medien|werbung|anzeigen|média|publicité"
    "|medios|publicidad"
    "|pubblicità",
    "production": "creative|print|design|produktion|producción|produzione",
    "people": "staff|personnel|salaries|personal|personalkosten|personas|persone",
    "tools": "tool|software|licences|licenses|subscriptions|werkzeuge|outils|logiciel|herramientas|strumenti",
    "event": "events|trade show|fair|venue|booth|stand|messe|veranstaltung|événement|évènement|evento|feria|fiera",
}


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


CAMPAIGN = words(
    "campaign name|campaign code|utm campaign|kampagne|kampagnenname|campagne|nom de la campagne|campaña"
    "|nombre de la campaña|campanha|campagna|kampania|kampanj"
)
COST_KIND = words(
    "kind of cost|cost kind|cost type|category|type of cost|type|kostenart|kategorie|art|type de coût|catégorie"
    "|tipo de coste|tipo de costo|categoría|tipo di costo|categoria|kostensoort"
)
PLANNED = words(
    "planned cost|budget|plan|planned amount|geplant|geplante kosten|plankosten|prévu|budget prévu"
    "|coût prévu|previsto"
    "|presupuesto|coste previsto|planejado|orçamento|pianificato|begroot"
)
ACTUAL = words(
    "actual cost|cost|spend|amount spent|amount|spent|total spent|net amount|costs|ist|istkosten|ist-kosten"
    "|kosten|betrag"
    "|nettobetrag|réel|coût réel|coût|dépensé|montant|montant ht|real|coste real|coste|gasto|importe|custo"
    "|valor|effettivo"
    "|costo|spesa|importo|werkelijk|werkelijke kosten|bedrag"
)
ON = words(
    "day|on|invoice date|booked on|booking date|cost date|datum|rechnungsdatum|buchungsdatum|date de facture|fecha"
    "|fecha de factura|data fattura|factuurdatum"
)
NOTE = words(
    "notes|comment|description|bemerkung|notiz|kommentar|beschreibung|remarque|commentaire|nota|comentario"
    "|descripción"
    "|descrizione|opmerking"
)
NAME = words(
    "campaign name|campaign|title|kampagne|kampagnenname|name der kampagne|campagne|nom|nom de la campagne"
    "|campaña|nombre"
    "|nombre de la campaña|campanha|campagna|nome"
)
CODE = words("campaign code|utm campaign|id|campaign id|kürzel|kennung|código|codice")
CHANNEL = words("type|medium|utm medium|campaign type|kanal|canal|canale|kanaal")
STARTS = words(
    "start|start date|begins|from|beginn|startdatum|von|ab|date de début|début|fecha de inicio|inicio|data de início"
    "|data di inizio|inizio|begindatum"
)
ENDS = words(
    "end|end date|until|to|ende|enddatum|bis|date de fin|fin|fecha de fin|fecha de finalización|data de término"
    "|data di fine|fine|einddatum"
)
OWNER = words("owner email|responsible|verantwortlich|responsable|responsabile|eigenaar")
BUDGET = words("planned budget|budgeted cost|budget items total|geplantes budget|presupuesto|orçamento")
AUDIENCE = words("target group|target audience|zielgruppe|public cible|cible|público objetivo|público-alvo|doelgroep")

# What the advertising platforms were paid is media.
MEDIA = {"kind": "media"}
META_ADS = Export(
    name="Meta Ads",
    headers=heads("Campaign name | Impressions | Reach | Reporting starts | Reporting ends"),
    mapping={"Campaign name": "campaign", "Day": "on", "Reporting starts": "on"},
    fixed=MEDIA,
)
GOOGLE_ADS = Export(
    name="Google Ads",
    headers=heads("Campaign | Currency code | Impr. | Clicks | Cost"),
    mapping={"Campaign": "campaign", "Day": "on", "Cost": "actual", "Budget": IGNORED, "Campaign type": IGNORED},
    fixed=MEDIA,
)
LINKEDIN_ADS = Export(
    name="LinkedIn Ads",
    headers=heads("Start Date (in UTC) | Account Name | Campaign Name | Total Spent | Impressions"),
    mapping={"Campaign Name": "campaign", "Start Date (in UTC)": "on", "Total Spent": "actual"},
    fixed=MEDIA,
    day_first=False,
)
COST_EXPORTS = (META_ADS, GOOGLE_ADS, LINKEDIN_ADS)
