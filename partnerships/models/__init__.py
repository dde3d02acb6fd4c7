from .partner import CooperationArea, Country, Partner
from .plan import AreaOfInterest, Commitment

__all__ = ["AreaOfInterest", "Commitment", "CooperationArea", "Country", "Partner"]
