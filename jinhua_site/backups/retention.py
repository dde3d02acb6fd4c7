"""Which archives are kept: the newest of each of the last days, weeks and months.

One from before an update stays for a month, whatever is made after it on the same day.
"""

import datetime
import re

from . import BackupError
from .archive import archives, is_before_update

USUAL = "7 daily, 4 weekly, 12 monthly"
UPDATE_STAYS = datetime.timedelta(days=30)
PERIODS = {
    "daily": lambda moment: moment.date(),
    "weekly": lambda moment: moment.isocalendar()[:2],
    "monthly": lambda moment: (moment.year, moment.month),
}


def wish(words):
    """How many of each period, from “7 daily, 4 weekly”; none for “all”."""
    if words.strip() == "all":
        return None
    wishes = {}
    for part in re.split(r",\s*|\s+(?=\d)", words.strip()):
        number, _, period = part.partition(" ")
        if not number.isdecimal() or int(number) == 0 or period not in PERIODS:
            raise BackupError(f"--keep is {words!r}; write {USUAL!r}, some of it, or 'all'.")
        wishes[period] = int(number)
    return wishes


def kept(found, wishes):
    """The archives of `found`, newest first, that are to stay; the newest always does."""
    stay = set(found[:1])
    for path, moment in found:
        if is_before_update(path) and found[0][1] - moment <= UPDATE_STAYS:
            stay.add((path, moment))
    for period, number in wishes.items():
        newest = {}
        for path, moment in found:
            newest.setdefault(PERIODS[period](moment), (path, moment))
        stay.update(list(newest.values())[:number])
    return stay


def tidy(folder, wishes):
    """Remove what need not be kept; how many archives stay and how many went."""
    found = archives(folder)
    stay = set(found) if wishes is None else kept(found, wishes)
    gone = [path for path, moment in found if (path, moment) not in stay]
    for path in gone:
        path.unlink()
    return len(stay), len(gone)
