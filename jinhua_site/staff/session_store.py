"""Sessions in the database that know whose they are, and that nobody can prolong for ever."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

IDLE = timedelta(seconds=settings.SESSION_COOKIE_AGE)
LONGEST = timedelta(seconds=settings.SESSION_LONGEST)
MARKS = "staff"  # what a session tells of itself: see `sessions.begin`


def end_of(signed_in, now):
    """When a session that is used `now` ends, if it is not used again."""
    return min(now + IDLE, signed_in + LONGEST)


class SessionStore(db.SessionStore):
    """Django's own store; `row` is what the session was read from."""

    row = None

    @classmethod
    def get_model_class(cls):
        from .models import StaffSession

        return StaffSession

    def _get_session_from_db(self):
        self.row = super()._get_session_from_db()
        return self.row

    def create_model_instance(self, data):
        row, marks = super().create_model_instance(data), data.get(MARKS, {})
        if SESSION_KEY in data and marks:
            row.user_id = int(data[SESSION_KEY])
            row.signed_in = datetime.fromtimestamp(
                marks["signed_in"], timezone.get_fixed_timezone(0)
            )
            row.expire_date = end_of(row.signed_in, timezone.now())
            for name in ("address", "browser", "system"):
                setattr(row, name, marks[name])
            if self.row and self.row.user_id == row.user_id:
                row.address = self.row.address  # where it was used last: see `sessions.note_use`
        return row

    def flush(self):
        super().flush()
        self.row = None
