from .agreement import Agreement
from .mobility import Mobility
from .partner import CooperationArea, Country, Partner
from .plan import Achievement, AffinityGroup, AreaOfInterest, Commitment, Evidence, Practice
