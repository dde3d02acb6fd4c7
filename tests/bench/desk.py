"""An editor at a site's admin, without a browser: signs in, opens a form, sends it changed."""

from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPSHandler, build_opener

import html5lib

FIELDS = {"input", "textarea", "select"}
SUBMITTING = {"submit", "button", "image", "reset", "file"}


class Desk:
    def __init__(self, address, password, context=None, name="admin"):
        """Sign in at the site's address; with TLS, whom to trust is in `context`."""
        self._address = address
        handlers = [HTTPCookieProcessor(CookieJar()), HTTPSHandler(context=context)]
        self._opener = build_opener(*handlers)
        # As a browser says it, to the site at its usual port.
        host = urlsplit(address)
        self._opener.addheaders = [("Referer", f"{host.scheme}://{host.hostname}/")]
        signing_in = {"login": name, "password": password}
        self._send("/admin/account/login/", signing_in, "login-form")

    def change(self, path, **fields):
        """Save the form at `path` with these fields changed; `AssertionError` if it is refused."""
        page = self._send(path, fields | {"_save": "1"})
        assert "errornote" not in page, f"{path} was not saved."

    def _send(self, path, fields, form=None):
        form = filled_in(self._open(path), form)
        return self._open(path, urlencode(form | fields, doseq=True).encode())

    def _open(self, path, data=None):
        with self._opener.open(self._address + path, data, timeout=60) as response:
            return response.read().decode()


def filled_in(page, name=None):
    """What the form with this id sends as it stands; without one, the form of the admin's page."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    forms = [form for form in tree.iter("form") if form.get("method", "get").lower() == "post"]
    named = [form for form in forms if (form.get("id") or "").endswith(name or "_form")]
    told = {}
    for field in named[0].iter():
        if field.tag in FIELDS:
            told.setdefault(field.get("name"), []).extend(_values(field))
    return {name: values for name, values in told.items() if name and values}


def _values(field):
    if field.tag == "textarea":
        return ["".join(field.itertext()).removeprefix("\n")]
    if field.tag == "select":
        return [each.get("value") for each in field.iter("option") if "selected" in each.attrib]
    kind = field.get("type", "text")
    is_sent = kind not in SUBMITTING and (
        kind not in ("checkbox", "radio") or "checked" in field.attrib
    )
    return [field.get("value", "on" if kind == "checkbox" else "")] if is_sent else []
