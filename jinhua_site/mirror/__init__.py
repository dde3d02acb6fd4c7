"""The whole public site as plain files, which any host serves when the site itself is away.

`crawl` finds the addresses, `asking` asks for them, `plain` makes files of the
answers, `making` writes them and swaps them in, `checking` compares them with the site.
"""


class MirrorError(Exception):
    """Why there is no new mirror, or none to compare, in words for an operator."""
