from .college import College
from .fact import Fact, Figure, Source
from .teaching import Faculty, Major

__all__ = ["College", "Fact", "Faculty", "Figure", "Major", "Source"]
