import asyncio
import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest

from credential.checking import check_compromise, check_message
from credential.claims import Grade, Kind
from credential.protocols import Record, RegistryUnavailable
from credential.standing import check_record
from service.web.context import GradeFacts, ScanCount
from service.web.scan_page import ScanView, number_view, render_scan_page, scan_json, scan_view
from service.web.scan_state import State, banner_style
from service.web.templating import STYLE
from tests.samples import AT, COMPROMISED, COMPROMISED_AT, DAY, TRUST
from tests.service.web import sample_office as office
from tests.service.web.sample_office import CHANGED, NOW, Certificate

SCANS = ScanCount(3, NOW - 600)
EIGHT = {
    State.VALID: office.VALID,
    State.VOID: office.VOID,
    State.SUPERSEDED: office.SUPERSEDED,
    State.EXPIRED: office.EXPIRED,
    State.SUSPENDED: office.SUSPENDED,
    State.UNKNOWN: office.UNKNOWN,
    State.FORGED: office.FORGED,
    State.CANNOT_CHECK: office.OFFLINE,
}
NINE = {**EIGHT, State.READ_CONCLUSION: office.REPORT_OF_FAIL}
"""The ninth looks as an upload of it does, which is as what could not be checked."""


@dataclass(frozen=True)
class Source:
    """The sample office as a record source, or an office with one certificate only."""

    only: Certificate | None = None
    error: str | None = None

    def record(self, identifier: bytes) -> Record | None:
        if self.error is not None:
            raise RegistryUnavailable(self.error)
        if self.only is not None and self.only.facts.record.id == identifier:
            return self.only.facts.record
        facts = asyncio.run(office.SampleOffice().scan(identifier))
        return facts.record if facts is not None else None


def view_of(certificate: Certificate, at: int = NOW, source: Source | None = None) -> ScanView:
    axis, credential = check_message(certificate.message, TRUST, at)
    if credential is None:
        return scan_view(axis, None, None, None, None, at=at)
    standing = check_record(credential, source or Source(), at)
    axis = check_compromise(axis, credential, standing)
    facts = certificate.facts if standing.record is not None else None
    return scan_view(axis, credential, standing, facts, SCANS, at=at)


def text_of(page: str) -> str:
    """What a reader sees, without white space."""
    page = re.sub(r"<(style|title)>.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page)).replace("&#39;", "'")


@pytest.mark.parametrize(("state", "certificate"), EIGHT.items(), ids=str)
def test_state_and_page(state: State, certificate: Certificate) -> None:
    view = view_of(certificate)
    page = render_scan_page(view)
    assert view.state is state
    assert f'<section class="banner {state.value}" role="status">' in page
    assert len(page.encode()) <= 15_000
    assert "当前状态以本页面显示为准" in page
    assert "查询时间：2026年3月9日 13:00:00" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.VALID, ["有效", "Valid", "本证真实，登记有效。"]),
        (State.VOID, ["已作废", "Void", "原因Reason：数量填写错误，申请作废"]),
        (State.SUPERSEDED, ["已换开", "Replaced", f"Replacedby：{office.VALID.number}"]),
        (State.EXPIRED, ["已过期", "Expired", "时间Since：2026年3月8日13:00:00"]),
        (State.SUSPENDED, ["监管中", "Underreview", "原因Reason：抽检待出结果"]),
        (State.UNKNOWN, ["未查询到有效合格证", "Notonrecord", "登记库中没有这个编号"]),
        (State.FORGED, ["假冒或被改动", "Notgenuine", "签名密钥不在信任列表中"]),
        (
            State.CANNOT_CHECK,
            ["暂时无法核验", "Cannotchecknow", "这不表示有效", "2026年3月9日12:50"],
        ),
    ],
)
def test_words_of_each_state(state: State, words: list[str]) -> None:
    text = text_of(render_scan_page(view_of(EIGHT[state])))
    for word in words:
        assert word in text


