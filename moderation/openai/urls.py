from django.urls import path

from moderation.openai.moderations import Moderations

urlpatterns = [path("moderations", Moderations.as_view(), name="openai-moderations")]
