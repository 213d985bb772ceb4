"""Usage as the vendor's console draws it: columns by day or month, and the labels that were hit."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from config.wire.envelopes import Envelope
from config.wire.refusals import invalid
from config.wire.registry import CONSOLE, Call, operation
from moderation.catalogue.info import is_text_in_picture
from moderation.catalogue.names import label_name
from moderation.models import Service
from moderation.models.content import ContentType, RiskLevel
from moderation.values import LIBRARY_SUFFIX
from stats.asked import Asked
from stats.periods import Period
from stats.reads import Figures, LabelRow, UsageRow, by_service, by_step, label_usage, usage
from stats.wire.periods_asked import SERVICE_CODE, asked_of

CALLS, LEVELS = "cip", "risk_level"
TYPES = (CALLS, LEVELS)
WORST_FIRST = (RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW, RiskLevel.NONE)


@operation(CONSOLE, "GetCipStats", scope="stats:read", envelope=Envelope.CONSOLE_WITH_STATUS)
def get_cip_stats(call: Call) -> dict:
    kind, asked = type_asked(call), asked_of(call, service=SERVICE_CODE)
    rows = list(usage(account=call.account, **asked.narrowing))
    labels = list(label_usage(account=call.account, **asked.narrowing))
    codes = {service.pk: service.code for service in asked.services}
    steps = asked.period.steps
    calls, hits = tables(rows)
    data = {
        "X": named(asked.period, steps),
        "Z": lines(hits, codes, steps),
        "Uids": [call.account.uid],
        "LabelStatChart": label_charts(call, asked, rows, labels),
    }
    if kind == LEVELS:
        data |= levels_of(by_step(asked.period, rows))
    else:
        data |= {"Y": lines(calls, codes, steps), "TotalStat": shares(calls, codes)}
    return {"Data": data}


def type_asked(call: Call) -> str:
    found = call.parameters.text("Type", CALLS).strip()
    if found not in TYPES:
        raise invalid("Type", f"one of these is expected: {', '.join(TYPES)}.")
    return found


def tables(rows: Iterable[UsageRow]) -> tuple[dict, dict]:
    """Calls, and calls that hit, by service and step."""
    calls, hits = defaultdict(dict), defaultdict(dict)
    for row in rows:
        calls[row.service_id][row.on] = row.figures.calls
        hits[row.service_id][row.on] = row.figures.hits
    return calls, hits


def lines(table: dict, names: dict, steps: list[date]) -> list[dict]:
    return [
        {"Name": names[key], "Data": [found.get(step, 0) for step in steps]}
        for key, found in sorted(table.items(), key=lambda entry: names[entry[0]])
    ]


def shares(table: dict, names: dict) -> dict[str, dict]:
    sums = {names[key]: sum(found.values()) for key, found in table.items()}
    return of_whole(sums)


def of_whole(sums: dict[str, int]) -> dict[str, dict]:
    whole = sum(sums.values())
    return {name: {"Total": total, "Share": f"{percent(total, whole)}%"} for name, total in sums.items()}


def levels_of(steps: dict[date, Figures]) -> dict:
    """Calls by the risk level that came of them."""
    found = {level.value: [count_of(one, level) for one in steps.values()] for level in WORST_FIRST}
    return {
        "Y": [{"Name": level, "Data": data} for level, data in found.items()],
        "TotalStat": of_whole({level: sum(data) for level, data in found.items()}),
    }


def count_of(figures: Figures, level: RiskLevel) -> int:
    return figures.clean if level == RiskLevel.NONE else getattr(figures, level)


def label_charts(call: Call, asked: Asked, rows: list[UsageRow], labels: list[LabelRow]) -> list[dict]:
    """Of each service that was called; with the parameter Label only those labels."""
    wanted = set(call.parameters.several("Label"))
    found: dict[int, dict[str, dict[date, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in labels:
        if not wanted or row.label in wanted:
            found[row.service_id][row.label][row.on] = row.hits
    called = by_service(rows)
    return [
        label_chart(service, called[service.pk], found[service.pk], asked.period)
        for service in asked.services
        if service.pk in called
    ]


def label_chart(
    service: Service, figures: Figures, labels: dict[str, dict[date, int]], period: Period
) -> dict:
    """Values are shares of the hits of labels, in percent: they add up to 100."""
    steps = period.steps
    sums = {label: sum(found.values()) for label, found in labels.items()}
    whole = sum(sums.values())
    most_first = sorted(sums, key=lambda label: (-sums[label], label))
    tree = [
        {"Name": label, "Description": label_name(label), "Value": percent(sums[label], whole)}
        for label in most_first
    ]
    return {
        "ServiceCode": service.code,
        "TotalCount": figures.calls,
        "TreeChart": tree,
        "X": named(period, steps),
        "Y": [
            {"Name": label, "Data": [labels[label].get(step, 0) for step in steps]} for label in most_first
        ],
    } | trees_of_parts(service, tree)


def trees_of_parts(service: Service, tree: list[dict]) -> dict[str, list[dict]]:
    """The same by what was looked at. Of videos the counts do not say in which part a label was found."""
    match service.content_type:
        case ContentType.TEXT:
            return {"TextTreeChart": tree}
        case ContentType.AUDIO:
            return {"VoiceTreeChart": tree}
        case ContentType.IMAGE:
            read = [one for one in tree if is_text_in_picture(one["Name"].removesuffix(LIBRARY_SUFFIX))]
            return {"ImageTreeChar": [one for one in tree if one not in read], "TextTreeChart": read}
    return {}


def named(period: Period, steps: list[date]) -> list[str]:
    return [period.step_named(step) for step in steps]


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}" if whole else "0.00"
