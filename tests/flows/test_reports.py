"""Reports of a file and of a pile: what is written, and that the signed one can itself be verified."""

import csv
import hashlib
import io
import json
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from service.settings import load_settings
from tests.flows.office import Place, manifest
from tests.flows.test_verifying import LATER, altered, axes, verdicts
from tests.published import valid

CODE: Final = "32140581MD0TEXT48W"


def test_a_report_of_an_altered_letter_passes_itself(own: Place, tmp_path: Path) -> None:
    made = altered(own, tmp_path, "letter-a4", "pdf", "matter")
    # what cast a doubt on the report: boxes, a blank in front, kerned marks, groups of digits
    bad = made.rename(made.with_name(f" ■□{made.stem} 0571 6470 1234 138 0571 6470 1234□*.pdf"))
    out = tmp_path / "out"
    ran = own.run("verify", bad, "--report", out, at=LATER, ZHENGXIN_REPORTER_CODE=CODE)
    assert ran.status == 1, str(ran)
    (found,) = verdicts(own, bad)
    written = valid(json.loads((out / "report.json").read_text("utf-8")))
    assert written == found

    detail = (out / "report-detail.html").read_text("utf-8")
    assert 'src="data:image/png;base64,' in detail
    assert "<ins>9</ins>" in detail
    assert (out / "report-detail.pdf").read_bytes().startswith(b"%PDF-")
    assert "核验不通过" in (out / "report.html").read_text("utf-8")

    (own_verdict,) = verdicts(own, out / "report.pdf", at=LATER + 60)
    assert own_verdict["indication"] == "TOTAL-PASSED", own_verdict
    assert own_verdict["credential"]["kind"] == "report"
    assert own_verdict["grade"] is None
    assert own_verdict["credential"]["subject"]["name"] == "建德市农业农村局"
    assert own_verdict["credential"]["subject"]["code"] == CODE
    with own.pages() as pages:
        scanned = pages.get(f"/c/{own_verdict['credential']['id']}").text
    assert 'class="banner valid"' not in scanned
    assert "结论是：“不通过（TOTAL-FAILED / CONTENT_MISMATCH）”" in scanned


def test_without_a_code_nothing_is_signed_and_the_clerk_is_told(own: Place, tmp_path: Path) -> None:
    good = own.a5 / manifest(own.a5)[0]["file"]
    ran = own.run("verify", good, "--report", tmp_path / "out", at=LATER)
    assert ran.status == 0, str(ran)
    assert "未出具签名的报告：没有填写本单位的统一社会信用代码" in ran.out
    assert "环境变量 ZHENGXIN_REPORTER_CODE" in ran.out
    assert not (tmp_path / "out" / "report.pdf").exists()


def test_an_earlier_report_does_not_stand_beside_another_verdict(
    own: Place, tmp_path: Path
) -> None:
    """Found: the signed pass of the file as it was lay beside the failure of the altered one."""
    good = own.a5 / manifest(own.a5)[0]["file"]
    out = tmp_path / "out"
    own.done("verify", good, "--report", out, at=LATER, ZHENGXIN_REPORTER_CODE=CODE)
    signed = (out / "report.pdf").read_bytes()
    bad = altered(own, tmp_path, "letter-a4", "pdf", "matter")
    ran = own.run("verify", bad, "--report", out, at=LATER)
    assert ran.status == 1, str(ran)
    earlier = out / f"report-earlier-{hashlib.sha256(signed).hexdigest()[:8]}.pdf"
    assert f"这个文件夹里上一次的报告改名为 {earlier}" in ran.out
    assert not (out / "report.pdf").exists()
    assert earlier.read_bytes() == signed


def test_a_code_that_is_none_is_refused_before_anything_is_signed(
    own: Place, tmp_path: Path
) -> None:
    good = own.a5 / manifest(own.a5)[0]["file"]
    ran = own.run(
        "verify", good, "--report", tmp_path / "out", at=LATER, ZHENGXIN_REPORTER_CODE="91"
    )
    assert ran.status == 2, str(ran)
    assert "reporter_code 有误：统一社会信用代码应为 18 位，得到 2 位" in ran.err


def test_a_new_office_may_have_its_code_from_the_start(tmp_path: Path) -> None:
    place = Place(tmp_path)
    init = ("init", "--scheme", "gaoping", "--scheme", "jiande", "--no-seal")
    wrong = place.run(*init, "--reporter-code", CODE[:-1])
    assert (wrong.status, "应为 18 位，得到 17 位" in wrong.err) == (1, True)
    assert not place.home.is_initialised
    place.done(*init, "--reporter-code", CODE.lower())
    settings = load_settings(place.home, {})
    assert (settings.reporter_code, settings.reporter_scheme) == (CODE, "gaoping")


