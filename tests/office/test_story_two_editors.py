"""Two colleagues open the same partner; neither's text is lost."""

import pytest

from tests.support import server
from tests.support.browser import follow
from tests.support.office import at_work, hire, on_site

pytestmark = pytest.mark.browser


@pytest.fixture
def office(tmp_path, installed):
    with server.running(tmp_path, like=installed) as site:
        hire(site, wang="publisher", zhao="publisher")
        site.partner = on_site(site, "print(Partner.objects.published().first().pk)")
        yield site


def test_one_writes_english_one_chinese_and_the_second_is_told(browser, office):
    form = f"{office.address}/admin/partnerships/partner/{office.partner}/change/"
    with (
        at_work(browser, office, "wang") as wang,
        at_work(browser, office, "zhao", "zh-hans") as zhao,
    ):
        wang.goto(form)
        zhao.goto(form)
        wang.fill("#id_summary_en", "Rewritten by Wang.")
        follow(wang.locator("[name=_save]"))
        zhao.fill("#id_summary_zh_hans", "赵老师改写的简介。")
        follow(zhao.locator("[name=_save]"))
        told = zhao.inner_text(".clash")
        assert "wang" in told
        assert "Rewritten by Wang." in told
        assert zhao.input_value("#id_summary_en") == "Rewritten by Wang."
        assert zhao.input_value("#id_summary_zh_hans") == "赵老师改写的简介。"
        follow(zhao.locator("[name=_save]"))
        zhao.goto(form)
        assert zhao.input_value("#id_summary_en") == "Rewritten by Wang."
        assert zhao.input_value("#id_summary_zh_hans") == "赵老师改写的简介。"
