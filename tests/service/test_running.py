"""service/running.py: what the pages are told, and while something behind them fails."""

import asyncio
from collections.abc import Iterator

import pytest

from credential.certificate_id import parse_certificate_id
from credential.claims import Grade
from credential.protocols import RegistryUnavailable
from credential.status import Status
from registry.keys import issuer_keys
from registry.status import change_status
from registry.subjects import find_subjects
from service import running
from service.errors import UserError
from service.running import RunningOffice, start_office, subject_page
from service.signing import root_signer
from service.trust import publish
from tests.flows.office import ISSUED, PASSPHRASE, WHO, Place, manifest, printed
from tests.service.batches import CONSENTED, COOPERATIVE, HOUSEHOLD
from verifier.isolation import Isolation
from verifier.pile import Item


@pytest.fixture
def started(own: Place) -> Iterator[RunningOffice]:
    with own.office() as opened:
        office = start_office(opened, PASSPHRASE, Isolation(workers=1))
        try:
            yield office
        finally:
            office.counter.stop()


def number_of(place: Place, name: str) -> bytes:
    return parse_certificate_id(next(o.number for o in printed(place) if o.producer.name == name))


def test_a_scan_is_of_the_record_and_the_grade_now(own: Place, started: RunningOffice) -> None:
    number = number_of(own, COOPERATIVE.name)
    reason = ("--reason", "抽查不符", COOPERATIVE.uscc, "C")
    own.done("grade", "set", "--scheme", "jiande", *reason, at=ISSUED + 60)
    change_status(started.office.registry, number, Status.SUSPENDED, "核查", at=ISSUED, who=WHO)
    facts = asyncio.run(started.scan(number))
    assert facts is not None
    assert (facts.record.id, facts.record.status, facts.record.reason) == (
        *(number, Status.SUSPENDED, "核查"),
    )
    assert (facts.grade.now, facts.grade.since) == (Grade("c-upper", "C"), ISSUED + 60)
    assert (facts.grade.published, facts.subject_name) == (True, COOPERATIVE.name)
    assert asyncio.run(started.scan(bytes(10))) is None


def test_a_natural_persons_name_is_masked_and_the_grade_withheld(
    own: Place, started: RunningOffice
) -> None:
    silent = asyncio.run(started.scan(number_of(own, HOUSEHOLD.name)))
    agreed = asyncio.run(started.scan(number_of(own, CONSENTED.name)))
    assert silent is not None and agreed is not None
    assert (silent.grade.now, silent.grade.published) == (None, False)
    assert (agreed.grade.now, agreed.grade.published) == (Grade("c-lower", "c"), True)
    for facts, household in ((silent, HOUSEHOLD), (agreed, CONSENTED)):
        assert facts.subject_name != household.name
        assert "某" in facts.subject_name or "*" in facts.subject_name


def test_a_grade_statement_only_where_the_grade_may_be_shown(
    own: Place, started: RunningOffice
) -> None:
    at = started.now()
    assert started.grade_statement(number_of(own, COOPERATIVE.name), at)
    assert started.grade_statement(number_of(own, CONSENTED.name), at)
    assert started.grade_statement(number_of(own, HOUSEHOLD.name), at) is None
    assert started.grade_statement(bytes(10), at) is None


def test_a_subjects_page_is_of_organisations_only(own: Place, started: RunningOffice) -> None:
    page = started.subject(COOPERATIVE.uscc or "")
    assert page is not None
    assert (page.name, page.uscc, page.type_words) == (
        *(COOPERATIVE.name, COOPERATIVE.uscc, "合作社"),
    )
    assert [grade.grade.code for grade in page.grades] == [COOPERATIVE.grade]
    assert [change.reason for change in page.history] == ["导入主体名录"]
    assert started.subject("93330182MA0U00012U") is None
    assert started.subject("nonsense") is None
    registry = started.office.registry
    [household] = find_subjects(registry, [CONSENTED.name], "jiande")[CONSENTED.name]
    assert subject_page(started.office, household.key) is None


def test_keys_status_list_and_trust_list_as_published(own: Place, started: RunningOffice) -> None:
    assert len(started.jwk_set()["keys"]) == 3  # type: ignore[arg-type]
    assert started.status_list(1) and started.status_list(9) is None
    assert started.trust_list_message() == (own.home.trust / "trust-list.cose").read_bytes()
    assert len(issuer_keys(started.office.registry)) == len(started.trust_list().keys)


def test_a_new_trust_list_is_in_force_within_seconds(
    started: RunningOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert started.trust_list().version == 1
    root = root_signer(started.office, PASSPHRASE)
    publish(started.office, root, at=started.now(), who=WHO, why="x")
    assert started.trust_list().version == 1, "read a moment ago"
    monkeypatch.setattr(running, "TRUST_AGE", -1)
    assert started.trust_list().version == 2


def test_the_list_held_stays_while_the_registry_does_not_answer(
    started: RunningOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = started.trust_list()

    def silent(_: object) -> None:
        raise RegistryUnavailable("down")

    monkeypatch.setattr(running, "TRUST_AGE", -1)
    monkeypatch.setattr(running, "newest_trust_list", silent)
    assert started.trust_list() is held


def test_it_does_not_start_without_what_it_needs(own: Place) -> None:
    isolation = Isolation(workers=1)
    with own.office() as opened:
        with pytest.raises(UserError, match="口令不对"):
            start_office(opened, "another passphrase", isolation)
        serving = next(k for k in issuer_keys(opened.registry) if "grade" in k.uses)
        (own.home.private_keys / f"{serving.key.kid.hex()}.json").unlink()
        with pytest.raises(UserError, match="没有可用于签发信用等级的密钥"):
            start_office(opened, PASSPHRASE, isolation)


def test_an_upload_is_verified_with_the_grade_now(own: Place, started: RunningOffice) -> None:
    file = next(line["file"] for line in manifest(own.labels))
    verdict = started.verify(Item(file, (own.labels / file).read_bytes()))
    assert verdict.file == file
    assert verdict.grade is not None and verdict.grade.now


def test_ready_while_the_registry_answers(
    started: RunningOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(started.check_ready())

    def silent(*_: object) -> None:
        raise RegistryUnavailable("down")

    monkeypatch.setattr(running, "scan_view", silent)
    with pytest.raises(RegistryUnavailable):
        asyncio.run(started.check_ready())
