"""Gathers, compiles and checks the translated texts: `python -m tests.tools.messages`."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from tests.support.server import PROJECT, environment

LANGUAGE = "zh_Hans"
PO = PROJECT / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
# Our translations of texts of libraries, written by hand.
LIBRARIES = PROJECT / "locale" / "libraries" / LANGUAGE / "LC_MESSAGES" / "django.po"
NO_XGETTEXT = "texts that are not gathered yet go unnoticed: install gettext for xgettext"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
LINE = 100  # characters of a line in the file
HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
HALF_WIDTH = re.compile(rf"{HAN}(?:[,.;:?!]| ?[()])|(?:[,.;:?!]|[()] ?){HAN}")


def gather(project=PROJECT):
    """Update the .po under `project` from its sources, with xgettext."""
    ignored = [part for name in (".venv", "var", "tests") for part in ("--ignore", name)]
    with tempfile.TemporaryDirectory() as var_dir:
        subprocess.run(
            [
                *(sys.executable, "manage.py", "makemessages", "--verbosity", "0"),
                *("--locale", LANGUAGE, "--add-location", "file", "--no-obsolete", *ignored),
            ],
            cwd=project,
            env=environment(VAR_DIR=var_dir),
            check=True,
        )
    file = project / PO.relative_to(PROJECT)
    po = polib.pofile(file, wrapwidth=LINE)
    # Dates would change the file at each run.
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        po.metadata.pop(name, None)
    po.save(file)


def compile_messages():
    for file in (PO, LIBRARIES):
        polib.pofile(file).save_as_mofile(file.with_suffix(".mo"))


def has_xgettext():
    return shutil.which("xgettext") is not None


def faults_of(file):
    messages = polib.pofile(file)
    for entry in messages:
        for fault in faults_of_entry(entry):
            yield f"{fault}: {entry.msgid!r}"
    yield from badly_compiled(messages, file)


def faults_of_entry(entry):
    if entry.obsolete or entry.fuzzy or not entry.translated():
        yield "Not translated, or of an earlier text"
    expected = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    for text in _texts(entry):
        if sorted(PLACEHOLDER.findall(text)) != expected:
            yield f"Placeholders differ in {text!r}"
        if HALF_WIDTH.search(text):
            yield f"Half-width punctuation beside Chinese in {text!r}"


def badly_compiled(messages, file=PO):
    file = file.with_suffix(".mo")
    if not file.exists() or _said(polib.mofile(file)) != _said(messages):
        yield f"{file.relative_to(PROJECT)} is not what the .po says; run `make messages`."


def stale(messages):
    """Yield the differences between the sources and the .po, found with xgettext."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "project")
        ignored = shutil.ignore_patterns(".*", "var", "__pycache__", "tests")
        shutil.copytree(PROJECT, copy, ignore=ignored)
        gather(copy)
        fresh = polib.pofile(copy / PO.relative_to(PROJECT))
    in_sources, in_po = set(_keys(fresh)), set(_keys(messages))
    for key in sorted(in_sources - in_po, key=str):
        yield f"Not gathered yet; run `make messages`: {key!r}"
    for key in sorted(in_po - in_sources, key=str):
        yield f"In no source any more; run `make messages`: {key!r}"


def _texts(entry):
    return [text for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]


def _keys(messages):
    return ((entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in messages)


def _said(messages):
    entries = messages.translated_entries()
    return messages.metadata, dict(zip(_keys(entries), map(_texts, entries), strict=True))


def main():
    if not has_xgettext():
        sys.exit("xgettext was not found; install gettext.")
    gather()
    compile_messages()
    if found := [*faults_of(PO), *faults_of(LIBRARIES)]:
        sys.exit("\n".join(found))
    sys.stdout.write(f"{len(polib.pofile(PO))} messages are translated and compiled.\n")


if __name__ == "__main__":
    main()
