"""What making labels takes and what makes them: rows in, signed labels and their pages out.

No database here: a press runs in a process of its own, as many as there are processors.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Final

from certgen.certificate import (
    OF_ONE_ROW,
    CertificateForm,
    CertificateTexts,
    LabelForm,
    certificate_form,
    label_form,
    prepare_certificate,
)
from certgen.glyphs import GlyphError
from certgen.label_drawing import DrawnPages, Label, LabelDrawer
from certgen.label_files import LabelFiles
from certgen.label_layout import LabelError, label_fields
from certgen.printable import FieldError
from certgen.rows import BatchRow
from certgen.symbol import SymbolError
from credential.certificate_id import format_certificate_id, new_certificate_id
from credential.claims import (
    Basis,
    Claims,
    Quantity,
    Role,
    StatusReference,
)
from credential.cose import Signer, sign1
from credential.qr_text import write_qr_text
from credential.signed_claims import SignedClaims, read_signed, sign_claims, sign_payload
from credential.subjects import SubjectFacts, SubjectType
from registry.chunks import ChunkRecord
from registry.issuing import (
    Allotment,
    CredentialForm,
    CredentialRow,
    IssueRequest,
    NewCredential,
    credential_form,
    credential_row,
)
from registry.jobs import RowRefusal
from registry.labels import NewLabel
from scheme.model import LabelLayout, Pack, Style, claim_of
from service.bulk.parts import Part, manifest_lines, write_part
from service.bulk.rows import LabelRow, read_rows
from service.bulk.work import Known, Made, Work
from service.certificates import certificate_texts, draw_check_code, months_later

LABEL_ERRORS: Final = (FieldError, GlyphError, LabelError, SymbolError)
"""This row's label can't be printed as it is; the messages are for the clerk."""
_ID_DOMAIN: Final = "zhengxin-label/1"
_COLUMNS: Final = {"subject": "producer", "subject_code": "uscc"}
"""Printed fields whose column of a batch table has another key."""
_FORMS_KEPT: Final = 4096
NEW, AGAIN = "issued", "issued-before"


@dataclass(frozen=True, slots=True)
class Forms:
    """Of certificates that are alike: themselves, their labels, their rows in the registry."""

    certificate: CertificateForm
    label: LabelForm
    row: CredentialForm


@dataclass(frozen=True, slots=True)
class Press:
    """``secret``: settles the numbers of labels, which nobody else can guess. ``forms``: of the
    certificates made so far, for rows that are alike."""

    pack: Pack
    style: Style
    signer: Signer
    secret: bytes = field(repr=False)
    base_url: str
    drawer: LabelDrawer | LabelFiles
    forms: dict[object, Forms] = field(default_factory=dict, repr=False, compare=False)

    @property
    def layout(self) -> LabelLayout:
        layout = self.style.layout
        assert layout is not None, self.style.id
        return layout

    @property
    def printed(self) -> tuple[tuple[str, str | None], ...]:
        """What the style prints, as registry.labels.LabelFields."""
        return tuple((name, self.layout.words.get(name)) for name in self.layout.fields)


@dataclass(frozen=True, slots=True)
class _Certificate:
    """``label``: what its labels are made from, and ``own``: with which values; ``row``: for the
    registry, where it is not in it yet. ``issued_at``: Unix seconds."""

    id: bytes
    status: StatusReference
    issued_at: int
    label: LabelForm
    own: Mapping[str, str]
    earlier: bool
    row: CredentialRow | None


@dataclass(frozen=True, slots=True)
class _Prepared:
    row: LabelRow
    certificate: _Certificate
    labels: list[Label]
    recorded: list[NewLabel]


def make_chunk(press: Press, work: Work) -> Made:
    """Sign and draw one chunk. Rows that can't be printed are refused, and nothing of them is left.

    A refused row leaves its places on the sheet blank at the end of the chunk.
    """
    prepared: list[_Prepared] = []
    refused: list[RowRefusal] = []
    lost = 0
    allotments = iter(work.allotments)
    used: set[bytes] = set()
    for row in read_rows(work.rows):
        known = work.known.get(row.issue_key)
        allotment = None if known is not None else next(allotments)
        try:
            certificate = _certificate(press, row, known, allotment, work)
            prepared.append(_labels(press, row, certificate, work, used))
        except (*LABEL_ERRORS, _RefusedError) as error:
            refused.append(_refusal(row, error))
            lost += row.count
    try:
        drawn = _draw(press, work, prepared)
    except LABEL_ERRORS:
        # which row it was: each by itself
        unprintable = {row.number: found for row, found in _unprintable(press, prepared)}
        for one in prepared:
            if (reason := unprintable.get(one.row.number)) is not None:
                refused.append(_refusal(one.row, reason))
                lost += one.row.count
        prepared = [one for one in prepared if one.row.number not in unprintable]
        drawn = _draw(press, work, prepared)
    new = [one.certificate.row for one in prepared if one.certificate.row is not None]
    record = ChunkRecord(
        job=work.job,
        chunk=work.chunk,
        credentials=new,
        labels=[label for one in prepared for label in one.recorded],
        label_key=press.signer.public_key.kid,
        label_times=frozenset(one.certificate.issued_at for one in prepared),
        style=(press.pack.id, press.style.id, press.printed),
        refused=sorted(refused, key=lambda refusal: refusal.row),
        lost=lost,
    )
    lines = manifest_lines(
        (label.fields["number"], label.qr_text, AGAIN if one.certificate.earlier else NEW)
        for one in prepared
        for label in one.labels
    )
    return Made(record, write_part(Part(drawn, lines)))


def _draw(press: Press, work: Work, prepared: Sequence[_Prepared]) -> DrawnPages:
    labels = [label for one in prepared for label in one.labels]
    return press.drawer.draw(labels, work.place) if labels else DrawnPages((), {}, frozenset())


def _unprintable(
    press: Press, prepared: Sequence[_Prepared]
) -> Iterator[tuple[LabelRow, ValueError]]:
    for one in prepared:
        try:
            press.drawer.draw(one.labels[:1])
        except LABEL_ERRORS as error:
            yield one.row, error


def _refusal(row: LabelRow, error: ValueError) -> RowRefusal:
    column = None
    if isinstance(error, FieldError | GlyphError | LabelError):
        column = row.headers.get(_COLUMNS.get(error.field, error.field))
    return RowRefusal(row.number, column, f"第 {row.number} 行：{error}")


class _RefusedError(ValueError):
    """The row's labels may not be printed; the message is for the clerk."""


