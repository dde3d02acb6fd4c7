"""Name a browser in words that its owner recognises."""

from django.utils.translation import gettext as _

# The first match counts: most browsers also name those that they descend from.
BROWSERS = {
    "MicroMessenger": "WeChat",
    "QQBrowser": "QQ Browser",
    "HuaweiBrowser": "Huawei Browser",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = ["Windows", "HarmonyOS", "Android", "iPhone", "iPad", "Mac", "Linux"]


def in_words(user_agent):
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("an unknown browser")
