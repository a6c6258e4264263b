"""service/commands/scheme.py: the packs at hand, with and without an office."""

import json
from pathlib import Path

from tests.flows.office import run


def test_packs_as_json(tmp_path: Path) -> None:
    ran = run("--home", tmp_path, "scheme", "list", "--json")
    packs = {pack["id"]: pack for pack in json.loads(ran.out)}
    jiande, gaoping = packs["jiande"], packs["gaoping"]
    assert [grade["code"] for grade in jiande["grades"]] == ["A", "B", "C", "c"]
    assert [grade["id"] for grade in jiande["grades"]] == ["a", "b", "c-upper", "c-lower"]
    styles = {style["id"]: (style["width_mm"], style["height_mm"]) for style in jiande["styles"]}
    assert styles["label-80x60"] == (80, 60)
    assert len(bytes.fromhex(jiande["sha256"])) == 32
    assert [pledge["id"] for pledge in gaoping["pledges"]] == ["notarial"]
    assert gaoping["assumptions"]


def test_packs_in_words(tmp_path: Path) -> None:
    ran = run("--home", tmp_path, "scheme", "list")
    assert "jiande  建德市农产品质量安全“证信融合”  第 2026.1 版" in ran.out
    assert "等级：A、B、C、c；待核对的假定" in ran.out
    assert "one-fruit-38x21       38×21 毫米  一果一证（38×21 毫米" in ran.out
    assert "gaoping  高平市公证信用承诺" in ran.out and "等级：无" in ran.out
