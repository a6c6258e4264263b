"""service/status_lists.py: tokens made of the registry as it is."""

from credential.certificate_id import parse_certificate_id
from credential.grade import LIFETIME, open_grade, read_grade
from credential.status import Status, open_status_list, read_status_list
from registry.credentials import find_credential
from registry.status import change_status
from registry.subjects import find_subjects
from service.signing import signer_for
from service.status_lists import signed_grade, signed_status_list
from tests.flows.office import BASE_URL, HOUR, ISSUED, PASSPHRASE, WHO, Place, manifest
from tests.service.batches import COOPERATIVE

LATER = ISSUED + HOUR


def test_a_list_has_every_status_and_lives_a_day(own: Place) -> None:
    states = (Status.INVALID, Status.SUSPENDED, None)
    with own.office() as opened:
        places = {}
        for line, status in zip(manifest(own.a5), states, strict=False):
            number = parse_certificate_id(line["id"])
            stored = find_credential(opened.registry, number)
            assert stored is not None
            places[stored.claims.status.index] = status or Status.VALID
            if status is not None:
                change_status(opened.registry, number, status, "x", at=ISSUED, who=WHO)
        signer = signer_for(opened, "status", None, LATER, PASSPHRASE)
        token = signed_status_list(opened, 1, signer, LATER)
        assert signed_status_list(opened, 2, signer, LATER) is None
    assert token is not None
    envelope = open_status_list(token)
    assert envelope.kid == signer.public_key.kid
    statuses = read_status_list(envelope.payload)
    assert statuses.uri == f"{BASE_URL}/status/1"
    assert (statuses.issued_at, statuses.expires_at) == (LATER, LATER + 24 * HOUR)
    assert {index: statuses.status(index) for index in places} == places


def test_a_grade_statement_is_short_lived_and_of_one_scheme(own: Place) -> None:
    with own.office() as opened:
        [facts] = find_subjects(opened.registry, [COOPERATIVE.name], "jiande")[COOPERATIVE.name]
        signer = signer_for(opened, "grade", "jiande", LATER, PASSPHRASE)
        message = signed_grade(opened, facts.key, "jiande", signer, LATER)
        assert signed_grade(opened, facts.key, "gaoping", signer, LATER) is None
        assert signed_grade(opened, bytes(12), "jiande", signer, LATER) is None
    assert message is not None
    statement = read_grade(open_grade(message).payload)
    assert (statement.subject, statement.scheme) == (facts.key, "jiande")
    assert statement.grade == facts.grade
    assert (statement.issued_at, statement.expires_at) == (LATER, LATER + LIFETIME)
