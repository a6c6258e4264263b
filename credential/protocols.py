"""What the verifier and the issuing side need of the registry, and nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from credential.claims import Grade
from credential.status import Status


class RegistryUnavailable(Exception):
    """The registry did not answer. ``last_good``: Unix seconds of the last snapshot, if any."""

    def __init__(self, message: str, last_good: int | None = None) -> None:
        super().__init__(message)
        self.last_good = last_good


@dataclass(frozen=True, slots=True)
class Record:
    """What the registry knows of one credential. Times are Unix seconds.

    ``message_sha256``: of the very bytes that were signed; ``recorded_at``: the registry's own
    clock at the commit; ``status_at``/``reason``/``replaced_by``: the last status change.
    ``fields``: all printed fields, full names included: never shown to the public as they are.
    ``grade``: the grade now, from a registry asked directly; ``grade_statement``: as relayed by anyone,
    signed. Both None where there is no grade or it may not be shown.
    """

    id: bytes
    message_sha256: bytes
    recorded_at: int
    status: Status
    fields: Mapping[str, str]
    status_at: int | None = None
    reason: str | None = None
    replaced_by: bytes | None = None
    grade: Grade | None = None
    grade_statement: bytes | None = None


class RecordSource(Protocol):
    """A registry to ask, here or over the network."""

    def record(self, identifier: bytes) -> Record | None:
        """The record, or None where the registry has none.

        Raises:
            RegistryUnavailable: it could not be asked.
        """
        ...


@dataclass(frozen=True, slots=True)
class StatusSnapshot:
    """A cached status list token as fetched."""

    number: int
    message: bytes
