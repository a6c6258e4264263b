"""The file around the page, as pure values."""

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
    assert check_container(page("草莓500-", second), None).indication is Indication.PASSED


def test_two_parsers_that_do_not():
    axis = check_container(page("草莓500", "草莓900"), None)
    assert axis.indication is Indication.INDETERMINATE
    assert axis.sub_indication is SubIndication.PARSER_DISAGREEMENT
    assert axis.findings[0].found == "59"


def test_the_attachment_must_be_the_symbols():
    kept = (Attachment("credential.cose", b"abc"),)
    same = check_container(page("", "", attachments=kept), b"abc")
    other = check_container(page("", "", attachments=kept), b"abd")
    assert same.indication is Indication.PASSED
    assert other.sub_indication is SubIndication.MULTIPLE_CREDENTIALS


def test_hidden_content_is_the_other_axis_business():
    flag = Flag(SubIndication.HIDDEN_CONTENT, "X", "某")
    assert check_container(page("", "", flags=(flag,)), None).indication is Indication.PASSED


def test_what_stopped_early_is_not_complete():
    assert is_complete(page("", ""))
    assert not is_complete(stopped(SubIndication.PROCESSING_LIMIT, "X", "某"))
    assert not is_complete(stopped(SubIndication.UNSUPPORTED_FORMAT, "X", "某"))
