"""Nordfeld and what its marketing undertook: the data of the story. One quarter is -1, the one that runs 0."""

# A campaign's facts read better in few lines.
# ruff: noqa: E501

from dataclasses import dataclass

COMPANY = {"name": "Nordfeld", "time_zone": "Europe/Berlin", "currency": "EUR", "country": "DE", "fiscal_year_start": 1}

DACH, EUROPE = "Sales DACH", "Sales Europe"
# key: address, name, and what `create_user` takes besides
PEOPLE: dict[str, tuple[str, str, dict]] = {
    "katja": ("rep@example.com", "Katja Wernicke", {"side": "sales", "team": DACH}),
    "samir": ("rep2@example.com", "Samir Haddad", {"side": "sales", "team": EUROPE}),
    "ilse": ("ilse@example.com", "Ilse van der Meulen", {"side": "sales", "team": DACH}),
    "tomasz": ("tomasz@example.com", "Tomasz Zieliński", {"side": "sales", "team": EUROPE}),
    "tobias": ("sales.manager@example.com", "Tobias Brandt-Oyelaran", {"side": "sales", "is_manager": True}),
    "mara": ("marketing.manager@example.com", "Mara Lindqvist", {"side": "marketing", "is_manager": True}),
    "jonas": ("marketer@example.com", "Jonas Abel", {"side": "marketing"}),
    "lena": ("lena@example.com", "Lena Vogt", {"side": "marketing"}),
    "admin": ("admin@example.com", "Alex Admin", {"side": "marketing", "is_admin": True}),
}
REPS = ("katja", "samir", "ilse", "tomasz")
# Who the contract promises can sign in; the others can too.
LOGINS = ("jonas", "katja", "samir", "tobias", "mara", "admin")


@dataclass(frozen=True, kw_only=True)
class Undertaking:
    """A campaign of the story, and what the crowd makes of it.

    `runs`: first and last day as (quarter, day); a last day of None is open. `weight`: its share of
    the crowd. `mix`: shares of A, B, C, D. `accept`: how many of its A and B handoffs sales accepts.
    `late`: how many are answered too late. `reasons`: why the others are not, by group. `costs`:
    (kind, planned, actual, quarter, day). `peak`: first day and length of the days most people come.
    `region`: the countries it is for; none: everywhere.
    """

    code: str
    name: str
    channel: str
    runs: tuple[tuple[int, int], tuple[int, int] | None]
    owner: str
    partner: str | None = None
    parent: str = ""
    budget: int | None = None
    kind: str = "form"
    weight: int = 0
    mix: tuple[int, int, int, int] = (3, 14, 47, 36)
    accept: tuple[float, float] = (0.62, 0.58)
    late: float = 0.12
    reasons: tuple[int, int, int, int, int] = (35, 22, 31, 5, 7)
    costs: tuple[tuple[str, int | None, int | None, int, int], ...] = ()
    activities: tuple[tuple[int, int, str], ...] = ()
    peak: tuple[int, int] | None = None
    region: tuple[str, ...] = ()


END = 100  # beyond the last day of any quarter: until it ends

