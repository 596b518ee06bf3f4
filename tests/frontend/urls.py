"""The project's addresses with the style guide among them, whether or not the composition root has it yet."""

from django.urls import path

from adme.common.views_styleguide import style_guide
from adme.urls import urlpatterns as project

urlpatterns = [path("style-guide/", style_guide, name="style_guide"), *project]
