"""The colleagues of the office, as people."""

import re

CHINESE = re.compile(r"[\u3400-\u9fff]")


def name_of(user):
    """The name that a colleague goes by: 王丽, Ana Silva, or else the user name."""
    if CHINESE.search(user.last_name + user.first_name):
        return f"{user.last_name}{user.first_name}"
    return user.get_full_name() or user.get_username()
