"""A page whose font ends with a stored block is packed anew; any other is left as it is."""

import io
import zlib

import pikepdf
import pytest
from pikepdf import Name

from certgen import page
from certgen.plain_pdf import plain_pdf
from credential.plain_deflate import is_plainly_deflated
from credential.verdict import Indication
from tests.verifier import paper

LETTER = paper.pdf(paper.pledge(), paper.LETTER)


def ended_with_a_stored_block(data: bytes) -> bytes:
    """The largest stream so, as typst packed the font of one letter in a hundred."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        largest = max(
            (item for item in pdf.objects if isinstance(item, pikepdf.Stream)),
            key=lambda item: len(item.read_raw_bytes()),
        )
        content = largest.read_bytes()
        stream = zlib.compressobj(9)
        packed = stream.compress(content[:-40]) + stream.flush(zlib.Z_SYNC_FLUSH)
        packed += stream.compress(content[-40:]) + stream.flush()
        assert not is_plainly_deflated(packed)
        largest.write(packed, filter=Name.FlateDecode)
        pdf.save(
            output, stream_decode_level=pikepdf.StreamDecodeLevel.none, fix_metadata_version=False
        )
    return output.getvalue()


ODD = ended_with_a_stored_block(LETTER)


def contents(data: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return sorted(item.read_bytes() for item in pdf.objects if _is_content(item))


def _is_content(item: pikepdf.Object) -> bool:
    return isinstance(item, pikepdf.Stream) and item.get(Name.Type) not in {
        Name.XRef,
        Name.ObjStm,
    }


def test_a_file_that_is_plain_is_left_as_it_is() -> None:
    assert plain_pdf(LETTER) is LETTER


def test_a_font_with_a_stored_block_is_packed_anew() -> None:
    assert paper.check(ODD, paper.known(paper.pledge())).indication is Indication.INDETERMINATE
    mended = plain_pdf(ODD)
    assert mended == plain_pdf(ODD)
    assert contents(mended) == contents(ODD)
    assert paper.check(mended, paper.known(paper.pledge())).indication is Indication.PASSED


def test_every_page_goes_this_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page.typst, "compile", lambda *_, **__: ODD)
    data = page.render_pdf(paper.pledge(), paper.LETTER, at=0)
    assert data == plain_pdf(ODD)
