#!/usr/bin/env python
"""The command line of Assay."""

import os
import sys

from django.core.management import execute_from_command_line

from config import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    embedded.prepare(os.environ, make_secrets=sys.argv[1:2] == ["run"])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
