"""The office's list of subjects, from its sheet into the registry, with grades and consents."""

from dataclasses import dataclass

from certgen.pledge import keyed_digest
from certgen.row_error import RowError
from certgen.subject_rows import SubjectRow, read_subject_table, read_subjects
from certgen.table_header import TableError
from credential.fields import format_grade, format_time
from credential.subjects import NATURAL_PERSONS, SubjectFacts
from registry.grades import GradeChange, GradeEntry, decided_grade, set_grades
from registry.subjects import ImportCount, find_subject, import_subjects, record_consent
from scheme.model import Pack
from service.errors import UserError
from service.office import Office


@dataclass(frozen=True, slots=True)
class Imported:
    """``grades``: how many subjects got a grade that differs from the one they had; ``kept``: where
    a decision made since stands against the list, and was left."""

    count: ImportCount
    grades: int
    kept: tuple[str, ...]
    errors: tuple[RowError, ...]


def import_subject_list(
    office: Office,
    scheme: str,
    data: bytes,
    key: bytes,
    *,
    at: int,
    who: str,
    why: str,
    override: bool = False,
) -> Imported:
    """Good rows are registered, the others are named. ``key``: of the personal digests.

    A grade that was decided of one subject stands against the list, which may be older than the
    decision, unless ``override``.

    Raises:
        UserError: the sheet is no list of subjects, or grades them where the scheme does not.
    """
    pack = office.pack(scheme)
    try:
        table = read_subject_table(data)
    except TableError as error:
        raise UserError(str(error)) from error
    if not pack.grades and any("grade" in row.cells for row in table.rows):
        raise UserError(
            f"方案“{scheme}”不评等级，名录却填了“{table.headers['grade']}”：请核对 --scheme，"
            "或清空这一列；什么也没有登记"
        )
    rows, errors = read_subjects(table, [grade.code for grade in pack.grades])
    facts = {row.number: _facts(row, key) for row in rows}
    count = import_subjects(office.registry, list(facts.values()), at=at, who=who, why=why)
    held = {
        number: find_subject(office.registry, subject.key, scheme)
        for number, subject in facts.items()
    }
    changes, kept = [], []
    for row in rows:
        known = held[row.number]
        if known is None:
            continue
        if row.grade is not None and (known.grade is None or known.grade.code != row.grade):
            decision = None if override else decided_grade(office.registry, known.key, scheme)
            if decision is None:
                version = f"{pack.id}@{pack.version}"
                changes.append(GradeChange(known.key, pack.grade(row.grade), why, version))
            elif decision.grade.code != row.grade:
                kept.append(_kept(pack, row, row.grade, decision))
        # PIPL Art. 15: consent is withdrawn as easily as it is given; an empty cell says nothing
        is_said = row.consent is not None and row.type in NATURAL_PERSONS
        if is_said and row.consent is not known.grade_public:
            record_consent(office.registry, known.key, bool(row.consent), why, at=at, who=who)
    if changes:
        set_grades(office.registry, scheme, changes, at=at, who=who, by_list=True)
    return Imported(count, len(changes), tuple(kept), tuple(errors))


def _kept(pack: Pack, row: SubjectRow, listed: str, decision: GradeEntry) -> str:
    return (
        f"第 {row.number} 行“{row.name}”：名录上是 {format_grade(pack.grade(listed))}，"
        f"登记的 {format_grade(decision.grade)} 是 {format_time(decision.at)} 由 {decision.who} "
        f"单独调整的（{decision.reason}），未改动"
    )


def _facts(row: SubjectRow, key: bytes) -> SubjectFacts:
    return SubjectFacts(
        type=row.type,
        name=row.name,
        uscc=row.uscc,
        digest=keyed_digest(row.household, key) if row.household is not None else None,
        division=row.division,
        origin=row.origin,
        contact=row.contact,
    )
