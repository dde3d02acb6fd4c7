"""Keeps public pages ready in their final form, and answers with them before Django does."""
