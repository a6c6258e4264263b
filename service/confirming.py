"""A clerk who looked at a scan: the confirmation is recorded, and only then counts."""

from dataclasses import dataclass

from credential.confirmation import PAGE, Confirmation, confirm, places_to_confirm
from credential.verdict import Verdict
from registry.confirmations import record_confirmation
from service.errors import UserError
from service.office import Office
from service.web.verdict_page import field_label


@dataclass(frozen=True, slots=True)
class Person:
    """Who looked, and the office that keeps it."""

    office: Office
    said: Confirmation

    def confirm(self, verdict: Verdict) -> Verdict:
        """Raises UserError for a place that is not to be confirmed."""
        asked = places_to_confirm(verdict)
        if wrong := sorted(self.said.places - set(asked)):
            rest = "、".join(asked) or "没有"
            raise UserError(f"没有这一处要确认：{'、'.join(wrong)}；要确认的：{rest}")
        record_confirmation(self.office.registry, verdict.sha256, self.said)
        return confirm(verdict, self.said)


def asking_words(verdict: Verdict) -> str | None:
    """What a person has still to look at, or None."""
    places = places_to_confirm(verdict)
    words = "、".join(
        f"{'整页' if place == PAGE else field_label(place)}（{place}）" for place in places
    )
    return f"  待人工对照画面确认：{words}" if places else None
