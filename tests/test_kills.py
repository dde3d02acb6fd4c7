"""The site is killed in the middle of saves; `python -m tests.kills` does it a hundred times."""

from tests import server
from tests.kills import kill


def test_a_kill_in_the_middle_of_a_save_leaves_nothing_by_halves(tmp_path, installed):
    with server.running(tmp_path, like=installed) as site:
        outcome = kill(site, 3)
    assert outcome["half saved"] == []
    assert outcome["kept"] >= outcome["answered"] >= 4
    assert outcome["left afterwards"] == (0, 0, 0)
