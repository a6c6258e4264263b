"""Loading a scheme pack: from tables and texts to values, or to the list of all that is wrong."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from credential.claims import Grade
from credential.identifiers import IdentifierError, check_division_code
from credential.subjects import NATURAL_PERSONS, SubjectType
from scheme.facts import FactSpec, FactType
from scheme.kinds import read_certificate, read_pledges
from scheme.model import Pack, claim_of
from scheme.products import ProductGroup
from scheme.reading import NAME, Log, Table
from scheme.rules import Known
from scheme.styles import read_styles
from scheme.texts import text_problems

__all__ = ["CASES_FILE", "Pack", "PackError", "claim_of", "load_pack", "pack_digest"]

CASES_FILE: Final = "cases.toml"
"""Not part of what is published: an office may add cases without making a new version."""

_SUBJECT_TYPES: Final = {type.value: type for type in SubjectType}
_FACT_TYPES: Final = {type.value: type for type in FactType}


class PackError(ValueError):
    """A pack can't be used. ``problems``: each a Chinese sentence that names file, table and key."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def pack_digest(files: Mapping[str, bytes]) -> bytes:
    """SHA-256 over a pack's files, by relative path with “/”, cases left out.

    Paths sorted by their UTF-8 bytes; each path and each content preceded by its length in eight
    bytes, big-endian, so that no two different packs make the same bytes.
    """
    digest = hashlib.sha256()
    for path in sorted(files, key=str.encode):
        if path == CASES_FILE:
            continue
        for part in (path.encode(), files[path]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.digest()


def load_pack(
    source: Mapping[str, object],
    texts: Mapping[str, str],
    sha256: bytes,
    templates: Mapping[str, str],
) -> Pack:
    """``source``: scheme.toml as parsed; ``texts`` (Jinja2) and ``templates`` (typst): by name;
    ``sha256``: of the pack's files, see :func:`pack_digest`.

    Raises:
        PackError: with all problems at once.
    """
    if len(sha256) != hashlib.sha256().digest_size:
        raise ValueError("sha256: 32 bytes")
    log = Log()
    root = Table(source, "", log)
    facts = _read_facts(root.table("facts"))
    products = _read_products(root)
    known = Known(facts, tuple(group.id for group in products))
    _check_texts(texts, facts, log)
    authority = root.table("authority")
    publication = root.table("publication")
    pack = Pack(
        id=root.name("id"),
        version=root.text("version", 16),
        title=root.text("title", 60),
        division=_division(root),
        place=root.text("place", 60),
        authority=authority.text("name", 60),
        sha256=sha256,
        grades=_read_grades(root),
        grade_public=_read_grade_public(publication),
        facts=facts,
        products=products,
        certificate=read_certificate(root, known, texts),
        pledges=read_pledges(root, known, texts),
        styles=read_styles(root, templates),
        texts=dict(texts),
        templates=dict(templates),
        assumptions=(),
    )
    for table in (authority, publication, root):
        table.close()
    if log.problems:
        raise PackError(log.problems)
    return replace(pack, assumptions=tuple(log.assumptions))


def _division(root: Table) -> str:
    text = root.text("division", 6)
    try:
        return check_division_code(text) if text else ""
    except IdentifierError as error:
        root.problem("division", str(error))
        return ""


def _read_facts(table: Table) -> dict[str, FactSpec]:
    facts = {}
    for name in table.named():
        if not NAME.fullmatch(name) or "-" in name:
            table.problem(name, "事实的名称应由小写字母、数字和“_”组成，以字母开头")
        entry = table.table(name)
        facts[name] = FactSpec(entry.choice("type", _FACT_TYPES), entry.text("title", 30))
        entry.close()
    table.close()
    return facts


def _check_texts(texts: Mapping[str, str], facts: Mapping[str, FactSpec], log: Log) -> None:
    for name, source in texts.items():
        log.problems += [f"文本“{name}”，{problem}" for problem in text_problems(source, facts)]


def _read_grades(root: Table) -> tuple[Grade, ...]:
    grades: list[Grade] = []
    for table in root.tables("grades"):
        grade = Grade(table.name("id"), table.text("code", 8))
        # ids reach file systems and addresses that fold case, so they are lower case and different;
        # codes are what is printed, and C is not c
        if grade.id and grade.id in {other.id for other in grades}:
            table.problem("id", f"“{grade.id}”重复")
        if grade.code and grade.code in {other.code for other in grades}:
            table.problem("code", f"“{grade.code}”重复")
        table.close()
        grades.append(grade)
    return tuple(grades)


def _read_grade_public(table: Table) -> frozenset[SubjectType]:
    types = frozenset(table.choices("grade_public", _SUBJECT_TYPES))
    for type in sorted(types & NATURAL_PERSONS):
        table.problem(
            "grade_public", f"自然人“{type}”的等级未经本人同意不得公开（个人信息保护法第 25 条）"
        )
    return types


def _read_products(root: Table) -> tuple[ProductGroup, ...]:
    groups: list[ProductGroup] = []
    places: dict[str, str] = {}
    for table in root.tables("products"):
        group = ProductGroup(
            id=table.name("id"),
            title=table.text("title", 30),
            words=table.names("words"),
            marks=table.names("marks"),
            of=table.names("of"),
            notes=table.names("notes"),
            anywhere=table.boolean("anywhere", False),
        )
        if group.id and group.id in {other.id for other in groups}:
            table.problem("id", f"“{group.id}”重复")
        if not group.words and not group.marks:
            table.problem("words", "words 与 marks 至少要有一项")
        if bool(group.marks) != bool(group.of):
            table.problem("of", "marks 与 of 应同时写明")
        for word in group.words:
            if word in places:
                table.problem("words", f"“{word}”已属于“{places[word]}”")
            places[word] = group.title
        table.close()
        groups.append(group)
    known = {group.id for group in groups}
    for number, group in enumerate(groups, start=1):
        for other in group.of:
            if other not in known:
                table = Table({}, f"[[products]] 第 {number} 项", root.log)
                table.problem("of", f"没有产品类别“{other}”")
    return tuple(groups)
