"""Drives a real Chromium, and asks axe what it finds on a page."""

import os
import shutil
from functools import cache

from axe_playwright_python.sync_playwright import Axe

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


@cache
def axe_script():
    return Axe().axe_script


def violations(page, rules=RULES):
    """What axe finds wrong on `page` as it stands now: a line for each rule and element."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(axe_script())
    # Nothing has to be loaded again for these rules, which would take half of the time.
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{fault['id']}: {' '.join(node['target'][0:1])} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]
