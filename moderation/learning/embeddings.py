"""Embeddings at rest: packed, kept beside what they stand for, and made in batches where they are missing."""

import numpy

from libraries.models import TextSample
from moderation.detectors.sentences import DIMENSIONS, EMBEDDER, embed_texts
from moderation.models import ModerationResult, ResultEmbedding, SampleEmbedding

BATCH = 64


def pack(embedding) -> bytes:
    return numpy.ascontiguousarray(embedding, "<f2").tobytes()


def unpack(rows) -> numpy.ndarray:
    """Stored vectors as one matrix of float32."""
    rows = [bytes(row) for row in rows]
    return numpy.frombuffer(b"".join(rows), "<f2").reshape(len(rows), DIMENSIONS).astype(numpy.float32)


def keep_embedding(*, result: ModerationResult, embedding) -> ResultEmbedding:
    """Runs in the transaction that stores the result."""
    return ResultEmbedding.objects.create(
        account_id=result.account_id, result=result, embedder=EMBEDDER, vector=pack(embedding)
    )


def embed_samples(*, account, ids: list[int]) -> None:
    rows = TextSample.objects.owned_by(account).present().filter(pk__in=ids).values_list("pk", "content")
    write(SampleEmbedding, "sample_id", account, list(rows))


def embed_results(*, account, ids: list[int]) -> None:
    rows = ModerationResult.objects.owned_by(account).filter(pk__in=ids).values_list("pk", "content")
    write(ResultEmbedding, "result_id", account, list(rows))


def write(model, key: str, account, rows: list[tuple[int, str]]) -> None:
    """Vectors of an encoder that is no longer in use are written over."""
    vectors = embed_texts([content for _pk, content in rows])
    model.objects.bulk_create(
        [
            model(**{"account": account, key: pk, "embedder": EMBEDDER, "vector": pack(vector)})
            for (pk, _content), vector in zip(rows, vectors, strict=True)
        ],
        update_conflicts=True,
        unique_fields=[key],
        update_fields=["embedder", "vector"],
    )


def forget_removed_samples(*, account) -> None:
    """A text that reviewers took out of the samples leaves nothing behind."""
    SampleEmbedding.objects.owned_by(account).exclude(sample__removed_at=None).delete()
