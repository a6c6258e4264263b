from collections.abc import Callable

import pytest

from credential import claims
from credential.claims import Grade, Kind, Profile
from credential.subjects import SubjectType
from scheme.model import Assumption
from scheme.pack import PackError, claim_of, load_pack, pack_digest
from scheme.products import ProductGroup
from tests.scheme.sample_pack import (
    SHA256,
    TEMPLATES,
    TEXTS,
    Change,
    Source,
    problem,
    problems,
    sample_pack,
    source,
)


def set_in(table: Callable[[Source], Source], **values: object) -> Change:
    return lambda s: table(s).update(values)


def test_a_right_pack() -> None:
    pack = sample_pack()
    assert (pack.id, pack.version, pack.division, pack.authority) == (
        "sample",
        "2026.1",
        "330182",
        "样例局",
    )
    assert pack.grade_public == {SubjectType.ENTERPRISE}
    assert pack.products[0] == ProductGroup("fungi", "食用菌", ("菇", "香菇"))
    assert pack.texts == TEXTS
    assert pack.templates == TEMPLATES
    style = pack.style("a5")
    assert (style.kind, style.profile) == (Kind.CERTIFICATE, Profile.DOCUMENT)
    assert (style.width_mm, style.height_mm, style.module_mm) == (148, 210, 0.5)
    assert style.error_level == "M"
    assert style.claim == claims.Template("page", 1)
    assert claim_of(pack) == claims.Pack("sample", "2026.1", SHA256)


def test_upper_and_lower_case_are_two_grades() -> None:
    pack = sample_pack()
    assert pack.grade("C") == Grade("c-upper", "C")
    assert pack.grade("c") == Grade("c-lower", "c")
    assert pack.rank(pack.grade("C")) < pack.rank(pack.grade("c"))
    with pytest.raises(KeyError):
        pack.grade("ｃ")


def test_grade_ids_are_lower_case_so_that_folding_cannot_join_two() -> None:
    found = problem(lambda s: s["grades"][1].update(id="C-upper"))
    assert found.startswith("scheme.toml，表 [[grades]] 第 2 项，键“id”：应为至多 32 位的小写字母")


def test_what_a_pack_does_not_have() -> None:
    pack = sample_pack()
    for look in (pack.style, pack.pledge, pack.grade):
        with pytest.raises(KeyError, match="none"):
            look("none")
    with pytest.raises(ValueError, match="not in tuple"):
        pack.rank(Grade("a", "A"))


def test_assumptions_are_listed() -> None:
    def change(s: Source) -> None:
        s["grades"][1].update(assumed=True, note="含义不明")
        s["pledges"][0]["texts"].update(assumed=True, note="文字待审")

    assert set(sample_pack(change).assumptions) == {
        Assumption("[authority]", "样例的假定"),
        Assumption("[[grades]] 第 2 项", "含义不明"),
        Assumption("[[pledges]] 第 1 项 的 [texts]", "文字待审"),
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda s: s.pop("id"),
            "scheme.toml，键“id”：缺少，应为至多 32 位的小写字母、数字、“-”或“_”，以字母开头",
        ),
        (
            lambda s: s.update(id="Sample"),
            "scheme.toml，键“id”：应为至多 32 位的小写字母、数字、“-”或“_”，以字母开头，得到 “Sample”",
        ),
        (
            lambda s: s.update(version="2026.1-more-than-16"),
            "scheme.toml，键“version”：应为 1 至 16 字的文字，得到 “2026.1-more-than-16”",
        ),
        (lambda s: s.update(title=3), "scheme.toml，键“title”：应为 1 至 60 字的文字，得到 3"),
        (
            lambda s: s.update(division="33018"),
            "scheme.toml，键“division”：行政区划代码应为 6 位数字，得到“33018”",
        ),
        (lambda s: s.update(colour="red"), "scheme.toml，键“colour”：没有这个键"),
        (lambda s: s.update(authority="局"), None),
        (
            lambda s: s["authority"].pop("note"),
            "scheme.toml，表 [authority]，键“note”：标明 assumed = true 的表应写明假定了什么",
        ),
        (
            lambda s: s["authority"].pop("assumed"),
            "scheme.toml，表 [authority]，键“assumed”：写了 note 的表应标明 assumed = true",
        ),
        (
            lambda s: s["authority"].update(assumed="yes"),
            "scheme.toml，表 [authority]，键“assumed”：应为 true 或 false，得到 “yes”",
        ),
        (
            lambda s: s["grades"][1].update(id="c-upper"),
            "scheme.toml，表 [[grades]] 第 2 项，键“id”：“c-upper”重复",
        ),
        (
            lambda s: s["grades"][1].update(code="C"),
            "scheme.toml，表 [[grades]] 第 2 项，键“code”：“C”重复",
        ),
        (
            lambda s: s["grades"][1].update(code="九个字的等级名称太长"),
            "scheme.toml，表 [[grades]] 第 2 项，键“code”：应为 1 至 8 字的文字，得到 “九个字的等级名称太长”",
        ),
        (lambda s: s.update(grades={}), "scheme.toml，键“grades”：应为若干个表，得到 一个表"),
        (
            lambda s: s["publication"].update(grade_public=["household"]),
            "scheme.toml，表 [publication]，键“grade_public”：自然人“household”的等级未经本人同意不得公开（个人信息保护法第 25 条）",
        ),
        (
            lambda s: s["facts"]["name"].update(type="word"),
            "scheme.toml，表 [facts] 的 [name]，键“type”：应为下列之一：text、boolean、number、date，得到 “word”",
        ),
        (
            lambda s: s["facts"].update({"Name": {"type": "text", "title": "名"}}),
            "scheme.toml，表 [facts]，键“Name”：事实的名称应由小写字母、数字和“_”组成，以字母开头",
        ),
        (lambda s: s["products"][1].update(id="fungi", of=["fungi"]), None),
        (
            lambda s: s["products"][0].update(words=[]),
            "scheme.toml，表 [[products]] 第 1 项，键“words”：words 与 marks 至少要有一项",
        ),
        (
            lambda s: s["products"][1].update(of=[]),
            "scheme.toml，表 [[products]] 第 2 项，键“of”：marks 与 of 应同时写明",
        ),
        (
            lambda s: s["products"][1].update(of=["mushroom"]),
            "scheme.toml，表 [[products]] 第 2 项，键“of”：没有产品类别“mushroom”",
        ),
        (
            lambda s: s["products"][1].update(words=["菇"]),
            "scheme.toml，表 [[products]] 第 2 项，键“words”：“菇”已属于“食用菌”",
        ),
        (lambda s: s["products"][0].update(words=["菇", "菇"]), None),
        (
            lambda s: s["styles"][0].update(template="sheet"),
            "scheme.toml，表 [[styles]] 第 1 项，键“template”：没有版面“sheet.typ”",
        ),
        (
            lambda s: s["styles"][0].update(module_mm=0.3),
            "scheme.toml，表 [[styles]] 第 1 项，键“module_mm”：应为 0.33 至 5 的数字，得到 0.3",
        ),
        (
            lambda s: s["styles"][0].update(width_mm=True),
            "scheme.toml，表 [[styles]] 第 1 项，键“width_mm”：应为 20 至 1200 的整数，得到 true",
        ),
        (
            lambda s: s["styles"][0].update(error_level="S"),
            "scheme.toml，表 [[styles]] 第 1 项，键“error_level”：应为下列之一：L、M、Q、H，得到 “S”",
        ),
        (
            lambda s: s["styles"][0].update(kind="pledge", profile="label"),
            "scheme.toml，表 [[styles]] 第 1 项，键“profile”：承诺书没有标签形式",
        ),
        (
            lambda s: s.pop("certificate"),
            "scheme.toml，表 [[styles]] 第 1 项，键“kind”：方案没有 certificate，不能有它的样式",
        ),
        (
            lambda s: s["styles"].append(dict(s["styles"][0])),
            "scheme.toml，表 [[styles]] 第 2 项，键“id”：“a5”重复",
        ),
    ],
)
def test_each_problem_names_file_table_and_key(change: Change, message: str | None) -> None:
    if message is None:
        assert all(found.startswith("scheme.toml，") for found in problems(change))
    else:
        assert problem(change) == message


