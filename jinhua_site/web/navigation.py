"""Which lists have something published in them. No menu, page or sitemap leads to the others.

An application names its lists in its `apps.py`, with the records that they show.
"""

LISTS = {}


def add_list(page, published):
    """Let links lead to the page of this name only while `published()` finds something."""
    LISTS[page] = published


def attribute(page):
    """Where the college, as templates have it, says whether the list of this page is shown."""
    return f"has_{page.rpartition(':')[2]}"


def is_shown(page, college):
    """Whether links may lead to the page of this name."""
    return page not in LISTS or getattr(college, attribute(page), False)
