"""Kills the site in the middle of saves that upload: `python -m tests.kills [--kills 100]`.

Two colleagues save at once, one a picture of a partner and one a document of a practice,
each with a text that bears the same number; at a moment drawn by lot every worker gets
SIGKILL. Afterwards each record is wholly saved or not at all, and no file is left over
that `stray_files` does not find. On SQLite or, with DATABASE_URL, on PostgreSQL.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from urllib.request import Request

from tests import server
from tests.bench.desk import Desk, filled_in
from tests.database import own_database
from tests.support.files import noise, pdf, saved

BOUNDARY = "----a-line-that-stands-in-no-file"
MAKE = """
from tests.makers import *
print(make_partner(slug="killed").pk, make_practice(slug="killed").pk)
"""
# By the number of the round: what every version says of itself, and the name of its file.
TELL = """
import json
from partnerships.models import *
partner, practice = Partner.objects.get(slug="killed"), Practice.objects.get(slug="killed")
print("TOLD" + json.dumps({
    "partner": [[each.city_en or "", each.logo] for each in partner.history.all()],
    "practice": [each.aims_en or "" for each in practice.history.all()],
    "evidence": [[each.title_en, each.file.name] for each in practice.evidence.all()],
}))
"""


class Colleague(Desk):
    """Sends a form with a file, and says whether it was answered."""

    def prepare(self, path, file, **fields):
        form = filled_in(self._open(path)) | fields | {"_save": "1"}
        lines = [
            (f'name="{name}"', str(each).encode())
            for name, value in form.items()
            for each in (value if isinstance(value, list) else [value])
        ]
        field, name, content = file
        lines.append((f'name="{field}"; filename="{name}"', content))
        body = b"".join(
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode()
            + content
            + b"\r\n"
            for head, content in lines
        )
        self.request = Request(
            self._address + path,
            body + f"--{BOUNDARY}--\r\n".encode(),
            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
        )

    def send(self):
        self.page = None
        try:
            with self._opener.open(self.request, timeout=60) as response:
                self.page = response.read().decode()
        except (OSError, HTTPException):
            return

    @property
    def was_told(self):
        return self.page is not None and "errornote" not in self.page


class Scene:
    """The site, two colleagues at it, and what they save in each round."""

    def __init__(self, site):
        self.site = site
        said = site.manage("shell", "-v", "0", "-c", MAKE)
        assert said.returncode == 0, said.stderr
        partner, practice = said.stdout.split()
        self.partner = f"/admin/partnerships/partner/{partner}/change/"
        self.practice = f"/admin/partnerships/practice/{practice}/change/"
        self.colleagues = [Colleague(site.address, site.password) for _ in range(2)]
        self.picture, self.document = saved(noise(300, 200), "PNG"), pdf().read()
        self.rows = 0

    def prepare(self, number):
        word = f"Round {number}"
        with_picture, with_document = self.colleagues
        logo = ("logo", f"round-{number}.png", self.picture)
        with_picture.prepare(self.partner, logo, city_en=word)
        page = with_document._open(self.practice)
        row = int(filled_in(page)["evidence-TOTAL_FORMS"][0])
        fields = {f"evidence-{row}-title_en": word, f"evidence-{row}-title_zh_hans": "报告"}
        fields |= {"evidence-TOTAL_FORMS": str(row + 1), "aims_en": word}
        file = (f"evidence-{row}-file", f"round-{number}.pdf", self.document)
        with_document.prepare(self.practice, file, **fields)

    def save(self, until_killed=None):
        """Both save at once; with a number of seconds, the workers are killed after so many."""
        threads = [Thread(target=each.send) for each in self.colleagues]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        if until_killed is not None:
            time.sleep(until_killed)
            for pid in self.site.workers:
                os.kill(pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
        took = time.monotonic() - start
        server.wait_until(lambda: self.site.answers("/readyz"), "The site stays away.", 60)
        return took

    def told(self):
        said = self.site.manage("shell", "-v", "0", "-c", TELL)
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout.partition("TOLD")[2])

    def strays(self):
        said = self.site.manage("stray_files", "--older-than", "0")
        return said.returncode, said.stdout.count("stray: "), said.stdout.count("missing: ")


def half_saved(told):
    """What is there of one save and lacks its other half."""
    found = [
        f"{city}: {logo}"
        for city, logo in told["partner"]
        if city.startswith("Round ") and f"/round-{city.split()[1]}." not in logo
    ]
    found += [f"{title}: {name}" for title, name in told["evidence"] if _name(title) not in name]
    aims = {aims for aims in told["practice"] if aims.startswith("Round ")}
    return found + sorted(aims ^ {title for title, _name in told["evidence"]})


def _name(title):
    return f"/round-{title.split()[1]}"


def kill(site, kills, seed=7):
    """Kill so many times; how many saves were kept, what was half saved, and the strays."""
    scene, chance = Scene(site), random.Random(seed)
    scene.prepare(0)
    scene.save()  # the first is slow: everything is imported
    scene.prepare(1)
    took = scene.save()
    assert all(each.was_told for each in scene.colleagues), "A save without a kill failed."
    answered = 0
    for number in range(2, kills + 2):
        scene.prepare(number)
        scene.save(until_killed=chance.uniform(0, took))
        answered += sum(each.was_told for each in scene.colleagues)
    told = scene.told()
    kept = sum(aims.startswith("Round ") for aims in {*told["practice"]})
    kept += sum(city.startswith("Round ") for city in {city for city, _logo in told["partner"]})
    _code, strays, missing = scene.strays()
    return {
        "seconds of a save": round(took, 2),
        "saves": 2 * kills + 4,
        "kept": kept,
        "answered": answered + 4,
        "half saved": half_saved(told),
        "strays found": strays,
        "missing": missing,
        "left afterwards": scene.strays(),
    }


def main():
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__)
    parser.add_argument("--kills", type=int, default=100)
    args = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="jinhua-kills-") as folder,
        own_database() as database,
        server.running(Path(folder), **database) as site,
    ):
        outcome = kill(site, args.kills)
    for what, figure in outcome.items():
        sys.stdout.write(f"{what}: {figure}\n")
    return not outcome["half saved"] and outcome["left afterwards"] == (0, 0, 0)


if __name__ == "__main__":
    os.chdir(server.PROJECT)
    sys.exit(0 if main() else 1)
