"""A password validator in addition to Django's own."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST = 8  # different characters
# Words that others would try first, also repeated or followed by a year.
COLLEGE = "jinhua|polytechnic|zhejiang|college|university|wfcp|金华|职业|技术|学院|大学|浙江"
KEYS = "password|qwertyuiop|asdfgh|abcdefghijklm|1234567890|0987654321|12345678|12345|54321"
LIKELY = re.compile(f"{COLLEGE}|{KEYS}", re.IGNORECASE)


class NotLikelyValidator:
    """Refuse a password with few different characters besides the likely words."""

    def validate(self, password, user=None):
        if len({*LIKELY.sub("", password).lower()}) < LEAST:
            raise ValidationError(
                _("Others would try this one soon. Take words that do not belong together."),
                code="password_too_common",
            )

    def get_help_text(self):
        return _("Several words in a row, with spaces between them, are long and easy to remember.")
