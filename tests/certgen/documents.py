"""Documents to print in tests: fixed key, number and time, realistic words."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from certgen.document import Document
from certgen.page import PageStyle
from credential.claims import Basis, Claims, Grade, Origin, Quantity
from credential.fields import FIELDS, claimed_fields, fields_digest
from credential.qr_text import write_qr_text
from tests import samples

TEMPLATES: Final = Path(__file__).parents[2] / "templates"
PROMISE: Final = samples.PRODUCER_FIELDS["promise"]
_PLATFORM = (
    "由建德市农业农村局平台签名，仅证明本文件未被改动，不代替承诺人签名（《电子签名法》第十三条）"
)
_NOTICE = """一、本次办理继承公证，申请人应当证明其与被继承人的亲属关系、被继承人的死亡事实以及其父母的死亡情况。
二、被继承人死亡时年满七十五周岁，其父母死亡证明确实无法取得的，申请人可以书面承诺替代。
三、申请人愿意承诺的，应当如实填写并亲笔签署本承诺书；不愿承诺或者无法承诺的，应当提交相应证明材料。
四、承诺不实的，公证机构终止办理或者撤销公证书，依法追究责任，并按规定记入信用记录。
五、公证机构有权通过部门信息共享、实地走访、函询等方式核查承诺内容，申请人应当配合。"""
_PLEDGE = """一、本人已经知晓并理解上述全部告知事项，已经符合规定的条件。
二、本人提交的材料和陈述的内容真实、合法、完整，没有遗漏任何继承人。
三、被继承人的父母均先于被继承人死亡，因年代久远无法取得死亡证明。
四、本人愿意接受核查，并自愿将本承诺纳入信用信息共享平台。"""

LONG_NAME: Final = (
    "建德市新安江三都乾潭梅城寿昌大同航头大慈岩莲花钦堂下涯杨村桥李家更楼洋溪"
    "三十六村果蔬茶叶种植加工购销农民专业合作社联"
)
LONG_ORIGIN: Final = (
    "浙江省杭州市建德市大慈岩镇里叶村十里荷花长廊西侧新叶古村以北第三生产大队"
    "设施农业示范园区四号至九号连栋大棚"
)
LONG_CONTACT: Final = "0571-64700000转8018，13800000000（张䶮），应急联系13900000000（李𬭎、王㐂）"


def certificate(
    *,
    name: str = samples.COOPERATIVE.name or "",
    product: str = "草莓",
    origin: str = "浙江省杭州市建德市杨村桥镇",
    contact: str = "0571-00000000",
    amount: str = "1200",
    basis: tuple[Basis, ...] = (Basis.CONTROLLED,),
    grade: Grade | None = samples.PRODUCER.grade,
    promise: str = PROMISE,
) -> Document:
    claims = replace(
        samples.PRODUCER,
        subject=replace(samples.COOPERATIVE, name=name),
        product=product,
        origin=Origin("330182", origin),
        quantity=Quantity.of(Decimal(amount), "公斤"),
        basis=basis,
        grade=grade,
    )
    return _signed(
        claims,
        {
            "title": "承诺达标合格证",
            "caption": "承诺达标合格证 扫码查验真伪和当前信用等级",
            "contact": contact,
            "promise": promise,
            "check_code": "4821-0937-5562",
            "platform": _PLATFORM,
        },
    )


@cache
def long_certificate() -> Document:
    """60 characters of name, long origin and contact, three rare characters, all bases."""
    return certificate(
        name=LONG_NAME,
        product="有机富硒红颜草莓（设施栽培、分级精选、单层珍珠棉托盘装）",
        origin=LONG_ORIGIN,
        contact=LONG_CONTACT,
        basis=tuple(Basis),
    )


def household_certificate() -> Document:
    """A natural person: no code; no grade; room for the signature."""
    claims = replace(samples.HOUSEHOLD, expires_at=None)
    fields = {
        "title": "承诺达标合格证",
        "caption": "承诺达标合格证 扫码查验真伪和当前信用等级",
        "subject": "田大根",
        "contact": "13800000000",
        "promise": PROMISE,
        "signature": "",
        "check_code": "4821-0937-5562",
        "platform": _PLATFORM,
    }
    return _signed(claims, fields)


def letter(*, promisor: str = "田大根", notice: str = _NOTICE, pledge: str = _PLEDGE) -> Document:
    return _signed(
        samples.PLEDGE,
        {
            "title": "信用承诺书",
            "caption": "信用承诺书 扫码查验真伪和当前状态",
            "promisor": promisor,
            "alias": "田㐂",
            "promisor_code": "140581********0014",
            "proof": "亲属关系证明、死亡证明",
            "decedent": "王𬭎",
            "decedent_age": "83周岁",
            "authority": "高平市公证处",
            "notice": notice,
            "acknowledged": "■本人已阅读并知晓上述告知内容，由公证员李某于2026年3月5日当面告知",
            "pledge": pledge,
            "liability": "如有虚假承诺或者遗漏继承人，本人愿意退还所得份额、赔偿由此造成的全部损失。",
            "signature": "",
            "platform": _PLATFORM.replace("建德市农业农村局", "高平市公证处"),
        },
    )


def _signed(claims: Claims, words: dict[str, str]) -> Document:
    printed = claimed_fields(claims) | words
    fields = {name: printed[name] for name in FIELDS if name in printed}
    claims = replace(claims, digest=fields_digest(fields, claims.id))
    message = samples.signed(claims)
    return Document(claims, message, write_qr_text(message, samples.BASE_URL), fields)


def _style(name: str, path: str, width_mm: float, height_mm: float, module_mm: float) -> PageStyle:
    template = (TEMPLATES / path).read_text(encoding="utf-8")
    return PageStyle(name, template, width_mm, height_mm, module_mm)


A5: Final = _style("A5 合格证", "jiande/certificate-a5.typ", 148, 210, 0.5)
LABEL: Final = _style("80×60 mm 标签", "jiande/certificate-80x60.typ", 80, 60, 0.33)
LETTER: Final = _style("A4 承诺书", "gaoping/letter.typ", 210, 297, 0.5)
