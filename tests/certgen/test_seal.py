"""Sealed PDFs: the same page, the same bytes each time, and intact for programs that are not ours."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pikepdf import Name

from certgen.page import render_pdf
from certgen.seal import REASON, SealError, prepare_seal, seal_pdf
from tests import samples, seals
from tests.certgen import documents

AT = samples.AT


@pytest.fixture(scope="module")
def plain() -> bytes:
    return render_pdf(documents.certificate(), documents.A5, at=AT)


@pytest.fixture(scope="module")
def sealed(plain: bytes) -> bytes:
    return seal_pdf(plain, seals.seal(), at=AT)


def test_the_document_stays_as_it_was(plain: bytes, sealed: bytes) -> None:
    assert sealed.startswith(plain)
    with pikepdf.open(io.BytesIO(plain)) as one, pikepdf.open(io.BytesIO(sealed)) as two:
        assert two.get_warnings() == []
        assert one.pages[0].Contents.read_bytes() == two.pages[0].Contents.read_bytes()
        # PDF/A-3u (ISO 19005-3): the identification, its metadata and dates, the attachment
        assert one.Root.Metadata.read_bytes() == two.Root.Metadata.read_bytes()
        assert dict(one.docinfo) == dict(two.docinfo)
        assert one.trailer.ID[0] == two.trailer.ID[0]
        assert set(two.Root.keys()) - set(one.Root.keys()) == {"/AcroForm"}
        assert two.Root.AF[0].AFRelationship == one.Root.AF[0].AFRelationship


def test_the_field_draws_nothing_and_is_printed_as_pdf_a_wants(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as opened:
        form = opened.Root.AcroForm
        assert set(form.keys()) == {"/Fields", "/SigFlags"}
        (field,) = form.Fields
        # ISO 19005-3 §6.3.2 and §6.3.3: printed, not hidden, no appearance where it has no extent
        assert field.F == 132
        assert [float(side) for side in field.Rect] == [0, 0, 0, 0]
        assert "/AP" not in field
        assert field.V.SubFilter == Name("/ETSI.CAdES.detached")
        assert str(field.V.Reason) == REASON
        assert str(field.V.M) == "D:20260305100000+08'00'"
        assert list(opened.pages[0].Annots) == [field]


def test_the_same_document_gives_the_same_bytes(plain: bytes, sealed: bytes) -> None:
    again = prepare_seal(seals.seal_key())
    assert seal_pdf(plain, again, at=AT) == sealed
    assert seal_pdf(plain, seals.seal(), at=AT + 1) != sealed


def test_openssl_finds_the_seal_intact(sealed: bytes, tmp_path: Path) -> None:
    """CMS over the byte range (ISO 32000-1 §12.8.1), checked by a program that knows no PDF."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", sealed)
    assert found
    start, first, second, last = (int(number) for number in found.groups())
    assert (start, second + last) == (0, len(sealed))
    message = bytes.fromhex(sealed[first + 1 : second - 1].decode())
    (tmp_path / "message").write_bytes(message)
    (tmp_path / "content").write_bytes(sealed[:first] + sealed[second:])
    pem = seals.seal_key().certificate.public_bytes(Encoding.PEM)
    (tmp_path / "certificate").write_bytes(pem)
    command = [
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "message",
        "-content", "content", "-CAfile", "certificate", "-purpose", "any", "-partial_chain",
        "-attime", str(AT), "-out", "out",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "CMS Verification successful" in done.stderr
    (tmp_path / "content").write_bytes(sealed[:first] + sealed[second:].replace(b"obj", b"obi"))
    broken = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert broken.returncode != 0


def test_poppler_finds_the_seal_intact(sealed: bytes, tmp_path: Path) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("poppler-utils is not installed")
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    done = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False)
    assert "Signature Validation: Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout


def test_a_time_stamp_goes_in(plain: bytes, sealed: bytes) -> None:
    stamped = seal_pdf(plain, seals.seal(), at=AT, stamp=seals.stamp(AT + 5))
    assert len(stamped) > len(sealed)
    with pytest.raises(SealError, match=r"^时间戳超过 16384 字节，放不下$"):
        seal_pdf(plain, seals.seal(), at=AT, stamp=lambda _: _large())


def _large() -> bytes:
    """A token with a content of 20 kB."""
    data = bytes(20_000)
    octets = b"\x04\x82" + len(data).to_bytes(2, "big") + data
    content = b"\xa0\x82" + len(octets).to_bytes(2, "big") + octets
    body = bytes.fromhex("06092a864886f70d010701") + content
    return b"\x30\x82" + len(body).to_bytes(2, "big") + body
