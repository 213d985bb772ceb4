"""The served settings, with the bare DRF floor mounted beside the product."""

from config.settings_test import *  # noqa: F403

ROOT_URLCONF = "tests.bench.floor_urls"
DEBUG = False
