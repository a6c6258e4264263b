"""A ZIP from the web: each member by itself, and one answer for all of them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from credential.verdict import Indication, SubIndication, Verdict, verdict_json
from credential.verdict_schema import VERDICT_SCHEMA
from service.piles import Pile
from service.web.context import WebContext
from service.web.upload import Upload
from verifier.evidence import stopped
from verifier.pile import Item, Row, Summary
from verifier.zip_pile import PileLimits

WEB_PILE: Final = PileLimits(members=50, directory=64 << 10, inflated=200 << 20)
"""A ZIP on the web: what a reader waits for; larger piles are for ``zhengxin verify``."""
PILE_SECONDS: Final = 300.0
"""For all of it: fifty photographs take so long."""
SCHEMA: Final = "zhengxin-pile/1"


@dataclass(frozen=True, slots=True)
class VerifiedPile:
    """``checked_at``: Unix seconds, when the last was verified."""

    summary: Summary
    verdicts: tuple[Verdict, ...]
    checked_at: int


def verify_upload_pile(
    context: WebContext, upload: Upload, goes_on: Callable[[], bool]
) -> VerifiedPile:
    """One after the other: a pile takes no more than one file's place. ``goes_on`` is asked before
    each; once it says no, the others are not read.

    Raises:
        PileError: the archive is refused.
        VerifierBusy: the queue for children is full.
        UserError: nothing is known of the time that is asked for.
    """
    pile = context.unpack(upload.data, WEB_PILE)
    items = _while(goes_on, pile)
    verdicts = tuple(context.verify(item, upload.policy, upload.as_of) for item in items)
    summary = Summary(upload.policy, tuple(map(Row.of, verdicts)), pile.passed_over, upload.as_of)
    return VerifiedPile(summary, verdicts, context.now())


def _while(goes_on: Callable[[], bool], pile: Pile) -> Iterator[Item]:
    items = iter(pile.items)
    words = f"整个压缩包的核验超过 {PILE_SECONDS:g} 秒，这个文件没有核验，请分成几个较小的压缩包"
    late = stopped(SubIndication.PROCESSING_LIMIT, "PILE_TIME", words)
    for place in range(1, pile.count + 1):
        yield next(items) if goes_on() else Item(f"第 {place} 个文件", late)


def pile_json(pile: VerifiedPile, upload: Upload) -> dict[str, object]:
    """The object that docs/pile.schema.json describes."""
    summary, policy = pile.summary, pile.summary.policy
    counts = {str(one): sum(row.indication is one for row in summary.rows) for one in Indication}
    return {
        "schema": SCHEMA,
        "file": upload.name,
        "sha256": hashlib.sha256(upload.data).hexdigest(),
        "checked_at": pile.checked_at,
        "indication": str(summary.indication),
        "policy": {"name": policy.name, "version": policy.version, "sha256": policy.sha256},
        "as_of": upload.as_of,
        "counts": counts,
        "passed_over": list(summary.passed_over),
        "same_files": _places("sha256", summary.same_files()),
        "same_credentials": _places("id", summary.same_credentials()),
        "verdicts": [verdict_json(verdict) for verdict in pile.verdicts],
    }


def _places(name: str, found: Mapping[str, list[int]]) -> list[dict[str, object]]:
    return [{name: value, "places": places} for value, places in found.items()]


def _repeated(name: str, what: str) -> dict[str, object]:
    places = {"type": "array", "minItems": 2, "items": {"type": "integer", "minimum": 1}}
    return {
        "type": "array",
        "description": f"{what} that are there more than once, with their places from 1",
        "items": {
            "type": "object",
            "required": [name, "places"],
            "properties": {name: {"type": "string"}, "places": places},
        },
    }


_COUNT: Final = {"type": "integer", "minimum": 0}
_TIME: Final = {"type": "integer", "minimum": 0, "description": "Unix seconds"}
_PROPERTIES: Final = {
    "schema": {"const": SCHEMA},
    "file": {"type": "string"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "of the ZIP"},
    "checked_at": _TIME,
    "indication": {
        "description": "the worst of all files",
        "enum": [str(one) for one in Indication],
    },
    "policy": {
        "type": "object",
        "description": "as in each verdict",
        "required": ["name", "version", "sha256"],
    },
    "as_of": {"anyOf": [_TIME, {"type": "null"}]},
    "counts": {
        "type": "object",
        "required": [str(one) for one in Indication],
        "properties": {str(one): _COUNT for one in Indication},
    },
    "passed_over": {
        "type": "array",
        "description": "names of system files (.DS_Store, Thumbs.db), which are not verified",
        "items": {"type": "string"},
    },
    "same_files": _repeated("sha256", "files"),
    "same_credentials": _repeated("id", "credentials, in different files,"),
    "verdicts": {
        "type": "array",
        "description": "one a file, in the order of the ZIP",
        "items": VERDICT_SCHEMA,
    },
}
PILE_SCHEMA: Final[dict[str, object]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:zhengxin:pile:1",
    "title": "Verdicts on the files of a ZIP (证信批量核验结论)",
    "type": "object",
    "required": list(_PROPERTIES),
    "properties": _PROPERTIES,
}
"""docs/pile.schema.json is its copy."""
