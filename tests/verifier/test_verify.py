"""The whole way: a file's bytes in, a verdict out."""

import json
from dataclasses import replace

import pytest

from credential.claims import encode_claims
from credential.cose import sign1
from credential.grade import sign_grade
from credential.protocols import StatusSnapshot
from credential.qr_text import write_qr_text
from credential.status import Status, sign_status_list
from credential.verdict import AxisName, Indication, SubIndication, verdict_json
from tests import samples
from tests.certgen import documents
from tests.verifier import paper
from verifier.verify import verify_text

PASSED, FAILED, UNSURE = Indication.PASSED, Indication.FAILED, Indication.INDETERMINATE
SNAPSHOT = StatusSnapshot(1, sign_status_list(samples.STATUS_LIST, samples.ISSUER))


@pytest.mark.parametrize("style", [paper.A5, paper.A4, paper.LABEL], ids=lambda style: style.name)
def test_an_honest_page_passes_on_every_axis(style):
    issued = paper.producer()
    verdict = paper.check(paper.pdf(issued, style), paper.known(issued))
    assert verdict.indication is PASSED, verdict.axes
    assert [axis.name for axis in verdict.axes] == [
        AxisName.CONTAINER,
        AxisName.CREDENTIAL,
        AxisName.REGISTRY_STATUS,
        AxisName.CONTENT_MATCH,
        AxisName.VISIBILITY,
    ]
    assert verdict.credential is not None
    assert verdict.credential["id"] == samples.number(samples.PRODUCER)
    assert verdict.credential["issued_at"] == "2026-03-05T10:00:00+08:00"
    assert json.loads(json.dumps(verdict_json(verdict)))["indication"] == "TOTAL-PASSED"


def test_an_honest_letter_of_a_natural_person_passes():
    issued = paper.pledge()
    verdict = paper.check(paper.pdf(issued, paper.LETTER), paper.known(issued))
    assert verdict.indication is PASSED, verdict.axes
    assert verdict.credential is not None
    assert verdict.credential["subject"] == {"code": None, "name": "田某根"}


REAL = {
    "letter": (documents.letter(), paper.LETTER),
    "letter with rare characters": (documents.letter(promisor="䶮𬭎㐂"), paper.LETTER),
    "certificate": (documents.certificate(), paper.A5),
    "certificate with long values": (documents.long_certificate(), paper.A5),
    "label": (documents.certificate(), documents.LABEL),
    "label of a household": (documents.household_certificate(), documents.LABEL),
}


@pytest.mark.parametrize("name", REAL)
def test_real_pages_with_all_their_words_pass(name):
    """Justified lines, squeezed punctuation, two pages, outlined titles, narrow digits."""
    issued, style = REAL[name]
    record = paper.record_of(issued, fields=issued.fields)
    at = issued.claims.issued_at + 60
    verdict = paper.check(paper.pdf(issued, style), paper.registry(record), at=at)
    assert verdict.indication is PASSED, verdict.axes


def test_the_digest_settles_the_content_without_a_registry():
    verdict = paper.check(paper.pdf(paper.household()), None, snapshots=(SNAPSHOT,))
    assert paper.axis(verdict, AxisName.CONTENT_MATCH).indication is PASSED


def test_an_honest_docx_passes():
    issued = paper.pledge()
    verdict = paper.check(paper.docx_of(issued), paper.known(issued))
    assert verdict.indication is PASSED, verdict.axes


@pytest.mark.parametrize("draw", [paper.symbol_png, paper.symbol_jpeg])
def test_a_picture_of_the_symbol_says_that_the_content_was_not_compared(draw):
    issued = paper.producer()
    verdict = paper.check(draw(issued.qr_text), paper.known(issued))
    assert paper.axis(verdict, AxisName.CREDENTIAL).indication is PASSED
    assert verdict.indication is UNSURE
    assert verdict.worst.sub_indication is SubIndication.CONTENT_NOT_COMPARED
    assert "未与签发内容比对" in verdict.worst.findings[0].message


def test_a_scanned_text_alone():
    issued = paper.producer()
    verdict = verify_text(
        issued.qr_text, trust=samples.TRUST, at=paper.NOW, records=paper.known(issued)
    )
    assert verdict.indication is UNSURE
    assert verdict.worst.findings[0].code == "TEXT_ONLY"


@pytest.mark.parametrize(
    ("status", "indication", "sub"),
    [
        (Status.INVALID, FAILED, SubIndication.REVOKED),
        (Status.SUPERSEDED, FAILED, SubIndication.SUPERSEDED),
        (Status.SUSPENDED, UNSURE, SubIndication.SUSPENDED),
    ],
)
def test_the_status_decides_with_date_and_reason(status, indication, sub):
    issued = paper.producer()
    record = paper.record_of(issued, status=status, status_at=samples.AT + 60, reason="登记有误")
    verdict = paper.check(paper.pdf(issued), paper.registry(record))
    assert (verdict.indication, verdict.worst.sub_indication) == (indication, sub)
    assert "2026年3月5日" in verdict.worst.findings[0].message
    assert "登记有误" in verdict.worst.findings[0].message


@pytest.mark.parametrize(("late", "indication"), [(-1, PASSED), (0, FAILED), (1, FAILED)])
def test_expiry_is_a_boundary(late, indication):
    issued = paper.household()
    at = (samples.HOUSEHOLD.expires_at or 0) + late
    verdict = paper.check(paper.pdf(issued), paper.known(issued), at=at)
    assert verdict.indication is indication, verdict.axes


