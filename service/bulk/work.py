"""What goes between the registry's side of a chunk and the press, as values: they cross processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.chunks import ChunkRecord
from registry.issuing import Allotment


@dataclass(frozen=True, slots=True)
class Known:
    """A certificate in the registry; ``earlier``: since before this job was made; ``withdrawn``: why
    no label of it may be printed, or None."""

    id: bytes
    message: bytes
    fields: Mapping[str, str]
    earlier: bool
    withdrawn: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One chunk to be made. ``at``: time of issue (Unix seconds), the same whenever it is made.
    ``place``: of its first label in the job, counted from 0.

    ``known``: certificates by issue key; ``allotments``: for the rows that have none, in their order.
    ``taken``: label numbers that other labels have; ``differing``: those of labels that were signed
    otherwise before, and whose rows are refused.
    """

    job: int
    chunk: int
    place: int
    rows: bytes
    at: int
    known: Mapping[bytes, Known]
    allotments: Sequence[Allotment]
    who: str
    taken: frozenset[bytes] = frozenset()
    differing: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Made:
    """``record``: to be committed before ``part`` (service.bulk.parts) leaves."""

    record: ChunkRecord
    part: bytes
