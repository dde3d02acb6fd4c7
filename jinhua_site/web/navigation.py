"""Which list pages have published records. No menu, page or sitemap links to the others.

An application registers its lists in its `apps.py`, with the records that they show.
"""

LISTS = {}


def add_list(page, published):
    """Show links to the page of this name only while `published()` has records."""
    LISTS[page] = published


def attribute(page):
    """The attribute of the templates' `college` that says whether this page has records."""
    return f"has_{page.rpartition(':')[2]}"


def is_shown(page, college):
    """Whether links may lead to the page of this name."""
    return page not in LISTS or getattr(college, attribute(page), False)
