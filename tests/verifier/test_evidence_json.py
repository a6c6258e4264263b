"""Evidence goes through JSON unchanged; anything else is refused."""

import json
from dataclasses import replace

import pytest

from credential.verdict import Place, SubIndication
from verifier.evidence import (
    Attachment,
    Evidence,
    Flag,
    Form,
    Glyph,
    PageSize,
    Paragraph,
    ScannedLine,
    ScannedPage,
    ScanState,
    Symbol,
)
from verifier.evidence_json import EvidenceError, read_evidence, write_evidence
from verifier.pdf_signature import (
    Chain,
    Later,
    PdfSignature,
    PdfSignatures,
    Revocation,
    Signer,
    TimeStamp,
)

SIGNER = Signer("某局", "c3" * 32, (1, 10), True, 3072, Chain((2, 9), Revocation.GOOD))
FULL = Evidence(
    form=Form.PDF,
    pages=(PageSize(148.0, 210.0),),
    glyphs=(Glyph("国", 1, (1.0, 2.0, 3.0, 4.0), 3.5, 10.5, 0.98, 0.1, 1.0),),
    second_text=("国\ud800",),
    paragraphs=(Paragraph("国", symbol=True),),
    symbols=(Symbol("https://x/1/2", 1, (0.0, 0.0, 9.0, 9.0)), Symbol("x", 1, None)),
    attachments=(Attachment("credential.cose", b"\x00\xff"),),
    unexplained=(Place(1, (0.0, 0.0, 1.0, 1.0)),),
    flags=(Flag(SubIndication.HIDDEN_CONTENT, "X", "某", Place(1)),),
    scanned=(
        ScannedPage(
            1,
            ScanState.READ,
            (ScannedLine("国", (1.0, 2.0, 3.0, 4.0), (0.0, 0.0, 2.0, 2.0), (0.75,)),),
            (Symbol("https://x/1/2", 1, (0.0, 0.0, 9.0, 9.0)),),
        ),
        ScannedPage(2, ScanState.OUT_OF_TIME, digest="ab" * 32),
    ),
    signatures=PdfSignatures(
        (
            PdfSignature(
                field="Seal",
                document_stamp=False,
                intact=True,
                genuine=True,
                whole=False,
                later=Later.VALIDATION_DATA,
                hash="sha256",
                algorithm="sha256_rsa",
                signer=SIGNER,
                claimed_at=8,
                stamp=TimeStamp(9, True, replace(SIGNER, chain=None)),
            ),
        ),
        "一处损坏",
    ),
)


def test_round_trip():
    assert read_evidence(write_evidence(FULL)) == FULL
    assert read_evidence(write_evidence(Evidence(Form.DOCX))) == Evidence(Form.DOCX)


@pytest.mark.parametrize("key", list(json.loads(write_evidence(FULL))))
@pytest.mark.parametrize("value", [None, 7, "x", [[]], [[1]], {"a": 1}, [["a", "b"]], [None]])
def test_another_type_anywhere_is_refused(key, value):
    data = json.loads(write_evidence(FULL))
    data[key] = value
    if (key, value) in [("second_text", "x"), ("signatures", None)]:
        return
    with pytest.raises(EvidenceError, match="证据格式有误"):
        read_evidence(json.dumps(data))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none(number):
    text = write_evidence(FULL).replace("10.5", number)
    with pytest.raises(EvidenceError):
        read_evidence(text)


def test_a_missing_part_is_refused():
    data = json.loads(write_evidence(FULL))
    del data["flags"]
    with pytest.raises(EvidenceError):
        read_evidence(json.dumps(data))
