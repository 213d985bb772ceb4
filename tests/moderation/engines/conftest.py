import csv
import random
from datetime import timedelta
from pathlib import Path

import numpy
import pytest

from config.accounts.revisions import bump
from libraries.operations.samples import add_text_sample
from moderation.detectors import heads, registry
from moderation.detectors.sentences import DIMENSIONS, EMBEDDER, EMBEDDER_SHA256, embed_texts
from moderation.learning import embeddings
from moderation.models import Head
from tests.factories import NOW, make_account

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the folder of test data is not here")
_known: dict = {}
LABEL = "inappropriate_profanity"


def tweets() -> list[tuple[str, bool]]:
    """Public tweets with whether people called them hateful or offensive, in one random order."""
    with (DATA / "davidson" / "labeled_data.csv").open(encoding="utf-8") as file:
        rows = [(row["tweet"], row["class"] != "2") for row in csv.DictReader(file)]
    random.Random(7).shuffle(rows)
    return rows


def some(rows, *, positive: int, negative: int) -> list[tuple[str, bool]]:
    found = [row for row in rows if row[1]][:positive] + [row for row in rows if not row[1]][:negative]
    random.Random(8).shuffle(found)
    return found


def teach(account, rows, *, label=LABEL) -> None:
    """As reviewers do: every text becomes a sample, one a minute."""
    for number, (text, is_bad) in enumerate(rows):
        add_text_sample(
            account=account,
            content=text,
            outcome="block" if is_bad else "pass",
            label=label if is_bad else "",
            origin="",
            now=NOW + timedelta(minutes=number),
        )


@pytest.fixture(autouse=True)
def _empty_caches(monkeypatch):
    """And the warm engines in this process: what their workers do with them is tested elsewhere."""
    heads.forget()
    monkeypatch.setattr(registry, "_looker", [registry.look_here])
    monkeypatch.setattr(embeddings, "embed_texts", embed_once)


def embed_once(texts):
    """The real encoder's vectors; a text that many tests use is read once."""
    missing = [text for text in dict.fromkeys(texts) if text not in _known]
    _known.update(zip(missing, embed_texts(missing), strict=True))
    return numpy.array([_known[text] for text in texts])


@pytest.fixture
def account(db):
    return make_account("Harbour Forum")


def make_head(account, version, *, label=LABEL, **values) -> Head:
    """A head that says the same of every text, for what does not depend on what it learned."""
    holdout = {"positive": 5, "negative": 25, "precision": 0.8, "recall": 0.6, "average_precision": 0.7}
    rows = Head.objects.owned_by(account).filter(label=label, status=Head.Status.SHADOW)
    rows.update(status=Head.Status.RETIRED)
    bump(account_id=account.pk, kind="heads")
    return Head.objects.create(
        account=account,
        label=label,
        version=version,
        embedder=EMBEDDER,
        embedder_sha256=EMBEDDER_SHA256,
        coefficients=numpy.zeros(DIMENSIONS, "<f4").tobytes(),
        **{"intercept": 0.0, "slope": 1.0, "offset": 3.0} | values,
        n_positive=20,
        n_negative=100,
        metrics={"holdout": holdout, "thresholds": [], "advice": {"medium": 60.0, "high": None}},
        trained_at=NOW,
    )
