"""The running office behind the web pages: registry, keys, verifier and clock wired together."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from credential.cose import Signer
from credential.identifiers import IdentifierError, check_uscc, pack_uscc
from credential.policy import NOTARY, Policy
from credential.protocols import RegistryUnavailable
from credential.subjects import NATURAL_PERSONS, SUBJECT_TYPE_WORDS
from credential.trust import TrustList
from credential.verdict import Verdict
from registry.grades import grade_history, shown_grade
from registry.keys import issuer_keys
from registry.records import ScanView, record_of, scan_view
from registry.scans import add_scans, scan_count
from registry.subjects import find_subject
from service.asking import ask_office
from service.jwks import jwk_set
from service.office import Office
from service.piles import Pile
from service.scan_counter import ScanCounter
from service.signing import signer_for
from service.status_lists import signed_grade, signed_status_list
from service.timed_records import LastAnswer
from service.trust import newest_trust_list
from service.web.context import (
    GradeChange,
    GradeFacts,
    PublicGrade,
    ScanCount,
    ScanFacts,
    SubjectPage,
)
from verifier.isolated_zip import open_isolated_zip
from verifier.isolation import Isolation
from verifier.pile import Item
from verifier.zip_pile import PileLimits

TRUST_AGE: Final = 5.0
"""Seconds after which a newly published trust list is in force here."""


@dataclass(slots=True)
class _Trust:
    """The trust list in memory, read anew when it is older than TRUST_AGE.

    Whether it has expired is for each check to say (credential/checking.py step 11). While the
    registry does not answer, the list held stays in force: the page then says what it can't check.
    """

    office: Office
    read_at: float = 0.0
    held: tuple[TrustList, bytes] | None = None

    def now(self) -> tuple[TrustList, bytes]:
        if self.held is None or time.monotonic() - self.read_at > TRUST_AGE:
            try:
                self.held = newest_trust_list(self.office)
            except RegistryUnavailable:
                if self.held is None:
                    raise
            self.read_at = time.monotonic()
        return self.held


@dataclass(frozen=True, slots=True)
class RunningOffice:
    """Implements service.web.context.WebContext."""

    office: Office
    signer: Signer
    isolation: Isolation
    counter: ScanCounter
    trust: _Trust = field(repr=False)
    answered: LastAnswer = field(default_factory=LastAnswer)

    def now(self) -> int:
        return int(time.time())

    def trust_list(self) -> TrustList:
        return self.trust.now()[0]

    def trust_list_message(self) -> bytes:
        return self.trust.now()[1]

    async def scan(self, identifier: bytes) -> ScanFacts | None:
        try:
            view = scan_view(self.office.registry, identifier)
        except RegistryUnavailable as error:
            raise RegistryUnavailable(str(error), self.answered.at) from error
        self.answered.at = self.now()
        return None if view is None else _scan_facts(view)

    async def check_ready(self) -> None:
        scan_view(self.office.registry, bytes(10))

    def count_scan(self, identifier: bytes, at: int) -> ScanCount:
        return self.counter.count(identifier, at)

    def grade_statement(self, identifier: bytes, at: int) -> bytes | None:
        view = scan_view(self.office.registry, identifier)
        if view is None or view.grade is None:
            return None
        return signed_grade(self.office, view.subject, view.scheme, self.signer, at)

    def verify(self, item: Item, policy: Policy = NOTARY, as_of: int | None = None) -> Verdict:
        asking = ask_office(
            self.office,
            self.trust_list(),
            self.now(),
            policy=policy,
            as_of=as_of,
            answered=self.answered,
        )
        return asking.item(item, self.isolation)

    def unpack(self, data: bytes, bounds: PileLimits) -> Pile:
        archive = open_isolated_zip(data, self.isolation, bounds)
        return Pile(archive.count, archive.items(), archive.passed_over)

    def subject(self, uscc: str) -> SubjectPage | None:
        try:
            key = pack_uscc(check_uscc(uscc))
        except IdentifierError:
            return None
        return subject_page(self.office, key)

    def status_list(self, number: int) -> bytes | None:
        return signed_status_list(self.office, number, self.signer, self.now())

    def jwk_set(self) -> Mapping[str, object]:
        return jwk_set(issuer_keys(self.office.registry))


def start_office(office: Office, passphrase: str, isolation: Isolation) -> RunningOffice:
    """Open the serving key and start counting. Stop the counter when done."""
    signer = signer_for(office, "grade", None, int(time.time()), passphrase)

    def stored(identifier: bytes) -> tuple[int, int] | None:
        found = scan_count(office.registry, identifier)
        return None if found is None else (found.count, found.first_at)

    counter = ScanCounter(stored, lambda scans: add_scans(office.registry, scans))
    trust = _Trust(office)
    # held from the start, and an office without one does not start
    trust.now()
    counter.start()
    return RunningOffice(office, signer, isolation, counter, trust)


def _scan_facts(view: ScanView) -> ScanFacts:
    grade = GradeFacts(
        now=view.grade,
        since=view.grade_since,
        published=view.grade is not None or view.subject_type not in NATURAL_PERSONS,
        disputed=view.disputed,
    )
    is_label = view.label_of is not None
    return ScanFacts(record_of(view), view.message, view.public_name, grade, is_label=is_label)


def subject_page(office: Office, key: bytes) -> SubjectPage | None:
    """What is public of an organisation, over all schemes, the history newest first."""
    grades: list[PublicGrade] = []
    history: list[GradeChange] = []
    name, uscc, words = None, None, ""
    for pack in office.packs.values():
        facts = find_subject(office.registry, key, pack.id)
        if facts is None or facts.uscc is None:
            return None
        name, uscc, words = facts.name, facts.uscc, SUBJECT_TYPE_WORDS[facts.type]
        shown = shown_grade(office.registry, key, pack.id)
        if shown is None or not facts.grade_public:
            continue
        grades.append(PublicGrade(pack.title, shown.grade, shown.since, shown.disputed))
        entries = grade_history(office.registry, key, pack.id)
        history.extend(GradeChange(e.at, pack.title, e.grade, e.reason) for e in entries)
    if name is None or uscc is None:
        return None
    history.sort(key=lambda change: change.at, reverse=True)
    return SubjectPage(name, uscc, words, tuple(grades), tuple(history))
