"""A notary's pile: many files, each verified by itself, in order, and one summary.

Only what a summary says of each file is kept, so that memory does not grow with the files.
"""

import hashlib
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Final

from credential.legible import named
from credential.policy import Policy
from credential.verdict import Indication, SubIndication, Verdict, worst
from verifier.evidence import Evidence
from verifier.report import INDICATION_WORDS, is_plain_pass, pass_words

_SYSTEM_FILES: Final = (
    # RFC 1740, app. A: the resource forks that macOS packs beside every file
    (re.compile(r"(.*/)?\._[^/]*"), (b"\0\5\x16\7",)),
    (re.compile(r"(.*/)?\.DS_Store"), (b"\0\0\0\1Bud1",)),
    # a compound file [MS-CFB] of small pictures
    (re.compile(r"(.*/)?Thumbs\.db"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    (re.compile(r"(.*/)?desktop\.ini"), (b"[", b"\r\n[", b"\xff\xfe[\0", b"\xff\xfe\r\0\n\0[\0")),
)
"""Name and first bytes. By its name alone a document would be passed over."""
_DOCUMENT: Final = re.compile(
    rb"%PDF|startxref|endobj|[\s\0]obj(?![A-Za-z])|[0-9][\s\0]+obj|PK\x03\x04|PK\x05\x06"
    rb"|<\0?(?i:!\0?d\0?o\0?c\0?t\0?y\0?p\0?e\0?\s\0?h|(?:html|body|script|style|svg|table|img|iframe|div|pre|h[1-6]|p)[\s>/])"
)
"""Of a PDF, a ZIP or a page of HTML, wherever it stands: readers mend a PDF by its objects alone, and before the word a
comment may end. Stricter than verifier/other_forms.py: of these small files none is noise."""
_STREAMS: Final = (
    "WordDocument",
    "Workbook",
    "Book",
    "PowerPoint Document",
    "VisioDocument",
    "Quill",
    "Contents",
    "EncryptedPackage",
    "SummaryInformation",
    "FileHeader",
    "Document",
    "__substg1.0",
)
"""What a compound file [MS-CFB] of a program has, of Word, Excel, PowerPoint, Visio, Publisher, Works, Hangul,
StarOffice or Outlook; one of small pictures has a catalog and numbers."""
_STREAM: Final = re.compile(
    b"|".join(re.escape(name.encode("utf-16-le")) for name in _STREAMS), re.IGNORECASE
)
DOUBTFUL: Final = "通过，须看说明"
_AHEAD = 2
"""Files read ahead for each worker."""


@dataclass(frozen=True, slots=True)
class Item:
    """``content``: the bytes, or evidence that says why there are none."""

    name: str
    content: bytes | Evidence


Check = Callable[[Item], Verdict]


@dataclass(frozen=True, slots=True)
class Row:
    """What the summary keeps of one file. ``number``: of the credential in it."""

    file: str
    sha256: str
    indication: Indication
    sub_indication: SubIndication | None
    number: str | None
    message: str
    plain: bool
    """See verifier.report.is_plain_pass."""

    @property
    def is_doubtful(self) -> bool:
        """Passed, but only its message says what that means."""
        return self.indication is Indication.PASSED and not self.plain

    @property
    def words(self) -> str:
        return DOUBTFUL if self.is_doubtful else INDICATION_WORDS[self.indication]

    @property
    def line(self) -> str:
        # one blank: a report on it is read back, and of two the gap is as wide as between columns
        return f"{named(self.file)}：{self.words} {self.message}"

    @classmethod
    def of(cls, verdict: Verdict) -> "Row":
        number = (verdict.credential or {}).get("id")
        findings = verdict.worst.findings if verdict.deciding else ()
        passed = verdict.indication is Indication.PASSED
        return cls(
            verdict.file,
            verdict.sha256,
            verdict.indication,
            verdict.sub_indication,
            number if isinstance(number, str) else None,
            pass_words(verdict) if passed or not findings else findings[0].message,
            is_plain_pass(verdict),
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """``rows`` in the order of the pile; ``passed_over``: names of system files, not verified;
    ``as_of``: the time in the past that was asked for, Unix seconds."""

    policy: Policy
    rows: tuple[Row, ...]
    passed_over: tuple[str, ...] = ()
    as_of: int | None = None

    @property
    def indication(self) -> Indication:
        return worst([row.indication for row in self.rows])

    @property
    def sha256(self) -> str:
        """Over the fingerprints of all files in order, in hexadecimal."""
        return hashlib.sha256("\n".join(row.sha256 for row in self.rows).encode()).hexdigest()

    def count_lines(self) -> list[str]:
        counts = Counter(row.indication for row in self.rows)
        lines = [f"{words}：{counts[one]} 个文件" for one, words in INDICATION_WORDS.items()]
        if doubtful := len(self.doubtful_lines()):
            lines[0] += f"，其中 {doubtful} 个须看说明"
        over = len(self.passed_over)
        return [*lines, f"系统文件，未核验：{over} 个"] if over else lines

    def same_files(self) -> dict[str, list[int]]:
        """SHA-256 -> places (from 1) of files that are there more than once."""
        return _repeated(row.sha256 for row in self.rows)

    def same_credentials(self) -> dict[str, list[int]]:
        """Number -> places (from 1) of different files that bear the same credential."""
        found = _repeated(row.number for row in self.rows)
        return {
            number: places
            for number, places in found.items()
            if len({self.rows[place - 1].sha256 for place in places}) > 1
        }

    def doubtful_lines(self) -> list[str]:
        """What a pass of the whole pile says only of some files."""
        return [row.line for row in self.rows if row.is_doubtful]

    def passed_over_lines(self) -> list[str]:
        return [f"{name}：系统文件，未核验" for name in self.passed_over]

    def duplicate_lines(self) -> list[str]:
        files = [f"同一文件出现 {len(p)} 次：{_places(p)}" for p in self.same_files().values()]
        return files + [
            f"凭证 {number} 出现在 {len(places)} 个文件中：{_places(places)}"
            for number, places in self.same_credentials().items()
        ]


def may_be_system_file(name: str) -> bool:
    """By its name; ``name``: its path in the pile, with slashes."""
    return any(form.fullmatch(name) for form, _ in _SYSTEM_FILES)


def is_system_file(name: str, data: bytes) -> bool:
    """What macOS and Windows put into folders by themselves. ``data``: all of it, since a reader looks
    for a document behind whatever stands in front."""
    ours = any(form.fullmatch(name) and data.startswith(begin) for form, begin in _SYSTEM_FILES)
    return ours and _DOCUMENT.search(data) is None and _STREAM.search(data) is None


def verify_pile(items: Iterable[Item], check: Check, workers: int) -> Iterator[Verdict]:
    """A verdict each, in the order of the items, ``workers`` at a time; nothing is read far ahead."""
    source = iter(items)
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Verdict]] = deque(
            pool.submit(check, item) for item in islice(source, workers * _AHEAD)
        )
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(check, item) for item in islice(source, 1))


def _repeated(values: Iterable[str | None]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, value in enumerate(values, 1):
        if value:
            places.setdefault(value, []).append(place)
    return {value: found for value, found in places.items() if len(found) > 1}


def _places(places: list[int]) -> str:
    return "、".join(f"第 {place} 个" for place in places[:20]) + ("等" if len(places) > 20 else "")