def _certificate(
    press: Press, row: LabelRow, known: Known | None, allotment: Allotment | None, work: Work
) -> _Certificate:
    if known is not None:
        if known.withdrawn is not None:
            raise _RefusedError(known.withdrawn)
        claims = read_signed(known.message).claims
        label = label_form(claims, label_fields(press.layout, known.fields))
        at = claims.issued_at
        return _Certificate(claims.id, claims.status, at, label, known.fields, known.earlier, None)
    assert allotment is not None
    alike = None if row.alike is None else (work.at, work.who, *row.alike)
    forms = press.forms.get(alike)
    if forms is None:
        forms, new = _first(press, row, allotment, work)
        own: Mapping[str, str] = forms.certificate.fields
        if alike is not None:
            if len(press.forms) >= _FORMS_KEPT:
                press.forms.clear()
            press.forms[alike] = forms
    else:
        payload, own = forms.certificate.fill(
            row.batch.quantity,
            identifier=allotment.id,
            status=allotment.status,
            check_code=draw_check_code(),
        )
        new = forms.row.fill(row.issue_key, allotment, sign1(payload, press.signer), own)
    return _Certificate(allotment.id, allotment.status, work.at, forms.label, own, False, new)


def _first(
    press: Press, row: LabelRow, allotment: Allotment, work: Work
) -> tuple[Forms, CredentialRow]:
    """A new certificate for the registry, and the forms of those that are alike."""
    claims, fields = _prepare(press, row, allotment, work.at)
    form = certificate_form(claims, fields)
    payload = form.payload.fill(claims.id, claims.status, claims.digest, claims.quantity)
    signed = sign_payload(claims, payload, press.signer)
    stored = credential_row(
        row.number,
        IssueRequest(row.issue_key),
        allotment,
        _new(press, signed, fields, work.at),
        signed,
        at=work.at,
        who=work.who,
    )
    forms = Forms(
        form,
        label_form(claims, label_fields(press.layout, fields)),
        credential_form(stored, OF_ONE_ROW),
    )
    return forms, stored


