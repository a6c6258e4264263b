"""Reading the styles of a pack: pages by a template, labels by a layout that can be checked here."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from credential.certificate_id import SIZE
from credential.claims import (
    DIGEST_SIZE,
    Claims,
    Kind,
    Profile,
    StatusReference,
    Subject,
    encode_claims,
)
from credential.cose import ED25519, PublicKey, sign1
from credential.fields import FIELDS
from credential.qr_text import write_digits
from credential.symbol_size import ErrorLevel, size_of, size_within
from scheme.model import Arrangement, LabelLayout, Per, Shape, Style
from scheme.reading import Table

LEAST_MODULE: Final = "0.33"
"""Millimetres: below it a module is lost in printing, on labels as well."""
LONGEST_ADDRESS: Final = 40
"""Characters of ``https://<host>/1/`` that every label has room for."""
_LONGEST_VALUE: Final = 60
"""Characters, where a layout does not say (credential.claims: a product has 60 at most)."""

_KINDS: Final = {kind.value: kind for kind in (Kind.CERTIFICATE, Kind.PLEDGE)}
_PROFILES: Final = {"document": Profile.DOCUMENT, "label": Profile.LABEL}
_ERROR_LEVELS: Final[Mapping[str, ErrorLevel]] = {"L": "L", "M": "M", "Q": "Q", "H": "H"}
_ARRANGEMENTS: Final = {arrangement.value: arrangement for arrangement in Arrangement}
_SHAPES: Final = {shape.value: shape for shape in Shape}
_PERS: Final = {per.value: per for per in Per}

# 农业农村部令 2025 年第 4 号 Art. 14; a label without them says where they are
_STATUTORY: Final = (
    "promise",
    "basis",
    "product",
    "quantity",
    "origin",
    "issued_on",
    "subject",
    "contact",
)


def read_styles(root: Table, templates: Mapping[str, str]) -> tuple[Style, ...]:
    styles: list[Style] = []
    for table in root.tables("styles"):
        style = _read_style(table, templates)
        if style.id and style.id in {other.id for other in styles}:
            table.problem("id", f"“{style.id}”重复")
        table_for_kind = "certificate" if style.kind is Kind.CERTIFICATE else "pledges"
        if table_for_kind not in root.data:
            table.problem("kind", f"方案没有 {table_for_kind}，不能有它的样式")
        if style.kind is Kind.PLEDGE and style.profile is Profile.LABEL:
            table.problem("profile", "承诺书没有标签形式")
        table.close()
        styles.append(style)
    return tuple(styles)


def _read_style(table: Table, templates: Mapping[str, str]) -> Style:
    drawn = table.has("layout")
    style = Style(
        id=table.name("id"),
        title=table.text("title", 30),
        kind=table.choice("kind", _KINDS),
        profile=table.choice("profile", _PROFILES),
        template=table.name("id" if drawn else "template"),
        template_version=table.integer("template_version", 1, 9999),
        width_mm=table.integer("width_mm", 20, 1200),
        height_mm=table.integer("height_mm", 20, 1200),
        module_mm=float(table.decimal("module_mm", LEAST_MODULE, "5")),
        error_level=table.choice("error_level", _ERROR_LEVELS),
    )
    if not drawn:
        if style.template and style.template not in templates:
            table.problem("template", f"没有版面“{style.template}.typ”")
        return style
    if style.profile is not Profile.LABEL:
        table.problem("profile", "有 layout 的样式是标签，应为 label")
    inner = table.table("layout")
    style = replace(style, layout=_read_layout(inner))
    _check_room(style, inner)
    inner.close()
    return style


def _read_layout(table: Table) -> LabelLayout:
    fields = table.names("fields")
    words, longest = table.table("words"), table.table("longest")
    layout = LabelLayout(
        arrangement=table.choice("arrangement", _ARRANGEMENTS),
        shape=table.choice("shape", _SHAPES),
        per=table.choice("per", _PERS),
        fields=fields,
        above=table.integer("above", 0, len(FIELDS)) if table.has("above") else 0,
        margin_mm=float(table.decimal("margin_mm", "0.2", "50")),
        symbol_mm=float(table.decimal("symbol_mm", "10", "200")),
        title_pt=_read_sizes(table, "title_pt"),
        text_pt=_read_sizes(table, "text_pt"),
        caption_pt=_read_sizes(table, "caption_pt"),
        columns=table.integer("columns", 1, 2) if table.has("columns") else 1,
        hanging=table.boolean("hanging", default=False),
        mark_mm=float(table.decimal("mark_mm", "0", "200")) if table.has("mark_mm") else 0.0,
        words={name: words.text(name, _LONGEST_VALUE) for name in words.named()},
        longest={name: longest.integer(name, 1, _LONGEST_VALUE) for name in longest.named()},
    )
    # the product is in every symbol, printed or not
    for inner, known in ((words, fields), (longest, {*fields, "product"})):
        for name in inner.named():
            if name not in known:
                inner.problem(name, "不是 fields 中的栏目")
        inner.close()
    _check_fields(layout, table)
    return layout


