"""What a clerk is asked to confirm, and what is kept of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from credential.confirmation import Confirmation
from credential.policy import BUYER
from credential.verdict import (
    Axis,
    AxisName,
    Finding,
    Indication,
    Place,
    SubIndication,
    Verdict,
)
from registry.audit import audit_trail
from registry.confirmations import file_object
from service.confirming import Person, asking_words
from service.errors import UserError
from service.home import Home
from service.office import Office, open_office
from service.settings import Settings
from tests.samples import AT

UNSURE, OPEN = Indication.INDETERMINATE, SubIndication.CONTENT_NOT_COMPARED
FIRST, SECOND = (
    Finding("SCANNED_PAGE", "是图像", found=f"图像 SHA-256 {digest}", place=Place(page))
    for page, digest in ((1, "12" * 32), (2, "34" * 32))
)
SEEN = Axis(AxisName.VISIBILITY, UNSURE, OPEN, (FIRST, SECOND))
GENUINE = Axis(AxisName.CREDENTIAL, Indication.PASSED)
SCAN = Verdict("scan.pdf", "ab" * 32, (GENUINE, SEEN))
HIDDEN = Axis(AxisName.CONTENT_MATCH, UNSURE, SubIndication.CONTENT_MISMATCH, (FIRST,))
CLOSED = Verdict("scan.pdf", "ab" * 32, (GENUINE, HIDDEN, SEEN))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(Home(tmp_path), Settings()) as opened:
        yield opened


def person(office: Office, *places: str) -> Person:
    return Person(office, Confirmation("王公证员", AT, frozenset(places)), SCAN.sha256)


def test_each_page_is_asked_for_and_kept_with_its_picture(office: Office) -> None:
    words = "  待人工对照画面确认：第 1 页整页（page-1）、第 2 页整页（page-2）；看过后另加 --seen "
    assert asking_words(SCAN) == words + "ab" * 32
    verdict = person(office, "page-1", "page-2").confirm(SCAN)
    assert verdict.indication is Indication.PASSED
    (entry,) = audit_trail(office.registry, file_object(SCAN.sha256))
    assert entry.why == (
        "对照画面确认：page-1、page-2；"
        f"第 1 页图像 SHA-256 {'12' * 32}；第 2 页图像 SHA-256 {'34' * 32}"
    )


def test_a_page_by_itself_is_not_the_file(office: Office) -> None:
    assert person(office, "page-1").confirm(SCAN).indication is UNSURE
    (entry,) = audit_trail(office.registry, file_object(SCAN.sha256))
    assert entry.why == f"对照画面确认：page-1；第 1 页图像 SHA-256 {'12' * 32}"


def test_another_file_by_the_same_name_is_not_the_one_that_was_seen(office: Office) -> None:
    other = replace(SCAN, sha256="cd" * 32)
    with pytest.raises(UserError) as refused:
        person(office, "page-1", "page-2").confirm(other)
    assert str(refused.value) == (
        f"这不是看过的那个文件：看过的 SHA-256 是 {'ab' * 32}，scan.pdf 现在是 {'cd' * 32}；请先看现在的画面"
    )
    assert audit_trail(office.registry, file_object(other.sha256)) == ()


def test_what_cannot_help_is_not_asked_for(office: Office) -> None:
    assert asking_words(CLOSED) == "  人工确认不能使这份文件通过：先解决上面指出的各项"
    with pytest.raises(UserError, match="没有这一处要确认：page-1；要确认的：没有（是图像）"):
        person(office, "page-1").confirm(CLOSED)
    assert audit_trail(office.registry, file_object(SCAN.sha256)) == ()


def test_where_nothing_can_be_looked_at_it_is_not_said_to_be_compared(office: Office) -> None:
    """Found: a picture of the symbol alone was "already checked"."""
    finding = Finding("PICTURE", "图片中的文字未读取，未与签发内容比对")
    unread = Axis(AxisName.CONTENT_MATCH, UNSURE, OPEN, (finding,))
    for verdict, why in (
        (replace(SCAN, axes=(GENUINE, unread)), finding.message),
        (replace(SCAN, axes=(GENUINE, unread), policy=BUYER), "策略 buyer 不由人确认"),
        (replace(SCAN, axes=(GENUINE,)), "已经核对"),
    ):
        with pytest.raises(UserError) as refused:
            person(office, "page").confirm(verdict)
        assert str(refused.value) == f"没有这一处要确认：page；要确认的：没有（{why}）"


def test_of_a_file_that_is_no_scan_nothing_is_said() -> None:
    assert asking_words(Verdict("a.pdf", "ab" * 32, (GENUINE,))) is None
