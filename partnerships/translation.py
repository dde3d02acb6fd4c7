from jinhua_site.content.history import register

from . import models

register(models.Country, "name")
register(models.CooperationArea, "name", "description")
register(models.Partner, "name", "city", "summary")
register(models.Commitment, "text")
register(models.AreaOfInterest, "title", "summary")
register(models.AffinityGroup, "name")
register(models.Agreement, "title")
register(models.Practice, "title", "aims", "benefit", "student_benefit", "innovation")
register(models.Achievement, "text")
register(models.Evidence, "title")
register(models.Mobility)
