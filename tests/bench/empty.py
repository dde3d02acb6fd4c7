"""The site's addresses and one of an empty page, to compare theirs with."""

from django.http import HttpResponse
from django.urls import path

from jinhua_site import urls

urlpatterns = [path("en/empty/", lambda request: HttpResponse()), *urls.urlpatterns]
