"""The office's own part of the admin, in the module that Django looks for."""

from .proposals import admin  # noqa: F401
