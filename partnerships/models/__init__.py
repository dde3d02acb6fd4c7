from .agreement import Agreement
from .mobility import Mobility
from .partner import CooperationArea, Country, Partner
from .plan import AffinityGroup, AreaOfInterest, Commitment
from .practice import Achievement, Evidence, Practice
