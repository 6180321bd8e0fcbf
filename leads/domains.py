"""The web domain that stands for an organisation."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

# Mail services open to everybody: such an address says nothing about the employer.
FREE_MAIL = frozenset(
    """
    126.com 163.com aol.com arcor.de bigpond.com bluewin.ch btinternet.com comcast.net
    example.com example.net example.org fastmail.com free.fr freenet.de gmail.com gmx.at gmx.ch
    gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.de
    hotmail.fr hotmail.it icloud.com inbox.ru interia.pl laposte.net libero.it list.ru live.com
    mac.com mail.com mail.ru me.com msn.com naver.com o2.pl onet.pl orange.fr outlook.com
    outlook.de pm.me posteo.de proton.me protonmail.com qq.com rediffmail.com seznam.cz sfr.fr
    sina.com t-online.de terra.com.br tiscali.it uol.com.br verizon.net wanadoo.fr web.de wp.pl
    yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.de yahoo.fr yandex.com yandex.ru
    ymail.com zoho.com
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
HOST = re.compile(r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$")


def domain_of(*, website: str = "", email: str = "") -> str | None:
    """The employer's domain by its web site, else by the mail address; None where neither tells."""
    return _host(website) or _host(email.rpartition("@")[2])


# A file names the same employers again and again.
@lru_cache(maxsize=50_000)
def _host(text: str) -> str | None:
    text = text.strip().lower()
    try:
        host = (urlsplit(text if "//" in text else f"//{text}").hostname or "").rstrip(".")
        host = host.removeprefix("www.").encode("idna").decode("ascii")
    except (UnicodeError, ValueError):
        return None
    return host if HOST.match(host) and host not in FREE_MAIL else None
