"""Labels of a certificate, as a job of one chunk records them."""

import hashlib
from dataclasses import replace

from credential.claims import Claims
from credential.cose import Ed25519Signer
from registry.chunks import ChunkRecord, record_chunk
from registry.credentials import StoredCredential
from registry.jobs import Job, NewChunk, NewJob, create_job
from registry.labels import NewLabel
from registry.registry import Registry
from tests import samples
from tests.registry.office import WHO
from tests.samples import AT

FIELDS = (
    ("product", None),
    ("elsewhere", "见包装"),
    ("caption", "承诺达标合格证"),
    ("number", None),
)
KID = samples.ISSUER.public_key.kid


def label_id(serial: int) -> bytes:
    return AT.to_bytes(4, "big") + serial.to_bytes(6, "big")


def label_message(
    stored: StoredCredential, serial: int, signer: Ed25519Signer = samples.ISSUER
) -> bytes:
    claims: Claims = replace(samples.LABEL, id=label_id(serial), status=stored.claims.status)
    return samples.signed(claims, signer)


def new_label(stored: StoredCredential, serial: int) -> NewLabel:
    digest = hashlib.sha256(label_message(stored, serial)).digest()
    return NewLabel(label_id(serial), stored.id, serial, digest)


def new_job(registry: Registry, chunks: int = 1, labels: int = 3) -> Job:
    job = NewJob("jiande", "fruit", KID, hashlib.sha256(b"table").digest(), {"out": "出"}, WHO)
    return create_job(registry, job, [NewChunk(b"rows", labels)] * chunks, [], at=AT)


def chunk_record(
    stored: StoredCredential, job: Job, chunk: int = 0, serials: range = range(1, 4)
) -> ChunkRecord:
    return ChunkRecord(
        job=job.id,
        chunk=chunk,
        credentials=(),
        labels=[new_label(stored, serial) for serial in serials],
        label_key=KID,
        label_times=frozenset({AT}),
        style=("jiande", "fruit", FIELDS),
    )


def make_labels(registry: Registry, stored: StoredCredential) -> Job:
    job = new_job(registry)
    assert record_chunk(registry, chunk_record(stored, job), at=AT + 60, who=WHO)
    return job