@pytest.mark.parametrize("state", [state for state in State if state is not State.VALID], ids=str)
def test_nothing_else_looks_valid(state: State) -> None:
    page = render_scan_page(view_of(NINE[state]))
    assert 'class="banner valid"' not in page
    assert "登记有效" not in page
    assert ">有效<" not in page
    assert scan_json(view_of(NINE[state]))["state"] == state.value


def test_pictures_differ_for_readers_who_see_no_colour() -> None:
    pages = {state: render_scan_page(view_of(certificate)) for state, certificate in EIGHT.items()}
    icons = {re.search(r"<svg.*?</svg>", page, re.DOTALL)[0] for page in pages.values()}  # type: ignore[index]
    assert len(icons) == len(EIGHT)


def test_order_of_the_page() -> None:
    text = text_of(render_scan_page(view_of(office.VALID)))
    order = [
        *(
            "有效",
            "编号",
            "产品名称",
            "产品数量",
            "产地",
            "承诺主体",
            "开具时间",
            "承诺依据",
            "承诺事项",
        ),
        *("承诺主体信用等级", "检测情况", "查询时间", "本次为第", "当前状态以本页面显示为准"),
    ]
    places = []
    for word in order:
        places.append(text.index(word, places[-1] + 1 if places else 0))
    assert places == sorted(places)
    assert "本次为第3次查询，首次查询时间：2026年3月9日12:50:00" in text


def test_both_grades_stand_side_by_side() -> None:
    view = view_of(office.VALID)
    assert view.grade is not None
    assert (view.grade.as_issued, view.grade.now, view.grade.since) == ("A", "B", NOW - 3 * DAY)
    text = text_of(render_scan_page(view))
    assert "开具时issuedA级当前nowB级2026年3月6日起" in text
    assert "等级已变动：开具时A级，当前B级" in text
    # a buyer who reads no further than the first screen sees it too
    assert text.index("信用等级已变动") < text.index("产品名称")
    assert "等级已变动" not in text_of(render_scan_page(view_of(office.VOID)))


def test_grades_c_upper_and_lower_are_two_grades() -> None:
    facts = replace(office.VALID.facts, grade=GradeFacts(Grade("c-lower", "c"), NOW))
    view = view_of(replace(office.VALID, facts=facts))
    assert "当前nowc级" in text_of(render_scan_page(view))


def test_a_disputed_grade_is_marked() -> None:
    assert "异议处理中" in render_scan_page(view_of(office.SUSPENDED))
    assert "异议处理中" not in render_scan_page(view_of(office.VALID))


def test_a_household_has_no_grade_and_no_full_name() -> None:
    view = view_of(office.HOUSEHOLD)
    page, content = render_scan_page(view), scan_json(view)
    assert "未公开" in page
    assert "A级" not in page
    assert "田某根" in page
    assert "田大根" not in page + str(content)
    assert content["grade"] is None
    assert content["grade_published"] is False
    assert "/subjects/" not in page


def test_a_household_that_consented_shows_its_grade() -> None:
    facts = replace(office.HOUSEHOLD.facts, grade=GradeFacts(Grade("a", "A"), AT))
    page = render_scan_page(view_of(replace(office.HOUSEHOLD, facts=facts)))
    assert "A级" in page
    assert "未公开" not in page


@pytest.mark.parametrize("certificate", EIGHT.values(), ids=[str(state) for state in EIGHT])
def test_no_phone_number_anywhere(certificate: Certificate) -> None:
    view = view_of(certificate)
    assert certificate.facts.record.fields["contact"] == office.PHONE
    assert office.PHONE not in render_scan_page(view) + str(scan_json(view))


def test_a_reason_is_cleaned_of_numbers_and_full_names() -> None:
    household = office.certificate(
        8,
        office.PERSON,
        name="田大根",
        record={
            "status": office.Status.INVALID,
            "status_at": CHANGED,
            "reason": "田大根（13800001234，身份证 11010519491231002X）来电作废",
        },
    )
    view = view_of(household, source=Source(only=household))
    assert view.reason == "田某根（（号码不公开），身份证 （号码不公开））来电作废"


