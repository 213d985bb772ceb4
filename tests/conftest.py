"""The ground under all tests: see tests/ground. The database server is started by config/settings_test.py."""

pytest_plugins = ["tests.ground.database", "tests.ground.live", "tests.ground.browser"]
