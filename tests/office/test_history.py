"""A record's history shows who changed what, and restores earlier versions."""

import re
from datetime import timedelta
from html import unescape

import html5lib
from django.utils import timezone
from modeltranslation.translator import translator

from jinhua_site.content.history import because, deleted
from jinhua_site.content.models import Status
from jinhua_site.core import languages
from partnerships.models import Mobility, Partner, Practice
from profile.models import Figure
from tests.support import makers
from tests.support.admin import MAKERS, every_model, queries, save, seen, url
from tests.support.proposals import decide, now, page_of, the_proposal


def made_long_ago(*records):
    """Date all earlier saves back by a month, apart from those that follow."""
    for record in records:
        record.history.update(history_date=timezone.now() - timedelta(days=30))
    return records[0]


def changed(record, **fields):
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()
    return record


def history(client, record):
    return seen(client.get(url("history", record)))


def saves(page):
    """Return the text of each save on a page, newest first."""
    (listed,) = html5lib.parse(page, namespaceHTMLElements=False).findall(".//ol[@id='history']")
    return [" ".join("".join(save.itertext()).split()) for save in listed]


def changes(page):
    """Return the old and new text of each changed field, by its label."""
    row = r'<tr>\s*<th scope="row">(.*?)</th>' + r"\s*<td>(.*?)</td>" * 2
    return {
        label: (text(old, "ins"), text(new, "del"))
        for label, old, new in re.findall(row, page, re.DOTALL)
    }


