"""Runs Lighthouse on the main pages, as on a phone with a slow connection.

    python .ci/lighthouse.py PROGRAM ADDRESS

Exits with an error unless each page reaches 100 everywhere, paints within a second
and shifts nothing. A busy machine slows a page down, so each page has six tries, with
pauses between them.
"""

import json
import os
import subprocess
import sys
import time

PAGES = ["", "facts/", "facts/patents/", "partnerships/", "partnerships/partners/wintec/"]
# Lighthouse sees no difference between the others and their English pages.
PAGES_IN_CHINESE = [""]
CHROME = "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-component-update"
LATEST_PAINT = 1000  # milliseconds
TRIES = 6
PAUSE = 3  # seconds


def measured(program, address):
    done = subprocess.run(
        [program, address, "--quiet", "--output=json", f"--chrome-flags={CHROME}"],
        env=os.environ | {"CHROME_PATH": os.environ.get("CHROMIUM", "/usr/bin/chromium")},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1:]}
    report = json.loads(done.stdout)
    scores = {name: part["score"] for name, part in report["categories"].items()}
    audits = report["audits"]
    seen = {
        name: round(audits[audit]["numericValue"], 3)
        for name, audit in {
            "paint": "first-contentful-paint",
            "largest": "largest-contentful-paint",
            "blocked": "total-blocking-time",
            "shift": "cumulative-layout-shift",
        }.items()
    }
    return scores | seen


def is_good(found):
    scores = [found.get(name) for name in ("performance", "accessibility", "best-practices", "seo")]
    return scores == [1, 1, 1, 1] and found["paint"] <= LATEST_PAINT and found["shift"] == 0


def main(program, address):
    bad = 0
    pages = [f"en/{path}" for path in PAGES] + [f"zh-hans/{path}" for path in PAGES_IN_CHINESE]
    for page in (f"{address}/{path}" for path in pages):
        for _ in range(TRIES):
            found = measured(program, page)
            if is_good(found):
                break
            time.sleep(PAUSE)
        else:
            bad += 1
        print(page, found, flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) and "Lighthouse finds fault.")
