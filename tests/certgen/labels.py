"""Labels to print in tests: fixed key, numbers and time, realistic words, by the styles of 建德."""

import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from certgen.label_drawing import Label
from certgen.label_layout import label_fields
from credential.certificate_id import format_certificate_id, new_certificate_id
from credential.fields import fields_digest
from credential.qr_text import write_qr_text
from scheme.model import LabelLayout, Pack, Style
from service.packs import load_pack_folder
from tests import samples
from tests.certgen.documents import PROMISE, certificate

TEMPLATES: Final = Path(__file__).parents[2] / "templates"
STYLES: Final = (
    "one-fruit",
    "one-fruit-square",
    "one-fruit-square-25",
    "one-fruit-52x29",
    "one-fruit-38x21",
    "one-egg",
    "one-egg-square",
    "one-egg-square-25",
    "one-egg-38x21",
    "one-bag",
    "one-bag-70x37",
    "one-bag-80x60",
    "one-bag-100x70",
    "one-box",
    "one-box-60x40",
    "one-box-80x60",
    "one-mark",
    "one-bundle",
    "one-bundle-100x30",
)
_PRODUCTS: Final = ("草莓", "红颜草莓", "有机茶鲜叶", "土鸡蛋", "水果玉米", "建德苞茶鲜叶")
_VILLAGES: Final = ("杨村桥镇", "大慈岩镇里叶村", "寿昌镇", "三都镇", "梅城镇千鹤村")


@cache
def jiande() -> Pack:
    return load_pack_folder(TEMPLATES / "jiande")


def style(id: str) -> Style:
    return jiande().style(id)


def layout(id: str) -> LabelLayout:
    found = style(id).layout
    assert found is not None
    return found


def label(id: str, seed: int = 1, **words: str) -> Label:
    """A label of this style, different for each seed; ``words``: values that are not random."""
    source = random.Random(seed)
    values = {
        **certificate().fields,
        "product": source.choice(_PRODUCTS),
        "origin": f"浙江省杭州市建德市{source.choice(_VILLAGES)}",
        "quantity": f"{source.randint(1, 2000)}公斤",
        "contact": f"0571-{source.randint(10**7, 10**8 - 1)}",
        "promise": PROMISE,
    } | words
    identifier = new_certificate_id(samples.AT + seed, source.randbytes(6))
    values["number"] = format_certificate_id(identifier)
    fields = label_fields(layout(id), values)
    claims = replace(
        samples.LABEL,
        id=identifier,
        product=values["product"],
        digest=fields_digest(fields, identifier, 12),
    )
    return Label(fields, write_qr_text(samples.signed(claims), samples.BASE_URL))
