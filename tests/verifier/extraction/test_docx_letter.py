"""Tricks with the body of an issued letter: each hides or changes what is read, each is seen."""

from collections.abc import Callable
from typing import Final

import pytest

from credential.verdict import AxisName, Indication
from tests.verifier import paper
from verifier.extraction.docx_package import BODY

ISSUED = paper.pledge()
KNOWN = paper.known(ISSUED)
NAME = ISSUED.fields["promisor"]
FONTS = (
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"'
    ' w:hint="eastAsia"/>'
)
RUN = f'<w:rPr>{FONTS}<w:sz w:val="24"/></w:rPr><w:t>{NAME}</w:t>'
ROW = '<w:tr><w:tc><w:tcPr><w:tcW w:type="dxa" w:w="2381"/></w:tcPr>'
SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId9"/><w:type w:val="continuous"/>'
    '<w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
)
ROOM = '<w:tabs><w:tab w:pos="5102" w:val="left" w:leader="underscore"/>'
WORDPROCESSING = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PAGE = '<w:cols w:space="720"/>'
WORDML = "http://schemas.microsoft.com/office/word/2010/wordml"


def styled(more: str) -> tuple[str, str]:
    """The first character of a name in a run of its own, with one property more."""
    return RUN, (
        f'<w:rPr>{FONTS}{more}<w:sz w:val="24"/></w:rPr><w:t>{NAME[0]}</w:t></w:r>'
        f"<w:r>{RUN.replace(NAME, NAME[1:])}"
    )


def sized(half_points: int) -> tuple[str, str]:
    return RUN, RUN.replace('"24"', f'"{half_points}"')


