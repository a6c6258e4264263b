"""What the pages need of the running office; service wires it to the registry and the verifier."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from credential.claims import Grade
from credential.policy import NOTARY, Policy
from credential.protocols import Record
from credential.trust import TrustList
from credential.verdict import Verdict
from service.piles import Pile
from verifier.pile import Item
from verifier.zip_pile import PileLimits


@dataclass(frozen=True, slots=True)
class GradeFacts:
    """A subject's grade now. ``since``: Unix seconds.

    ``published`` is False for a natural person without recorded consent (PIPL Art. 25): then no
    grade is shown at all, neither now nor as issued. ``disputed``: an objection (异议) is open.
    """

    now: Grade | None = None
    since: int | None = None
    published: bool = True
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test of the goods. ``tested_at``: Unix seconds; ``quick``: 快速检测, not a laboratory's."""

    __test__ = False  # pytest: not a test class

    item: str
    result: str
    tested_at: int
    tested_by: str
    quick: bool


@dataclass(frozen=True, slots=True)
class ScanCount:
    """``number``: which look-up this one is, from 1; ``first_at``: Unix seconds of the first."""

    number: int
    first_at: int


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """What the registry holds of one credential, read in one go.

    ``message``: the COSE bytes as signed, so that a printed number alone leads to the same checks.
    ``subject_name``: the registered name (a label's claims have none); masked before it is shown.
    ``is_label``: ``message`` is its certificate's, a label's own bytes are on the paper alone.
    """

    record: Record
    message: bytes
    subject_name: str
    grade: GradeFacts
    tests: tuple[TestResult, ...] = ()
    is_label: bool = False


@dataclass(frozen=True, slots=True)
class PublicGrade:
    """A grade in one scheme. ``scheme``: its Chinese name; ``since``: Unix seconds."""

    scheme: str
    grade: Grade
    since: int
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class GradeChange:
    """One step of the public history. ``at``: Unix seconds."""

    at: int
    scheme: str
    grade: Grade
    reason: str


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """What is public of an organisation; the history newest first."""

    name: str
    uscc: str
    type_words: str
    grades: tuple[PublicGrade, ...] = ()
    history: tuple[GradeChange, ...] = ()


class WebContext(Protocol):
    """Everything behind the pages. What may not answer raises RegistryUnavailable.

    The two awaited methods are called on the event loop: they must not block it for longer than
    one prepared read. All others but ``now``, ``trust_list`` and ``count_scan`` are called in a
    thread.
    """

    def now(self) -> int:
        """Unix seconds."""
        ...

    def trust_list(self) -> TrustList: ...

    async def scan(self, identifier: bytes) -> ScanFacts | None:
        """What the registry holds under a certificate id, or None."""
        ...

    async def check_ready(self) -> None:
        """Raises RegistryUnavailable while requests can't be answered."""
        ...

    def count_scan(self, identifier: bytes, at: int) -> ScanCount:
        """Count this look-up, in memory; nothing of who asked is kept."""
        ...

    def grade_statement(self, identifier: bytes, at: int) -> bytes | None:
        """A signed grade statement for the subject of a certificate, where one may be shown."""
        ...

    def verify(self, item: Item, policy: Policy = NOTARY, as_of: int | None = None) -> Verdict:
        """Raises UserError where the registry has nothing of the time that is asked for."""
        ...

    def unpack(self, data: bytes, bounds: PileLimits) -> Pile:
        """The members of a ZIP, each when it is asked for; nothing of it is read in this process.

        Raises:
            PileError: the archive is refused.
            VerifierBusy: the queue for children is full.
        """
        ...

    def subject(self, uscc: str) -> SubjectPage | None: ...

    def status_list(self, number: int) -> bytes | None:
        """The signed status list token."""
        ...

    def trust_list_message(self) -> bytes:
        """The signed trust list."""
        ...

    def jwk_set(self) -> Mapping[str, object]:
        """RFC 7517."""
        ...
