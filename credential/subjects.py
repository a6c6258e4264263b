"""Subjects: who may promise, as the registry knows them and the issuing side needs them."""

from dataclasses import dataclass
from enum import StrEnum

from credential.claims import Grade, Subject
from credential.identifiers import mask_name


class SubjectType(StrEnum):
    """The words are those of the import sheet's English column names and of the API."""

    ENTERPRISE = "enterprise"
    """企业"""
    COOPERATIVE = "cooperative"
    """农民专业合作社"""
    SELF_EMPLOYED = "self_employed"
    """个体工商户"""
    VILLAGE = "village"
    """农村集体经济组织 (codes N1-N3: not natural persons, though python-stdnum refuses them)"""
    HOUSEHOLD = "household"
    """农户: a natural person"""
    INDIVIDUAL = "individual"
    """其他自然人"""
    AUTHORITY = "authority"
    """机关、公证处"""


SUBJECT_TYPE_WORDS = {
    SubjectType.ENTERPRISE: "企业",
    SubjectType.COOPERATIVE: "合作社",
    SubjectType.SELF_EMPLOYED: "个体工商户",
    SubjectType.VILLAGE: "村集体经济组织",
    SubjectType.HOUSEHOLD: "农户",
    SubjectType.INDIVIDUAL: "个人",
    SubjectType.AUTHORITY: "机关单位",
}
NATURAL_PERSONS = frozenset({SubjectType.HOUSEHOLD, SubjectType.INDIVIDUAL})
# PIPL Art. 25: a natural person's grade is public only with recorded consent; 个体工商户 are
# traders entered in the public company register under a code of their own.


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """One subject. Exactly one of ``uscc`` and ``digest``, the latter for natural persons.

    ``digest``: keyed digest of the personal identifier, 16 bytes; the identifier itself is not here.
    ``grade``: the grade now in the scheme at hand, or None. ``grade_public``: whether it may stand
    on a certificate and a public page.
    """

    type: SubjectType
    name: str
    uscc: str | None
    digest: bytes | None
    division: str
    origin: str
    contact: str
    grade: Grade | None = None
    grade_public: bool = False

    @property
    def is_natural_person(self) -> bool:
        return self.type in NATURAL_PERSONS

    @property
    def key(self) -> bytes:
        """12 bytes (packed code) or 16 (digest): the registry's primary key and the signed subject."""
        return Subject(uscc=self.uscc, digest=self.digest).packed

    @property
    def public_name(self) -> str:
        return mask_name(self.name) if self.is_natural_person else self.name

    @property
    def claim(self) -> Subject:
        """As it stands in a document's claims; a natural person's name is masked there."""
        return Subject(uscc=self.uscc, digest=self.digest, name=self.public_name)
