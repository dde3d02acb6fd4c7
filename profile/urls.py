from django.urls import path

from . import views

app_name = "profile"
urlpatterns = [
    path("facts/", views.facts, name="facts"),
    path("facts/<slug:key>/", views.fact, name="fact"),
    path("faculties/", views.faculties, name="faculties"),
    path("faculties/<slug:slug>/", views.faculty, name="faculty"),
    path("majors/", views.majors, name="majors"),
    path("majors/<slug:slug>/", views.major, name="major"),
]
