"""Two colleagues' work on one form is put together, and nobody's is lost."""

from jinhua_site.office.proposals.form_data import as_post
from jinhua_site.office.proposals.merge import changed, merge

BASE = {"name_en": ["Wintec"], "name_zh_hans": ["怀卡托"], "areas": ["1", "2"], "public": []}


def test_each_one_s_fields_stand_side_by_side():
    merged = merge(BASE, BASE | {"name_en": ["WINTEC"]}, BASE | {"name_zh_hans": ["怀卡托理工"]})
    assert merged.whole == BASE | {"name_en": ["WINTEC"], "name_zh_hans": ["怀卡托理工"]}
    assert (merged.moved, merged.both) == (["name_zh_hans"], [])


def test_the_same_change_twice_is_no_clash():
    both = BASE | {"public": ["on"]}
    assert merge(BASE, both, both).both == []


def test_one_field_in_two_ways_is_named_and_mine_is_kept():
    merged = merge(BASE, BASE | {"areas": ["1"]}, BASE | {"areas": ["1", "2", "3"]})
    assert (merged.whole["areas"], merged.both) == (["1"], ["areas"])


ROW = {"evidence:7:": [], "evidence:7:title_en": ["Report"]}


def test_a_row_that_a_colleague_added_is_kept():
    merged = merge(BASE, BASE | {"name_en": ["W"]}, BASE | ROW)
    assert merged.whole == BASE | ROW | {"name_en": ["W"]}
    assert merged.both == []


def test_a_row_that_a_colleague_took_out_stays_away():
    merged = merge(BASE | ROW, BASE | ROW, BASE)
    assert merged.whole == BASE
    assert merged.moved == ["evidence:7:"]


def test_what_i_wrote_in_a_row_that_is_gone_becomes_a_new_row():
    merged = merge(BASE | ROW, BASE | ROW | {"evidence:7:title_en": ["News"]}, BASE)
    assert merged.whole["evidence:+was7:title_en"] == ["News"]
    assert merged.both == ["evidence:+was7:"]


def test_a_new_row_stands_beside_the_one_that_was_mine_and_is_gone():
    mine = {"evidence:7:title_en": ["News"], "evidence:+7:": [], "evidence:+7:title_en": ["New"]}
    merged = merge(BASE | ROW, BASE | ROW | mine, BASE)
    assert merged.whole["evidence:+7:title_en"] == ["New"]
    assert merged.whole["evidence:+was7:title_en"] == ["News"]
    post, _files = as_post(merged.whole, {}, ["evidence"])
    assert [post["evidence-0-title_en"], post["evidence-1-title_en"]] == ["New", "News"]


def test_rows_that_came_and_went_count_as_changes():
    assert changed(BASE, BASE | ROW) == ["evidence:7:", "evidence:7:title_en"]
    assert changed(BASE | ROW, BASE) == ["evidence:7:", "evidence:7:title_en"]
    assert changed(BASE, BASE) == []
