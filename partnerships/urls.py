from django.urls import path

from . import views

app_name = "partnerships"
urlpatterns = [
    path("", views.home, name="home"),
    path("partners/", views.partners, name="partners"),
    path("partners/<slug:slug>/", views.partner, name="partner"),
    path("areas-of-interest/<slug:slug>/", views.area_of_interest, name="areaofinterest"),
    path("practices/<slug:slug>/", views.practice, name="practice"),
]
