import shutil
from pathlib import Path

import pytest

from credential.claims import Grade, Kind, Profile
from credential.subjects import NATURAL_PERSONS, SubjectType
from scheme.pack import claim_of
from service.errors import UserError
from service.packs import load_pack_folder, load_packs

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the packs, to be changed."""
    return Path(shutil.copytree(TEMPLATES, tmp_path / "packs"))


def refusal(folder: Path) -> str:
    with pytest.raises(UserError) as caught:
        load_packs(folder)
    return str(caught.value)


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_the_shipped_packs() -> None:
    packs = load_packs(TEMPLATES)
    assert {"jiande", "gaoping"} <= set(packs)
    assert all(id == pack.id for id, pack in packs.items())


def test_jiande() -> None:
    pack = load_pack_folder(TEMPLATES / "jiande")
    assert (pack.division, pack.place) == ("330182", "浙江省建德市")
    assert [(grade.id, grade.code) for grade in pack.grades] == [
        ("a", "A"),
        ("b", "B"),
        ("c-upper", "C"),
        ("c-lower", "c"),
    ]
    assert pack.grade("C") != pack.grade("c") == Grade("c-lower", "c")
    assert not pack.grade_public & NATURAL_PERSONS
    assert {SubjectType.ENTERPRISE, SubjectType.COOPERATIVE} <= pack.grade_public
    assert pack.certificate is not None
    assert pack.certificate.retention_months == 24
    a5, label = pack.style("a5"), pack.style("label-80x60")
    assert (a5.width_mm, a5.height_mm, a5.module_mm, a5.profile) == (
        148,
        210,
        0.5,
        Profile.DOCUMENT,
    )
    assert (label.width_mm, label.height_mm, label.module_mm) == (80, 60, 0.33)
    assert {a5.kind, label.kind} == {Kind.CERTIFICATE}
    assert claim_of(pack).sha256 == pack.sha256


def test_every_subject_type_but_the_authority_may_issue_in_jiande() -> None:
    certificate = load_pack_folder(TEMPLATES / "jiande").certificate
    assert certificate is not None
    everyone = set(SubjectType) - {SubjectType.AUTHORITY}
    for role in certificate.roles:
        assert role.must_issue | role.may_issue == everyone
        # 农产品质量安全法 Art. 39
        assert {SubjectType.ENTERPRISE, SubjectType.COOPERATIVE} <= role.must_issue
    assert [role.promise for role in certificate.roles] == ["promise-producer", "promise-collector"]


def test_gaoping() -> None:
    pack = load_pack_folder(TEMPLATES / "gaoping")
    assert (pack.division, pack.authority) == ("140581", "山西省高平市公证处")
    assert (pack.grades, pack.certificate) == ((), None)
    pledge = pack.pledge("notarial")
    # the words of the source, joined as it joins them
    assert "；".join(proof.name for proof in pledge.proofs) == (
        "继承人放弃继承权涉及的财产证明；"
        "与被继承人的关系证明、死亡时年满75周岁的被继承人其父母的死亡事实证明；"
        "公证当事人的未婚事实证明；公证当事人的未再婚事实证明"
    )
    assert pledge.wet_signature and pledge.mask_names
    assert {"signature", "platform", "alias"} <= set(pledge.fields)


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("jiande", "来源没有说明 c 级的含义"),
        ("jiande", "样式一的文字各处一致，但未见到公布的原样"),
        ("jiande", "没有写明由哪个单位签发"),
        ("gaoping", "其余文字参照公证法"),
        ("gaoping", "姓名作隐去处理"),
    ],
)
def test_what_the_sources_do_not_say_is_an_assumption(id: str, words: str) -> None:
    pack = load_pack_folder(TEMPLATES / id)
    assert any(words in assumption.note for assumption in pack.assumptions)


def test_the_digest_changes_with_any_file_but_the_cases(folder: Path) -> None:
    before = load_pack_folder(folder / "jiande").sha256
    (folder / "jiande" / "cases.toml").write_text("", "utf-8")
    assert load_pack_folder(folder / "jiande").sha256 == before
    for name in ("scheme.toml", "certificate-a5.typ", "texts/promise-producer.j2"):
        file = folder / "jiande" / name
        old = file.read_bytes()
        file.write_bytes(old + b"\n")
        assert load_pack_folder(folder / "jiande").sha256 != before, name
        file.write_bytes(old)
    assert load_pack_folder(folder / "jiande").sha256 == before


def test_what_is_hashed_is_what_is_used(folder: Path) -> None:
    pack = load_pack_folder(folder / "jiande")
    assert pack.templates["certificate-a5"] == (
        (folder / "jiande" / "certificate-a5.typ").read_text("utf-8")
    )


def test_all_problems_of_all_packs_at_once(folder: Path) -> None:
    replace_in(folder / "jiande" / "scheme.toml", 'code = "c"', 'code = "C"')
    replace_in(folder / "gaoping" / "scheme.toml", '"140581"', '"14058"')
    (folder / "gaoping" / "texts" / "pledge.j2").unlink()
    assert refusal(folder).splitlines() == [
        "gaoping/scheme.toml，键“division”：行政区划代码应为 6 位数字，得到“14058”",
        "gaoping/scheme.toml，表 [[pledges]] 第 1 项 的 [texts]，键“pledge”：没有文本“pledge”，应有 texts/pledge.j2",
        "jiande/scheme.toml，表 [[grades]] 第 4 项，键“code”：“C”重复",
    ]


def test_a_missing_page_template(folder: Path) -> None:
    (folder / "jiande" / "certificate-80x60.typ").unlink()
    assert refusal(folder) == (
        "jiande/scheme.toml，表 [[styles]] 第 2 项，键“template”：没有版面“certificate-80x60.typ”"
    )


def test_wrong_toml_is_placed(folder: Path) -> None:
    (folder / "jiande" / "scheme.toml").write_text('id = "jiande"\nversion =\n', "utf-8")
    assert refusal(folder) == "jiande/scheme.toml 第 2 行第 10 列：不是有效的 TOML"
    (folder / "jiande" / "scheme.toml").write_text('id = "jiande', "utf-8")
    assert refusal(folder) == "jiande/scheme.toml结尾处：不是有效的 TOML"


def test_a_folder_is_named_after_its_pack(folder: Path) -> None:
    (folder / "jiande").rename(folder / "jiande-2")
    assert refusal(folder) == "jiande-2/scheme.toml，键“id”：应与文件夹同名“jiande-2”"


def test_files_that_cannot_be_part_of_a_pack(folder: Path) -> None:
    text = folder / "jiande" / "texts" / "promise-producer.j2"
    words = text.read_text("utf-8")
    text.write_bytes(words.encode("gb18030"))
    assert refusal(folder) == ("jiande/texts/promise-producer.j2：不是 UTF-8 编码，请另存为 UTF-8")
    text.write_bytes(b"x" * 1_000_001)
    assert refusal(folder) == "jiande/texts/promise-producer.j2：文件超过 1,000,000 字节"
    text.unlink()
    text.symlink_to("/etc/hostname")
    assert refusal(folder) == "jiande/texts/promise-producer.j2：方案中不能有符号链接"


def test_folders_without_packs(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none") == f"没有方案文件夹“{tmp_path / 'none'}”"
    (tmp_path / "readme.txt").touch()
    (tmp_path / ".git").mkdir()
    assert "中没有方案：每个方案是一个含 scheme.toml 的文件夹" in refusal(tmp_path)
    (tmp_path / "empty").mkdir()
    assert refusal(tmp_path) == f"方案文件夹“{tmp_path / 'empty'}”中没有 scheme.toml"
