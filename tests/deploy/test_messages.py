"""Every text of the site has a current Chinese translation."""

from pathlib import Path

import allauth
import django
import polib
import pytest
from django.utils.translation import gettext, override

from tests.tools import messages


@pytest.mark.parametrize("file", [messages.PO, messages.LIBRARIES])
def test_the_messages_of_a_file_are_translated_well_and_compiled(file):
    assert not list(messages.faults_of(file))


@pytest.mark.skipif(not messages.has_xgettext(), reason=messages.NO_XGETTEXT)
def test_no_text_waits_to_be_gathered_and_none_is_left_over():
    assert not list(messages.stale(polib.pofile(messages.PO)))


def test_a_text_of_django_is_said_in_our_chinese():
    with override("zh-hans"):
        assert gettext("Log out") == "退出登录"


def test_each_text_of_a_library_that_is_put_better_is_still_said_there():
    libraries = [Path(library.__file__).parent for library in (allauth, django)]
    files = [file for folder in libraries for file in folder.rglob("locale/en/*/django.po")]
    said = {entry.msgid for file in files for entry in polib.pofile(file)}
    assert {entry.msgid for entry in polib.pofile(messages.LIBRARIES)} <= said


@pytest.mark.parametrize(
    "entry",
    [
        polib.POEntry(msgid="Home"),
        polib.POEntry(msgid="%(n)s of %(m)s", msgstr="%(n)s个"),
        polib.POEntry(msgid="Hello.", msgstr="你好."),
    ],
)
def test_a_faulty_message_is_noticed(entry):
    assert list(messages.faults_of_entry(entry))


def test_a_file_that_was_not_compiled_is_noticed():
    file = polib.POFile()
    file.append(polib.POEntry(msgid="Never compiled", msgstr="从未编译"))
    assert list(messages.badly_compiled(file))