def text(side, unseen):
    """Return what one side of a comparison shows."""
    side = re.sub(rf"<(summary|{unseen}|span)\b.*?</\1>", "", side, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", side)).split())


# Who changed what


@every_model
def test_the_history_of_every_model_shows_old_and_new_of_both_languages(staff, model):
    record = made_long_ago(MAKERS[model]())
    texts = translator.get_options_for_model(model).fields
    columns = [column for text in texts for column in languages.in_each_language(text)]
    old = {column: getattr(record, column) or "—" for column in columns}
    changed(record, **{column: f"{column} 2" for column in columns} or {"number": 13})
    found = {label.lower(): change for label, change in changes(history(staff, record)).items()}
    wanted = {
        str(model._meta.get_field(column).verbose_name).lower(): (old[column], f"{column} 2")
        for column in columns
    }
    assert found == wanted or (model is Mobility and [*found.values()] == [("12", "13")])


def test_a_form_and_its_rows_are_one_save_with_its_author_and_every_value_in_words(staff):
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
    newest, _first = saves(page)
    assert "staff" in newest


def test_dates_and_links_are_named_and_what_is_gone_says_so(staff):
    finland, norway = (makers.make_country(name_en=name) for name in ("Finland", "Norway"))
    partner = makers.make_partner(since="2018", country=finland)
    changed(made_long_ago(partner), since="2018-06", country=norway)
    assert changes(history(staff, partner)) == {
        "Since": ("2018", "June 2018"),
        "Country or area": ("Finland", "Norway"),
    }
    staff.cookies["django_language"] = "zh-hans"
    assert "新建" in saves(history(staff, partner))[1]
    staff.cookies["django_language"] = "en"
    agreement = made_long_ago(makers.make_agreement())
    changed(agreement, scan="agreement/abc.pdf")
    kept, gone = (makers.make_cooperation_area(name_en=name) for name in ("Exchange", "Fairs"))
    agreement.areas.add(kept, gone)
    gone.delete()
    page = history(staff, agreement)
    assert changes(page) == {
        "Cooperation areas": ("—", "Exchange; Fairs (deleted)"),
        "Signed scan": ("—", "abc.pdf"),
    }
    assert "agreement/abc.pdf" not in page


def test_another_user_another_reason_or_a_pause_is_another_save(staff, django_user_model):
    other = django_user_model.objects.create_user("other", first_name="Li", last_name="Hua")
    old, new = "Nursing. " * 200, "Nursing. " * 199 + "Teaching."
    partner = changed(made_long_ago(makers.make_partner(summary_en=old)), city_en="Hamilton")
    changed(partner, _history_user=other, city_en="Kemi")
    changed(partner, _change_reason="Import of partners.xlsx", summary_en=new)
    page = history(staff, partner)
    newest, before, *rest = saves(page)
    assert ("Li Hua" in newest, "Import of partners.xlsx" in newest) == (True, True)
    assert ("Li Hua" in before, "Import" in before, len(rest)) == (True, False, 2)
    assert changes(page)["Summary [English]"] == (old.strip(), new)  # whole, opened on demand
    assert page.count("Show all") == 3  # also in newly created parts


def test_the_history_says_who_proposed_what_to_those_who_may_know(
    editor, publisher, colleague_with
):
    partner = makers.make_partner()
    seen(save(editor, url("change", partner), city_en="Kemi"))
    decide(publisher, the_proposal())
    said = f'<a href="{page_of(the_proposal())}">As proposed by editor</a>'
    assert said in history(publisher, partner)
    assert "<p>As proposed by editor</p>" in history(colleague_with("view_partner"), partner)


def test_queries_of_a_history_do_not_grow_with_its_versions(staff):
    practice = makers.make_practice()
    achievement = makers.make_achievement(practice=practice)

    partners = [makers.make_partner() for _ in range(2)]

    def save_often(number):
        for turn in range(number):
            with because(f"proposal {turn}", None):
                practice.partners.set([partners[turn % 2]])
                changed(achievement, text_en=f"Text {turn}")

    save_often(4)
    few = queries(staff, url("history", practice))
    save_often(50)
    assert queries(staff, url("history", practice)) == few
    assert 'href="?p=2"' in history(staff, practice)
    assert "created" in seen(staff.get(url("history", practice) + "?p=999"))


# Restoring


def test_a_version_is_restored_with_its_links_and_its_parts_by_saving_its_form(staff):
    practice, partner = makers.make_practice(title_en="Old"), makers.make_partner()
    practice.partners.add(partner)
    achievement = makers.make_achievement(practice=practice, text_en="Early")
    gone = makers.make_evidence(practice=practice, title_en="Old report")
    made_long_ago(practice, achievement, gone)
    changed(practice, title_en="New").partners.clear()
    changed(achievement, text_en="Late")
    gone.delete()
    makers.make_evidence(practice=practice, title_en="New report")
    both = {("Old", "New"), (str(partner), "—"), ("Early", "Late")}
    page = history(staff, practice)
    newest, first = saves(page)
    assert {*changes(page).values()} == both
    for words in ("New report created", "Old report deleted"):
        assert f"Evidence: {words}" in newest
    assert "created Status published Title [English] Old" in first
    (link,) = re.findall(r'href="(.*restore=.*)">Restore this version', page)
    form = seen(staff.get(link))
    assert {*changes(form).values()} == {(new, old) for old, new in both}
    assert form.index("New report") < form.index("Old report")
    seen(save(staff, link))
    assert now(practice, "title_en") == "Old"
    assert [*practice.partners.all()] == [partner]
    assert [part.text_en for part in practice.achievements.all()] == ["Early"]
    assert [part.title_en for part in practice.evidence.all()] == ["Old report"]


def test_a_restored_version_does_not_come_back_over_what_is_saved_next(staff, editor):
    partner = made_long_ago(makers.make_partner(city_en="Old"))
    link = f"{url('change', partner)}?restore={partner.history.get().pk}"
    assert "It is the same today." in seen(staff.get(link))
    changed(partner, city_en="New")
    seen(save(editor, link))  # who may only propose it
    assert (now(partner, "city_en"), the_proposal().wanted["city_en"]) == ("New", ["Old"])
    page = save(staff, link, _continue="1")
    page = save(staff, page.redirect_chain[-1][0], city_en="Newest", _continue="1")
    assert 'value="Newest"' in seen(page)
    seen(save(staff, page.redirect_chain[-1][0], own_name="Te", own_language="mi"))
    assert now(partner, "city_en", "own_name") == ["Newest", "Te"]


def test_a_fact_is_restored_without_taking_out_its_figures(staff):
    fact = made_long_ago(makers.make_fact(label_en="Old"))
    makers.make_figure(fact=changed(fact, label_en="New"), value="535")
    seen(save(staff, f"{url('change', fact)}?restore={fact.history.last().pk}"))
    assert (now(fact, "label_en"), fact.figures.count()) == ("Old", 1)


def test_who_may_only_look_sees_what_they_may_see_and_neither_restores_nor_brings_back(
    colleague_with,
):
    partner = changed(made_long_ago(makers.make_partner()), city_en="Kemi")
    figure, gone = makers.make_figure(value="535"), makers.make_partner()
    observer, told = colleague_with("view_partner", "view_fact"), url("history", gone)
    gone.delete()
    page = history(observer, partner)
    assert ("Kemi" in page, "?restore=" in page) == (True, False)
    assert not any("535" in save for save in saves(history(observer, figure.fact)))
    assert observer.get(url("history", figure)).status_code == 403
    assert url("deleted", Partner) not in seen(observer.get(url("changelist", Partner)))
    assert observer.get(told).status_code == 302


def test_an_administrator_looks_at_what_was_deleted_and_brings_it_back(staff):
    practice = makers.make_practice(title_en="Tea", slug="tea")
    listed, told = url("deleted", Practice), url("history", practice)
    assert f'href="{listed}"' in seen(staff.get(url("changelist", Practice)))
    assert "Nothing of this kind was deleted." in seen(staff.get(listed))
    made_long_ago(practice).delete()
    assert f'href="{told}">Tea</a>' in seen(staff.get(listed))
    page = seen(staff.get(told))
    assert "deleted" in saves(page)[0]
    assert "?restore=" not in page
    version, other = deleted(Practice).get(), makers.make_practice(slug="tea")
    done = staff.post(listed, {"version": version.pk}, follow=True)
    assert "It cannot come back" in seen(done)
    other.delete()
    done = staff.post(listed, {"version": version.pk}, follow=True)
    assert "Tea is back." in seen(done)
    assert Practice.objects.filter(slug="tea").exists()
    assert "brought back Status published Title [English] Tea" in saves(seen(staff.get(told)))[0]


def test_what_was_deleted_is_named_though_what_it_belonged_to_is_gone_too(staff):
    figure = makers.make_figure()
    figure.delete()
    figure.fact.delete()
    assert str(figure.fact) in seen(staff.get(url("deleted", Figure)))
