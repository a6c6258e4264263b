"""DOCX: everything that is not as the issuing side writes it is seen and said."""

import io
from collections.abc import Callable

import pytest
from docx.document import Document as Docx
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from PIL import Image

from certgen.letter_docx import render_docx
from credential.verdict import AxisName, Indication, SubIndication
from tests import samples
from tests.verifier import paper
from verifier.limits import Limits

ISSUED = paper.producer()
KNOWN = paper.known(ISSUED)


def check(change: Callable[[Docx], None] | None = None, limits: Limits | None = None):
    return paper.check(paper.docx_of(ISSUED, change), KNOWN, limits=limits)


def codes(verdict) -> set[str]:
    return {finding.code for axis in verdict.axes for finding in axis.findings}


@pytest.mark.parametrize("issued", [paper.producer(), paper.pledge()])
def test_the_letter_that_we_make_passes(issued):
    data = render_docx(issued, at=samples.AT)
    verdict = paper.check(data, paper.known(issued))
    assert verdict.indication is Indication.PASSED, verdict.axes


def test_one_that_python_docx_only_saved_anew_passes():
    """So that each change below is seen for itself and not for the saving."""
    verdict = check(lambda _: None)
    assert verdict.indication is Indication.PASSED, verdict.axes


def last_run(made: Docx):
    return made.paragraphs[1].runs[0]


def white(made: Docx) -> None:
    last_run(made).font.color.rgb = RGBColor(0xF0, 0xF0, 0xF0)


def vanish(made: Docx) -> None:
    last_run(made).font.hidden = True


def tiny(made: Docx) -> None:
    last_run(made).font.size = Pt(3)


def struck(made: Docx) -> None:
    last_run(made).font.strike = True


def highlighted(made: Docx) -> None:
    last_run(made).font.highlight_color = WD_COLOR_INDEX.BLACK


def symbols_font(made: Docx) -> None:
    last_run(made).font.name = "Wingdings"


def style_vanishes(made: Docx) -> None:
    made.styles["Normal"].font.hidden = True


def header(made: Docx) -> None:
    made.sections[0].header.paragraphs[0].text = "数量：9200公斤"


def _wrap(made: Docx, xml: str) -> None:
    made.paragraphs[1]._p.append(parse_xml(xml))


def inserted(made: Docx) -> None:
    _wrap(made, f'<w:ins {nsdecls("w")} w:id="1" w:author="x"><w:r><w:t>0</w:t></w:r></w:ins>')


def text_box(made: Docx) -> None:
    _wrap(
        made,
        f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>9</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r>",
    )


def content_control(made: Docx) -> None:
    _wrap(
        made, f"<w:sdt {nsdecls('w')}><w:sdtContent><w:r><w:t>9</w:t></w:r></w:sdtContent></w:sdt>"
    )


def computed_field(made: Docx) -> None:
    _wrap(made, f'<w:fldSimple {nsdecls("w")} w:instr="DATE"><w:r><w:t>9</w:t></w:r></w:fldSimple>')


def alt_chunk(made: Docx) -> None:
    made.element.body.append(parse_xml(f"<w:altChunk {nsdecls('w')}/>"))


def linked(made: Docx) -> None:
    made.part.relate_to("https://example.com/x.dotx", "http://x/attachedTemplate", is_external=True)


def numbered(made: Docx) -> None:
    made.paragraphs[1].style = "List Number"


def clipped_line(made: Docx) -> None:
    spacing = parse_xml(f'<w:spacing {nsdecls("w")} w:line="20" w:lineRule="exact"/>')
    made.paragraphs[1]._p.get_or_add_pPr().append(spacing)


def off_the_page(made: Docx) -> None:
    indent = parse_xml(f'<w:ind {nsdecls("w")} w:left="-9000"/>')
    made.paragraphs[1]._p.get_or_add_pPr().append(indent)


def hanging(made: Docx) -> None:
    made.paragraphs[1].paragraph_format.first_line_indent = Mm(-60)


def no_margin(made: Docx) -> None:
    made.sections[0].left_margin = Mm(1)


def no_page(made: Docx) -> None:
    made.sections[0].page_width = Mm(10)