def test_a_text_with_a_problem_is_named() -> None:
    assert problem(notice="告知{{ nmae }}") == (
        "文本“notice”，用到未声明的事实“nmae”，应先写入 [facts]"
    )


def test_all_problems_are_found_at_once() -> None:
    def change(s: Source) -> None:
        s["version"] = ""
        s["grades"][0]["code"] = 1
        s["styles"][0]["height_mm"] = 0

    found = problems(change)
    assert len(found) == 3
    with pytest.raises(PackError) as caught:
        sample_pack(change)
    assert str(caught.value) == "\n".join(found)


def test_an_empty_source_is_a_list_of_problems_not_a_crash() -> None:
    with pytest.raises(PackError, match="键“id”：缺少"):
        load_pack({}, {}, SHA256, {})


@pytest.mark.parametrize("wrong", [None, 1, "x", [], [1], {}, True, 0.5])
def test_any_key_may_be_of_any_type_without_a_crash(wrong: object) -> None:
    def walk(node: object, put: Callable[[object], None]) -> None:
        put(wrong)
        try:
            load_pack(data, TEXTS, SHA256, TEMPLATES)
        except PackError as error:
            assert error.problems
        put(node)
        if isinstance(node, dict):
            for key in list(node):
                walk(node[key], lambda value, n=node, k=key: n.__setitem__(k, value))  # type: ignore[misc]
        elif isinstance(node, list):
            for place in range(len(node)):
                walk(node[place], lambda value, n=node, p=place: n.__setitem__(p, value))  # type: ignore[misc]

    data = source()
    for key in list(data):
        walk(data[key], lambda value, k=key: data.__setitem__(k, value))  # type: ignore[misc]


def test_the_digest_covers_names_and_contents_but_no_cases() -> None:
    files = {"scheme.toml": b"id", "texts/a.j2": b"x"}
    digest = pack_digest(files)
    assert pack_digest(dict(reversed(files.items()))) == digest
    assert pack_digest(files | {"cases.toml": b"new"}) == digest
    assert pack_digest(files | {"texts/a.j2": b"y"}) != digest
    assert pack_digest({"scheme.toml": b"id", "texts/b.j2": b"x"}) != digest
    # lengths keep apart what would run together
    assert pack_digest({"a": b"bc"}) != pack_digest({"ab": b"c"})
    # by printf and sha256sum: the rule is published and may not change
    assert pack_digest(files).hex() == (
        "93cc409574f0f20f2fa5ed40b397961e55aaa5502ecb4781a6765107051ab880"
    )


def test_the_digest_is_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        load_pack(source(), TEXTS, b"short", TEMPLATES)
