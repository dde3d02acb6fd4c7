"""Looks into a file in a limited process, and keeps the web process out of it."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore, Timer
from typing import NamedTuple

from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

PROCESS = Path(__file__).with_name("quarantine") / "__main__.py"
CAN_LIMIT = find_spec("resource") is not None  # Windows cannot, and so takes no file
MIB = 1024 * 1024
TOLD = "Looked into an upload, as a %s: %s; %.2f s of work, %d MB."
# Of addresses, by what is looked for; libraries take a good part of them unused.
MEMORY = {"picture": 320 * MIB, "document": 200 * MIB, "spreadsheet": 200 * MIB}
SECONDS = 8  # of work; a whole picture takes one or two
PATIENCE = 20  # seconds of waiting, on a machine with much else to do
WRITTEN = 48 * MIB
AT_ONCE = 2
_free = BoundedSemaphore(AT_ONCE)


class FileRefused(Exception):  # noqa: N818
    """A file that is not taken: `code` is the reason, the words are for staff where general."""

    def __init__(self, code, told=()):
        super().__init__(code)
        self.code, self.told = code, dict(told)


class Found(NamedTuple):
    """What came of looking: the answer, and the files that were made."""

    answer: dict
    files: list


def look_into(kind, file, memory=None, seconds=SECONDS, **options):
    """What the module `kind` of the quarantine finds in a `file`; raises `FileRefused`."""
    if not CAN_LIMIT:
        raise FileRefused("no limits")
    memory = memory or MEMORY[kind]
    limits = {"memory": memory, "seconds": seconds, "patience": PATIENCE, "written": WRITTEN}
    options["limits"] = limits
    if not _free.acquire(timeout=PATIENCE):
        raise FileRefused("busy")
    try:
        with tempfile.TemporaryFile() as sent, tempfile.TemporaryFile() as answered:
            file.seek(0)
            for chunk in file.chunks():
                sent.write(chunk)
            sent.seek(0)
            code, seconds = _run(kind, options, sent, answered)
            answered.seek(0)
            answer = _answer(code, answered)
            outcome, megabytes = answer.get("refused", "taken"), answer.get("memory")
            logger.info(TOLD, kind, outcome, seconds, megabytes or memory // MIB)
            if "refused" in answer:
                raise FileRefused(outcome, answer["told"])
            return Found(answer, [answered.read(size) for size in answer["sizes"]])
    finally:
        _free.release()
        file.seek(0)


def in_words(code):
    """What is said of a file that was refused for a reason that every kind of file can have."""
    return {
        "busy": _("Several files are being looked at just now. Send this one again in a minute."),
        "heavy": _("Reading this file takes more time or memory than a file may. Make it smaller."),
        "no limits": _(
            "The server cannot look at files safely, so it takes none. Tell the administrator."
        ),
    }.get(code)


def _run(kind, options, sent, answered):
    """The exit code of the process, less than 0 for a signal, and the seconds of its work."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", "-B", str(PROCESS), kind, json.dumps(options)],
        stdin=sent,
        stdout=answered,
        stderr=subprocess.DEVNULL,
        cwd=PROCESS.anchor,
        env={"OPENPYXL_LXML": "False", "LANG": "C.UTF-8"},
    )
    end = Timer(PATIENCE + 1, process.kill)  # where its own alarm has not
    end.start()
    try:
        _pid, status, cost = os.wait4(process.pid, 0)
    finally:
        end.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, cost.ru_utime + cost.ru_stime


def _answer(code, answered):
    """What the process has answered, or what its end means."""
    if code:
        return {"refused": "heavy" if code < 0 else "unreadable", "told": {}}
    return json.loads(answered.readline())
