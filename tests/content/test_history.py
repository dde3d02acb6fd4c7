"""A deleted record can be brought back with its links, its parts and its history."""

from datetime import timedelta

from jinhua_site.content.history import bring_back, deleted
from partnerships.models import Evidence, Practice
from tests.support import makers


def test_a_deleted_record_comes_back_with_its_links_its_parts_and_its_history(db):
    """A part that was deleted long before stays away."""
    practice, partner = makers.make_practice(title_en="A joint college"), makers.make_partner()
    practice.partners.add(partner)
    makers.make_achievement(practice=practice, text_en="Opened")
    makers.make_evidence(practice=practice).delete()
    gone = deleted(Evidence).get()
    gone.history_date -= timedelta(days=1)
    gone.save()
    number, versions = practice.pk, practice.history.count()
    practice.delete()
    bring_back(deleted(Practice).get(id=number))
    practice = Practice.objects.get(pk=number)
    assert practice.title_en == "A joint college"
    assert [*practice.partners.all()] == [partner]
    assert [achievement.text_en for achievement in practice.achievements.all()] == ["Opened"]
    assert not practice.evidence.exists()
    assert practice.history.count() > versions + 1
    assert not deleted(Practice).filter(id=number).exists()