TRICKS = {
    "a section's header": (
        "<w:pPr><w:keepNext/></w:pPr>",
        f"<w:pPr><w:keepNext/>{SECTION}</w:pPr>",
    ),
    "colour of the theme": styled('<w:color w:val="000000" w:themeColor="background1"/>'),
    "fill of the theme": styled('<w:shd w:val="clear" w:fill="FFFFFF" w:themeFill="text1"/>'),
    "size of complex script": styled('<w:szCs w:val="2"/><w:cs/>'),
    "hidden": styled("<w:vanish/>"),
    "a style": styled('<w:rStyle w:val="Strong"/>'),
    "one run more": styled(""),
    "small": sized(4),
    "one step smaller": sized(23),
    "a merged cell": (ROW, ROW.replace("<w:tcW", "<w:vMerge/><w:tcW")),
    "a narrow cell": (ROW, ROW.replace("2381", "1")),
    "a row's height": (
        ROW,
        ROW.replace("<w:tr>", '<w:tr><w:trPr><w:trHeight w:val="1"/></w:trPr>'),
    ),
    "a hidden row": (ROW, ROW.replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>")),
    "a row's attribute": (ROW, ROW.replace("<w:tr>", '<w:tr w:rsidR="00112233">')),
    "a third cell": ("</w:tc></w:tr>", "</w:tc><w:tc><w:p/></w:tc></w:tr>"),
    "a narrow column": ('<w:gridCol w:w="6690"/>', '<w:gridCol w:w="1"/>'),
    "a table off the page": (
        '<w:tblW w:type="auto" w:w="0"/>',
        '<w:tblW w:type="auto" w:w="0"/><w:tblInd w:w="-15000" w:type="dxa"/>',
    ),
    "a bar for a stroke": (ROOM, f'{ROOM}<w:tab w:pos="900" w:val="bar"/>'),
    "a border of pictures": (
        PAGE,
        f'<w:pgBorders><w:top w:val="apples" w:sz="31"/></w:pgBorders>{PAGE}',
    ),
    "columns": (PAGE, '<w:cols w:space="720" w:num="9"/>'),
    "a wide margin": ('w:right="1417"', 'w:right="9417"'),
    "an indent": ('<w:ind w:firstLine="480"/>', '<w:ind w:firstLine="-9480"/>'),
    "a background": ("<w:body>", '<w:background w:color="000000"/><w:body>'),
    "words outside a run": ("<w:body>", "<w:body>x"),
    "a comment in words": (f"<w:t>{NAME[0]}", f"<w:t>{NAME[0]}<!-- x -->"),
    "an instruction": ("</w:body>", "<?x y?></w:body>"),
    "an instruction outside": ("</w:document>", "</w:document><?x y?>"),
    "an alternative": (
        "<w:pPr><w:keepNext/></w:pPr>",
        "<mc:AlternateContent><mc:Choice/></mc:AlternateContent>",
    ),
    "ignored names": ('mc:Ignorable="w14 wp14"', 'mc:Ignorable="w14 wp14 w"'),
    "another namespace ignored": (WORDML, "http://schemas.microsoft.com/office/word/2010/other"),
    "another language of words": (WORDPROCESSING, "urn:other"),
    "blanks": (f"<w:t>{NAME[0]}", f'<w:t xml:space="preserve">{NAME[0]}    '),
    "blanks without a note": (f"<w:t>{NAME[0]}", f"<w:t>{NAME[0]}\u3000\u3000"),
    "an empty paragraph": ("</w:tbl>", "</w:tbl><w:p/>"),
    "a picture in front": ("</w:tbl>", "</w:tbl><w:p><w:r><w:drawing/></w:r></w:p>"),
    "an empty table": ("</w:tbl>", "</w:tbl><w:tbl/>"),
    "no row": ("</w:tbl>", "</w:tbl><w:tbl><w:tblPr/><w:tblGrid/></w:tbl>"),
    "an empty cell": ("</w:tr></w:tbl>", "</w:tr><w:tr><w:tc/><w:tc/></w:tr></w:tbl>"),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_tricks_are_seen(trick: str):
    old, new = TRICKS[trick]

    def edit(parts: dict[str, bytes]) -> None:
        before = parts[BODY].decode()
        assert old in before
        parts[BODY] = before.replace(old, new, 1).encode()

    verdict = paper.check(paper.repack(paper.docx_of(ISSUED), edit), KNOWN)
    assert verdict.indication is not Indication.PASSED
    codes = {finding.code for finding in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert "DOCX_FORMAT" in codes, verdict.axes


def test_what_the_clerk_reads():
    def edit(parts: dict[str, bytes]) -> None:
        old, new = '<w:jc w:val="both"/>', '<w:jc w:val="right"/>'
        parts[BODY] = parts[BODY].replace(old.encode(), new.encode())

    verdict = paper.check(paper.repack(paper.docx_of(ISSUED), edit), KNOWN)
    messages = [f.message for f in paper.axis(verdict, AxisName.VISIBILITY).findings]
    assert messages == [
        "DOCX 中“本人提交的材料真实。”的格式与出证系统生成的不同，文字可能被隐藏或改变",
        "DOCX 中“本人无遗漏继承人。”的格式与出证系统生成的不同，文字可能被隐藏或改变",
    ]


def _in_utf_16(xml: str, *, declared: bool) -> bytes:
    head, mark, rest = xml.replace("UTF-8", "UTF-16").partition("?>")
    return (f"{head}{mark}{rest}" if declared else rest).encode("utf-16")


SPELLINGS: Final[dict[str, Callable[[str], bytes]]] = {
    "CDATA": lambda xml: xml.replace("真实", "<![CDATA[真实]]>").encode(),
    "nothing in CDATA": lambda xml: xml.replace("真实", "真<![CDATA[]]>实").encode(),
    "a character by its number": lambda xml: xml.replace("真实", "真&#23454;").encode(),
    "longer empty element": lambda xml: xml.replace(
        "<w:keepNext/>", "<w:keepNext></w:keepNext>"
    ).encode(),
    "other quotes": lambda xml: xml.replace('w:val="24"', "w:val='24'").encode(),
    "byte order mark": lambda xml: xml.encode("utf-8-sig"),
    "no declaration": lambda xml: xml.partition("?>")[2].encode(),
    "XML 1.1": lambda xml: xml.replace("version='1.0'", "version='1.1'").encode(),
    "blanks at the end": lambda xml: f"{xml}\n".encode(),
    "UTF-16": lambda xml: _in_utf_16(xml, declared=True),
    "UTF-16 unsaid": lambda xml: _in_utf_16(xml, declared=False),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_same_words_in_another_spelling_of_xml(spelling: str):
    """Found: mammoth shows no word of CDATA, so that 94周岁 is read as 4周岁."""

    def edit(parts: dict[str, bytes]) -> None:
        honest = parts[BODY]
        parts[BODY] = SPELLINGS[spelling](honest.decode())
        assert parts[BODY] != honest

    verdict = paper.check(paper.repack(paper.docx_of(ISSUED), edit), KNOWN)
    messages = [f.message for f in paper.axis(verdict, AxisName.VISIBILITY).findings]
    assert messages == [
        "DOCX 正文的 XML 写法与出证系统写出的不同（如 CDATA、字符引用），程序可能漏读或读错文字"
    ]


def test_a_typed_signature_is_not_the_room_for_one():
    def edit(parts: dict[str, bytes]) -> None:
        parts[BODY] = parts[BODY].replace(b"<w:tab/></w:r>", "<w:t>田大根</w:t></w:r>".encode())

    verdict = paper.check(paper.repack(paper.docx_of(ISSUED), edit), KNOWN)
    assert paper.axis(verdict, AxisName.CONTENT_MATCH).indication is Indication.FAILED
    assert paper.axis(verdict, AxisName.VISIBILITY).findings[0].code == "DOCX_FORMAT"
