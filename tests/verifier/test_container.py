"""The file around the page, as pure values."""

from dataclasses import replace

import pytest

from credential.verdict import Indication, SubIndication
from verifier.container import check_container, is_complete
from verifier.evidence import Attachment, Evidence, Flag, Form, Glyph, PageSize, stopped


def page(text: str, second: str, **more) -> Evidence:
    box = (0.0, 0.0, 1.0, 1.0)
    glyphs = tuple(Glyph(c, 1, box, 1.0, 10.0, 1.0, 0.0, 1.0) for c in text)
    return Evidence(Form.PDF, (PageSize(1, 1),), glyphs, (second,), **more)


@pytest.mark.parametrize("second", ["草莓 500\r\n-", "- 500莓草", "草莓500\ufffe"])
def test_two_parsers_that_agree_whatever_their_order(second):
    assert check_container(page("草莓500-", second), None, "file").indication is Indication.PASSED


def test_two_parsers_that_do_not():
    axis = check_container(page("草莓500", "草莓900"), None, "file")
    assert axis.indication is Indication.INDETERMINATE
    assert axis.sub_indication is SubIndication.PARSER_DISAGREEMENT
    assert axis.findings[0].found == "59"


def test_the_attachment_must_be_the_symbols():
    kept = (Attachment("credential.cose", b"abc"),)
    same = check_container(page("", "", attachments=kept), b"abc", "file")
    other = check_container(page("", "", attachments=kept), b"abd", "file")
    assert same.indication is Indication.PASSED
    assert other.sub_indication is SubIndication.MULTIPLE_CREDENTIALS


def test_hidden_content_is_the_other_axis_business():
    flag = Flag(SubIndication.HIDDEN_CONTENT, "X", "某")
    assert (
        check_container(page("", "", flags=(flag,)), None, "file").indication is Indication.PASSED
    )


def test_what_stopped_early_is_not_complete():
    assert is_complete(page("", ""))
    assert not is_complete(stopped(SubIndication.PROCESSING_LIMIT, "X", "某"))
    assert not is_complete(stopped(SubIndication.UNSUPPORTED_FORMAT, "X", "某"))


@pytest.mark.parametrize(
    ("form", "name"),
    [
        *(
            (Form.PDF, name)
            for name in ("x.pdf", "x.PDF", "x.html.pdf", "file", "合格证.2026", "x.", "")
        ),
        *((Form.DOCX, name) for name in ("x.docx", "x.doc", "x.wps")),
        *((Form.PICTURE, name) for name in ("x.jpg", "x.png", "IMG_1.HEIC", "a/b.jpeg")),
    ],
)
def test_a_name_that_ends_as_its_form_does(form: Form, name: str):
    held = replace(page("草莓", "草莓"), form=form)
    assert check_container(held, None, name).indication is Indication.PASSED


@pytest.mark.parametrize(
    ("form", "name", "message"),
    [
        (Form.PDF, "合格证.html", "文件名以“.html”结尾，内容却是 PDF："),
        (Form.PDF, "合格证.pdf.HTM .", "文件名以“.HTM”结尾，内容却是 PDF："),
        (Form.DOCX, "x.pdf", "文件名以“.pdf”结尾，内容却是 DOCX："),
        (Form.PICTURE, "x.pdf", "文件名以“.pdf”结尾，内容却是图片："),
        (Form.PDF, "x.tmp", "文件名以“.tmp”结尾，内容却是 PDF："),
    ],
)
def test_a_name_that_opens_another_program(form: Form, name: str, message: str):
    held = replace(page("草莓", "草莓"), form=form)
    axis = check_container(held, None, name)
    assert (axis.indication, axis.sub_indication) == (
        Indication.INDETERMINATE,
        SubIndication.PARSER_DISAGREEMENT,
    )
    (finding,) = axis.findings
    assert finding.code == "FILE_NAME"
    assert finding.message.startswith(message)
