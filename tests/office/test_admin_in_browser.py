"""In a real browser every admin page is free of errors, self-contained and accessible."""

import re
from urllib.parse import urlsplit

import pytest

from tests.support import server, spreadsheets
from tests.support.browser import NARROW, WIDE, axe_script, follow, settle, violations
from tests.support.office import at_work, hire, on_site

pytestmark = pytest.mark.browser

ONE_OF_EACH = """
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from jinhua_site.office.models import Proposal
practice = make_practice()
make_achievement(practice=practice)
make_evidence(practice=practice)
make_mobility(agreement=None)
make_affinity_group()
partner = Partner.objects.published().first()
partner.name_en = "Changed in English only"
partner.save()
make_partner().delete()
Proposal.objects.create(
    model=ContentType.objects.get_for_model(Partner), record_id=partner.pk, record_name="Partner",
    author=User.objects.get(username="sun"), base={"city_en": []}, wanted={"city_en": ["Hamilton"]},
)
"""
ONE = "/partner/"
SERIOUS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def office(tmp_path_factory, installed):
    folder = tmp_path_factory.mktemp("office")
    with server.running(folder, like=installed) as site:
        hire(site, sun="administrator")
        on_site(site, ONE_OF_EACH)
        yield site


def links(tab, selector):
    found = tab.eval_on_selector_all(selector, "all => all.map(each => each.getAttribute('href'))")
    return [address for address in found if address and address.startswith("/admin/")]


def pages(tab, site):
    """Return the address of every page of the admin, with one record of each model."""
    tab.goto(f"{site.address}/admin/")
    yield "/admin/"
    seen = {"/admin/", "/admin/logout/"}
    waiting = links(tab, "#container a")
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        if path in seen or path.startswith("/admin/r/") or path.endswith(".ics"):
            continue
        seen.add(path)
        yield path
        here = f"{site.address}{path}"
        if tab.url != here:
            tab.goto(here)
        if tab.locator("#result_list").count():
            waiting += links(tab, "#result_list tbody tr:last-child a")[:1]
            waiting += [tool for tool in links(tab, ".object-tools a") if "/add/" in tool]
            if path.endswith("/partner/"):
                waiting += links(tab, ".object-tools a")
        elif re.search(r"/user/\d+/change/$|/account/$", path):
            waiting += links(tab, ".object-tools a, .account a.button")
        elif re.search(r"/(practice|partner)/\d+/change/$", path):
            waiting += [path.replace("/change/", f"/{page}/") for page in ("history", "delete")]


@pytest.mark.parametrize("code", ["en", "zh-hans"])
def test_every_page_of_the_admin_is_quiet_accessible_and_at_home(browser, office, code):
    faults, asked, visited = {}, set(), []
    with at_work(browser, office, "sun", code) as sun:
        sun.add_init_script(axe_script())
        sun.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        for path in pages(sun, office):
            answer = sun.goto(f"{office.address}{path}")
            visited.append(path)
            found = [] if answer.status == 200 else [answer.status]
            # Empty forms look like filled-in ones, and in Chinese one model stands for all.
            if "/user/" in path or (not path.endswith("/add/") and (code == "en" or ONE in path)):
                found += violations(sun, SERIOUS)
            found += [fault for fault in sun.faults if fault not in faults.values()]
            if found:
                faults[path] = found
            sun.faults.clear()
    assert not faults
    assert asked == {urlsplit(office.address).netloc}
    for page in ("second-factor", "auditentry", "handbook", "translations"):
        assert any(f"/{page}/" in path for path in visited), page
    for name in ("fact", "partner", "agreement", "practice", "proposal", "user"):
        assert any(re.search(rf"/{name}/\d+/change/", path) for path in visited), name
    assert len(visited) > 50


def test_the_preview_of_an_import_is_accessible_on_a_telephone_too(browser, office):
    with at_work(browser, office, "sun") as sun:
        for rows, wrong in ((5, ()), (90, (11, 91))):
            sun.goto(f"{office.address}/admin/partnerships/partner/import/")
            content = spreadsheets.workbook(spreadsheets.partners(rows, wrong))
            file = {"name": "partners.xlsx", "mimeType": "", "buffer": content}
            sun.set_input_files("input[type=file]", file)
            follow(sun.get_by_role("button", name="See what would change"))
            assert sun.locator(".import-lines tbody tr").count() == (len(wrong) or rows)
            for scheme, width in (("light", WIDE), ("dark", NARROW)):
                sun.set_viewport_size({"width": width, "height": 800})
                sun.emulate_media(color_scheme=scheme)
                settle(sun)
                assert violations(sun) == []
                assert sun.evaluate("document.documentElement.scrollWidth") == width
