import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config.accounts.models import Account
from config.errors import PlatformError
from moderation.evaluation.dataset import Columns, DatasetUnreadable, read_dataset
from moderation.evaluation.judges import engines_judge, service_judge
from moderation.evaluation.measure import Answer, Evaluation, OfLabel, measured

HEAD = f"{'label':<32}{'n':>7}{'hits':>7}  {'precision':<22}{'recall':<22}{'F1':>6}{'AP':>7}  medium/high"


class Command(BaseCommand):
    help = "Measure how well a service, or each engine by itself, judges labelled content."

    def add_arguments(self, parser):
        parser.add_argument("data", type=Path, help="a CSV or TSV file, or a folder with a folder per label")
        parser.add_argument("--account", default="", help="UID: with its heads, or for --service")
        parser.add_argument("--service", default="", help="code of a service of the account")
        parser.add_argument("--engine", action="append", default=[], help="only this engine; may be repeated")
        parser.add_argument("--shadows", action="store_true", help="judge shadow heads as if they decided")
        parser.add_argument(
            "--as", dest="renamed", action="append", default=[], metavar="VALUE=LABEL",
            help="what a label of the data is called here; may be repeated",
        )  # fmt: skip
        parser.add_argument("--text-column", default="")
        parser.add_argument("--label-column", default="")
        parser.add_argument("--from", dest="least", type=float, default=60.0, help="least score of a hit")
        parser.add_argument("--limit", type=int, default=None, help="a random part, always the same")
        parser.add_argument("--show", type=int, default=0, help="so many of what was wrong")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, data, account, service, engine, shadows, least, limit, show, **options):
        columns = Columns(options["text_column"], options["label_column"])
        try:
            items = read_dataset(data, renamed=renamed(options["renamed"]), columns=columns, limit=limit)
            judge = self.judge(account, service, engine, shadows)
            answers = []
            for item in items:
                scores, hits = judge(item)
                if hits is None:
                    hits = frozenset(label for label, score in scores.items() if score >= least)
                answers.append(Answer(item.labels, scores, hits, item.name))
        except (DatasetUnreadable, PlatformError) as error:
            raise CommandError(str(error)) from error
        evaluation = measured(answers, shown=show)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(evaluation), ensure_ascii=False, indent=1))
        else:
            self.tell(evaluation)

    def judge(self, uid: str, service: str, engines: list[str], shadows: bool):
        account = Account.objects.filter(uid=uid).first() if uid else None
        if uid and account is None:
            raise CommandError(f"There is no account {uid}.")
        if not service:
            return engines_judge(names=engines, account=account, shadows=shadows)
        if account is None:
            raise CommandError("Name the service's account with --account.")
        return service_judge(account=account, code=service)

    def tell(self, found: Evaluation) -> None:
        self.stdout.write(f"{found.items} items\n\n{HEAD}")
        for one in found.labels:
            self.stdout.write(line(one))
        alarms = found.false_alarms / found.clean if found.clean else None
        self.stdout.write(
            f"\nfalse alarms on nonLabel: {found.false_alarms} of {found.clean}"
            f"  {counted(alarms, found.false_alarm_interval)}"
        )
        if found.confusions:
            self.stdout.write("\nexpected -> came instead or besides")
        for expected, got, count in found.confusions:
            self.stdout.write(f"  {expected} -> {got}: {count}")
        for title, names in (("false alarms", found.false_alarm_names), ("missed", found.missed_names)):
            if names:
                self.stdout.write(f"\n{title}:")
                self.stdout.writelines(f"  {' '.join(name.split())[:160]}" for name in names)


def line(one: OfLabel) -> str:
    advised = "/".join(f"{score:.0f}" if score else "–" for score in one.advice.values())
    return (
        f"{one.label:<32}{one.count:>7}{one.hits:>7}  "
        f"{counted(one.precision, one.precision_interval):<22}{counted(one.recall, one.recall_interval):<22}"
        f"{number(one.f1):>6}{number(one.average_precision):>7}  {advised}"
    )


def counted(share: float | None, interval: tuple[float, float] | None) -> str:
    return f"{share:.3f} [{interval[0]:.3f}–{interval[1]:.3f}]" if share is not None else "–"


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def renamed(pairs: list[str]) -> dict[str, str]:
    if wrong := [pair for pair in pairs if "=" not in pair]:
        raise CommandError(f"--as takes VALUE=LABEL, not {wrong[0]}.")
    return dict(pair.split("=", 1) for pair in pairs)
