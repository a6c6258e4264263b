"""Label layouts in a pack: read into values, or refused with the style's name."""

from typing import Any, Final

import pytest

from credential.claims import Profile
from credential.symbol_size import size_of
from scheme.model import Arrangement, Per, Shape
from scheme.styles import LONGEST_ADDRESS, longest_digits
from tests.scheme.sample_pack import Change, Source, problem, problems, sample_pack

_ALL: Final = [
    "title",
    "product",
    "quantity",
    "origin",
    "issued_on",
    "subject",
    "contact",
    "basis",
    "promise",
    "check_code",
    "caption",
    "number",
]
_LABEL: Final[dict[str, Any]] = {
    "id": "one-box",
    "title": "一箱一证",
    "kind": "certificate",
    "profile": "label",
    "template_version": 2,
    "width_mm": 60,
    "height_mm": 40,
    "module_mm": 0.33,
    "error_level": "M",
    "layout": {
        "arrangement": "beside",
        "shape": "rectangle",
        "per": "batch",
        "fields": _ALL,
        "margin_mm": 1.5,
        "symbol_mm": 26,
        "title_pt": {"max": 9, "min": 8},
        "text_pt": {"max": 6.5, "min": 5},
        "caption_pt": {"max": 8, "min": 5},
    },
}


def with_label(**changes: Any) -> Change:
    """The sample with a label; ``layout__key``: a key of its layout."""

    def change(s: Source) -> None:
        style = _LABEL | {"layout": dict(_LABEL["layout"])}
        for key, value in changes.items():
            table = style["layout"] if key.startswith("layout__") else style
            table[key.removeprefix("layout__")] = value
        s["styles"].append(style)

    return change


def test_a_layout_as_a_value() -> None:
    style = sample_pack(
        with_label(
            layout__columns=2,
            layout__mark_mm=12.5,
            layout__words={"caption": "扫码查验"},
            layout__longest={"product": 12},
        )
    ).style("one-box")
    layout = style.layout
    assert layout is not None
    assert (style.profile, style.claim.id, style.claim.version) == (Profile.LABEL, "one-box", 2)
    assert (layout.arrangement, layout.shape, layout.per) == (
        Arrangement.BESIDE,
        Shape.RECTANGLE,
        Per.BATCH,
    )
    assert (layout.fields, layout.above) == (tuple(_ALL), 0)
    assert (layout.text_pt, layout.columns, layout.mark_mm) == ((6.5, 5.0), 2, 12.5)
    assert (layout.words, layout.longest) == ({"caption": "扫码查验"}, {"product": 12})


def test_a_page_has_no_layout() -> None:
    assert sample_pack().style("a5").layout is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_label(profile="document"), "键“profile”：有 layout 的样式是标签，应为 label"),
        (with_label(template="page"), "键“template”：没有这个键"),
        (
            with_label(layout__symbol_mm=20),
            "的 [layout]，键“symbol_mm”：样式“one-box”的二维码太密：最长的凭证有 814 位数字，"
            "每格 0.33 mm 需要 25.4 mm 见方，只有 20 mm；请加大标签，或在 longest 中限制产品名称的字数",
        ),
        (with_label(module_mm=0.4), "每格 0.4 mm 需要 30.8 mm 见方，只有 26 mm"),
        (with_label(layout__symbol_mm=41), "样式“one-box”：41 mm 的二维码超出标签的尺寸"),
        (with_label(layout__shape="round"), "样式“one-box”：圆形标签的宽和高应相等"),
        (
            with_label(height_mm=60, layout__shape="round", layout__symbol_mm=43),
            "样式“one-box”：43 mm 的二维码超出标签的尺寸",
        ),
        (with_label(layout__fields=[*_ALL, "colour"]), "键“fields”：没有栏目“colour”"),
        (
            with_label(layout__fields=[n for n in _ALL if n != "origin"]),
            "键“fields”：缺少产地，又没有写明在何处的栏目 elsewhere（其他事项）",
        ),
        (
            with_label(layout__fields=[n for n in _ALL if n != "check_code"]),
            "键“fields”：印有承诺主体、联系方式的标签还应印 check_code（校验码）",
        ),
        (with_label(layout__fields=_ALL[:-1]), "键“fields”：缺少栏目 number（编号）"),
        (
            with_label(layout__fields=[n for n in _ALL if n not in ("title", "caption")]),
            "键“fields”：title 与 caption 至少要有一项",
        ),
        (
            with_label(layout__fields=["title", "number", "elsewhere"]),
            "键“words”：写了栏目 elsewhere（其他事项），应写明它的内容",
        ),
        (with_label(layout__words={"grade": "A级"}), "[words]，键“grade”：不是 fields 中的栏目"),
        (with_label(layout__longest={"product": 61}), "键“product”：应为 1 至 60 的整数，得到 61"),
        (
            with_label(layout__text_pt={"max": 5, "min": 6}),
            "[text_pt]，键“max”：不得小于 min",
        ),
        (with_label(layout__text_pt={"max": 5, "min": 2}), "应为 3.5 至 72 的数字，得到 2"),
        (with_label(layout__per="box"), "键“per”：应为下列之一：batch、piece，得到 “box”"),
        (with_label(layout__colour="red"), "的 [layout]，键“colour”：没有这个键"),
    ],
)
def test_each_problem_names_its_place(change: Change, message: str) -> None:
    found = problem(change)
    assert found.startswith("scheme.toml，表 [[styles]] 第 2 项")
    assert message in found


def test_a_short_product_makes_a_smaller_symbol_do() -> None:
    short = with_label(layout__symbol_mm=20.2, layout__longest={"product": 10})
    assert sample_pack(short).style("one-box").layout is not None
    assert "样式“one-box”的二维码太密" in problem(
        with_label(layout__symbol_mm=20.0, layout__longest={"product": 10})
    )


def test_the_longest_credential_is_longer_with_each_character() -> None:
    lengths = []
    for count in (2, 10, 60):
        layout = sample_pack(with_label(layout__longest={"product": count})).style("one-box").layout
        assert layout is not None
        lengths.append(longest_digits(layout))
    assert lengths == [391, 451, 814]
    assert size_of(LONGEST_ADDRESS, 451, "L").version == 9  # type: ignore[union-attr]


def test_a_layout_of_the_wrong_type_is_a_problem_not_a_crash() -> None:
    for wrong in (None, 1, "x", [], {}, [{}]):
        assert problems(lambda s, w=wrong: with_label(layout=w)(s))  # type: ignore[misc]
