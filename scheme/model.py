"""What a scheme pack says, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from credential import claims
from credential.claims import Grade, Kind, Profile, Role
from credential.subjects import SubjectType
from credential.symbol_size import ErrorLevel
from scheme.facts import FactSpec
from scheme.predicates import Predicate
from scheme.products import ProductGroup


class Outcome(StrEnum):
    """What a rule decides; the words are those of packs, cases and the API."""

    ADMIT = "admit"
    ADMIT_WITH_CONDITIONS = "admit_with_conditions"
    REFUSE = "refuse"
    DEFER = "defer"
    """待核实: a person has to look, or a fact is not given."""


class Condition(StrEnum):
    """What an admission hangs on; the issuing side carries each of them out."""

    WET_SIGNED_COPY = "wet_signed_copy"
    """A copy signed by hand is kept: 电子签名法 Art. 3 excludes marriage, adoption, inheritance."""
    NOT_PUBLISHED = "not_published"
    """A natural person's pledge is not published without separate consent (PIPL Art. 25)."""


class Publication(StrEnum):
    """公开类型 of the national collection fields."""

    PUBLIC = "可向社会公开"
    LIMITED = "特定范围内公开"
    NONE = "不可公开"


class PledgeType(StrEnum):
    """承诺类型 of the national collection fields."""

    APPROVAL = "审批替代型"
    DEFERRED_MATERIAL = "容缺受理型"
    PROOF = "证明事项型"
    REPAIR = "信用修复型"
    TRADE = "行业自律型"
    VOLUNTARY = "主动型"
    OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Assumption:
    """A table of the pack that its sources do not settle: the office must confirm or correct it."""

    place: str
    note: str


@dataclass(frozen=True, slots=True)
class Rule:
    """All of ``when`` must hold; none at all always holds. ``reason``: Jinja2, for the clerk."""

    id: str
    when: tuple[Predicate, ...]
    outcome: Outcome
    reason: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateRole:
    """What one role promises (name of a text) and which subjects must or may issue in it."""

    role: Role
    promise: str
    must_issue: frozenset[SubjectType]
    may_issue: frozenset[SubjectType]


@dataclass(frozen=True, slots=True)
class CertificateRules:
    """The 承诺达标合格证. ``fields``: names of credential.fields.FIELDS in the order of the page.

    ``texts``: names of texts by the field that they fill; ``retention_months`` counts from the
    issue.
    """

    title: str
    fields: tuple[str, ...]
    texts: Mapping[str, str]
    retention_months: int
    roles: tuple[CertificateRole, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof that a pledge may replace. ``name``: the words of the source, printed as they are.

    ``fields``: printed besides those of the pledge.
    """

    id: str
    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PledgeKind:
    """One kind of 信用承诺书. ``fields``: names of credential.fields.FIELDS in the order of the page.

    ``texts``: as in CertificateRules.
    """

    id: str
    title: str
    type: PledgeType
    fields: tuple[str, ...]
    texts: Mapping[str, str]
    retention_months: int
    wet_signature: bool
    published: Publication
    published_with_consent: Publication
    mask_names: bool
    proofs: tuple[Proof, ...]
    rules: tuple[Rule, ...]

    def find_proof(self, words: str) -> Proof | None:
        """The proof with this id or name, or None where the pledge does not replace it."""
        return next((proof for proof in self.proofs if words in {proof.id, proof.name}), None)


class Arrangement(StrEnum):
    """How a label's parts stand."""

    BESIDE = "beside"
    """Fields on the left, the symbol with its words in a column of its own on the right."""
    STACKED = "stacked"
    """Centred lines above and below the symbol, as on a sticker."""


class Shape(StrEnum):
    RECTANGLE = "rectangle"
    ROUND = "round"


class Per(StrEnum):
    """What one label stands for."""

    BATCH = "batch"
    """One row of the table is one label."""
    PIECE = "piece"
    """One certificate for the batch, and a label with a number of its own on each piece."""


@dataclass(frozen=True, slots=True)
class LabelLayout:
    """What stands on a label, and where. Sizes in millimetres, of type in points.

    ``fields``: names of credential.fields.FIELDS in the order of the label; ``above``: how many of
    them stand above the symbol of a stacked label. ``symbol_mm``: side of the square for the
    symbol, quiet zone included. ``text_pt``, ``title_pt``, ``caption_pt``: largest and smallest.
    ``columns``: 2 sets two short fields side by side.
    ``hanging``: values of short labels hang on one line. ``mark_mm``: side of the room left blank
    for a mark that is stuck on or printed before, 0 for none. ``words``: fixed values by field;
    ``longest``: characters of a value at most, by field.
    """

    arrangement: Arrangement
    shape: Shape
    per: Per
    fields: tuple[str, ...]
    above: int
    margin_mm: float
    symbol_mm: float
    title_pt: tuple[float, float]
    text_pt: tuple[float, float]
    caption_pt: tuple[float, float]
    columns: int
    hanging: bool
    mark_mm: float
    words: Mapping[str, str]
    longest: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Style:
    """One look of a document. Sizes in millimetres; ``module_mm``: the least side of a module.

    ``template``: name of the page template, ``<template>.typ`` in the pack's folder; of a label,
    whose ``layout`` is in the pack itself, the style's own id.
    """

    id: str
    title: str
    kind: Kind
    profile: Profile
    template: str
    template_version: int
    width_mm: int
    height_mm: int
    module_mm: float
    error_level: ErrorLevel
    layout: LabelLayout | None = None

    @property
    def claim(self) -> claims.Template:
        return claims.Template(self.template, self.template_version)


@dataclass(frozen=True, slots=True)
class Pack:
    """One published version of one locality's rules.

    ``division``: GB/T 2260 code of ``place``; ``grades``: best first, so the place is the rank;
    ``grade_public``: whose grade may be shown without being asked; ``texts``: Jinja2 by name;
    ``templates``: typst by name; ``sha256``: of the pack's files, as it goes into every credential.
    """

    id: str
    version: str
    title: str
    division: str
    place: str
    authority: str
    sha256: bytes
    grades: tuple[Grade, ...]
    grade_public: frozenset[SubjectType]
    facts: Mapping[str, FactSpec]
    products: tuple[ProductGroup, ...]
    certificate: CertificateRules | None
    pledges: tuple[PledgeKind, ...]
    styles: tuple[Style, ...]
    texts: Mapping[str, str]
    templates: Mapping[str, str]
    assumptions: tuple[Assumption, ...]

    def grade(self, code: str) -> Grade:
        """The grade with exactly this printed code: C and c are two. Raises KeyError."""
        for grade in self.grades:
            if grade.code == code:
                return grade
        raise KeyError(code)

    def rank(self, grade: Grade) -> int:
        """0 is the best. Raises ValueError for a grade of another scheme."""
        return self.grades.index(grade)

    def style(self, id: str) -> Style:
        """Raises KeyError."""
        for style in self.styles:
            if style.id == id:
                return style
        raise KeyError(id)

    def pledge(self, id: str) -> PledgeKind:
        """Raises KeyError."""
        for pledge in self.pledges:
            if pledge.id == id:
                return pledge
        raise KeyError(id)


def claim_of(pack: Pack) -> claims.Pack:
    """The pack as it stands in a credential's claims."""
    return claims.Pack(pack.id, pack.version, pack.sha256)
