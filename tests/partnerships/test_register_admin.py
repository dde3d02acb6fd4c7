"""The register in the admin: lists, forms and signed scans."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from jinhua_site.content import uploads
from jinhua_site.office.models import Proposal
from partnerships.models import Agreement, Evidence, Mobility, Partner, Practice
from tests.support import makers
from tests.support.admin import MEMORANDUM, PDF, queries, refused, save, seen, upload, url
from tests.support.proposals import form_of, page_of

SCAN = "view_agreement_scan"
NOT_A_PDF = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def scanned(db):
    agreement = makers.make_agreement()
    agreement.scan.save("signed.pdf", upload())
    return agreement


def scan_of(agreement):
    return reverse("admin:partnerships_agreement_scan", args=[agreement.pk])


# Lists


def rows(client, **query):
    """Return the titles on the list of agreements for this query."""
    page = seen(client.get(url("changelist", Agreement), query))
    return re.findall(r'field-named"><a[^>]*>([^<]*)<', page)


def test_the_list_tells_state_and_dates_and_is_filtered_by_them(staff):
    agreement = makers.make_agreement(title_en="Ended", signed="2018-06", ends="2019")
    makers.make_agreement(title_en="Stopped", terminated="2019")
    makers.make_agreement(title_en="Running", signed="2020")
    assert rows(staff, state="terminated") == ["Stopped"]
    assert "Ended" in rows(staff, state="expired")
    assert "Running" in rows(staff, state="active", _facets="True")
    assert rows(staff, state="nonsense") == []
    staff.cookies["django_language"] = "zh-hans"
    page = seen(staff.get(url("changelist", Agreement), {"q": agreement.slug}))
    cells = dict(re.findall(r'<td class="field-(\w+)[^"]*">(?:<a[^>]*>)?([^<]*)', page))
    named = [cells[name] for name in ("partner", "kind", "state", "signed", "ends")]
    assert named == [agreement.partner.name_zh_hans, "学生交流", "已到期", "2018-06", "2019"]


def test_agreements_are_found_in_both_languages_and_by_their_partner(staff):
    partner = makers.make_partner(name_zh_hans="奥卢大学", own_name="Oulun", own_language="fi")
    titles = {"title_en": "Sisterly bonds", "title_zh_hans": "友城协议"}
    makers.make_agreement(**titles, partner=partner, coordinator="Wang Li")
    for words in ("友城", "Sisterly", "Oulun", "奥卢", "Wang"):
        assert rows(staff, q=words) == ["Sisterly bonds"], words
    makers.make_mobility(partner=partner)
    for model in (Agreement, Mobility):
        query = {"partner__country__id__exact": partner.country_id}
        assert staff.get(url("changelist", model), query).context["cl"].result_count == 1


def linked_records(number):
    """Make a partner and a practice, each with `number` related records."""
    partner, practice, source = makers.make_partner(), makers.make_practice(), makers.make_source()
    makers.make_many(makers.make_agreement, number, partner=partner)
    practice.partners.set(makers.make_many(makers.make_partner, number, country=partner.country))
    makers.make_many(makers.make_evidence, number, practice=practice)
    for year in range(1950, 1950 + number):
        makers.make_achievement(practice=practice, source=source, date=str(year))
    return partner, practice


def test_queries_of_a_form_do_not_grow_with_what_is_linked(staff):
    for one, other in zip(linked_records(5), linked_records(20), strict=True):
        assert queries(staff, url("change", one)) == queries(staff, url("change", other))


# Forms


def test_state_and_notice_are_read_only_and_not_there_before_the_dates_are(staff):
    agreement = makers.make_agreement(ends="2019", notice_months=6)
    page = seen(staff.get(url("change", agreement)))
    assert '<div class="readonly">expired</div>' in page
    assert '<div class="readonly">30 June 2019</div>' in page
    assert "field-notice_by" not in seen(staff.get(url("add", Agreement)))


def test_what_is_typed_finds_agreements_by_their_partner_and_above_only_memoranda(staff):
    partner = makers.make_partner(name_en="Oulu")
    memorandum = makers.make_agreement(kind=MEMORANDUM, partner=partner, signed="2013-09")
    other = makers.make_agreement(partner=partner)
    for field, model, agreements in [
        ("follows_from", "agreement", {memorandum}),
        ("renews", "agreement", {memorandum, other}),
        ("agreement", "mobility", {memorandum, other}),
    ]:
        names = {"app_label": "partnerships", "model_name": model, "field_name": field}
        answer = staff.get(reverse("admin:autocomplete"), names | {"term": "Oulu"}).json()
        assert {choice["text"] for choice in answer["results"]} == {*map(str, agreements)}


def test_a_partner_s_page_lists_its_agreements_for_those_who_may_read_them(staff, colleague_with):
    agreement = makers.make_agreement(ends="2019")
    partner = agreement.partner
    link = f'<a href="{url("change", agreement)}">'
    page = seen(staff.get(url("change", partner)))
    assert f"{link}{agreement.title_en}</a><br>student exchange · 2018-06 – 2019 · expired" in page
    assert "None yet." in seen(staff.get(url("change", makers.make_partner())))
    assert "require deleting" in seen(staff.get(url("delete", partner)))
    outsider = colleague_with("view_partner", "change_partner")
    assert link not in seen(outsider.get(url("change", partner)))
    assert Partner.objects.filter(pk=partner.pk).exists()


def test_a_practice_is_written_with_its_achievements_and_evidence(staff):
    practice, source = makers.make_practice(), makers.make_source()
    row = {"date": "2021-04", "source": source.pk, "text_en": "Won", "text_zh_hans": "获奖"}
    sent = {f"achievements-{n}-{name}": value for n in (0, 1) for name, value in row.items()}
    page = url("change", practice)
    twice = refused(save(staff, page, **sent, **{"achievements-TOTAL_FORMS": 2}))
    assert "There is an achievement of this date already." in twice
    sent |= {"achievements-TOTAL_FORMS": 1, "evidence-TOTAL_FORMS": 1}
    sent |= {"evidence-0-title_en": "Report", "evidence-0-title_zh_hans": "报告"}
    assert "Give its web address or its document." in refused(save(staff, page, **sent))
    wrong = refused(save(staff, page, **sent, **{"evidence-0-file": upload(NOT_A_PDF)}))
    assert "This is not a PDF." in wrong
    seen(save(staff, page, **sent, **{"evidence-0-file": upload(name="报告 report.html")}))
    assert Practice.objects.get(pk=practice.pk).achievements.get().text_en == "Won"
    assert re.fullmatch(
        r"documents/[0-9a-f]{32}/报告-report\.pdf", Evidence.objects.get().file.name
    )


# Signed scans


def test_a_scan_is_a_download_that_nothing_keeps_for_those_who_may(client, colleague_with, scanned):
    address = scan_of(scanned)
    answer = client.get(address)
    assert (answer.status_code, answer.url) == (302, f"/admin/login/?next={address}")
    editor = colleague_with("view_agreement", "change_agreement", username="editor")
    assert editor.get(address).status_code == 403
    response = colleague_with(SCAN).get(address)
    assert response.getvalue() == Path(scanned.scan.path).read_bytes()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{scanned.slug}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))


def test_a_scan_that_is_missing_is_said_to_be_where_it_can_be_uploaded(staff, scanned):
    Path(scanned.scan.path).unlink()
    for agreement in (scanned, makers.make_agreement()):
        response = staff.get(scan_of(agreement), follow=True)
        assert response.redirect_chain == [(url("change", agreement), 302)]
        assert "No signed scan is on file here" in seen(response)
    address = scan_of(scanned).replace(str(scanned.pk), "987654321")
    assert staff.get(address).status_code == 404


def test_a_scan_is_kept_apart_under_a_name_that_tells_nothing_until_it_goes(staff, settings):
    agreement = makers.make_agreement()
    page = url("change", agreement)
    seen(save(staff, page, scan=upload()))
    agreement.refresh_from_db()
    first = agreement.scan.name
    assert re.fullmatch(r"agreements/[0-9a-f]{32}/scan\.pdf", first)
    file = Path(agreement.scan.path)
    assert file.is_relative_to(settings.PRIVATE_ROOT)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with pytest.raises(ValueError, match="not accessible via a URL"):
        _ = agreement.scan.url
    form = seen(staff.get(page))
    assert f'<a href="{scan_of(agreement)}">Open the signed scan</a>' in form
    assert first not in form
    assert "Okello" not in seen(staff.get(url("history", agreement)))
    seen(save(staff, page, scan=upload()))
    agreement.refresh_from_db()
    assert agreement.scan.name != first
    seen(save(staff, page, **{"scan-clear": "on"}))
    agreement.refresh_from_db()
    assert not agreement.scan


def test_the_name_of_a_proposed_scan_is_shown_to_nobody(staff, colleague_with):
    agreement = makers.make_agreement()
    save(staff, url("change", agreement), scan=upload(), _propose="1")
    proposal = Proposal.objects.get()
    reader = colleague_with("view_proposal", "view_agreement", "change_agreement", "publish")
    review = seen(reader.get(page_of(proposal)))
    assert "a new file" in review
    form = seen(reader.get(form_of(proposal, agreement)))
    assert "Okello" not in review + form + str(proposal.wanted)


def test_those_without_the_permission_neither_see_nor_change_the_scan(colleague_with, scanned):
    reader = colleague_with("view_agreement", SCAN)
    page = seen(reader.get(url("change", scanned)))
    assert f'<a href="{scan_of(scanned)}">Open the signed scan</a>' in page
    assert 'type="file"' not in page
    writer = colleague_with("view_agreement", "change_agreement", username="writer")
    page = seen(writer.get(url("change", scanned)))
    assert "scan" not in page.lower()
    before = scanned.scan.name
    for change in ({"scan": upload()}, {"scan-clear": "on"}):
        seen(save(writer, url("change", scanned), **change))
        scanned.refresh_from_db()
        assert scanned.scan.name == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (NOT_A_PDF, "This is not a PDF."),
        (b"\x89PNG\r\n\x1a\n%PDF-1.7 %%EOF", "This is not a PDF."),
        (b"%PDF-1.7\n1 0 obj", "This PDF has lost its end."),
        (PDF + b"\0" * 4096, "This PDF has lost its end."),
        (b"%PDF-1.7" + b"\0" * uploads.MOST_OF_A_DOCUMENT + b"%%EOF", "larger than 20 MB"),
    ],
)
def test_what_is_not_a_pdf_is_refused_in_words(staff, scanned, content, words):
    before = scanned.scan.name
    assert words in refused(save(staff, url("change", scanned), scan=upload(content)))
    scanned.refresh_from_db()
    assert scanned.scan.name == before