def check_row(press: Press, row: LabelRow, at: int) -> None:
    """Raises one of LABEL_ERRORS where the row's labels can't be printed. Nothing is kept of it."""
    trial = Allotment(new_certificate_id(at, bytes(6)), StatusReference(1, 0))
    work = Work(0, 0, 0, b"", at, {}, (), "")
    certificate = _certificate(press, replace(row, count=1), None, trial, work)
    labels = _labels(press, replace(row, count=1), certificate, work, set()).labels
    press.drawer.draw(labels)


def warm_up(press: Press, at: int) -> None:
    """Read fonts and symbol tables now, so that the processes that part from this one share them."""
    subject = SubjectFacts(
        SubjectType.COOPERATIVE, "合作社", None, bytes(16), press.pack.division, "产地", "0"
    )
    batch = BatchRow(
        number=1,
        producer=None,
        uscc=None,
        household=None,
        product="产品",
        quantity=Quantity(1, 0, "公斤"),
        origin="产地",
        produced_on=date(2026, 1, 1),
        basis=(Basis.CONTROLLED,),
    )
    with suppress(*LABEL_ERRORS):
        check_row(press, LabelRow(batch, subject, bytes(32), 1, 1), at)


def sign_certificate(press: Press, row: LabelRow, allotment: Allotment, at: int) -> NewCredential:
    """The certificate of one row. Raises FieldError."""
    claims, fields = _prepare(press, row, allotment, at)
    return _new(press, sign_claims(claims, press.signer), fields, at)


def _prepare(
    press: Press, row: LabelRow, allotment: Allotment, at: int
) -> tuple[Claims, dict[str, str]]:
    subject = row.subject
    shown = subject.grade is not None and subject.grade_public
    return prepare_certificate(
        row.batch,
        subject,
        claim_of(press.pack),
        press.pack.authority,
        _texts(press.pack, row.batch.role, shown),
        template=press.style.claim,
        identifier=allotment.id,
        status=allotment.status,
        check_code=draw_check_code(),
        at=at,
    )


def _new(press: Press, signed: SignedClaims, fields: dict[str, str], at: int) -> NewCredential:
    rules = press.pack.certificate
    assert rules is not None
    retain_until = _retain_until(at, rules.retention_months)
    return NewCredential(signed.message, fields, claim_of(press.pack), retain_until)


_retain_until: Final = lru_cache(months_later)


_TEXTS: Final[dict[tuple[bytes, Role, bool], CertificateTexts]] = {}
"""Rendered once for each pack, role and showing of the grade."""


def _texts(pack: Pack, role: Role, shown: bool) -> CertificateTexts:
    key = pack.sha256, role, shown
    if key not in _TEXTS:
        _TEXTS[key] = certificate_texts(pack, role, grade_shown=shown)
    return _TEXTS[key]


def _labels(
    press: Press, row: LabelRow, certificate: _Certificate, work: Work, used: set[bytes]
) -> _Prepared:
    form, own, status = certificate.label, certificate.own, certificate.status
    if row.count > 1:
        form = form.settled(own)
    prepared = _Prepared(row, certificate, [], [])
    for serial in range(row.first, row.first + row.count):
        identifier = _number(press, certificate.id, serial, work.taken, used)
        if identifier in work.differing:
            raise _RefusedError(
                f"编号 {format_certificate_id(identifier)} 的标签此前已用另一把密钥或另一版样式签发，"
                "不再打印；确属另一批的，请填写“批次号”加以区分"
            )
        payload, fields = form.fill(own, identifier=identifier, status=status)
        message = sign1(payload, press.signer)
        prepared.labels.append(Label(fields, write_qr_text(message, press.base_url)))
        digest = hashlib.sha256(message).digest()
        prepared.recorded.append(NewLabel(identifier, certificate.id, serial, digest))
    used.update(label.id for label in prepared.recorded)
    return prepared


def _number(
    press: Press, certificate: bytes, serial: int, taken: frozenset[bytes], used: Set[bytes]
) -> bytes:
    """The label's number: its certificate's time, and six bytes that only this office can settle.

    The same label has the same number, in whatever job and after whatever crash. Of a million labels
    of one second, two draw the same six bytes once in six hundred times: the second draws again.
    """
    time_part = certificate[:4]
    attempt = 0
    while True:
        said = f"{_ID_DOMAIN}/{press.pack.id}/{press.style.id}/{serial}/{attempt}/".encode()
        # by its name: OpenSSL does all of it at once
        tail = hmac.digest(press.secret, said + certificate, "sha256")[:6]
        identifier = time_part + tail
        if identifier not in taken and identifier not in used:
            return identifier
        attempt += 1
