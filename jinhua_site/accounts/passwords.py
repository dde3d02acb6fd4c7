"""What a password has to be: long, and nothing that others would try first. Nothing else."""

import re
import unicodedata

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST = 15
LEAST_BESIDES = 8  # characters that are neither the college's nor one's own words
MOST_FIGURES = 10  # more of them, and they are a password by themselves
COLLEGE = "jinhua polytechnic zhejiang college university wfcp 金华 职业 技术 学院 大学 浙江"
ROWS = ["01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"]
PARTS = re.compile(r"[^\W_]+")


class LongEnough:
    def validate(self, password, user=None):
        if len(password) < LEAST:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self):
        return (
            _(
                "Write at least %d characters. Several words in a row, with spaces between them, "
                "are long and easy to remember."
            )
            % LEAST
        )


class NotCommon:
    """Neither a password that is known widely, nor one again and again, nor a row of keys."""

    common = CommonPasswordValidator().passwords

    def validate(self, password, user=None):
        text = _plain(password).strip()
        once = text[: (text + text).find(text, 1)]  # of “abcabc”: abc
        known = {text, once, without_few_figures(text)} & self.common
        in_a_row = any(text in row or text in row[::-1] for row in ROWS)
        if known or in_a_row or len(once) < LEAST_BESIDES:
            raise ValidationError(
                _("Others would try this one soon. Take words that do not belong together."),
                code="password_too_common",
            )

    def get_help_text(self):
        return _("Take none that is widely known, nor a row of keys.")


class NotOnesOwn:
    """Not made of the college's name, the site's and one's own, with little besides."""

    def validate(self, password, user=None):
        text = rest = _plain(password)
        for word in sorted(_own_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        rest = "".join(PARTS.findall(rest))
        if rest != "".join(PARTS.findall(text)) and len(rest) < LEAST_BESIDES:
            raise ValidationError(
                _("Write more besides your own name and the college’s."),
                code="password_too_similar",
            )

    def get_help_text(self):
        return _("Your own name and the college’s are not enough.")


def _plain(text):
    return unicodedata.normalize("NFKC", text).lower()


def without_few_figures(text):
    """The word in “password 12345678!”."""
    letters = re.sub(r"[\W\d_]+", "", text)
    return letters if len(text) - len(letters) <= MOST_FIGURES else text


def _own_words(user):
    told = [COLLEGE, settings.SITE_HOST]
    if user:
        told += [user.get_username(), user.email, user.first_name, user.last_name]
        told += [user.last_name + user.first_name]
    words = {word for text in told for word in PARTS.findall(_plain(text))}
    return {word for word in words if len(word) > 1}