def test_what_is_not_genuine_gets_no_content() -> None:
    view = view_of(office.FORGED)
    assert view.rows == ()
    assert view.grade is None
    assert "红颜草莓" not in render_scan_page(view)
    assert [row.name for row in view_of(office.UNKNOWN).rows] == ["number"]


def test_other_bytes_under_a_known_number_are_not_genuine() -> None:
    other = office.certificate(1, product="蓝莓")
    view = view_of(other)
    assert view.state is State.FORGED
    assert "登记库中此编号对应的是另一份凭证" in render_scan_page(view)
    assert "蓝莓" not in render_scan_page(view)


def test_while_the_registry_is_silent_the_signed_content_is_shown_as_unchecked() -> None:
    view = view_of(office.OFFLINE)
    text = text_of(render_scan_page(view))
    assert "红颜草莓" in text
    assert "是否作废未能核对" in text
    assert view.grade is None
    assert view.scans is None


def test_a_label_is_completed_from_the_registry() -> None:
    view = view_of(office.LABEL)
    assert view.state is State.VALID
    assert "建德市某某果蔬专业合作社" in {row.value for row in view.rows}


def test_a_households_label_shows_the_registered_name_masked() -> None:
    label = office.label(11, office.Subject(digest=bytes(16)), name="田大根")
    view = view_of(label, source=Source(only=label))
    page = render_scan_page(view)
    assert view.state is State.VALID
    assert "田某根" in page
    assert "田大根" not in page + str(scan_json(view))


@pytest.mark.parametrize(
    ("recorded_at", "state"),
    [(COMPROMISED_AT - 1, State.VALID), (COMPROMISED_AT, State.FORGED)],
)
def test_a_compromised_key_holds_only_for_what_was_recorded_before(
    recorded_at: int, state: State
) -> None:
    signed = office.certificate(12, signer=COMPROMISED, record={"recorded_at": recorded_at})
    view = view_of(signed, COMPROMISED_AT + DAY, Source(only=signed))
    assert view.state is state
    assert bool(view.rows) is (state is State.VALID)


def test_quick_tests_are_not_a_laboratorys() -> None:
    words = "不等同于第三方检验检测机构出具的检验报告"
    facts = replace(office.VALID.facts, tests=(office.LABORATORY,))
    assert words in render_scan_page(view_of(office.VALID))
    assert words not in render_scan_page(view_of(replace(office.VALID, facts=facts)))


def test_valid_until_the_moment_of_expiry() -> None:
    assert view_of(office.EXPIRED, NOW - DAY - 1).state is State.VALID
    assert view_of(office.EXPIRED, NOW - DAY).state is State.EXPIRED


def test_text_from_the_registry_is_escaped() -> None:
    evil = office.certificate(1, product="<script>alert(1)</script>")
    page = render_scan_page(view_of(evil, source=Source(only=evil)))
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_pledge_rows_leave_out_the_text_that_may_name_others() -> None:
    view = number_view(State.UNKNOWN, office.VALID.facts.record.id, "登记库中没有这个编号", NOW)
    assert (view.kind, view.number) == (Kind.CERTIFICATE, office.VALID.number)
    pledge = office.certificate(
        20,
        kind=Kind.PLEDGE,
        product=None,
        quantity=None,
        origin=None,
        basis=(),
        role=None,
        matter="继承公证",
        more={"pledge": "无遗漏继承人田小根", "decedent": "田老根", "authority": "高平市公证处"},
    )
    view = view_of(pledge, source=Source(only=pledge))
    page = render_scan_page(view)
    assert view.state is State.VALID
    assert "继承公证" in page
    assert "高平市公证处" in page
    assert "信用承诺书" in page
    assert "田小根" not in page + str(scan_json(view))
    assert "田老根" not in page + str(scan_json(view))


