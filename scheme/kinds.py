"""Reading what a pack issues: the 合格证 and the kinds of 承诺书."""

from collections.abc import Mapping
from typing import Final

from credential.claims import Role
from credential.fields import FIELDS
from credential.subjects import SubjectType
from scheme.model import (
    CertificateRole,
    CertificateRules,
    PledgeKind,
    PledgeType,
    Proof,
    Publication,
)
from scheme.reading import Table
from scheme.rules import Known, read_rules

CERTIFICATE: Final = "certificate"
"""What :func:`scheme.admission.decide` calls the 合格证; no pledge kind may have this id."""

SHORTEST_RETENTION: Final = 6
"""Months of a certificate (农业农村部令 2025 年第 4 号)."""
LONGEST_RETENTION: Final = 1200

_EVERYWHERE: Final = ("title", "caption", "number")
# 农业农村部令 2025 年第 4 号 Art. 14
_CERTIFICATE_FIELDS: Final = (
    *_EVERYWHERE,
    "product",
    "quantity",
    "origin",
    "issued_on",
    "subject",
    "contact",
    "basis",
    "promise",
)
_PLEDGE_FIELDS: Final = (
    *_EVERYWHERE,
    "promisor",
    "matter",
    "authority",
    "pledge",
    "liability",
    "pledged_on",
)
# 国办发〔2020〕42号: the notice in writing comes before the pledge
_PROOF_FIELDS: Final = (*_PLEDGE_FIELDS, "proof", "notice", "acknowledged")

_CERTIFICATE_TEXTS: Final = ("caption",)
_PLEDGE_TEXTS: Final = ("caption", "pledge", "liability")
_PROOF_TEXTS: Final = (*_PLEDGE_TEXTS, "notice", "acknowledged")

_ROLES: Final = {"producer": Role.PRODUCER, "collector": Role.COLLECTOR}
_SUBJECT_TYPES: Final = {type.value: type for type in SubjectType}
_PLEDGE_TYPES: Final = {type.value: type for type in PledgeType}
_PUBLICATIONS: Final = {publication.value: publication for publication in Publication}


def read_certificate(
    root: Table, known: Known, texts: Mapping[str, str]
) -> CertificateRules | None:
    if not root.has(CERTIFICATE):
        return None
    table = root.table(CERTIFICATE)
    rules = CertificateRules(
        title=table.text("title", 30),
        fields=_read_fields(table, _CERTIFICATE_FIELDS),
        texts=_read_text_names(table, texts, _CERTIFICATE_TEXTS),
        retention_months=table.integer("retention_months", SHORTEST_RETENTION, LONGEST_RETENTION),
        roles=_read_roles(table, texts),
        rules=read_rules(table, known),
    )
    table.close()
    return rules


def _read_roles(table: Table, texts: Mapping[str, str]) -> tuple[CertificateRole, ...]:
    roles: list[CertificateRole] = []
    for entry in table.tables("roles"):
        role = CertificateRole(
            role=entry.choice("role", _ROLES),
            promise=_text_name(entry, "promise", texts),
            must_issue=frozenset(entry.choices("must_issue", _SUBJECT_TYPES)),
            may_issue=frozenset(entry.choices("may_issue", _SUBJECT_TYPES)),
        )
        if role.role in {other.role for other in roles}:
            entry.problem("role", "同一角色只能写一次")
        for both in sorted(role.must_issue & role.may_issue):
            entry.problem("may_issue", f"“{both}”已在 must_issue 中")
        entry.close()
        roles.append(role)
    if not roles:
        table.problem("roles", "至少要有一种角色：" + "、".join(_ROLES))
    return tuple(roles)


def read_pledges(root: Table, known: Known, texts: Mapping[str, str]) -> tuple[PledgeKind, ...]:
    pledges: list[PledgeKind] = []
    for table in root.tables("pledges"):
        pledge = _read_pledge(table, known, texts)
        if pledge.id and pledge.id in {CERTIFICATE, *(other.id for other in pledges)}:
            table.problem("id", f"“{pledge.id}”重复")
        pledges.append(pledge)
    return tuple(pledges)


def _read_pledge(table: Table, known: Known, texts: Mapping[str, str]) -> PledgeKind:
    type = table.choice("type", _PLEDGE_TYPES)
    proves = type is PledgeType.PROOF
    publication = table.table("publication")
    pledge = PledgeKind(
        id=table.name("id"),
        title=table.text("title", 30),
        type=type,
        fields=_read_fields(table, _PROOF_FIELDS if proves else _PLEDGE_FIELDS),
        texts=_read_text_names(table, texts, _PROOF_TEXTS if proves else _PLEDGE_TEXTS),
        retention_months=table.integer("retention_months", 1, LONGEST_RETENTION),
        wet_signature=table.boolean("wet_signature"),
        published=publication.choice("without_consent", _PUBLICATIONS),
        published_with_consent=publication.choice("with_consent", _PUBLICATIONS),
        mask_names=publication.boolean("mask_names"),
        proofs=_read_proofs(table),
        rules=read_rules(table, known),
    )
    if proves != bool(pledge.proofs):
        table.problem("proofs", f"“{PledgeType.PROOF}”应列明替代的证明，其他类型没有这一项")
    for proof in pledge.proofs:
        for name in sorted(set(proof.fields) & set(pledge.fields)):
            table.problem("proofs", f"“{proof.id}”的栏目“{name}”已在承诺书的 fields 中")
    publication.close()
    table.close()
    return pledge


def _read_proofs(table: Table) -> tuple[Proof, ...]:
    proofs: list[Proof] = []
    for entry in table.tables("proofs"):
        proof = Proof(
            id=entry.name("id"),
            name=entry.text("name", 200),
            fields=_read_fields(entry, ()),
        )
        if proof.id and proof.id in {other.id for other in proofs}:
            entry.problem("id", f"“{proof.id}”重复")
        entry.close()
        proofs.append(proof)
    return tuple(proofs)


def _read_fields(table: Table, needed: tuple[str, ...]) -> tuple[str, ...]:
    fields = table.names("fields")
    for name in fields:
        if name not in FIELDS:
            table.problem("fields", f"没有栏目“{name}”")
    missing = [name for name in needed if name not in fields]
    if missing:
        words = "、".join(
            f"{name}（{FIELDS[name].label}）" if FIELDS[name].label else name for name in missing
        )
        table.problem("fields", f"缺少必备栏目：{words}")
    return fields


def _read_text_names(
    table: Table, texts: Mapping[str, str], needed: tuple[str, ...]
) -> dict[str, str]:
    inner = table.table("texts")
    names = {field: _text_name(inner, field, texts) for field in inner.named()}
    fields = table.data.get("fields")
    for field in names:
        if isinstance(fields, list) and field not in fields:
            inner.problem(field, "不是 fields 中的栏目")
    for field in needed:
        if field not in names:
            inner.problem(field, "缺少，应为一个文本的名称")
    inner.close()
    return names


def _text_name(table: Table, key: str, texts: Mapping[str, str]) -> str:
    name = table.name(key)
    if name and name not in texts:
        table.problem(key, f"没有文本“{name}”，应有 texts/{name}.j2")
    return name
