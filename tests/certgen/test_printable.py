"""What may stand in a printed field."""

import pytest

from certgen.printable import FieldError, check_fields, check_filled, platform_statement


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("product", "草莓²", "“产品名称”含有不能印刷的上标、分数或带圈数字 U+00B2“²”"),
        ("origin", "建德\u200b市", "“产地”含有不能印刷的不可见或未定义的字符 U+200B"),
        ("origin", "建德\t市", "“产地”含有不能印刷的空白字符 U+0009"),
        ("product", "草莓\n产地", "“产品名称”含有不能印刷的空白字符 U+000A"),
        ("promise", "一\u2028二", "“承诺事项”含有不能印刷的空白字符 U+2028"),
        ("origin", "a\u0301村", "“产地”含有不能印刷的组合符号 U+0301，请用合成后的字符"),
        ("origin", "三都⸺四都", "“产地”含有不能印刷的字符 U+2E3A“⸺”，请写作“——”"),
        ("origin", "⼀组", "“产地”含有不能印刷的字符 U+2F00“⼀”，请写作“一”"),
        ("origin", "建德市ﬁ村", "“产地”含有不能印刷的字符 U+FB01“ﬁ”，请写作“fi”"),
        ("origin", "\uf967可", "“产地”含有不能印刷的字符 U+F967“\uf967”，请写作“不”"),
        ("origin", "ｶ村", "“产地”含有不能印刷的字符 U+FF76“ｶ”，请写作“カ”"),
        ("contact", "", "“联系方式”没有填写"),
        ("origin", "\u3000", "“产地”没有填写"),
        ("product", "草莓 产地：外地", "“产品名称”中不得出现“产地：”，否则会与该栏混淆"),
        ("product", "草莓 产 地:外地", "“产品名称”中不得出现“产地：”，否则会与该栏混淆"),
        ("promise", "我\n编号： 1", "“承诺事项”中不得出现“编号：”，否则会与该栏混淆"),
        ("title", "", "“Title”没有填写"),
    ],
)
def test_what_a_reader_could_not_take_apart_is_refused(
    field: str, value: str, message: str
) -> None:
    with pytest.raises(FieldError) as error:
        check_fields({field: value})
    assert str(error.value) == message
    assert error.value.field == field


def test_what_may_stand() -> None:
    check_fields(
        {
            "product": "红颜草莓（Ａ级） 产地直供",
            "subject": "何𬭎",
            "promise": "我承诺生产销售的食用农产品：\n未使用禁用农药；",
            "signature": "",
        }
    )


@pytest.mark.parametrize(
    ("value", "blank"),
    [
        ("____", "____"),
        ("本人于__年承诺", "__"),
        ("_ _", "__"),
        ("本人于_年承诺", "_"),
        ("N_坞", "_"),
        ("＿", "＿"),
        ("A＿B", "＿"),
        ("﹏﹏﹏", "___"),
    ],
)
def test_what_is_still_to_be_filled_in_is_no_promise(value: str, blank: str) -> None:
    with pytest.raises(FieldError) as error:
        check_filled({"pledge": value})
    assert str(error.value) == f"“承诺内容”含有待填的空白“{blank}”，请填写完整"


def test_an_underscore_between_letters_is_no_blank() -> None:
    check_filled({"product": "GAP_8 号草莓", "origin": "甲_1", "signature": ""})


def test_the_platform_never_signs_for_the_promisor() -> None:
    assert platform_statement("建德市农业农村局") == (
        "由建德市农业农村局平台签名，仅证明本文件未被改动，不代替承诺人签名（《电子签名法》第十三条）"
    )
