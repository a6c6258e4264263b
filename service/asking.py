"""What one run of the verifier asks, wired to the office or to a folder of cached lists."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from credential.fields import SHANGHAI
from credential.policy import NOTARY, POLICIES, Policy
from credential.protocols import RecordSource, StatusSnapshot
from credential.trust import TrustList
from credential.verdict import Verdict
from registry.records import RegistryRecords
from service.errors import UserError
from service.home import Home
from service.office import Office
from service.snapshots import read_cached
from service.timed_records import LastAnswer, TimedRecords
from service.trust import trust_list_then
from verifier.archive import Past
from verifier.isolation import Extractor
from verifier.pile import Item
from verifier.verify import verify, verify_text, verify_unread

_MOMENT: Final = re.compile(
    r"2[0-9]{3}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
"""RFC 3339 §5.6, and its date alone; ISO 8601's other forms (20261121, 2026-W47-6) are refused."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The same for every file of a run. ``at``: Unix seconds; ``records`` None: offline."""

    trust: TrustList
    at: int
    records: RecordSource | None
    snapshots: tuple[StatusSnapshot, ...] = ()
    reveal: bool = False
    policy: Policy = NOTARY
    past: Past | None = None

    def item(self, item: Item, isolation: Extractor) -> Verdict:
        """Raises VerifierBusy."""
        if not isinstance(item.content, bytes):
            return verify_unread(item.content, item.name, self.policy, self.at)
        return verify(
            item.content,
            item.name,
            trust=self.trust,
            at=self.at,
            records=self.records,
            snapshots=self.snapshots,
            isolation=isolation,
            reveal=self.reveal,
            policy=self.policy,
            past=self.past,
        )

    def text(self, text: str) -> Verdict:
        return verify_text(
            text,
            trust=self.trust,
            at=self.at,
            records=self.records,
            snapshots=self.snapshots,
            reveal=self.reveal,
            policy=self.policy,
            past=self.past,
        )


def ask_office(
    office: Office,
    trust: TrustList,
    at: int,
    *,
    policy: Policy = NOTARY,
    as_of: int | None = None,
    reveal: bool = False,
    answered: LastAnswer | None = None,
) -> Asking:
    """``answered``: when the registry last did, kept by whoever asks more than once.

    Raises:
        UserError: no trust list was published by the time that is asked for.
    """
    last = answered or LastAnswer()
    past = None
    if as_of is not None:
        then = TimedRecords(RegistryRecords(office.registry, as_of), last, at)
        past = Past(as_of, trust_list_then(office, as_of), then)
    records = TimedRecords(RegistryRecords(office.registry), last, at)
    return Asking(trust, at, records, reveal=reveal, policy=policy, past=past)


def ask_cached(
    folder: Path, home: Home, at: int, *, policy: Policy = NOTARY, reveal: bool = False
) -> Asking:
    """``home``: where this machine remembers root keys and the newest lists. Raises UserError."""
    cached = read_cached(folder, home, at)
    return Asking(cached.trust, at, None, cached.snapshots, reveal=reveal, policy=policy)


def read_policy(name: str, as_of: str, at: int) -> tuple[Policy, int | None]:
    """A policy by its name, and the time asked for: ``2026-05-01`` (the end of that day; today: now) or
    ``2026-05-01T14:30``, in Asia/Shanghai; empty: now, for a policy that looks back.

    Raises:
        UserError: an unknown policy, a time that can't be read or lies ahead, or one that this
            policy does not take.
    """
    policy = POLICIES.get(name)
    if policy is None:
        raise UserError(f"没有核验策略“{name[:40]}”，可用：{'、'.join(POLICIES)}")
    if not policy.as_of:
        if as_of:
            raise UserError(f"策略 {policy.name} 只看现在；要问某一时间是否有效，请用 archive")
        return policy, None
    if not as_of or as_of == f"{datetime.fromtimestamp(at, SHANGHAI):%Y-%m-%d}":
        # the day that has not ended: as far as it has come
        return policy, at
    moment = _read_time(as_of)
    if moment > at:
        raise UserError(f"时间 {as_of} 在将来")
    return policy, moment


def _read_time(text: str) -> int:
    form = _MOMENT.fullmatch(text)
    try:
        if form is None:
            raise ValueError
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"时间应写作 2026-05-01 或 2026-05-01T14:30，得到 “{text[:40]}”") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    if form[1] is None:
        moment += timedelta(hours=23, minutes=59, seconds=59)
    return int(moment.timestamp())
