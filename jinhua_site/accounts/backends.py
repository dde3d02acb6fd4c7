"""Who may sign in, and how a password is compared."""

import unicodedata

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import PBKDF2PasswordHasher


class StaffBackend(ModelBackend):
    """Django's own, for colleagues only."""

    def user_can_authenticate(self, user):
        return user.is_staff and super().user_can_authenticate(user)


class NormalizingHasher(PBKDF2PasswordHasher):
    """Django's own. A letter counts as the same, however a keyboard composes it (NFKC)."""

    def encode(self, password, salt, iterations=None):
        return super().encode(unicodedata.normalize("NFKC", password), salt, iterations)
