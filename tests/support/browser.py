"""Drives a real Chromium, and checks pages with axe."""

import os
import shutil
from functools import cache

ARGUMENTS = [
    "--no-sandbox",  # CI runs as root, and Chromium's sandbox refuses root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def find_chromium():
    """Return the path of Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return shutil.which("/usr/bin/chromium") or shutil.which("chromium")


def launch(playwright):
    return playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)


def follow(link):
    """Click a link, and wait for the new page.

    `click` alone may return while the old page is still shown.
    """
    with link.page.expect_navigation():
        link.click()


def settle(page):
    """Wait until all animations have ended."""
    # A cancelled animation counts as ended.
    page.evaluate(
        "Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))"
    )


@cache
def axe_script():
    from axe_playwright_python.sync_playwright import Axe  # slow to import

    return Axe().axe_script


def violations(page, rules=RULES, but=()):
    """Return axe's violations on `page` as it is now: a line for each rule and element.

    `but` names rules to leave out.
    """
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(axe_script())
    # These rules need no preloading, which takes half of the time.
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    options["rules"] = {rule: {"enabled": False} for rule in but}
    results = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{fault['id']}: {' '.join(node['target'][0:1])} {node['failureSummary']}"
        for fault in results
        for node in fault["nodes"]
    ]


NARROW, WIDE = 360, 1440


LOOKS = [("light", WIDE), ("light", NARROW), ("dark", WIDE), ("dark", NARROW)]
