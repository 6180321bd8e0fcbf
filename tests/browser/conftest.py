"""A signed-in browser, and what every page must hold: no console fault, no accessibility violation."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from accounts.models import User

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
DARK = {"color_scheme": "dark"}

Visit = Callable[..., Page]


@pytest.fixture
def now() -> Any:
    """The browser's requests live in the present, so what they meet does too."""
    return timezone.now()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Opens a page as somebody: `visit(user, path, **context)`. A fault in the console fails the test;
    `faults_expected` is for answers that refuse, which Chromium reports there too."""
    faults: list[str] = []
    contexts = []

    def open_page(user: User, path: str, *, faults_expected: bool = False, **options: Any) -> Page:
        context = browser.new_context(base_url=site, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        if not faults_expected:
            page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def violations() -> Callable[[Page], list[str]]:
    """What axe-core finds on a page by WCAG 2.2 AA and its best practices."""

    def check(page: Page) -> list[str]:
        page.evaluate(AXE)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
        return [f"{v['id']}: {', '.join(str(node['target']) for node in v['nodes'][:4])}" for v in found]

    return check
