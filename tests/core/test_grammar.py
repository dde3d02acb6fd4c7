"""Each language joins names and clauses, and capitalises words, by its own rules."""

import pytest
from django.utils.translation import override

from jinhua_site.core import grammar


@pytest.mark.parametrize(
    ("names", "english", "chinese"),
    [
        ([], "", ""),
        (["", "a"], "a", "a"),
        (["a", "b", "c"], "a, b and c", "a、b和c"),
        (["a", "b and c", "d"], "a, b and c, and d", "a、b and c和d"),
        (["a", "b, c"], "a; and b, c", "a和b, c"),
    ],
)
def test_names_are_listed_as_the_language_lists_them(names, english, chinese):
    assert grammar.listed(names) == english
    with override("zh-hans"):
        assert grammar.listed(names) == chinese


def test_a_country_has_its_article_inside_a_sentence():
    for country in ("United States", "Netherlands", "Republic of Korea", "Solomon Islands"):
        assert grammar.with_article(country) == f"the {country}"
    assert grammar.with_article("Canada") == "Canada"


def test_a_name_and_its_value_stand_apart_as_each_language_has_it():
    assert grammar.labelled("City", "Hamilton") == "City: Hamilton"
    with override("zh-hans"):
        assert grammar.labelled("城市", "汉密尔顿") == "城市：汉密尔顿"


def test_a_label_loses_its_capital_inside_a_sentence_unless_it_is_a_name():
    assert grammar.in_sentence("Teachers’ training") == "teachers’ training"
    for label in ("Sino-foreign joint programmes", "Chinese language", "STEM teaching", ""):
        assert grammar.in_sentence(label) == label
