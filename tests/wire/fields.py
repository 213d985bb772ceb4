"""Per operation: how much of what its SDK's model can hold was filled in the last run of tests/wire.

python -m tests.wire.fields
"""

import json
from collections import defaultdict

from tests.wire.models_of_sdks import all_names, body_model
from tests.wire.recording import FOLDER


def main() -> None:
    filled = defaultdict(set)
    for file in sorted(FOLDER.glob("*.*")):
        version, action = file.stem.split()
        for line in file.read_text().splitlines():
            filled[version, action] |= set(json.loads(line))
    for (version, action), names in sorted(filled.items()):
        known = all_names(body_model(version, action))
        share = len(names & known) / len(known)
        print(f"{version} {action}: {len(names & known)} of {len(known)} ({share:.0%})")
        print("    not filled:", ", ".join(sorted(known - names)) or "none")
    print(f"{len(filled)} operations")


if __name__ == "__main__":
    main()