def test_a_registry_that_is_down_is_never_a_pass():
    verdict = paper.check(paper.pdf(paper.producer()), paper.UNAVAILABLE)
    assert (verdict.indication, verdict.worst.sub_indication) == (UNSURE, SubIndication.TRY_LATER)
    assert "最近一次成功查询：2026年3月5日" in verdict.worst.findings[0].message


def test_a_registry_that_breaks_is_never_a_pass_nor_an_exception():
    broken = paper.Registry(down=ZeroDivisionError("secret"))
    verdict = paper.check(paper.pdf(paper.producer()), broken)
    assert (verdict.indication, verdict.worst.sub_indication) == (UNSURE, SubIndication.TRY_LATER)
    assert "secret" not in verdict.worst.findings[0].message


def test_a_number_that_the_registry_never_recorded():
    verdict = paper.check(paper.pdf(paper.producer()), paper.registry())
    assert (verdict.indication, verdict.worst.sub_indication) == (UNSURE, SubIndication.NO_POE)


def test_a_number_recorded_for_other_bytes_fails():
    issued = paper.producer()
    record = paper.record_of(issued, message_sha256=bytes(32))
    verdict = paper.check(paper.pdf(issued), paper.registry(record))
    assert (verdict.indication, verdict.worst.sub_indication) == (
        FAILED,
        SubIndication.HASH_FAILURE,
    )


def test_a_registry_that_lies_about_the_fields_changes_nothing():
    altered = paper.producer(quantity="9200公斤")
    record = paper.record_of(altered, fields=altered.fields)
    verdict = paper.check(paper.pdf(altered), paper.registry(record))
    assert verdict.indication is FAILED
    assert paper.axis(verdict, AxisName.CONTENT_MATCH).findings[0].field == "quantity"


def test_offline_with_a_status_list_says_how_old_it_is():
    verdict = paper.check(paper.pdf(paper.producer()), None, snapshots=(SNAPSHOT,))
    assert verdict.indication is PASSED, verdict.axes
    assert "状态列表签发于" in paper.axis(verdict, AxisName.REGISTRY_STATUS).findings[0].message


def test_offline_without_a_status_list_is_indeterminate():
    verdict = paper.check(paper.pdf(paper.producer()), None)
    assert (verdict.indication, verdict.worst.sub_indication) == (UNSURE, SubIndication.TRY_LATER)


def test_the_grade_now_stands_beside_the_grade_as_issued():
    issued = paper.producer()
    at = samples.GRADE_STATEMENT.issued_at
    statement = sign_grade(samples.GRADE_STATEMENT, samples.ISSUER)
    record = paper.record_of(issued, grade_statement=statement)
    verdict = paper.check(paper.pdf(issued), paper.registry(record), at=at)
    assert verdict.grade is not None
    assert (verdict.grade.as_issued, verdict.grade.now, verdict.grade.at) == ("A", "c", at)


def test_a_forged_grade_statement_is_no_grade():
    issued = paper.producer()
    at = samples.GRADE_STATEMENT.issued_at
    statement = sign_grade(samples.GRADE_STATEMENT, samples.STRANGER)
    record = paper.record_of(issued, grade_statement=statement)
    verdict = paper.check(paper.pdf(issued), paper.registry(record), at=at)
    assert verdict.grade is not None
    assert verdict.grade.now is None


def test_an_unknown_key_never_passes():
    message = sign1(encode_claims(samples.PRODUCER), samples.STRANGER)
    forged = replace(
        paper.producer(), message=message, qr_text=write_qr_text(message, samples.BASE_URL)
    )
    verdict = paper.check(paper.pdf(forged), paper.known(paper.producer()))
    assert verdict.indication is UNSURE
    assert verdict.worst.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    content = paper.axis(verdict, AxisName.CONTENT_MATCH)
    assert content.sub_indication is SubIndication.CONTENT_NOT_COMPARED


def test_a_compromised_key_holds_only_with_a_record_from_before():
    message = sign1(encode_claims(samples.PRODUCER), samples.COMPROMISED)
    issued = replace(
        paper.producer(), message=message, qr_text=write_qr_text(message, samples.BASE_URL)
    )
    page = paper.pdf(issued)
    before = paper.record_of(issued, recorded_at=samples.COMPROMISED_AT - 1)
    after = paper.record_of(issued, recorded_at=samples.COMPROMISED_AT)
    assert paper.check(page, paper.registry(before)).indication is PASSED
    late = paper.check(page, paper.registry(after))
    assert (late.indication, late.worst.sub_indication) == (FAILED, SubIndication.REVOKED)
    offline = paper.check(page, None, snapshots=(SNAPSHOT,))
    assert (offline.indication, offline.worst.sub_indication) == (
        UNSURE,
        SubIndication.REVOKED_NO_POE,
    )


@pytest.mark.parametrize("style", [paper.A5, paper.LABEL], ids=lambda style: style.name)
def test_letters_that_touch_are_no_marks(style):
    """Kerned pairs: the second letter's foot stands in the first one's box."""
    for words in ("FANM-7Y4V", "AVAT-LYTA-WAVY"):
        issued = paper.producer(contact=words)
        verdict = paper.check(paper.pdf(issued, style), paper.known(issued))
        assert paper.axis(verdict, AxisName.VISIBILITY).indication is PASSED, verdict.axes
