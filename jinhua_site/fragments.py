"""What pages show of the published content, and the HTML that was made of it."""

from django.template import Node
from django.utils.translation import get_language


class Shown(dict):
    """The records of a page by the names that its template gives them, as a rule `remembered`.

    Threads share it, so nobody changes it. The fragments of HTML that `{% kept %}` makes of
    it stay with it, and so go when the content changes.
    """

    def __init__(self, **records):
        super().__init__(records)
        self.html = {}


class Kept(Node):
    """Writes its part of a template once for each language.

    The part sees what is `shown` and nothing else of the page: neither the request nor
    anything that another visitor's page would not have.
    """

    def __init__(self, shown, nodelist):
        self.shown, self.nodelist = shown, nodelist

    def render(self, context):
        shown, code = self.shown.resolve(context), get_language()
        html = shown.html.get((self, code))
        if html is None:
            html = self.nodelist.render(context.new({**shown, "LANGUAGE_CODE": code}))
            shown.html[self, code] = html
        return html


def kept(parser, token):
    """`{% kept shown %}…{% endkept %}`: see `Kept`."""
    _name, shown = token.split_contents()
    nodelist = parser.parse(["endkept"])
    parser.delete_first_token()
    return Kept(parser.compile_filter(shown), nodelist)
