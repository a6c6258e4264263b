"""service/printing.py: a record alone gives the file, the same today and next year."""

import pytest

from certgen.document import Document
from credential.certificate_id import parse_certificate_id
from credential.qr_text import read_qr_text
from registry.credentials import StoredCredential, find_credential
from service.printing import DOCX, PDF, PRINT_ERRORS, page_style, print_document, stored_document
from tests.flows.office import BASE_URL, Place, manifest


def stored(office: Place, folder: str) -> StoredCredential:
    number = manifest(office.folder / folder)[0]["id"]
    with office.office() as opened:
        found = find_credential(opened.registry, parse_certificate_id(number))
    assert found is not None
    return found


def document(office: Place, folder: str) -> Document:
    return stored_document(stored(office, folder), BASE_URL)


def test_a_document_is_of_the_record_and_the_address(office: Place) -> None:
    record = stored(office, "a5")
    made = stored_document(record, "https://other.example")
    assert (made.claims, made.message, made.fields) == (
        record.claims,
        record.message,
        record.fields,
    )
    assert read_qr_text(made.qr_text) == ("https://other.example", record.message)


@pytest.mark.parametrize(
    ("folder", "scheme", "style", "form"),
    [
        ("a5", "jiande", "a5", PDF),
        ("labels", "jiande", "label-80x60", PDF),
        ("pledges", "gaoping", "letter-a4", PDF),
        ("pledges", "gaoping", "letter-a4", DOCX),
    ],
)
def test_the_record_alone_gives_the_file_that_left(
    office: Place, folder: str, scheme: str, style: str, form: str
) -> None:
    with office.office() as opened:
        pack = opened.pack(scheme)
        file = print_document(document(office, folder), pack, pack.style(style), form)
    assert file.name == f"{manifest(office.folder / folder)[0]['id']}.{form}"
    left = (office.folder / folder / file.name).read_bytes()
    assert left[: len(file.data)] == file.data
    seal = left[len(file.data) :]  # an incremental update, ISO 32000-2, 7.5.6
    assert (seal.count(b"/ByteRange"), seal.count(b"%%EOF")) == ((1, 1) if form == PDF else (0, 0))
    assert form == PDF or not seal


def test_what_cannot_be_printed_says_why(office: Place) -> None:
    made = document(office, "a5")
    fields = {**made.fields, "origin": "𪚥村"}
    with office.office() as opened, pytest.raises(PRINT_ERRORS, match="𪚥"):
        pack = opened.pack("jiande")
        other = Document(made.claims, made.message, made.qr_text, fields)
        print_document(other, pack, pack.style("a5"), PDF)


def test_a_style_is_the_packs(office: Place) -> None:
    with office.office() as opened:
        pack = opened.pack("jiande")
        style = page_style(pack, pack.style("label-80x60"))
    assert (style.width_mm, style.height_mm) == (80, 60)
    assert style.template == pack.templates[pack.style("label-80x60").template]
