from datetime import date
from pathlib import Path

import pytest

from credential.fields import FIELDS
from scheme.pack import Pack
from scheme.texts import TextError, render_text, text_problems
from service.packs import load_pack_folder
from tests.scheme.sample_pack import sample_pack

FOLDER = Path(__file__).resolve().parents[2] / "templates"
GAOPING = load_pack_folder(FOLDER / "gaoping")
JIANDE = load_pack_folder(FOLDER / "jiande")
NOTARIAL = GAOPING.pledge("notarial")


def refusal(pack: Pack, text: str, /, **facts: str | int | date) -> str:
    with pytest.raises(TextError) as caught:
        render_text(pack, text, facts)
    return str(caught.value)


def letter(proof_id: str) -> dict[str, str]:
    proof = NOTARIAL.find_proof(proof_id)
    assert proof is not None
    facts = {
        "proof": proof.id,
        "proof_name": proof.name,
        "matter": "继承公证",
        "authority": GAOPING.authority,
        "acknowledged_on": date(2026, 3, 5),
    }
    if "decedent" in proof.fields:
        facts["decedent"] = "田某山"
    return {field: render_text(GAOPING, name, facts) for field, name in NOTARIAL.texts.items()}


def test_a_text_with_its_facts() -> None:
    pack = sample_pack(
        notice="  {{ name }}于{{ born }}出生，\n\n {% if clean %}无{% endif %}失信。\n"
    )
    facts = {"name": "田大根", "born": date(1948, 3, 5), "clean": True}
    assert render_text(pack, "notice", facts) == "田大根于1948年3月5日出生，\n无失信。"


def test_nothing_is_escaped_and_facts_are_no_templates() -> None:
    assert render_text(sample_pack(), "notice", {"name": "<甲>{{ 7*7 }}"}) == "告知<甲>{{ 7*7 }}。"


def test_a_missing_fact_is_named_by_its_title() -> None:
    assert refusal(sample_pack(), "notice") == "方案“sample”的文本“notice”：缺少“姓名”（name）"


def test_an_unknown_text_is_named() -> None:
    assert refusal(sample_pack(), "letter") == "方案“sample”没有文本“letter”"


def test_an_operation_that_does_not_fit_is_said_in_chinese() -> None:
    pack = sample_pack(notice="{{ amount / 0 }}")
    assert refusal(pack, "notice", amount=1).endswith("：无法用所给的事实生成，请核对其中的运算")
    pack = sample_pack(notice="{{ age(born, died) }}")
    dates = {"born": date(2000, 1, 1), "died": date(1999, 1, 1)}
    assert refusal(pack, "notice", **dates).endswith("请核对其中的运算")


def test_the_sandbox_holds() -> None:
    pack = sample_pack(notice="{{ name.__class__.__mro__ }}")
    assert refusal(pack, "notice", name="甲").startswith("方案“sample”的文本“notice”：")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x\n产品数量：500公斤", "正文中不能出现“产品数量：”，它是栏目名"),
        ("产 品 数 量 :1", "正文中不能出现“产品数量：”，它是栏目名"),
        ("平台签名(防篡改):无", "正文中不能出现“平台签名（防篡改）：”，它是栏目名"),
        ("10²", "上标、分数或带圈数字"),
        ("甲\u200b", "不可见"),
    ],
)
def test_what_cannot_be_read_back_is_not_printed(name: str, message: str) -> None:
    assert message in refusal(sample_pack(), "notice", name=name)


def test_an_empty_text_is_refused() -> None:
    pack = sample_pack(notice="{% if clean %}是{% endif %}")
    assert refusal(pack, "notice", clean=False).endswith("：没有内容")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一\n{% if %}", "第 2 行：Jinja2 语法有误"),
        ("{{ name | shout }}", "第 1 行：Jinja2 语法有误"),
        ("{{ nmae }}", "用到未声明的事实“nmae”"),
        ("{% include 'x' %}", "不能引用别的文件"),
        ("{{ range(9) }}", "用到未声明的事实“range”"),
    ],
)
def test_problems_are_found_without_a_case(text: str, found: str) -> None:
    assert found in "".join(text_problems(text, sample_pack().facts))


def test_jiande_wording_is_the_published_one() -> None:
    assert render_text(JIANDE, "promise-producer", {}) == (
        "我承诺生产销售的食用农产品：未使用禁用农药、兽药及其他化合物；使用的常规农药、兽药残留不超标。"
    )
    assert render_text(JIANDE, "promise-collector", {}) == (
        "我承诺销售的食用农产品：已按规定收取并保存该批次农产品承诺达标合格证或者其他质量安全合格证明；"
        "未违规使用保鲜剂、防腐剂、添加剂等。"
    )


def test_jiande_words_beside_the_symbol() -> None:
    with_grade = "承诺达标合格证 扫码查验真伪和当前信用等级"
    assert render_text(JIANDE, "caption", {}) == with_grade
    assert render_text(JIANDE, "caption", {"grade_public": True}) == with_grade
    # a scan shows no grade of a natural person who did not consent
    assert render_text(JIANDE, "caption", {"grade_public": False}) == "承诺达标合格证 扫码查验真伪"


@pytest.mark.parametrize("proof", [proof.id for proof in NOTARIAL.proofs])
def test_gaoping_letter_has_both_halves(proof: str) -> None:
    texts = letter(proof)
    assert list(texts) == ["caption", "notice", "acknowledged", "pledge", "liability"]
    for words in (
        "证明义务",
        "证明内容",
        "承诺方式",
        "法律意义",
        "不实承诺的法律责任",
        "核查权力",
        "自愿选择",
    ):
        assert f"、{words}。" in texts["notice"]
    assert "2026年3月5日" in texts["acknowledged"]
    assert "法律规定、法律意义和可能产生的法律后果" in texts["acknowledged"]
    for words in ("已经知晓", "符合", "真实", "核实"):
        assert words in texts["pledge"]
    # the words of the source
    assert "赔偿公证机构损失，返还他人应得的份额" in texts["liability"]
    heirs = proof in {"waived-property", "kinship-and-parents-death"}
    assert ("没有遗漏继承人" in texts["pledge"]) is heirs
    assert ("如有虚假或继承人有遗漏，对他人造成损失的" in texts["liability"]) is heirs
    assert "田某山" in texts["pledge"] or not heirs


def test_gaoping_letter_differs_by_proof() -> None:
    letters = [letter(proof.id) for proof in NOTARIAL.proofs]
    assert len({texts["pledge"] for texts in letters}) == 4
    assert len({texts["notice"] for texts in letters}) == 4


@pytest.mark.parametrize("proof", [proof.id for proof in NOTARIAL.proofs])
def test_no_line_starts_like_a_field(proof: str) -> None:
    labels = tuple(f"{spec.label}：" for spec in FIELDS.values() if spec.label)
    lines = [line for text in letter(proof).values() for line in text.split("\n")]
    assert [line for line in lines if line.startswith(labels)] == []
    assert [line for line in lines if line != line.strip() or not line] == []
    # full-width punctuation between hanzi
    assert [line for line in lines if any(mark in line for mark in ",;:()\"'")] == []
