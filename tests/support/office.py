"""Colleagues of the office, each in a browser of their own."""

from contextlib import contextmanager

from tests.support.browser import follow

PASSWORD = "as long as a passphrase"
LOUD = ("error", "warning")


def on_site(site, code):
    """Run `code` in the site's own shell; return its output."""
    done = site.manage("shell", "-v", "0", "-c", f"from tests.support.makers import *\n{code}")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def hire(site, **roles):
    """Create accounts from names and roles."""
    on_site(
        site,
        "from django.contrib.auth.models import Group, User\n"
        f"for name, role in {roles!r}.items():\n"
        f"    user = User.objects.create_user(name, password={PASSWORD!r}, is_staff=True)\n"
        "    user.groups.add(Group.objects.get(name=role))\n",
    )


def sign_in(page, site, name, password=PASSWORD, goto=True):
    """Enter name and password; a second factor may follow."""
    if goto:
        page.goto(f"{site.address}/admin/account/login/")
    page.fill("#id_login", name)
    page.fill("#id_password", password)
    follow(page.locator("#login-form [type=submit]"))


@contextmanager
def at_work(browser, site, name, code="en", **looks):
    """Yield the signed-in tab of a colleague or of the first administrator, in this language."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, **looks) as context:
        cookie = {
            "name": "django_language",
            "value": code,
            "domain": "localhost",
            "path": "/admin/",
        }
        context.add_cookies([cookie])
        page = context.new_page()
        sign_in(page, site, name, site.password if name == "admin" else PASSWORD)
        page.faults = []
        page.on("console", lambda said: said.type in LOUD and page.faults.append(said.text))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        yield page
        assert page.faults == []


def new_words(page):
    """Return the new side of each comparison, without marks."""
    return page.eval_on_selector_all(
        ".value.later",
        """all => all.map(each => {
            const copy = each.cloneNode(true)
            copy.querySelectorAll("del, .visually-hidden").forEach(mark => mark.remove())
            return copy.textContent.trim()
        })""",
    )


def choose(page, field, words, option):
    """Choose a value in an autocomplete field."""
    page.click(f".field-{field} .select2-selection")
    page.fill(".select2-search__field", words)
    page.locator(".select2-results__option", has_text=option).first.click()
