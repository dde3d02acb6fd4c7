"""Takes one file apart in a process of its own, which can do little.

Nothing here knows Django, a setting or a secret. `limited.look_into` starts it as
`python -I __main__.py KIND OPTIONS < file > answer`: the answer is a line of JSON and,
behind it, the files that were made, one after the other.
"""


class Refused(Exception):  # noqa: N818  (it is an answer, not a mistake)
    """A file that is not taken; `code` says why, and `told` what the words for it need."""

    def __init__(self, code, **told):
        super().__init__(code)
        self.code, self.told = code, told
