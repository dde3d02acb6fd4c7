"""What staff are promised of a record's history: who changed what, and how it once stood."""

import datetime
import re
from html import unescape

import html5lib
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone, translation
from modeltranslation.translator import translator

from jinhua_site.content.history import because, bring_back, deleted
from jinhua_site.content.models import Status
from jinhua_site.content.timeline import Kind, Timeline
from jinhua_site.content.versions import state_at, state_of
from jinhua_site.core import languages
from jinhua_site.office.models import StaleText
from jinhua_site.office.translations.confirm import confirm
from partnerships.models import Achievement, Agreement, Evidence, Mobility, Partner, Practice
from profile.models import Faculty, Figure
from tests.support import makers
from tests.support.admin import (
    MAKERS,
    choose,
    every_model,
    in_each_language,
    queries,
    save,
    seen,
    url,
)

VERSION = re.compile(r'href="([^"]*/history/\d+/)"')


def made_long_ago(*records):
    """Let what was done so far be a month old, so that it is another save than what follows."""
    for record in records:
        record.history.update(history_date=timezone.now() - datetime.timedelta(days=30))
    return records[0]


def text_of(page):
    """What stands on a page, without the marks inside a text."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return " ".join("".join(tree.find("body").itertext()).split())


def changes(page):
    """Old and new of each line of a history, by its label, as a reader sees them."""
    found = {}
    for row in html5lib.parse(page, namespaceHTMLElements=False).iter("tr"):
        head, *cells = [*row]
        if head.get("scope") == "row" and len(cells) == 2:
            found["".join(head.itertext())] = tuple(_shown(cell) for cell in cells)
    return found


def _shown(cell):
    box = cell.find("div")
    unseen = {"summary", "ins" if "earlier" in box.get("class") else "del"}
    return " ".join("".join(_texts(box, unseen)).split())


def _texts(element, unseen):
    if element.tag in unseen or element.get("class") == "visually-hidden":
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child, unseen)
        yield child.tail or ""


def history(staff, record):
    return seen(staff.get(url("history", record)))


def version_page(staff, version):
    return seen(staff.get(f"{url('history', version.history_object)}{version.pk}/"))


# Who changed what


@in_each_language
@every_model
def test_the_history_of_every_model_shows_old_and_new_in_both_languages(staff, model, spoken):
    staff.cookies["django_language"] = spoken
    record = made_long_ago(MAKERS[model]())
    texts = translator.get_options_for_model(model).fields
    columns = [column for text in texts for column in languages.in_each_language(text)]
    for column in columns:
        setattr(record, column, f"{column} 2")
    if model is Mobility:
        record.number = 13
    before = model.objects.get(pk=record.pk)
    record.save()
    page = history(staff, record)
    with translation.override(spoken):
        labels = {c: str(model._meta.get_field(c).verbose_name) for c in columns}
    found = {label.lower(): change for label, change in changes(page).items()}
    for column, label in labels.items():
        assert found[label.lower()] == (getattr(before, column) or "—", f"{column} 2")
    assert len(found) == (len(columns) or 1)


@in_each_language
def test_the_college_has_its_history_too(staff, college, spoken):
    staff.cookies["django_language"] = spoken
    made_long_ago(college)
    college.name_zh_hans = "金华职业技术大学"
    college.save()
    assert ("name", "金华职业技术大学") in changes(history(staff, college)).values()


def test_the_history_names_old_and_new_of_a_form_and_of_what_hangs_on_it(staff):
    figure = makers.make_figure(value="535", status=Status.DRAFT)
    source = makers.make_source(title_en="Annual report")
    made_long_ago(figure, figure.fact)
    wanted = {"value": "1270", "status": "published", "source": source.pk, "note_en": "long " * 60}
    wanted = {f"figures-0-{name}": value for name, value in wanted.items()}
    seen(save(staff, url("change", figure.fact), headline="on", **wanted))
    page = history(staff, figure.fact)
    assert changes(page) == {
        "On the home page": ("no", "yes"),
        "Number": ("535", "1270"),
        "Status": ("draft", "published"),
        "Source": (str(figure.source), "Annual report"),
        "Note [English]": ("—", ("long " * 60).strip()),
    }
    assert "staff" in page
    assert len(Timeline(figure.fact, [Figure])) == 2


def test_the_history_tells_which_text_of_a_part_was_found_still_correct(staff):
    achievement = makers.make_achievement()
    achievement.text_en = "Opened at last"
    achievement.save()
    confirm(StaleText.objects.get(), achievement, get_user_model().objects.get(username="staff"))
    assert "Confirmed as still correct: Text" in history(staff, achievement.practice)


def test_the_history_names_what_an_action_did(staff):
    partner = made_long_ago(makers.make_partner())
    choose(staff, "make_draft", partner)
    assert changes(history(staff, partner)) == {"Status": ("published", "draft")}


def test_a_long_text_is_whole_and_opens_on_demand(staff):
    partner = made_long_ago(makers.make_partner(summary_en="Nursing. " * 200))
    partner.summary_en = "Nursing. " * 199 + "Teaching."
    partner.save()
    page = history(staff, partner)
    old, new = changes(page)["Summary [English]"]
    assert (old, new) == (("Nursing. " * 200).strip(), "Nursing. " * 199 + "Teaching.")
    assert page.count("Show all") == 3  # in what was created, too


def test_dates_and_links_are_named_in_words(staff):
    country = makers.make_country(name_en="Finland")
    partner = makers.make_partner(since="2018", country=country, verified_on="2026-01-02")
    made_long_ago(partner)
    partner.since, partner.verified_on = "2018-06", "2026-11-22"
    partner.country = makers.make_country(name_en="Norway")
    partner.save()
    assert changes(history(staff, partner)) == {
        "Since": ("2018", "June 2018"),
        "Last verified on": ("2 January 2026", "22 November 2026"),
        "Country or area": ("Finland", "Norway"),
    }


def test_a_link_to_many_is_named_and_what_is_gone_says_so(staff):
    agreement = made_long_ago(makers.make_agreement())
    kept = makers.make_cooperation_area(name_en="Exchange")
    gone = makers.make_cooperation_area(name_en="Fairs")
    agreement.areas.add(kept, gone)
    gone.delete()
    assert changes(history(staff, agreement)) == {
        "Cooperation areas": ("—", "Exchange; Fairs (deleted)")
    }


def test_the_ends_of_lines_that_a_browser_sends_are_no_change(staff):
    partner = made_long_ago(makers.make_partner(summary_en="One\n\nTwo"))
    partner.summary_en = "One\r\n\r\nTwo"
    partner.save()
    assert "Saved without a change." in history(staff, partner)


def test_one_save_is_one_entry_with_its_parts(db):
    practice, number = makers.make_practice(), makers.make_partner()
    kept = makers.make_evidence(practice=practice)
    made_long_ago(practice, kept)
    practice.title_en = "A joint college"
    practice.save()
    practice.partners.add(number)
    makers.make_achievement(practice=practice, text_en="Opened")
    kept.delete()
    newest, _first = Timeline(practice, [Achievement, Evidence])[:]
    assert [(deed.kind, deed.part) for deed in newest.deeds] == [
        (Kind.CHANGED, None),
        (Kind.CREATED, "Opened"),
        (Kind.DELETED, kept.title_en),
    ]
    assert [change.label for change in newest.deeds[0].changes] == ["Title [English]", "Partners"]


def test_the_history_says_who_proposed_what_a_publisher_let_through(staff, client):
    partner = makers.make_partner()
    with because("proposal 7 xiaoli", None):
        partner.save()
    page = history(staff, partner)
    assert ">As proposed by xiaoli</a>" in page
    assert reverse("admin:office_proposal_change", args=[7]) in page
    observer = get_user_model().objects.create_user("observer", is_staff=True)
    observer.user_permissions.set(Permission.objects.filter(codename="view_partner"))
    client.force_login(observer)
    assert "<p>As proposed by xiaoli</p>" in history(client, partner)


def test_what_is_added_with_its_links_and_its_parts_is_created(db):
    practice = makers.make_practice()
    practice.partners.add(makers.make_partner())
    makers.make_evidence(practice=practice)
    (entry,) = Timeline(practice, [Evidence])[:]
    assert [deed.kind for deed in entry.deeds] == [Kind.CREATED, Kind.CREATED]
    assert "Partners" in [change.label for change in entry.deeds[0].changes]


def test_what_was_deleted_and_brought_back_says_so(db):
    faculty = made_long_ago(makers.make_faculty())
    number = faculty.pk
    faculty.delete()
    gone = deleted(Faculty).get(id=number)
    gone.history_date -= datetime.timedelta(days=1)
    gone.save()
    entries = Timeline(bring_back(gone))[:]
    assert [entry.deeds[0].kind for entry in entries] == [
        Kind.BROUGHT_BACK,
        Kind.DELETED,
        Kind.CREATED,
    ]


def test_another_user_another_reason_or_a_pause_is_another_entry(db, django_user_model):
    other = django_user_model.objects.create_user("other", first_name="Li", last_name="Hua")
    partner = made_long_ago(makers.make_partner())
    partner.city_en = "Hamilton"
    partner.save()
    partner._history_user, partner.city_en = other, "Kemi"
    partner.save()
    partner._change_reason = "A reason"
    partner.save()
    entries = Timeline(partner)[:]
    assert [(entry.user, entry.reason) for entry in entries] == [
        (other, "A reason"),
        (other, ""),
        (None, ""),
        (None, ""),
    ]


def test_a_figure_that_moves_is_told_at_both_facts(db):
    figure, to = makers.make_figure(), makers.make_fact(label_en="Patents")
    left = figure.fact
    made_long_ago(figure, left, to)
    figure.fact = to
    figure.save()
    for fact in (left, to):
        (deed,) = Timeline(fact, [Figure])[:][0].deeds
        assert [(change.old, change.new) for change in deed.changes] == [(str(left), "Patents")]


def test_queries_of_a_history_do_not_grow_with_its_versions(staff):
    practice = makers.make_practice()
    achievement = makers.make_achievement(practice=practice)

    def saves(number):
        for turn in range(number):
            practice.partners.set([makers.make_partner()])
            achievement.text_en, achievement.source = f"Text {turn}", makers.make_source()
            achievement.save()
        for record in (practice, achievement):
            rows = record.history.all()
            for age, row in enumerate(rows):
                row.history_date = timezone.now() - datetime.timedelta(minutes=age)
            rows.model.objects.bulk_update(rows, ["history_date"])

    saves(10)
    first = practice.history.last()
    pages = [url("history", practice), f"{url('history', practice)}{first.pk}/"]
    few = [queries(staff, page) for page in pages]
    saves(60)
    assert [queries(staff, page) for page in pages] == few
    assert 'href="?p=2"' in history(staff, practice)
    assert "Created" in seen(staff.get(pages[0] + "?p=999"))


# How it once stood


def test_a_version_holds_both_languages_its_links_and_its_parts(db):
    practice, partner = (
        makers.make_practice(title_en="Old", title_zh_hans="旧"),
        makers.make_partner(),
    )
    practice.partners.add(partner)
    early = makers.make_achievement(practice=practice, text_en="Early")
    early.text_en = "Early and true"
    early.save()
    then = timezone.now()
    practice.title_en = practice.title_zh_hans = "New"
    practice.save()
    practice.partners.clear()
    makers.make_achievement(practice=practice, text_en="Late", date="2024")
    early.delete()
    for spoken in languages.CODES:
        with translation.override(spoken):
            for state in (
                state_at(practice, Practice, then),
                state_at(practice.pk, Practice, then),
                state_of(practice.history.filter(title_en="Old").first()),
            ):
                assert (state.record.title_en, state.record.title_zh_hans) == ("Old", "旧")
                assert state.links == {"partners": [partner.pk]}
                assert [part.text_en for part in state.parts[Achievement]] == ["Early and true"]
                assert state.parts[Evidence] == []
    today = state_of(practice.history.first())
    assert [part.text_en for part in today.parts[Achievement]] == ["Late"]
    assert today.links == {"partners": []}


def test_there_is_no_version_before_a_record_was_there(db):
    before = timezone.now()
    assert state_at(makers.make_practice(), Practice, before) is None


def test_a_deleted_record_is_known_as_it_stood_last(db):
    practice, partner = makers.make_practice(), makers.make_partner()
    practice.partners.add(partner)
    makers.make_achievement(practice=practice, text_en="Opened")
    number, last = practice.pk, practice.history.first()
    practice.delete()
    for state in (
        state_at(number, Practice, timezone.now()),
        state_of(deleted(Practice).get(id=number)),
        state_of(last),
    ):
        assert state.links == {"partners": [partner.pk]}
        assert [part.text_en for part in state.parts[Achievement]] == ["Opened"]


def test_figures_have_a_history_of_their_own(db):
    figure = makers.make_figure()
    assert state_of(figure.fact.history.first()).parts == {}


@in_each_language
@every_model
def test_each_entry_leads_to_a_whole_version(staff, model, spoken):
    staff.cookies["django_language"] = spoken
    record = MAKERS[model]()
    (address,) = VERSION.findall(history(staff, record))
    page = seen(staff.get(address))
    assert str(record) in unescape(page)
    assert "?restore=" not in page


def test_a_version_stands_beside_today_and_may_be_restored(staff):
    partner = makers.make_partner(city_en="Hamilton", city_zh_hans="汉密尔顿")
    first = partner.history.first()
    partner.city_zh_hans = "怀卡托"
    partner.save()
    page = version_page(staff, first)
    assert f'href="{url("change", partner)}?restore={first.pk}"' in page
    assert text_of(page).count("Today:") == 1
    assert "怀卡托" in page
    assert "Hamilton" in page
    assert "It is the same today." in version_page(staff, partner.history.first())


def test_a_form_says_that_it_is_filled_in_with_an_earlier_version(staff):
    partner = makers.make_partner(city_en="Hamilton")
    first = partner.history.first()
    partner.city_en = "Auckland"
    partner.save()
    page = seen(staff.get(f"{url('change', partner)}?restore={first.pk}"))
    assert "The form is filled in as the record was on" in page
    assert 'value="Hamilton"' in page


def test_a_restored_version_does_not_come_back_over_what_is_saved_next(staff):
    partner = makers.make_partner(city_en="Old")
    first = partner.history.first()
    partner.city_en = "New"
    partner.save()
    page = save(staff, f"{url('change', partner)}?restore={first.pk}", _continue="1")
    address = page.redirect_chain[-1][0]
    page = save(staff, address, city_en="Newest", _continue="1")
    assert 'value="Newest"' in seen(page)
    seen(save(staff, page.redirect_chain[-1][0], own_name="Te", own_language="mi"))
    partner.refresh_from_db()
    assert (partner.city_en, partner.own_name) == ("Newest", "Te")


def test_a_version_is_restored_with_its_links_and_its_parts_by_saving_its_form(staff):
    practice, partner = makers.make_practice(title_en="Old"), makers.make_partner()
    practice.partners.add(partner)
    achievement = makers.make_achievement(practice=practice, text_en="Early")
    link = f"{url('change', practice)}?restore={practice.history.first().pk}"
    practice.title_en, achievement.text_en = "New", "Late"
    practice.save()
    practice.partners.clear()
    achievement.save()
    shown = version_page(staff, practice.history.get(history_id=link.split("=")[1]))
    assert f'href="{link}"' in shown
    seen(save(staff, link))
    practice.refresh_from_db()
    assert practice.title_en == "Old"
    assert [*practice.partners.all()] == [partner]
    assert [part.text_en for part in practice.achievements.all()] == ["Early"]


def test_a_version_tells_which_parts_came_and_went(staff):
    practice = makers.make_practice()
    makers.make_evidence(practice=practice, title_en="Old report")
    first = practice.history.first()
    practice.evidence.get().delete()
    gone = practice.evidence.model.history.filter(history_type="-")
    practice.save()
    gone.update(history_date=timezone.now())
    makers.make_evidence(practice=practice, title_en="New report")
    text = text_of(version_page(staff, first))
    assert "Evidence: Old report No longer there." in text
    assert "Evidence: New report Added since." in text


def test_who_may_not_change_a_record_looks_but_restores_nothing(client, django_user_model):
    observer = django_user_model.objects.create_user("observer", is_staff=True)
    observer.user_permissions.set(Permission.objects.filter(codename="view_partner"))
    client.force_login(observer)
    partner = makers.make_partner()
    first = partner.history.first()
    partner.city_en = "Hamilton"
    partner.save()
    assert "?restore=" not in version_page(client, first)
    assert "Hamilton" in history(client, partner)
    other = makers.make_faculty()
    for address in (url("history", other), f"{url('history', other)}{other.history.get().pk}/"):
        assert client.get(address).status_code == 403


def test_who_may_not_see_figures_sees_none_in_the_history_of_a_fact(client, django_user_model):
    observer = django_user_model.objects.create_user("observer", is_staff=True)
    observer.user_permissions.set(Permission.objects.filter(codename="view_fact"))
    client.force_login(observer)
    figure = makers.make_figure(value="535")
    assert "535" not in history(client, figure.fact)


def test_the_versions_of_what_was_deleted_are_for_those_who_may_delete(staff, django_user_model):
    faculty = makers.make_faculty(name_en="Faculty of Tea")
    pages = [url("history", faculty), f"{url('history', faculty)}{faculty.history.get().pk}/"]
    faculty.delete()
    listed = seen(staff.get(url("deleted", Faculty)))
    pages += VERSION.findall(listed)
    assert len(pages) == 3
    for page in pages:
        shown = seen(staff.get(page))
        assert "Faculty of Tea" in shown
        assert "?restore=" not in shown
    editor = django_user_model.objects.create_user("editor", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(codename="change_faculty"))
    staff.force_login(editor)
    assert [staff.get(page).status_code for page in pages] == [403, 403, 403]


def test_the_deleted_list_asks_no_more_for_more_rows(staff):
    def delete(number):
        makers.make_many(makers.make_partner, number)
        for partner in Partner.objects.filter(slug__startswith="partner-"):
            partner.delete()

    delete(3)
    few = queries(staff, url("deleted", Partner))
    delete(20)
    assert queries(staff, url("deleted", Partner)) == few


def test_the_deleted_list_asks_no_more_for_more_parts(staff):
    def delete(number):
        for year in range(number):
            makers.make_figure(as_of=str(1990 + year)).delete()

    delete(1)
    few = queries(staff, url("deleted", Figure))
    delete(11)
    assert queries(staff, url("deleted", Figure)) == few


def test_what_was_deleted_is_named_though_what_it_belonged_to_is_gone_too(staff):
    figure = makers.make_figure(value="535")
    fact, address = figure.fact, url("history", figure)
    figure.delete()
    fact.delete()
    listed = seen(staff.get(url("deleted", Figure)))
    assert str(fact) in listed
    assert "535" in listed
    for page in (address, *VERSION.findall(listed)):
        assert str(fact) in seen(staff.get(page))


def test_a_version_that_is_not_there_is_no_page(staff):
    faculty, other = makers.make_faculty(), makers.make_faculty()
    address = url("history", faculty)
    for version in (other.history.get().pk, 0, "9" * 18):
        assert staff.get(f"{address}{version}/").status_code == 404
    missing = address.replace(str(faculty.pk), "9" * 18)
    assert staff.get(f"{missing}1/").status_code == 404
    assert staff.get(missing).status_code == 302


def test_a_scan_is_named_and_not_linked_in_its_versions(staff):
    agreement = made_long_ago(makers.make_agreement())
    agreement.scan = "agreement/abc.pdf"
    agreement.save()
    assert changes(history(staff, agreement)) == {"Signed scan": ("—", "abc.pdf")}
    page = version_page(staff, Agreement.history.filter(id=agreement.pk).first())
    assert "abc.pdf" in page
    assert "agreement/abc.pdf" not in page
    assert "/scan/" not in page
