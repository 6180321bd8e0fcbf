"""A signed-in browser, and what every page must hold: no console fault, no accessibility violation, nothing wider
than the window; in light, in dark and on a phone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from accounts.models import User

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Colours that are still on their way from light to dark are no colours of the page.
RUN = """options => {
    document.documentElement.getBoundingClientRect();
    document.getAnimations().forEach(animation => animation.finish());
    return axe.run(document, options);
}"""
SMALL = {"width": 360, "height": 740}
PHONE = {"viewport": SMALL, "has_touch": True}

# How htmx tells that a request was given up.
LEFT = ("htmx:afterRequest", "htmx:sendAbort", "htmx:sendError")

Visit = Callable[..., Page]


@pytest.fixture
def now() -> Any:
    """The browser's requests live in the present, so what they meet does too."""
    return timezone.now()


def is_fault(said: ConsoleMessage) -> bool:
    """An error of the page. What was still being asked for when somebody went on is none."""
    return said.type == "error" and not said.text.startswith(LEFT)


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Opens a page as somebody: `visit(user, path, **context)`. A fault in the console fails the test;
    `faults_expected` is for answers that refuse, which Chromium reports there too."""
    faults: list[str] = []
    contexts = []

    def sign_in(user: User, **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=site, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
        return context

    def open_page(user: User, path: str, *, faults_expected: bool = False, **options: Any) -> Page:
        page = sign_in(user, **options).new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        if not faults_expected:
            page.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def settled(page: Page) -> None:
    """Wait until the parts that the page asks for by itself stand in it."""
    expect(page.locator('[hx-trigger="load"]')).to_have_count(0)


@pytest.fixture
def violations() -> Callable[[Page], list[str]]:
    """What is wrong with a page as it stands, by axe-core's rules of WCAG 2.2 AA and its best practices."""

    def check(page: Page) -> list[str]:
        usual = page.viewport_size
        assert usual
        found = [f"light: {fault}" for fault in _faults(page, RULES)]
        page.emulate_media(color_scheme="dark")
        # Only colours are others in the dark.
        found += [f"dark: {fault}" for fault in _faults(page, {"type": "rule", "values": ["color-contrast"]})]
        page.emulate_media(color_scheme="light")
        if usual != SMALL:
            page.set_viewport_size(SMALL)  # type: ignore[arg-type]
            # Colours are those of the wide page, and take half the time.
            found += [f"phone: {fault}" for fault in _faults(page, RULES, {"color-contrast": {"enabled": False}})]
            page.set_viewport_size(usual)
        return found

    return check


def _faults(page: Page, rules: Any, but: Any = None) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    options = {"runOnly": rules, "rules": but or {}, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate(RUN, options)["violations"]
    faults = [f"{v['id']}: {', '.join(str(node['target']) for node in v['nodes'][:4])}" for v in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("wider than the window")
    return faults