def test_a_report_of_a_failure_is_genuine_and_not_green() -> None:
    view = view_of(office.REPORT_OF_FAIL)
    page, content = render_scan_page(view), scan_json(view)
    concluded = "不通过（TOTAL-FAILED / CONTENT_MISMATCH）"
    assert 'class="banner cannot-check"' in page
    assert ">有效<" not in page
    assert "<title>报告真实 · 核验报告</title>" in page
    assert f"报告真实，结论是：“{concluded}”" in page
    assert "是否作废未能核对" not in page
    assert (content["state"], content["words"]) == ("read-conclusion", "报告真实")
    assert content["meaning"] == view.words.meaning
    typed = render_scan_page(replace(view, by_number=True))
    assert 'class="banner cannot-check"' in typed
    assert f"结论是：“{concluded}”" in typed


def test_a_report_of_a_pass_is_green_and_says_of_what() -> None:
    view = view_of(office.REPORT_OF_PASS)
    page = render_scan_page(view)
    assert 'class="banner valid"' in page
    assert "报告真实，结论是：“通过（TOTAL-PASSED）”，说的是另一份文件" in page
    assert scan_json(view)["state"] == "valid"


def test_a_report_that_was_withdrawn_says_so() -> None:
    changes = {"status": office.Status.INVALID, "status_at": CHANGED, "reason": "出具有误"}
    facts = replace(
        office.REPORT_OF_PASS.facts, record=replace(office.REPORT_OF_PASS.facts.record, **changes)
    )
    withdrawn = replace(office.REPORT_OF_PASS, facts=facts)
    view = view_of(withdrawn, source=Source(only=withdrawn))
    assert view.state is State.VOID
    assert "本报告已作废" in render_scan_page(view)


def test_an_office_has_no_grade() -> None:
    view = view_of(office.REPORT_OF_PASS)
    assert "信用等级" not in render_scan_page(view)
    assert scan_json(view)["grade"] is None


def test_registry_error_text_stays_inside() -> None:
    source = Source(error="could not connect to 10.0.0.5")
    page = render_scan_page(view_of(office.VALID, source=source))
    assert "10.0.0.5" not in page
    assert "登记库暂时无法查询，请稍后再试" in page


class Balance(HTMLParser):
    """Every element that is opened is closed, in order; ids are unique."""

    VOID = frozenset({"meta", "link", "input", "br", "path", "circle"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), (tag, names)
        assert not {"style", "onclick", "onload"} & set(names), (tag, names)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.VOID, tag
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("certificate", EIGHT.values(), ids=[str(state) for state in EIGHT])
def test_markup_is_balanced_and_loads_nothing(certificate: Certificate) -> None:
    page = render_scan_page(view_of(certificate))
    markup = Balance()
    markup.feed(page)
    assert markup.open == []
    assert all(link.startswith(("/", "data:,")) for link in markup.links), markup.links
    assert "<script" not in page
    assert "url(" not in page
    assert "@import" not in page
    assert page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')


def test_banners_have_contrast_for_weak_eyes() -> None:
    """WCAG 2.2 SC 1.4.3: 4.5 between the white words and each banner's colour."""
    colours = dict(re.findall(r"\.([a-z-]+)\{--c:#([0-9a-f]{6})\}", STYLE))
    assert set(colours) == set(map(banner_style, State))
    assert len(set(colours.values())) == len(EIGHT)
    for state, colour in colours.items():
        assert contrast(colour, "ffffff") >= 4.5, state


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_has_contrast_in_both_colour_schemes(scheme: int) -> None:
    rules = re.findall(r":root\{([^}]*)\}", STYLE)[scheme]
    colours = {
        name: value * 2 if len(value) == 3 else value
        for name, value in re.findall(r"--(\w+):#([0-9a-f]{3,6})", rules)
    }
    for ink in ("ink", "soft", "link", "accent", "warn"):
        for ground in ("bg", "card", "tint"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
