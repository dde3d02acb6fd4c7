from .college import College
from .fact import Fact, Figure
from .sentence import ProfileSentence
from .source import Source
from .teaching import Faculty, Major
