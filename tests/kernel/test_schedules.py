"""Jobs that repeat are named by dotted paths: each leads to a function that runs, whatever there is."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string


@pytest.mark.django_db
@pytest.mark.parametrize("name", settings.ASSAY_SCHEDULES)
def test_a_scheduled_job_runs(name):
    import_string(settings.ASSAY_SCHEDULES[name]["func"])()
