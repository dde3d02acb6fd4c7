"""Two editors at the same records, in any order: whoever's words are saved, they stay.

INTERLEAVINGS=1000 tries more of them than the suite has time for.
"""

import os
import random
import re
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from partnerships.models import Country, Evidence, Partner, Practice
from tests.support import makers
from tests.support.admin import filled_in, seen, url
from tests.support.proposals import again
from tests.support.spreadsheets import as_csv, confirm, exported, read_csv

TRIED = int(os.environ.get("INTERLEAVINGS", "12"))
STEPS = 12
TEXTS = {
    Partner: ["summary_en", "summary_zh_hans", "city_en", "city_zh_hans"],
    Practice: ["aims_en", "aims_zh_hans", "title_en"],
    Evidence: ["title_en", "title_zh_hans"],
}
WORD = re.compile(r"word\d+x")


class Editor:
    """Does one step after the other, and remembers which words have been before their eyes."""

    def __init__(self, client, chance, records, words):
        self.client, self.chance, self.records, self.words = client, chance, records, words
        self.seen, self.mine, self.page, self.record, self.preview = set(), set(), None, None, None

    def next_step(self):
        """Something that can be done now; gives the words that are saved by it."""
        if self.preview is not None:
            return self.confirm()
        if self.page is not None:
            return self.send()
        return self.chance.choice([self.open, self.open, self.open, self.import_partners])()

    def open(self):
        self.record = self.chance.choice(self.records)
        self.look_at(self.client.get(url("change", self.record)))
        self.mine = set()
        return set()

    def look_at(self, page):
        self.page = page
        self.seen |= words_of(seen(page))

    def send(self):
        form = again(self.page) if self.page.context.get("clash") else filled_in(self.page)
        form["_base"] = self.page.context["base"]
        for name in [name for name in form if name.startswith("_take-")]:
            form[name] = self.chance.choice(["mine", "theirs"])
        if not self.page.context.get("clash"):
            self.write_into(form)
        page = self.client.post(url("change", self.record), form, follow=True)
        if not page.redirect_chain:
            assert page.context.get("clash"), page.context["errors"]
            self.look_at(page)
            return set()
        self.page = None
        # Of a clash it is open which words were taken.
        return self.mine if "_mine" not in form else set()

    def write_into(self, form):
        fields = [*TEXTS[type(self.record)], *self.rows(form)]
        for name in self.chance.sample(fields, self.chance.randint(1, 2)):
            form[name] = f"{form.get(name, '')[:20]} {self.new_word()}"
        if isinstance(self.record, Practice) and self.chance.random() < 0.3:
            self.add_or_delete_row(form)

    def rows(self, form):
        number = int(form.get("evidence-INITIAL_FORMS", 0))
        return [f"evidence-{row}-{text}" for row in range(number) for text in TEXTS[Evidence]]

    def add_or_delete_row(self, form):
        rows = int(form["evidence-INITIAL_FORMS"])
        if rows and self.chance.random() < 0.5:
            row = self.chance.randrange(rows)
            form[f"evidence-{row}-DELETE"] = "on"
            self.mine -= words_of(*(form.get(f"evidence-{row}-{t}", "") for t in TEXTS[Evidence]))
            return
        form["evidence-TOTAL_FORMS"] = str(rows + 1)
        form |= {f"evidence-{rows}-{text}": self.new_word() for text in TEXTS[Evidence]}
        form |= {f"evidence-{rows}-address": "https://evidence.example/", f"evidence-{rows}-id": ""}
        form[f"evidence-{rows}-practice"] = str(self.record.pk)

    def new_word(self):
        word = f"word{next(self.words)}x"
        self.mine.add(word)
        self.seen.add(word)
        return word

    def import_partners(self):
        self.mine = set()
        ours = {record.slug for record in self.records if isinstance(record, Partner)}
        table = read_csv(exported(self.client, Partner, "csv"))
        table = [row for row in table if row["slug"] in ours]
        for row in table:
            row["city_en"] = self.new_word()
        file = SimpleUploadedFile("partners.csv", as_csv(table))
        self.preview = self.client.post(url("import", Partner), {"file": file})
        self.seen |= words_of(seen(self.preview))
        return set()

    def confirm(self):
        page = confirm(self.client, self.preview)
        self.seen |= words_of(seen(page))
        moved = "meanwhile a colleague" in seen(page)
        self.preview = page if moved else None
        return set() if moved else self.mine


def words_of(*texts):
    return {word for text in texts for word in WORD.findall(text)}


def stored(histories=False):
    """Every word that stands in the records, or that ever stood there."""
    kept = [(model.history if histories else model.objects, TEXTS[model]) for model in TEXTS]
    rows = [row for manager, names in kept for row in manager.values_list(*names)]
    return words_of(*(cell or "" for row in rows for cell in row))


@pytest.fixture
def editors(client, django_user_model):
    clients = []
    for name in ("lin", "sun"):
        user = django_user_model.objects.create_user(name, is_staff=True, is_superuser=True)
        clients.append(type(client)())
        clients[-1].force_login(user)
        clients[-1].cookies["django_language"] = "en"
    return clients


def records():
    finland = Country.objects.get(code="FI")
    practice = makers.make_practice()
    makers.make_evidence(practice=practice)
    makers.make_evidence(practice=practice)
    return [makers.make_partner(country=finland), makers.make_partner(country=finland), practice]


@pytest.mark.parametrize("seed", range(TRIED))
def test_no_word_is_lost_that_its_remover_had_not_seen(editors, seed):
    chance, words, ours = random.Random(seed), count(), records()
    colleagues = [Editor(client, chance, ours, words) for client in editors]
    for _step in range(STEPS):
        colleague, before = chance.choice(colleagues), stored()
        saved = colleague.next_step()
        assert saved <= stored(), "What was saved is there."
        assert before - stored() <= colleague.seen, "What is gone was seen."
    assert stored() <= stored(histories=True)