UNDERTAKINGS = (
    Undertaking(
        code="website", name="Website", channel="other", runs=((-4, 0), None), owner="lena", partner="katja",
        weight=30, mix=(4, 16, 44, 36), accept=(0.75, 0.66), late=0.08,
        activities=((-4, 10, "New contact form"), (-2, 31, "Retrofit page"), (0, 9, "Pricing page")),
    ),
    Undertaking(
        code="webinars", name="Webinar programme", channel="webinar", runs=((-4, 0), None), owner="jonas", partner="katja",
        budget=12000,
    ),
    Undertaking(
        code="fairs", name="Fairs", channel="event", runs=((-4, 0), None), owner="mara", partner="katja", budget=60000,
    ),
    # -- four quarters ago
    Undertaking(
        code="facebook-lead-forms", name="Facebook lead forms", channel="paid_social", runs=((-4, 5), (-2, END)),
        owner="lena", partner="tomasz", budget=5500, weight=24, mix=(1, 8, 38, 53), accept=(0.3, 0.25), late=0.3,
        reasons=(52, 30, 8, 6, 4),
        costs=(("media", 1800, 1840, -4, 30), ("media", 1800, 1790, -3, 30), ("media", 1800, 1810, -2, 30)),
        activities=((-4, 5, "Three lead forms, two pictures each"), (-2, 89, "Stopped, as the review decided")),
    ),
    Undertaking(
        code="webinar-vibration-basics", name="Webinar: vibration analysis, the basics", channel="webinar",
        parent="webinars", runs=((-4, 14), (-4, END)), owner="jonas", partner="katja", budget=1500, kind="webinar",
        weight=20, mix=(2, 14, 51, 33), accept=(0.6, 0.61), peak=(24, 2),
        costs=(("production", 900, 880, -4, 14), ("tools", 300, 300, -4, 20)),
        activities=((-4, 14, "Invitation to 2,100 contacts"), (-4, 24, "Webinar, 60 minutes, 84 listeners")),
    ),
    Undertaking(
        code="maintenance-days-dortmund", name="Maintenance days Dortmund", channel="event", parent="fairs",
        runs=((-4, 40), (-4, END)), owner="mara", partner="ilse", budget=9000, kind="event", weight=24,
        mix=(4, 12, 45, 39), accept=(0.4, 0.55), late=0.3, reasons=(54, 25, 15, 3, 3), peak=(44, 3),
        costs=(("event", 5200, 5600, -4, 44), ("people", 2000, 2100, -4, 47), ("production", 1500, 1350, -4, 40)),
        activities=((-4, 44, "Stand, three days, four people"), (-4, 52, "Thank-you mail to all visitors")),
    ),
    Undertaking(
        code="google-ads-predictive", name="Google Ads, predictive maintenance", channel="search", runs=((-4, 0), (-3, END)),
        owner="lena", partner="samir", budget=7000, weight=20, mix=(3, 18, 48, 31), accept=(0.7, 0.68), late=0.16,
        costs=(("media", 3200, 3150, -4, 45), ("media", 3500, 3620, -3, 45)),
        activities=((-4, 0, "First ad groups"), (-3, 12, "Negative keywords: course, thesis, salary")),
    ),
    Undertaking(
        code="newsletter", name="Newsletter “Maintenance monthly”", channel="email", runs=((-4, 0), None), owner="jonas",
        partner="ilse", budget=2400, kind="email", weight=20, mix=(1, 9, 52, 38), accept=(0.5, 0.55),
        costs=(("tools", 600, 600, -4, 1), ("tools", 600, 600, -3, 1), ("tools", 600, 600, -2, 1), ("tools", 600, 600, -1, 1)),
        activities=((-3, 20, "Issue on lubrication"), (-2, 20, "Issue on bearings"), (-1, 20, "Issue on gearboxes")),
    ),
    # -- three quarters ago
    Undertaking(
        code="webinar-downtime", name="Webinar: what unplanned downtime costs", channel="webinar", parent="webinars",
        runs=((-3, 10), (-3, END)), owner="jonas", partner="katja", budget=1800, kind="webinar", weight=22,
        mix=(2, 17, 50, 31), accept=(0.58, 0.64), peak=(31, 2),
        costs=(("production", 1100, 1150, -3, 12), ("media", 500, 500, -3, 20)),
        activities=((-3, 12, "Invitation to 2,300 contacts"), (-3, 31, "Webinar, 102 listeners")),
    ),
    Undertaking(
        code="whitepaper-paper-mills", name="Whitepaper: predictive maintenance in paper mills", channel="content",
        runs=((-3, 5), (-2, END)), owner="lena", partner="tomasz", budget=3000, kind="download", weight=18,
        mix=(2, 12, 52, 34), accept=(0.6, 0.6), reasons=(30, 30, 30, 4, 6),
        costs=(("production", 2400, 2250, -3, 5), ("media", 600, 640, -3, 30)),
        activities=((-3, 5, "Published with two customers’ figures"),),
    ),
    Undertaking(
        code="integrators", name="Partner programme, system integrators", channel="partner", runs=((-3, 0), None),
        owner="mara", partner="samir", weight=8, mix=(7, 25, 44, 24), accept=(0.8, 0.75), late=0.05,
        activities=((-3, 8, "Agreement with three integrators"), (-1, 15, "Training day for partners")),
    ),
    # -- two quarters ago
    Undertaking(
        code="google-ads-condition-monitoring", name="Google Ads, condition monitoring", channel="search",
        runs=((-2, 1), None), owner="lena", partner="samir", budget=15000, region=("DE", "PL"), weight=52, mix=(4, 17, 47, 32),
        accept=(0.85, 0.83), late=0.04, reasons=(25, 25, 45, 2, 3),
        costs=(("media", 5000, 4900, -2, 45), ("media", 5400, 5460, -1, 45), ("media", 5600, None, 0, 60), ("tools", 300, 300, -2, 2)),
        activities=((-2, 1, "Eleven ad groups"), (-1, 4, "Landing page with a price range"), (0, 6, "Polish keywords added")),
    ),
    Undertaking(
        code="webinar-gearboxes", name="Webinar: gearboxes on a budget", channel="webinar", parent="webinars",
        runs=((-2, 8), (-2, END)), owner="jonas", partner="katja", budget=1800, kind="webinar", weight=22,
        mix=(2, 18, 50, 30), accept=(0.6, 0.66), peak=(36, 2),
        costs=(("production", 1000, 980, -2, 8), ("media", 600, 610, -2, 20)),
        activities=((-2, 8, "Invitation to 2,400 contacts"), (-2, 36, "Webinar, 97 listeners")),
    ),
    Undertaking(
        code="linkedin-maintenance-heads", name="LinkedIn lead ads, maintenance heads", channel="paid_social",
        runs=((-2, 40), (-1, END)), owner="lena", partner="ilse", budget=8000, weight=46, mix=(2, 21, 48, 29),
        accept=(0.5, 0.5), late=0.45, reasons=(32, 38, 18, 6, 6),
        costs=(("media", 1900, 1950, -2, 80), ("media", 5500, 5480, -1, 45), ("production", 600, 350, -2, 40)),
        activities=((-2, 40, "Lead ads to heads of maintenance"), (-1, 3, "Retargeted to plants above 200 staff")),
    ),
    # -- last quarter
    Undertaking(
        code="hannover-messe", name="Hannover Messe stand", channel="event", parent="fairs", runs=((-1, 12), (-1, END)),
        owner="mara", partner="katja", budget=28000, kind="event", weight=84, mix=(13, 10, 42, 35), accept=(0.27, 0.62),
        late=0.17, reasons=(54, 23, 18, 3, 2), peak=(19, 5),
        costs=(
            ("event", 15600, 16280, -1, 19), ("production", 6400, 7380, -1, 14), ("people", 4400, 4460, -1, 24),
            ("media", 800, 800, -1, 12), ("tools", 800, 720, -1, 12),
        ),
        activities=(
            (-1, 12, "Invitation to 1,840 customers and targets"), (-1, 19, "Stand, five days, six people"),
            (-1, 27, "Thank-you mail to all visitors, opened by 61 %"),
        ),
    ),
    Undertaking(
        code="webinar-bearing-failure", name="Webinar: bearing failure in wind turbines", channel="webinar",
        parent="webinars", runs=((-1, 5), (-1, END)), owner="jonas", partner="katja", budget=2300, kind="webinar",
        weight=40, mix=(4, 21, 46, 29), accept=(0.78, 0.81), late=0.03, reasons=(20, 25, 50, 2, 3), peak=(40, 3),
        costs=(("production", 1200, 1180, -1, 10), ("media", 800, 780, -1, 25), ("people", 300, 320, -1, 40)),
        activities=((-1, 10, "Invitation to 2,600 contacts"), (-1, 40, "Webinar, 60 minutes, 148 listeners")),
    ),
    Undertaking(
        code="whitepaper-oee", name="Whitepaper: OEE in food plants", channel="content", runs=((-2, 60), None),
        owner="lena", partner="ilse", budget=2000, kind="download", weight=30, mix=(2, 14, 51, 33), accept=(0.72, 0.74),
        late=0.04, reasons=(30, 26, 40, 2, 2),
        costs=(("production", 1500, 1480, -2, 60), ("media", 500, 480, -1, 20)),
        activities=((-2, 62, "Published"), (-1, 30, "Sent to 900 food and beverage plants")),
    ),
    Undertaking(
        code="partner-day-wuppertal", name="Partner day Wuppertal", channel="event", runs=((-1, 50), (-1, 66)),
        owner="jonas", partner="samir", budget=1200, kind="event", weight=9, mix=(7, 26, 42, 25), accept=(0.85, 0.86),
        late=0.0, peak=(52, 1),
        costs=(("event", 900, 940, -1, 52), ("people", 300, 300, -1, 52)),
        activities=((-1, 52, "One day, five partners, 38 guests"),),
    ),
    Undertaking(
        code="cold-list-dach", name="Cold list DACH mid-market", channel="email", runs=((-1, 20), (-1, END)), owner="jonas",
        region=("AT", "CH", "DE"), partner="samir", budget=3000, kind="email", weight=26, mix=(1, 14, 39, 46), accept=(0.14, 0.14), late=0.3,
        reasons=(46, 30, 6, 9, 9), peak=(22, 20),
        costs=(("media", 2400, 2600, -1, 20), ("tools", 500, 300, -1, 20)),
        activities=((-1, 22, "First mail to 4,000 bought addresses"), (-1, 36, "Second mail, 11 % bounced")),
    ),
    # -- this quarter
    Undertaking(
        code="webinars-monthly", name="Webinars, monthly", channel="webinar", parent="webinars", runs=((0, 0), None),
        owner="jonas", partner="katja", budget=7600, kind="webinar", weight=20, mix=(4, 20, 47, 29), accept=(0.75, 0.78),
        late=0.05, reasons=(20, 25, 50, 2, 3),
        costs=(("production", 3600, 840, 0, 3), ("media", 4000, None, 0, 60)),
        activities=((0, 2, "Invitation to 2,700 contacts"), (0, 16, "First of three: shaft misalignment")),
    ),
    Undertaking(
        code="linkedin-retrofit", name="LinkedIn, retrofit message", channel="paid_social", runs=((0, 4), None),
        owner="lena", partner="ilse", budget=5000, region=("AT", "CH", "DE"), weight=14, mix=(3, 20, 48, 29), accept=(0.55, 0.6), late=0.25,
        reasons=(30, 36, 24, 5, 5),
        costs=(("media", 4400, 1180, 0, 4), ("production", 600, 240, 0, 4)),
        activities=((0, 4, "Ads that lead with retrofit, not with new plant"),),
    ),
    Undertaking(
        code="referral-colleague", name="Referral programme “Bring a colleague from maintenance”", channel="referral",
        runs=((-1, 75), None), owner="jonas", partner="samir", weight=6, mix=(8, 29, 43, 20), accept=(0.85, 0.8), late=0.0,
        activities=((-1, 75, "Card in every spare-part parcel"),),
    ),
    Undertaking(
        code="sps-nuernberg", name="SPS Nürnberg, small stand", channel="event", parent="fairs",
        runs=((1, 40), (1, 42)), owner="mara", partner="katja", budget=10400, region=("DE",), kind="event",
        costs=(("event", 8200, None, 1, 40), ("people", 2200, None, 1, 40)),
    ),
)  # fmt: skip
