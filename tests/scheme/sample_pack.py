"""A small pack that is right, for tests to make wrong in one place."""

import copy
from collections.abc import Callable
from typing import Any, Final

import pytest

from scheme.pack import Pack, PackError, load_pack

SHA256: Final = bytes(range(32))
Source = dict[str, Any]

TEXTS: Final = {
    "promise": "我承诺销售的“{{ product }}”合格。",
    "notice": "告知{{ name }}。",
    "words": "本人承诺。",
}
TEMPLATES: Final = {"page": "= page"}

_SOURCE: Final[Source] = {
    "id": "sample",
    "version": "2026.1",
    "title": "样例方案",
    "division": "330182",
    "place": "样例市",
    "authority": {"name": "样例局", "assumed": True, "note": "样例的假定"},
    "grades": [{"id": "c-upper", "code": "C"}, {"id": "c-lower", "code": "c"}],
    "publication": {"grade_public": ["enterprise"]},
    "facts": {
        "name": {"type": "text", "title": "姓名"},
        "product": {"type": "text", "title": "产品名称"},
        "clean": {"type": "boolean", "title": "无失信记录"},
        "amount": {"type": "number", "title": "金额"},
        "born": {"type": "date", "title": "出生日期"},
        "died": {"type": "date", "title": "死亡日期"},
    },
    "products": [
        {"id": "fungi", "title": "食用菌", "words": ["菇", "香菇"]},
        {"id": "wild", "title": "野生菌", "words": [], "marks": ["野生"], "of": ["fungi"]},
    ],
    "certificate": {
        "title": "承诺达标合格证",
        "fields": [
            "title",
            "caption",
            "number",
            "product",
            "quantity",
            "origin",
            "issued_on",
            "subject",
            "contact",
            "basis",
            "promise",
        ],
        "texts": {"caption": "words"},
        "retention_months": 24,
        "roles": [{"role": "producer", "promise": "promise", "must_issue": ["enterprise"]}],
        "rules": [
            {
                "id": "wild",
                "when": [{"fact": "product", "product_in": ["wild"]}],
                "outcome": "refuse",
                "reason": "“{{ product }}”是野生菌",
            },
            {"id": "else", "outcome": "admit", "reason": "可以开具"},
        ],
    },
    "pledges": [
        {
            "id": "proof",
            "title": "信用承诺书",
            "type": "证明事项型",
            "fields": [
                "title",
                "caption",
                "number",
                "promisor",
                "matter",
                "authority",
                "proof",
                "notice",
                "acknowledged",
                "pledge",
                "liability",
                "pledged_on",
            ],
            "texts": {
                "caption": "words",
                "notice": "notice",
                "acknowledged": "words",
                "pledge": "words",
                "liability": "words",
            },
            "retention_months": 240,
            "wet_signature": True,
            "publication": {
                "without_consent": "不可公开",
                "with_consent": "可向社会公开",
                "mask_names": True,
            },
            "proofs": [{"id": "unmarried", "name": "未婚证明", "fields": ["decedent"]}],
            "rules": [
                {
                    "id": "else",
                    "outcome": "admit_with_conditions",
                    "conditions": ["wet_signed_copy"],
                    "reason": "可以承诺",
                }
            ],
        }
    ],
    "styles": [
        {
            "id": "a5",
            "title": "A5",
            "kind": "certificate",
            "profile": "document",
            "template": "page",
            "template_version": 1,
            "width_mm": 148,
            "height_mm": 210,
            "module_mm": 0.5,
            "error_level": "M",
        }
    ],
}

Change = Callable[[Source], object]


def source(change: Change | None = None) -> Source:
    """The sample's tables, after ``change`` has been at them."""
    data = copy.deepcopy(_SOURCE)
    if change is not None:
        change(data)
    return data


def sample_pack(change: Change | None = None, **texts: str) -> Pack:
    return load_pack(source(change), TEXTS | texts, SHA256, TEMPLATES)


def with_rules(*rules: dict[str, Any]) -> Pack:
    """The sample with other rules for the certificate."""
    return sample_pack(lambda s: s["certificate"].update(rules=list(rules)))


def problems(change: Change | None = None, **texts: str) -> tuple[str, ...]:
    with pytest.raises(PackError) as caught:
        sample_pack(change, **texts)
    return caught.value.problems


def problem(change: Change | None = None, **texts: str) -> str:
    (only,) = problems(change, **texts)
    return only