def _read_sizes(table: Table, key: str) -> tuple[float, float]:
    """Largest and smallest size of type, in points."""
    inner = table.table(key)
    sizes = float(inner.decimal("max", "3.5", "72")), float(inner.decimal("min", "3.5", "72"))
    if sizes[0] < sizes[1]:
        inner.problem("max", "不得小于 min")
    inner.close()
    return sizes


def _check_fields(layout: LabelLayout, table: Table) -> None:
    for name in layout.fields:
        if name not in FIELDS:
            table.problem("fields", f"没有栏目“{name}”")
    # the digest of a label stands in its symbol: see docs/adr/0014-check-code.md
    if {"subject", "contact"} & set(layout.fields) and "check_code" not in layout.fields:
        words = "、".join(FIELDS[name].label for name in ("subject", "contact"))
        table.problem(
            "fields", f"印有{words}的标签还应印 check_code（{FIELDS['check_code'].label}）"
        )
    missing = [name for name in _STATUTORY if name not in layout.fields]
    if missing and "elsewhere" not in layout.fields:
        words = "、".join(FIELDS[name].label for name in missing)
        table.problem("fields", f"缺少{words}，又没有写明在何处的栏目 elsewhere（其他事项）")
    if "number" not in layout.fields:
        table.problem("fields", "缺少栏目 number（编号）")
    if not {"title", "caption"} & set(layout.fields):
        # 农业农村部令 2025 年第 4 号: a QR form bears the words 承诺达标合格证 prominently
        table.problem("fields", "title 与 caption 至少要有一项，二维码旁须有“承诺达标合格证”字样")
    if "elsewhere" in layout.fields and "elsewhere" not in layout.words:
        table.problem("words", "写了栏目 elsewhere（其他事项），应写明它的内容")


def _check_room(style: Style, table: Table) -> None:
    """Refuse a label whose symbol would be too dense, at the longest credential of its style."""
    layout = style.layout
    assert layout is not None
    across = min(style.width_mm, style.height_mm)
    fits = (
        math.hypot(layout.symbol_mm, layout.symbol_mm) <= style.width_mm
        if layout.shape is Shape.ROUND
        else layout.symbol_mm <= across
    )
    if layout.shape is Shape.ROUND and style.width_mm != style.height_mm:
        table.problem("shape", f"样式“{style.id}”：圆形标签的宽和高应相等")
    elif not fits:
        table.problem(
            "symbol_mm", f"样式“{style.id}”：{layout.symbol_mm:g} mm 的二维码超出标签的尺寸"
        )
    digits = longest_digits(layout)
    room = math.floor(layout.symbol_mm / style.module_mm + 1e-6)
    if size_within(LONGEST_ADDRESS, digits, room, style.error_level) is None:
        least = size_of(LONGEST_ADDRESS, digits, "L")
        assert least is not None
        table.problem(
            "symbol_mm",
            f"样式“{style.id}”的二维码太密：最长的凭证有 {digits} 位数字，每格 {style.module_mm:g} mm "
            f"需要 {least.side * style.module_mm:.1f} mm 见方，只有 {layout.symbol_mm:g} mm；"
            "请加大标签，或在 longest 中限制产品名称的字数",
        )


class _Unsigned:
    """Only the length of a message is wanted: 64 bytes stand where its signature would."""

    @property
    def public_key(self) -> PublicKey:
        return PublicKey(ED25519, bytes(32))

    def sign(self, message: bytes) -> bytes:
        del message
        return bytes(64)


def longest_digits(layout: LabelLayout) -> int:
    """Digits of the longest credential that a label of this layout can carry."""
    claims = Claims(
        id=b"\xff" * SIZE,
        kind=Kind.CERTIFICATE,
        profile=Profile.LABEL,
        issued_at=2**32 - 1,
        subject=Subject(digest=bytes(16)),
        status=StatusReference(2**32 - 1, 2**24 - 1),
        digest=bytes(DIGEST_SIZE[Profile.LABEL]),
        # a hanzi beyond the basic plane takes four bytes, but a name is not made of those
        product="果" * layout.longest.get("product", _LONGEST_VALUE),
    )
    return len(write_digits(sign1(encode_claims(claims), _Unsigned())))