def test_a_pile_has_one_summary_and_one_signed_report(own: Place, tmp_path: Path) -> None:
    good = own.labels / manifest(own.labels)[0]["file"]
    bad = altered(own, tmp_path, "label-80x60", "pdf", "quantity")
    pile, out = tmp_path / "一批.zip", tmp_path / "out"
    with zipfile.ZipFile(pile, "w") as archive:
        archive.write(good, "甲.pdf")
        archive.write(bad, "乙.pdf")
        archive.write(good, "丙.pdf")
        archive.writestr("内.zip", b"PK")
    ran = own.run("verify", pile, "--report", out, at=LATER, ZHENGXIN_REPORTER_CODE=CODE)
    assert ran.status == 1, str(ran)
    for words in ("通过：2 个文件", "无法确定：1 个文件", "不通过：1 个文件", "同一文件出现 2 次"):
        assert words in ran.out
    assert "已核验 4/4" in ran.err
    lines = (out / "verdicts.jsonl").read_text("utf-8").splitlines()
    assert [valid(json.loads(line))["file"] for line in lines] == [
        "甲.pdf",
        "乙.pdf",
        "丙.pdf",
        "内.zip",
    ]
    assert not list(out.glob("*.part"))
    with (out / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["same_file"] for row in rows] == ["1", "", "1", ""]
    assert sorted(path.name for path in (out / "files").iterdir()) == ["00002.html", "00004.html"]
    assert "一批.zip：共 4 个文件" in (out / "summary.html").read_text("utf-8")
    (own_verdict,) = verdicts(own, out / "report.pdf", at=LATER + 60)
    assert own_verdict["indication"] == "TOTAL-PASSED", own_verdict


def test_a_signed_report_over_the_interface(own: Place, tmp_path: Path) -> None:
    """By a key that can sign nothing else; without one the answer says how to get it."""
    settings = {
        "ZHENGXIN_API_TOKEN_SHA256": hashlib.sha256(b"token").hexdigest(),
        "ZHENGXIN_REPORTER_CODE": CODE,
    }
    good = own.a5 / manifest(own.a5)[0]["file"]
    sent: dict[str, Any] = {
        "files": {"file": (good.name, good.read_bytes())},
        "headers": {"authorization": "Bearer token"},
    }
    with own.pages(**settings) as pages:
        refused = pages.post("/api/v1/reports", **sent)
    assert refused.status_code == 400
    assert "专用密钥，请运行：zhengxin keys new --use report --scheme jiande" in refused.text
    own.done("keys", "new", "--use", "report", "--scheme", "jiande")
    with own.pages(**settings) as pages:
        answer = pages.post("/api/v1/reports", **sent)
        trust = pages.get("/.well-known/jwks.json").json()
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    assert names == [
        *("report.pdf", "report.json", "report-detail.pdf"),
        *("report.html", "report-detail.html"),
    ]
    verdict = valid(json.loads((tmp_path / "report.json").read_text("utf-8")))
    assert (verdict["file"], verdict["indication"]) == (good.name, "TOTAL-PASSED")
    (own_verdict,) = verdicts(own, tmp_path / "report.pdf", at=int(time.time()) + 1)
    assert own_verdict["indication"] == "TOTAL-PASSED", own_verdict
    only = [key["kid"] for key in trust["keys"] if key["zhengxin_signs"] == ["report"]]
    assert [own_verdict["credential"]["kid"]] == only


def test_a_zip_over_the_web_is_read_in_children_alone(
    own: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = own.labels / manifest(own.labels)[0]["file"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(good, "甲.pdf")
        archive.writestr("../乙.pdf", b"%PDF-")

    def refuse(*_: object) -> None:
        raise AssertionError("an archive opened in the web worker")

    monkeypatch.setattr(zipfile, "ZipFile", refuse)
    files = {"file": ("一批.zip", packed.getvalue())}
    with own.pages() as pages:
        content = pages.post("/api/v1/verify-pile", files=files).json()
        page = pages.post("/verify", files=files).text
    assert [v["indication"] for v in content["verdicts"]] == ["TOTAL-PASSED", "INDETERMINATE"]
    assert "一批.zip：共 2 个文件" in page


def test_what_was_valid_at_a_time_and_is_void_now(own: Place) -> None:
    line = manifest(own.a5)[0]
    own.done("revoke", line["id"], "--reason", "填写错误", at=LATER)
    path = own.a5 / line["file"]
    (now,) = verdicts(own, path, at=LATER + 60)
    assert (now["indication"], now["sub_indication"]) == ("TOTAL-FAILED", "REVOKED")
    for seconds, indication in ((-1, "TOTAL-PASSED"), (0, "TOTAL-FAILED")):
        moment = _iso(LATER + seconds)
        options = ("--policy", "archive", "--as-of", moment)
        (then,) = verdicts(own, *options, path, at=LATER + 60)
        assert then["indication"] == indication, then
        assert (then["policy"]["name"], then["as_of"]) == ("archive", LATER + seconds)
        assert axes(then)["registry_status"] == indication
        messages = [f["message"] for axis in then["axes"] for f in axis["findings"]]
        assert any(message.startswith("现在：已作废") for message in messages)


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
