"""What the office itself has in the admin, where Django looks for it."""

from .proposals import admin  # noqa: F401
