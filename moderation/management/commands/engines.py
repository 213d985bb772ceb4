import json
import sys

from django.core.management.base import BaseCommand, CommandError

from moderation.detectors import measuring, registry

COLUMNS = ("engine", "version", "sees", "licence", "weights", "runs", "state", "a look", "memory", "loads in")


class Command(BaseCommand):
    help = "List the engines: what they see, their licences, their self-tests, their speed and memory."

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="*", metavar="ENGINE", help="only these")
        parser.add_argument("--json", action="store_true", dest="as_json", help="for programs")

    def handle(self, *args, names, as_json, **options):
        entries = registry.entries()
        unknown = sorted(set(names) - {entry.name for entry in entries})
        if unknown:
            raise CommandError(f"There is no engine of the name {', '.join(unknown)}.")
        found = [measuring.measure(entry) for entry in entries if not names or entry.name in names]
        if as_json:
            self.stdout.write(json.dumps([one.to_json() for one in found], ensure_ascii=False, indent=2))
        else:
            self.stdout.write(table([COLUMNS, *(row_of(one) for one in found)]))
            for one in found:
                if one.state != "healthy":
                    self.stdout.write(f"\n{one.name} is {one.state}: {one.note}")
        if not all(one.is_well for one in found):
            sys.exit(1)


def row_of(one: measuring.Measured) -> tuple[str, ...]:
    verified = ("" if one.are_weights_verified else " (unread)") if one.weights else ""
    return (
        one.name,
        one.version,
        ", ".join(one.content_types),
        one.licence,
        f"{one.weights_licence or 'none'}{verified}",
        one.runs,
        one.state,
        "" if one.milliseconds is None else f"{one.milliseconds:.1f} ms",
        "" if one.bytes is None else f"{one.bytes / 2**20:.0f} MiB",
        "" if one.seconds is None else f"{one.seconds:.2f} s",
    )


def table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
