"""The web domain that stands for an organisation."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

# Mail services open to everybody: such an address says nothing about the employer.
FREE_MAIL = frozenset(
    """
    126.com 139.com 163.com 188.com 21cn.com abv.bg aim.com alice.it aliyun.com aol.co.uk aol.com aol.de
    aol.fr arcor.de arnet.com.ar att.net bbox.fr bellsouth.net bigmir.net bigpond.com bk.ru bluewin.ch
    blueyonder.co.uk bol.com.br btinternet.com centrum.cz charter.net chello.at comcast.net cox.net daum.net
    dbmail.com docomo.ne.jp earthlink.net eircom.net email.com email.cz eresmas.com example.com example.net
    example.org excite.com ezweb.ne.jp fastmail.com fastmail.fm firemail.de foxmail.com free.fr freenet.de
    gmail.com gmx.at gmx.ch gmx.co.uk gmx.com gmx.de gmx.es gmx.eu gmx.fr gmx.info gmx.it gmx.net gmx.us
    googlemail.com googlemail.de hanmail.net hey.com hispavista.com home.nl hotmail.be hotmail.ca hotmail.ch
    hotmail.co.jp hotmail.co.uk hotmail.com hotmail.com.ar hotmail.com.au hotmail.com.br hotmail.de hotmail.es
    hotmail.fr hotmail.it hotmail.nl hotmail.se hushmail.com i.ua icloud.com inbox.com inbox.lv inbox.ru
    interia.pl internode.on.net iol.it juno.com kabelmail.de keemail.me kpnmail.nl laposte.net libero.it
    list.ru live.be live.ca live.cn live.co.uk live.com live.com.au live.com.mx live.de live.dk live.fr
    live.ie live.it live.nl live.no live.se mac.com mail.bg mail.com mail.de mail.ee mail.ru mailbox.org
    mailfence.com me.com meta.ua msn.com mweb.co.za nate.com naver.com neuf.fr ntlworld.com numericable.fr
    o2.pl onet.pl online.de online.no op.pl optonline.net optusnet.com.au orange.fr outlook.at outlook.be
    outlook.co outlook.com outlook.com.au outlook.com.br outlook.de outlook.dk outlook.es outlook.fr
    outlook.ie outlook.in outlook.it outlook.jp outlook.pt ozemail.com.au pandora.be pm.me post.cz post.sk
    posteo.de proton.ch proton.me protonmail.ch protonmail.com qq.com quicknet.nl rambler.ru rediffmail.com
    rocketmail.com runbox.com sapo.pt sasktel.net sbcglobal.net seznam.cz sfr.fr sina.cn sina.com skynet.be
    softbank.ne.jp sohu.com spray.se startmail.com sympatico.ca t-online.de talktalk.net tele2.nl telus.net
    terra.com.br tin.it tiscali.it tlen.pl tom.com tuta.io tutamail.com tutanota.com tutanota.de ukr.net
    uol.com.br upcmail.nl verizon.net videotron.ca vip.qq.com virgilio.it virgin.net voila.fr volny.cz
    wanadoo.fr web.de westnet.com.au windowslive.com windstream.net wp.pl xs4all.nl xtra.co.nz ya.ru yahoo.at
    yahoo.ca yahoo.cn yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk
    yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.cn yahoo.com.hk yahoo.com.mx yahoo.com.my
    yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.de yahoo.dk yahoo.es yahoo.fr
    yahoo.gr yahoo.ie yahoo.in yahoo.it yahoo.nl yahoo.no yahoo.pl yahoo.ro yahoo.se yandex.by yandex.com
    yandex.kz yandex.ru yandex.ua yeah.net ymail.com ziggo.nl zoho.com zohomail.com zohomail.eu zonnet.nl
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
HOST = re.compile(r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$")


def domain_of(*, website: str = "", email: str = "") -> str | None:
    """The employer's domain by its web site, else by the mail address; None where neither tells."""
    return _host(website) or _host(email.rpartition("@")[2])


# A file names the same employers again and again.
@lru_cache(maxsize=50_000)
def _host(text: str) -> str | None:
    host = text.strip().lower()
    if not HOST.match(host):
        try:
            host = (urlsplit(host if "//" in host else f"//{host}").hostname or "").rstrip(".")
            host = host.encode("idna").decode("ascii")
        except (UnicodeError, ValueError):
            return None
    host = host.removeprefix("www.")
    return host if HOST.match(host) and host not in FREE_MAIL else None