def floating(made: Docx) -> None:
    inline = next(made.element.iter(qn("wp:inline")))
    inline.tag = qn("wp:anchor")


def other_picture(made: Docx) -> None:
    output = io.BytesIO()
    Image.new("L", (40, 40), 0).save(output, "PNG")
    output.seek(0)
    made.paragraphs[1].add_run().add_picture(output)


FORMAT = "DOCX_FORMAT"
PART = "DOCX_PART"
ODD = {
    white: FORMAT,
    vanish: FORMAT,
    tiny: FORMAT,
    struck: FORMAT,
    highlighted: FORMAT,
    symbols_font: FORMAT,
    style_vanishes: PART,
    header: PART,
    inserted: FORMAT,
    text_box: FORMAT,
    content_control: FORMAT,
    computed_field: FORMAT,
    alt_chunk: FORMAT,
    linked: PART,
    numbered: FORMAT,
    clipped_line: FORMAT,
    off_the_page: FORMAT,
    hanging: FORMAT,
    no_margin: FORMAT,
    no_page: FORMAT,
    floating: FORMAT,
    other_picture: "PICTURE",
}


@pytest.mark.parametrize("change", ODD, ids=lambda change: change.__name__)
def test_odd_things_are_seen(change):
    verdict = check(change)
    assert verdict.indication is not Indication.PASSED
    assert ODD[change] in codes(verdict), codes(verdict)
    visibility = paper.axis(verdict, AxisName.VISIBILITY)
    assert visibility.sub_indication is SubIndication.HIDDEN_CONTENT


def repacked(edit: Callable[[dict[str, bytes]], None]) -> bytes:
    return paper.repack(paper.docx_of(ISSUED), edit)


def refused(data: bytes, sub: SubIndication, limits: Limits | None = None) -> str:
    verdict = paper.check(data, KNOWN, limits=limits)
    container = paper.axis(verdict, AxisName.CONTAINER)
    assert (container.indication, container.sub_indication) == (Indication.INDETERMINATE, sub)
    return container.findings[0].message


def test_a_dtd_is_refused():
    def edit(parts: dict[str, bytes]) -> None:
        head, _, rest = parts["word/document.xml"].partition(b"?>")
        parts["word/document.xml"] = (
            head + b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + rest
        )

    assert "DTD" in refused(repacked(edit), SubIndication.UNSUPPORTED_FORMAT)


def test_two_parts_of_one_name_are_refused():
    def edit(parts: dict[str, bytes]) -> None:
        parts["WORD/document.xml"] = b"<x/>"

    data = repacked(edit)
    assert "同名文件" in refused(data, SubIndication.UNSUPPORTED_FORMAT)


def test_damaged_xml():
    def edit(parts: dict[str, bytes]) -> None:
        parts["word/document.xml"] = parts["word/document.xml"][:500]

    assert "XML 损坏" in refused(repacked(edit), SubIndication.UNSUPPORTED_FORMAT)


def test_macros():
    def edit(parts: dict[str, bytes]) -> None:
        parts["word/vbaProject.bin"] = b"x"

    verdict = paper.check(repacked(edit), KNOWN)
    assert verdict.indication is Indication.INDETERMINATE
    messages = [finding.message for axis in verdict.axes for finding in axis.findings]
    assert messages == ["DOCX 含有宏（word/vbaProject.bin）"]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(docx_inflated=50_000), "DOCX 解压后超过"),
        (Limits(docx_elements=50), "DOCX 元素超过 50 个"),
        (Limits(docx_parts=5), "DOCX 内部文件超过 5 个"),
    ],
)
def test_each_limit_says_its_name(limits, words):
    assert words in refused(paper.docx_of(ISSUED), SubIndication.PROCESSING_LIMIT, limits)


def test_the_symbol_is_read_where_it_stands():
    evidence = paper.Direct().extract(paper.docx_of(ISSUED))
    place = next(i for i, paragraph in enumerate(evidence.paragraphs) if paragraph.symbol)
    assert [paragraph.text for paragraph in evidence.paragraphs[place + 1 :]] == [
        ISSUED.fields["caption"],
        f"编号：{ISSUED.fields['number']}",
    ]
