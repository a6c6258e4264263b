"""What was printed, read back: exit status, JSON, offline with what was exported and how old it is."""

import errno
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certgen.symbol import make_symbol
from credential.certificate_id import parse_certificate_id
from credential.subjects import SubjectType
from registry.credentials import find_credential
from service.commands import verify
from service.printing import DOCX, PDF, print_document, stored_document
from tests.flows.office import BASE_URL, DAY, HOUR, ISSUED, Place, first_of, manifest, printed, run

LATER = ISSUED + HOUR


def verdicts(place: Place, *arguments: object, at: int = LATER) -> list[Mapping[str, Any]]:
    ran = place.run("verify", "--json", *arguments, at=at)
    return [json.loads(line) for line in ran.out.splitlines()]


def axes(verdict: Mapping[str, Any]) -> dict[str, str]:
    return {axis["name"]: axis["indication"] for axis in verdict["axes"]}


def findings(verdict: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {f["code"]: f for axis in verdict["axes"] for f in axis["findings"]}


def altered(
    place: Place, folder: Path, style: str, form: str, field: str, *, base_url: str = BASE_URL
) -> Path:
    """A genuine document set again with one field changed, its symbol kept."""
    pledge = style == "letter-a4"
    number = manifest(place.pledges if pledge else place.a5)[0]["id"]
    with place.office() as office:
        stored = find_credential(office.registry, parse_certificate_id(number))
        assert stored is not None
        document = stored_document(stored, base_url)
        fields = {**document.fields, field: f"9{document.fields[field]}"}
        pack = office.pack("gaoping" if pledge else "jiande")
        file = print_document(replace(document, fields=fields), pack, pack.style(style), form)
    path = folder / file.name
    path.write_bytes(file.data)
    return path


# What was printed passes


@pytest.mark.parametrize("folder", ["a5", "labels", "pledges"])
def test_every_form_passes_as_it_was_printed(office: Place, folder: str) -> None:
    place = office.folder / folder
    files = [place / line["file"] for line in manifest(place)[:2]]
    ran = office.run("verify", *files, at=LATER)
    assert ran.status == 0, str(ran)
    assert ran.out.count("通过  TOTAL-PASSED") == 2


def test_the_json_is_as_published(office: Place) -> None:
    one = first_of(office, SubjectType.COOPERATIVE, grade="B")
    [verdict] = verdicts(office, office.labels / one.file)
    assert list(verdict) == [
        *("schema", "file", "sha256", "checked_at", "indication", "sub_indication"),
        *("policy", "as_of", "axes", "credential", "grade"),
    ]
    assert verdict["schema"] == "zhengxin-verdict/1"
    assert verdict["file"] == one.file
    assert len(verdict["sha256"]) == 64
    assert (verdict["indication"], verdict["sub_indication"]) == ("TOTAL-PASSED", None)
    assert list(axes(verdict)) == [
        *("container", "credential", "pades", "registry_status", "content_match", "visibility")
    ]
    assert list(verdict["axes"][0]) == [
        *("name", "indication", "sub_indication", "findings", "decides")
    ]
    assert verdict["credential"]["id"] == one.number
    assert verdict["grade"] == {"as_issued": "B", "now": "B", "at": LATER, "then": None}


def test_over_http_it_is_the_same_object(office: Place) -> None:
    one = printed(office)[0]
    data = (office.labels / one.file).read_bytes()
    upload = {"file": (one.file, data, "application/pdf")}
    with office.pages() as pages:
        answer = pages.post("/api/v1/verify", files=upload)
    [verdict] = verdicts(office, office.labels / one.file)
    assert answer.status_code == 200
    changing = ("checked_at", "grade")
    over_http = answer.json()
    assert {k: v for k, v in over_http.items() if k not in changing} == {
        k: v for k, v in verdict.items() if k not in changing
    }
    assert over_http["grade"]["now"] == verdict["grade"]["now"]


# What was changed does not


@pytest.mark.parametrize(
    ("style", "form", "field"),
    [
        ("label-80x60", PDF, "quantity"),
        ("a5", PDF, "quantity"),
        ("letter-a4", PDF, "matter"),
        ("letter-a4", DOCX, "matter"),
    ],
)
def test_a_changed_document_is_refused_and_the_field_named(
    office: Place, tmp_path: Path, style: str, form: str, field: str
) -> None:
    path = altered(office, tmp_path, style, form, field)
    ran = office.run("verify", "--json", path, at=LATER)
    assert ran.status == 1
    verdict = json.loads(ran.out)
    assert (verdict["indication"], verdict["sub_indication"]) == (
        *("TOTAL-FAILED", "CONTENT_MISMATCH"),
    )
    named = [f for axis in verdict["axes"] for f in axis["findings"] if f["field"]]
    assert [f["field"] for f in named] == [field]
    assert named[0]["found"] == f"9{named[0]['expected']}"
    if form == PDF:
        assert named[0]["place"]["page"] == 1
    assert axes(verdict)["credential"] == "TOTAL-PASSED"


def test_a_picture_of_the_symbol_says_that_the_paper_was_not_compared(
    office: Place, tmp_path: Path
) -> None:
    path = tmp_path / "symbol.png"
    path.write_bytes(make_symbol(printed(office)[0].text).png(6))
    ran = office.run("verify", "--json", path, at=LATER)
    assert ran.status == 2
    [verdict] = [json.loads(line) for line in ran.out.splitlines()]
    assert (verdict["indication"], verdict["sub_indication"]) == (
        *("INDETERMINATE", "CONTENT_NOT_COMPARED"),
    )
    assert axes(verdict)["credential"] == axes(verdict)["registry_status"] == "TOTAL-PASSED"


def test_exit_status_is_of_the_worst(office: Place, tmp_path: Path) -> None:
    good = office.labels / manifest(office.labels)[0]["file"]
    nothing = tmp_path / "nothing.pdf"
    nothing.write_bytes(b"%PDF-1.7 nothing")
    bad = altered(office, tmp_path, "label-80x60", PDF, "quantity")
    assert office.run("verify", good, at=LATER).status == 0
    assert office.run("verify", good, nothing, at=LATER).status == 2
    assert office.run("verify", good, nothing, bad, at=LATER).status == 1


def test_a_file_that_cannot_be_read_does_not_end_the_others(office: Place, tmp_path: Path) -> None:
    good = office.labels / manifest(office.labels)[0]["file"]
    ran = office.run("verify", tmp_path / "gone.pdf", good, at=LATER)
    assert ran.status == 2, "1 would say that a document was refused"
    assert "无法读取文件" in ran.err and "gone.pdf" in ran.err
    assert "TOTAL-PASSED" in ran.out
    assert office.run("verify").status == 2


def test_a_disk_that_fails_refuses_no_document(
    office: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = office.labels / manifest(office.labels)[0]["file"]
    (tmp_path / "file").touch()
    ran = office.run("verify", good, "--report", tmp_path / "file/report", at=LATER)
    assert ran.status == 2, "1 would say that a document was refused"
    assert ran.err == f"错误：应为文件夹，却是文件（{tmp_path / 'file/report'}）\n"
    assert "TOTAL-PASSED" in ran.out

    def full(_verdict: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(verify, "report_lines", full)
    ran = office.run("verify", good, at=LATER)
    assert (ran.status, ran.err) == (2, "错误：磁盘已满\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="of Linux")
def test_answers_that_cant_be_written_refuse_no_document(office: Place) -> None:
    """What is left in Python's buffer fails once more when the program ends."""
    good = office.labels / manifest(office.labels)[0]["file"]
    command = [sys.executable, "-m", "service.cli", "--home", office.home.path, "verify", good]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (ran.returncode, ran.stderr.decode()) == (2, "错误：磁盘已满\n")


# Offline


@pytest.fixture
def cached(own: Place, tmp_path: Path) -> Path:
    """What was exported two hours after the batch was issued, on a machine of its own."""
    folder = tmp_path / "cached"
    ran = own.done("export", "--out", folder, at=ISSUED + 2 * HOUR)
    assert "信任列表和 1 个状态列表" in ran.out
    names = {path.name for path in folder.iterdir()}
    assert names == {"root.cose", "trust-list.cose", "status-1.cose"}
    return folder


def offline(cached: Path, *arguments: object, at: int) -> tuple[int, Mapping[str, Any]]:
    """Without any home folder."""
    home = ("--home", cached.parent / "nowhere")
    options = ("verify", "--offline", "--trust", cached, "--json")
    ran = run(*home, *options, *arguments, at=at)
    assert ran.out, str(ran)
    return ran.status, json.loads(ran.out)


def test_offline_it_passes_and_says_how_old_the_lists_are(own: Place, cached: Path) -> None:
    file = own.labels / manifest(own.labels)[0]["file"]
    status, verdict = offline(cached, file, at=ISSUED + 5 * HOUR)
    assert status == 0
    said = findings(verdict)["STATUS_AS_OF"]["message"]
    assert "状态列表签发于" in said and "距今 3 小时 0 分钟" in said
    assert "信任列表第 1 版签发于" in said and "距今 1 天 5 小时" in said
    assert verdict["grade"]["now"] is None, "the grade now is not known offline"


def test_offline_a_void_one_fails_once_the_list_says_so(own: Place, cached: Path) -> None:
    one = printed(own)[0]
    own.done("revoke", one.number, "--reason", "抽检不合格", at=ISSUED + 3 * HOUR)
    status, verdict = offline(cached, "--text", one.text, at=ISSUED + 4 * HOUR)
    assert axes(verdict)["registry_status"] == "TOTAL-PASSED"
    assert "此后的变更未知" in findings(verdict)["STATUS_AS_OF"]["message"]
    own.done("export", "--out", cached, at=ISSUED + 4 * HOUR)
    status, verdict = offline(cached, "--text", one.text, at=ISSUED + 4 * HOUR)
    assert (status, verdict["sub_indication"]) == (1, "REVOKED")


def test_offline_an_expired_status_list_decides_nothing(own: Place, cached: Path) -> None:
    file = own.labels / manifest(own.labels)[0]["file"]
    last = ISSUED + 26 * HOUR
    assert offline(cached, file, at=last - 1)[0] == 0
    status, verdict = offline(cached, file, at=last)
    assert (status, verdict["sub_indication"]) == (2, "TRY_LATER")
    assert "状态列表已过有效期" in findings(verdict)["STATUS_LIST_EXPIRED"]["message"]


def test_offline_a_certificate_later_than_the_list_is_not_said_to_be_valid(
    own: Place, cached: Path
) -> None:
    application = manifest(own.pledges)[-1]["qr_text"]
    options = ("--style", "a5", "--out", cached.parent / "new", "--reason", "更正")
    one = printed(own)[0]
    own.done("reissue", one.number, *options, "--origin", "建德市寿昌镇", at=ISSUED + 3 * HOUR)
    [new] = (cached.parent / "new").iterdir()
    status, verdict = offline(cached, new, at=ISSUED + 4 * HOUR)
    assert (status, axes(verdict)["registry_status"]) == (2, "INDETERMINATE")
    assert "STATUS_LIST_SHORT" in findings(verdict)
    _, verdict = offline(cached, "--text", application, at=ISSUED + 4 * HOUR)
    assert axes(verdict)["registry_status"] == "TOTAL-PASSED"


def test_offline_without_a_list_or_with_an_old_one_says_what_to_fetch(
    own: Place, cached: Path
) -> None:
    text = ("--text", printed(own)[0].text)
    (cached / "status-1.cose").unlink()
    status, verdict = offline(cached, *text, at=ISSUED + 3 * HOUR)
    assert (status, next(iter(findings(verdict)))) == (2, "NO_STATUS_LIST")
    ran = own.run("verify", "--offline", "--trust", cached, *text, at=ISSUED + 91 * DAY)
    assert ran.status == 2
    assert "信任列表已过有效期，请更新" in ran.err
    (cached / "trust-list.cose").unlink()
    ran = own.run("verify", "--offline", "--trust", cached, *text, at=LATER)
    assert (ran.status, "缺少信任列表文件" in ran.err) == (2, True)


def test_offline_an_older_trust_list_than_was_seen_is_refused(own: Place, cached: Path) -> None:
    text = ("--text", printed(own)[0].text)
    old = (cached / "trust-list.cose").read_bytes()
    own.done("keys", "publish", at=ISSUED + 3 * HOUR)
    own.done("export", "--out", cached, at=ISSUED + 3 * HOUR)
    command = ("verify", "--offline", "--trust", cached, *text)
    assert "登记状态：通过" in own.run(*command, at=ISSUED + 4 * HOUR).out
    (cached / "trust-list.cose").write_bytes(old)
    ran = own.run(*command, at=ISSUED + 4 * HOUR)
    assert ran.status == 2
    assert "信任列表版本 1 旧于已见过的版本 2" in ran.err


def test_offline_a_forged_trust_list_is_refused(own: Place, cached: Path) -> None:
    path = cached / "trust-list.cose"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    text = ("--text", printed(own)[0].text)
    ran = own.run("verify", "--offline", "--trust", cached, *text, at=LATER)
    assert (ran.status, "信任列表的根签名不符" in ran.err) == (2, True)


def test_the_limits_of_the_settings_hold_for_commands_and_pages(own: Place) -> None:
    one = printed(own)[0]
    file = own.labels / one.file
    with own.home.settings_file.open("a") as settings:
        settings.write("[limits]\nupload = 2000\nqueue = 0\n")
    ran = own.run("verify", file, at=LATER)
    assert (ran.status, "INDETERMINATE / PROCESSING_LIMIT" in ran.out) == (2, True)
    assert own.run("verify", file, at=LATER, ZHENGXIN_LIMITS_UPLOAD="2000000").status == 0
    ran = own.run("verify", file, at=LATER, ZHENGXIN_LIMITS_UPLOAD="many")
    assert (ran.status, "ZHENGXIN_LIMITS_UPLOAD：应为整数" in ran.err) == (2, True)
    with own.pages(ZHENGXIN_VERIFY_WORKERS="1") as pages:
        answer = pages.post("/api/v1/verify", files={"file": (one.file, file.read_bytes())})
        assert answer.status_code == 413
