"""No part, relation or content type may lead a program to other words than the body's."""

import io
import zipfile
from collections.abc import Callable

import pytest

from credential.verdict import AxisName, Indication, SubIndication
from tests.verifier import paper
from verifier.extraction.docx_package import BODY, FIXED, PICTURE

ISSUED = paper.pledge()
KNOWN = paper.known(ISSUED)
HONEST = paper.docx_of(ISSUED)
OTHER = "customXml/other.xml"
Parts = dict[str, bytes]


def messages(data: bytes) -> list[str]:
    verdict = paper.check(data, KNOWN)
    assert verdict.indication is not Indication.PASSED
    visibility = paper.axis(verdict, AxisName.VISIBILITY)
    assert visibility.sub_indication is SubIndication.HIDDEN_CONTENT
    return [finding.message for finding in visibility.findings]


def replaced(parts: Parts, name: str, old: str, new: str) -> None:
    before = parts[name]
    parts[name] = before.replace(old.encode(), new.encode())
    assert parts[name] != before


def test_the_maker_and_this_list_agree():
    """A new release of python-docx or of the maker needs its digests added to FIXED."""
    with zipfile.ZipFile(io.BytesIO(HONEST)) as archive:
        assert set(archive.namelist()) == {*FIXED, BODY, PICTURE}
    verdict = paper.check(paper.repack(HONEST, lambda _: None), KNOWN)
    assert verdict.indication is Indication.PASSED, verdict.axes


def main_part_elsewhere(parts: Parts) -> None:
    """Word opens the part that _rels/.rels names, whatever its own name is."""
    parts[OTHER] = parts[BODY]
    replaced(parts, "_rels/.rels", BODY, OTHER)
    parts["customXml/_rels/other.xml.rels"] = parts["word/_rels/document.xml.rels"]
    replaced(parts, "[Content_Types].xml", f"/{BODY}", f"/{OTHER}")


def styles_elsewhere(parts: Parts) -> None:
    parts[OTHER] = parts["word/styles.xml"].replace(b"<w:b/>", b"<w:vanish/>")
    replaced(parts, "word/_rels/document.xml.rels", "styles.xml", f"../{OTHER}")


def theme_elsewhere(parts: Parts) -> None:
    parts[OTHER] = parts["word/theme/theme1.xml"]
    replaced(parts, "word/_rels/document.xml.rels", "theme/theme1.xml", f"../{OTHER}")


def own_font(parts: Parts) -> None:
    parts["word/fonts/font1.odttf"] = b"x"
    embed = '<w:embedRegular r:id="rId1"/>'
    replaced(parts, "word/fontTable.xml", "</w:font>", f"{embed}</w:font>")


def other_kind(parts: Parts) -> None:
    """As a template of another kind, or with macros."""
    replaced(parts, "[Content_Types].xml", "document.main+xml", "template.main+xml")


def default_style_by_another_word(parts: Parts) -> None:
    style = (
        '<w:style w:type="character" w:default="on" w:styleId="H">'
        "<w:rPr><w:vanish/></w:rPr></w:style></w:styles>"
    )
    replaced(parts, "word/styles.xml", "</w:styles>", style)


def dark_paper(parts: Parts) -> None:
    replaced(parts, "word/settings.xml", "<w:zoom", "<w:displayBackgroundShape/><w:zoom")


def theme_colours_swapped(parts: Parts) -> None:
    replaced(parts, "word/settings.xml", 'w:bg1="light1"', 'w:bg1="dark1"')


def other_title(parts: Parts) -> None:
    """A viewer shows the property as the window's title."""
    replaced(parts, "docProps/core.xml", "<dc:title>", "<dc:title>已核实 ")


def words_for_a_date(parts: Parts) -> None:
    replaced(parts, "docProps/core.xml", "2026-", "特级-")


def impossible_date(parts: Parts) -> None:
    replaced(parts, "docProps/core.xml", "2026-03-05T", "2026-02-30T")


def comment(parts: Parts) -> None:
    replaced(parts, "docProps/app.xml", "<Template>", "<!-- x --><Template>")


def other_encoding(parts: Parts) -> None:
    parts["word/webSettings.xml"] = (
        parts["word/webSettings.xml"].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    )


def other_encoding_unsaid(parts: Parts) -> None:
    """A byte order mark and no declaration."""
    rest = parts["word/settings.xml"].decode().partition("?>")[2]
    parts["word/settings.xml"] = rest.encode("utf-16")


def other_spelling(parts: Parts) -> None:
    replaced(parts, "word/styles.xml", 'w:val="24"', 'w:val="&#50;4"')


def title_in_cdata(parts: Parts) -> None:
    replaced(parts, "docProps/core.xml", "<dc:title>", "<dc:title><![CDATA[]]>")


def custom_part(parts: Parts) -> None:
    parts["customXml/item1.xml"] = b"<x/>"


def folder(parts: Parts) -> None:
    parts["word/media/"] = b""


def no_theme(parts: Parts) -> None:
    del parts["word/theme/theme1.xml"]


ODD = {
    main_part_elsewhere: "_rels/.rels",
    styles_elsewhere: "word/_rels/document.xml.rels",
    theme_elsewhere: "word/_rels/document.xml.rels",
    own_font: "word/fontTable.xml",
    other_kind: "[Content_Types].xml",
    default_style_by_another_word: "word/styles.xml",
    dark_paper: "word/settings.xml",
    theme_colours_swapped: "word/settings.xml",
    other_title: "docProps/core.xml",
    words_for_a_date: "docProps/core.xml",
    impossible_date: "docProps/core.xml",
    comment: "docProps/app.xml",
    other_encoding: "word/webSettings.xml",
    other_encoding_unsaid: "word/settings.xml",
    other_spelling: "word/styles.xml",
    title_in_cdata: "docProps/core.xml",
}


@pytest.mark.parametrize("edit", ODD, ids=lambda edit: edit.__name__)
def test_a_part_that_is_not_ours(edit: Callable[[Parts], None]):
    found = messages(paper.repack(HONEST, edit))
    advice = "，可能由 Word、WPS 等另存过，请上传出证系统生成的原文件" if edit is comment else ""
    assert f"DOCX 的 {ODD[edit]} 与出证系统生成的不同{advice}" in found, found


def test_parts_too_many_and_too_few():
    assert messages(paper.repack(HONEST, custom_part)) == [
        "DOCX 含有正文以外的内容（customXml/item1.xml）"
    ]
    assert messages(paper.repack(HONEST, folder)) == [
        "DOCX 压缩包的结构与出证系统写出的不同，可能藏有其他内容",
        "DOCX 含有正文以外的内容（word/media/）",
    ]
    assert messages(paper.repack(HONEST, no_theme)) == ["DOCX 缺少 word/theme/theme1.xml"]
