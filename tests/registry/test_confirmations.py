from credential.confirmation import Confirmation
from registry.audit import audit_trail
from registry.confirmations import file_object, record_confirmation
from registry.registry import Registry
from tests.samples import AT


def test_who_when_and_which_places_stay_in_the_trail(registry: Registry) -> None:
    said = Confirmation("王公证员", AT, frozenset({"promisor", "matter"}))
    record_confirmation(registry, "ab" * 32, said)
    (entry,) = audit_trail(registry, file_object("ab" * 32))
    assert (entry.at, entry.who, entry.action, entry.why) == (
        AT,
        "王公证员",
        "verify.confirm",
        "对照画面确认：matter、promisor",
    )
