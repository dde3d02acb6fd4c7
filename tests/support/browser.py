"""Drives a real Chromium, and asks axe what it finds on a page."""

import os
import shutil
from functools import cache

ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to run as root with it, and CI runs as root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def find_chromium():
    """The path of a Chromium, or nothing."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return shutil.which("/usr/bin/chromium") or shutil.which("chromium")


def launch(playwright):
    return playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)


def follow(link):
    """Click on what leads to another page, and wait until that is there.

    `click` itself may come back while the page before is still to be seen.
    """
    with link.page.expect_navigation():
        link.click()


def settle(page):
    """Wait until nothing moves any more, nor fades from one colour to another."""
    # One that is broken off, as under a pointer from which the page moves away, has ended too.
    page.evaluate(
        "Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))"
    )


@cache
def axe_script():
    from axe_playwright_python.sync_playwright import Axe  # it takes long to import

    return Axe().axe_script


def violations(page, rules=RULES, but=()):
    """What axe finds wrong on `page` as it stands now: a line for each rule and element.

    The rules named in `but` are left out.
    """
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(axe_script())
    # Nothing has to be loaded again for these rules, which would take half of the time.
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    options["rules"] = {rule: {"enabled": False} for rule in but}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{fault['id']}: {' '.join(node['target'][0:1])} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]


NARROW, WIDE = 360, 1440


LOOKS = [("light", WIDE), ("light", NARROW), ("dark", WIDE), ("dark", NARROW)]
