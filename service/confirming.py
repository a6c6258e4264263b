"""A clerk who looked at a scan: the confirmation is recorded, and only then counts."""

from dataclasses import dataclass
from typing import Final

from credential.confirmation import (
    PAGE,
    Confirmation,
    confirm,
    confirmed_pictures,
    places_to_confirm,
)
from credential.verdict import Indication, SubIndication, Verdict
from registry.confirmations import record_confirmation
from service.errors import UserError
from service.office import Office
from service.web.verdict_page import field_label

_OPEN: Final = SubIndication.CONTENT_NOT_COMPARED


@dataclass(frozen=True, slots=True)
class Person:
    """Who looked, the office that keeps it, and the SHA-256 of the file looked at, in hexadecimal: the one
    behind the name may be another by now."""

    office: Office
    said: Confirmation
    seen: str

    def confirm(self, verdict: Verdict) -> Verdict:
        """Raises UserError for another file than was seen, or a place that is not to be confirmed."""
        if verdict.sha256 != self.seen.lower():
            raise UserError(
                f"这不是看过的那个文件：看过的 SHA-256 是 {self.seen}，{verdict.file} 现在是 "
                f"{verdict.sha256}；请先看现在的画面"
            )
        asked = places_to_confirm(verdict)
        if wrong := sorted(self.said.places - set(asked)):
            rest = "、".join(asked) or f"没有（{_why(verdict)}）"
            raise UserError(f"没有这一处要确认：{'、'.join(wrong)}；要确认的：{rest}")
        pictures = confirmed_pictures(verdict, self.said)
        record_confirmation(self.office.registry, verdict.sha256, self.said, pictures)
        return confirm(verdict, self.said)


def asking_words(verdict: Verdict) -> str | None:
    """What a person has still to look at, or None."""
    places = places_to_confirm(verdict)
    if places:
        words = "、".join(f"{_place_words(place)}（{place}）" for place in places)
        return f"  待人工对照画面确认：{words}；看过后另加 --seen {verdict.sha256}"
    codes = {finding.code for axis in verdict.axes for finding in axis.findings}
    helpless = verdict.indication is Indication.INDETERMINATE and "SCANNED_PAGE" in codes
    return "  人工确认不能使这份文件通过：先解决上面指出的各项" if helpless else None


def _why(verdict: Verdict) -> str:
    """What a confirmation doesn't help against; it decides, and the reader has yet to see it."""
    if not verdict.policy.person:
        return f"策略 {verdict.policy.name} 不由人确认"
    left = [axis for axis in verdict.deciding if axis.indication is not Indication.PASSED]
    if not left:
        return "已经核对"
    # where nothing else is in the way: a symbol alone, with no page around it that could be looked at
    closed = [axis for axis in left if axis.sub_indication is not _OPEN] or left
    return "；".join(one.message for axis in closed for one in axis.findings[:1]) or "无可对照"


def _place_words(place: str) -> str:
    name, _, number = place.partition("-")
    if name != PAGE:
        return field_label(place)
    return f"第 {number} 页整页" if number else "整页"
