"""Seals and signatures on uploads: what passes, and every attack of threats.md that must not."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certgen.seal import seal_pdf
from certgen.seal_key import SealKey
from credential.trust import TrustList
from credential.verdict import Axis, AxisName, Indication, SubIndication, Verdict
from tests import samples, seals
from tests.published import valid_verdict
from tests.verifier import paper
from verifier.extraction.pades import read_signatures
from verifier.limits import Limits
from verifier.pades import check_pades
from verifier.verify import verify

PASSED, UNSURE, FAILED = Indication.PASSED, Indication.INDETERMINATE, Indication.FAILED
ISSUED = paper.producer()
AT = samples.AT
TRUST = replace(samples.TRUST, seals=(seals.listed(seals.seal_key()),))
FAR = 4_000_000_000
AUTHORITIES = (seals.authority().der,)


@pytest.fixture(scope="module")
def plain() -> bytes:
    return paper.pdf(ISSUED)


@pytest.fixture(scope="module")
def sealed(plain: bytes) -> bytes:
    return seal_pdf(plain, seals.seal(), at=AT)


def judged(
    data: bytes,
    trust: TrustList = TRUST,
    at: int = paper.NOW,
    authorities: tuple[bytes, ...] = AUTHORITIES,
) -> Axis:
    return check_pades(read_signatures(data, authorities, Limits()), trust, at)


def codes(axis: Axis) -> set[str]:
    return {finding.code for finding in axis.findings}


def signed(data: bytes, key: SealKey, **options: Any) -> bytes:
    """By pyHanko as a foreign program would; ``field``, ``stamper``, ``meta`` of its metadata."""
    store = SimpleCertificateStore.from_certs([seals.asn1(item) for item in key.chain])
    signer = signers.SimpleSigner(seals.asn1(key.certificate), seals.asn1_key(key.private), store)
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    meta = {"field_name": "Foreign", "md_algorithm": "sha256"} | options.get("meta", {})
    output = signers.PdfSigner(
        signers.PdfSignatureMetadata(**meta), signer, timestamper=options.get("stamper")
    ).sign_pdf(writer)
    result: bytes = output.getvalue()
    return result


def updated(data: bytes, change: Any) -> bytes:
    """An incremental update after the seal."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def check(data: bytes) -> Verdict:
    verdict = verify(
        data,
        "upload",
        trust=TRUST,
        at=paper.NOW,
        records=paper.known(ISSUED),
        isolation=paper.Direct(),
    )
    return valid_verdict(verdict)


def test_a_sealed_certificate_passes_on_all_axes(sealed: bytes) -> None:
    verdict = check(sealed)
    assert verdict.indication is PASSED
    axis = paper.axis(verdict, AxisName.PADES)
    assert [finding.message for finding in axis.findings] == [
        "电子签章：“建德市农业农村局”（信任列表：建德市农业农村局）",
        "覆盖整个文件",
        "算法：sha256_rsa，2048 位，摘要 sha256",
        "签章自述时间 2026年3月5日 10:00:00",
        "没有时间戳，签章时间未经第三方证明",
    ]


def test_the_seal_of_another_listed_office_never_passes(sealed: bytes) -> None:
    """It may be genuine and its office on the list: it is not the one that issued this."""
    other = replace(TRUST, seals=(seals.listed(seals.seal_key(), issuer="高平市公证处"),))
    verdict = verify(
        sealed,
        "upload",
        trust=other,
        at=paper.NOW,
        records=paper.known(ISSUED),
        isolation=paper.Direct(),
    )
    axis = paper.axis(verdict, AxisName.PADES)
    assert (axis.indication, axis.sub_indication) == (
        UNSURE,
        SubIndication.SIG_CONSTRAINTS_FAILURE,
    )
    (finding,) = [one for one in axis.findings if one.code == "SEAL_OF_ANOTHER"]
    issuer = samples.TRUST.keys[0].issuer
    assert finding.message == f"文件由 {issuer} 出具，签章却是 高平市公证处 的"


def test_an_unsealed_one_has_no_such_axis(plain: bytes) -> None:
    assert AxisName.PADES not in {axis.name for axis in check(plain).axes}


def test_a_time_stamp_of_a_known_authority_proves_the_time(plain: bytes) -> None:
    data = seal_pdf(plain, seals.seal(), at=AT, stamp=seals.stamp(AT + 60))
    axis = judged(data)
    assert axis.indication is PASSED
    assert axis.findings[-1].message == "时间戳 2026年3月5日 10:01:00（“测试时间戳服务”）"
    unknown = judged(data, authorities=())
    assert unknown.indication is PASSED
    assert unknown.findings[-1].message.endswith("不出自受信任的时间戳机构，不作为依据")


def test_a_stranger_who_signs_himself_is_unknown(plain: bytes) -> None:
    data = seal_pdf(plain, seals.seal("建德市农业农村局 "), at=AT)
    axis = judged(data)
    assert (axis.indication, axis.sub_indication) == (
        UNSURE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    )
    words = "“建德市农业农村局 ”的证书不在信任列表中，也不出自受信任的证书机构"
    assert axis.findings[0].message == words


def test_the_list_says_when_a_certificate_may_seal(plain: bytes, sealed: bytes) -> None:
    key = seals.seal_key()

    def axis(data: bytes = sealed, **changed: Any) -> tuple[object, object]:
        found = judged(data, replace(TRUST, seals=(seals.listed(key, **changed),)))
        return found.indication, found.sub_indication

    assert axis(valid_until=AT + 1) == (PASSED, None)
    assert axis(valid_until=AT) == (UNSURE, SubIndication.OUT_OF_BOUNDS_NO_POE)
    assert axis(valid_from=AT + 1) == (UNSURE, SubIndication.OUT_OF_BOUNDS_NO_POE)
    lost = {"compromised_at": AT + samples.DAY}
    assert axis(**lost) == (UNSURE, SubIndication.REVOKED_NO_POE)
    stamped = seal_pdf(plain, seals.seal(), at=AT, stamp=seals.stamp(AT + 60))
    assert axis(stamped, **lost) == (PASSED, None)
    late = seal_pdf(plain, seals.seal(), at=AT, stamp=seals.stamp(AT + 2 * samples.DAY))
    assert axis(late, **lost) == (UNSURE, SubIndication.REVOKED_NO_POE)
    future = seal_pdf(plain, seals.seal(), at=paper.NOW + samples.DAY)
    assert axis(future) == (UNSURE, SubIndication.NOT_YET_VALID)


# What is added after the seal


def other_page_text(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 100 100 re f"))
    writer.update_container(page)


def evil_annotation(writer: IncrementalPdfFileWriter) -> None:
    writer.register_annotation(
        writer.root["/Pages"]["/Kids"].raw_get(0),
        writer.add_object(
            generic.DictionaryObject(
                {
                    generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
                    generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
                    generic.pdf_name("/Rect"): generic.ArrayObject(
                        map(generic.NumberObject, (10, 10, 200, 50))
                    ),
                    generic.pdf_name("/Contents"): generic.pdf_string("500公斤"),
                }
            )
        ),
    )


def shadow_overlay_hidden(writer: IncrementalPdfFileWriter) -> None:
    """Hide: what was under an overlay comes up again by a change of a referenced object."""
    fonts = writer.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
    name = next(iter(fonts))
    fonts[name] = writer.add_object(
        generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Font"),
                generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
                generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica"),
            }
        )
    )
    writer.update_container(fonts)


def other_catalog(writer: IncrementalPdfFileWriter) -> None:
    """Hide and replace: the catalog leads to other pages."""
    pages = writer.add_object(
        generic.DictionaryObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/Pages"),
                generic.pdf_name("/Kids"): generic.ArrayObject(
                    [writer.root["/Pages"]["/Kids"].raw_get(0)]
                ),
                generic.pdf_name("/Count"): generic.NumberObject(1),
            }
        )
    )
    writer.root["/Pages"] = pages
    writer.update_root()


def removed_form(writer: IncrementalPdfFileWriter) -> None:
    """The seal is stripped; its bytes are still in the file."""
    del writer.root["/AcroForm"]
    del writer.root["/Pages"]["/Kids"][0]["/Annots"]
    writer.update_container(writer.root["/Pages"]["/Kids"][0])
    writer.update_root()


@pytest.mark.parametrize(
    "change",
    [other_page_text, evil_annotation, shadow_overlay_hidden, other_catalog, removed_form],
)
def test_an_update_after_the_seal_never_passes(sealed: bytes, change: Any) -> None:
    data = updated(sealed, change)
    axis = judged(data)
    assert axis.indication is not PASSED
    assert check(data).indication is not PASSED
    if change is not removed_form:
        assert {"ADDED_AFTER_SEAL", "CHANGED_AFTER_SEAL"} <= codes(axis)


@pytest.mark.parametrize(
    "tail",
    [b"\n", b"%", b"\n%%EOF\n", b"\nstartxref\n0\n%%EOF\n", b"\0" * 4000],
    ids=["line end", "comment", "end mark", "startxref", "zeros"],
)
def test_appended_bytes_never_pass(sealed: bytes, tail: bytes) -> None:
    axis = judged(sealed + tail)
    assert axis.indication is not PASSED
    assert codes(axis) & {"ADDED_AFTER_SEAL", "SEAL_UNREADABLE"}


def test_incremental_saving_without_a_new_table_never_passes(sealed: bytes) -> None:
    """ISA: the changed object and a trailer alone."""
    extra = b"\n42 0 obj\n<</Type/Page>>\nendobj\ntrailer\n<</Size 1>>\nstartxref\n9\n%%EOF\n"
    assert judged(sealed + extra).indication is not PASSED


def test_a_stranger_signing_after_an_update_does_not_heal_it(sealed: bytes) -> None:
    """The last signature covers the whole file, but it is nobody's, and the first one's is gone."""
    data = signed(updated(sealed, evil_annotation), seals.seal_key("某人"))
    axis = judged(data)
    assert axis.indication is UNSURE
    assert {"CHANGED_AFTER_SEAL", "SEAL_UNKNOWN"} <= codes(axis)


@pytest.mark.parametrize("level", [fields.MDPPerm.NO_CHANGES, fields.MDPPerm.FILL_FORMS])
def test_certification_and_then_an_annotation(plain: bytes, level: fields.MDPPerm) -> None:
    """P1 and P2 (ISO 32000-1 §12.8.2.2) forbid annotations; P3 is refused all the same."""
    meta = {"certify": True, "docmdp_permissions": level}
    # pyHanko states the time of its own clock
    trust = replace(TRUST, seals=(seals.listed(seals.seal_key(), valid_until=FAR),))
    data = signed(plain, seals.seal_key(), meta=meta)
    assert judged(data, trust, FAR).indication is PASSED
    axis = judged(updated(data, evil_annotation), trust, FAR)
    assert axis.indication is UNSURE
    assert "CHANGED_AFTER_SEAL" in codes(axis)


def test_annotations_allowed_by_the_signer_are_still_changes(plain: bytes) -> None:
    meta = {"certify": True, "docmdp_permissions": fields.MDPPerm.ANNOTATE}
    data = signed(plain, seals.seal_key(), meta=meta)
    assert judged(updated(data, evil_annotation)).indication is UNSURE


# Byte ranges and wrapping


def with_range(sealed: bytes, change: Any) -> bytes:
    """The numbers of the byte range changed, in their own room."""
    start = sealed.index(b"/ByteRange [")
    end = sealed.index(b"]", start)
    room = len(sealed[start : end + 1]) + 20
    numbers = [int(item) for item in sealed[start + 12 : end].split()]
    words = b"/ByteRange [" + b" ".join(b"%d" % n for n in change(numbers)) + b"]"
    return sealed[:start] + words.ljust(room) + sealed[start + room :]


@pytest.mark.parametrize(
    "change",
    [
        lambda _: [0, 0, 0, 0],
        lambda _: [],
        lambda n: n[:2],
        lambda n: [n[0], n[1] - 50, n[2], n[3]],
        lambda n: [n[0], n[1], n[2] + 40, n[3] - 40],
        lambda n: [n[0], n[1], n[2] - 40, n[3]],
        lambda n: [1, n[1] - 1, n[2], n[3]],
        lambda n: [n[0], n[1], n[2], n[3] - 10],
        lambda n: [n[0], n[1], n[2], n[3] + 10],
        lambda n: [n[0], n[1], -n[2], n[3]],
        lambda n: [0, n[1], n[2], n[3], n[2] + n[3], 0],
        lambda n: [0, 10**18, n[2], n[3]],
    ],
    ids=[
        "zero", "empty", "two", "gap before", "gap after", "overlap", "from one", "short", "long",
        "negative", "six", "huge",
    ],
)  # fmt: skip
def test_another_byte_range_never_passes(sealed: bytes, change: Any) -> None:
    axis = judged(with_range(sealed, change))
    assert axis.indication is not PASSED
    assert axis.sub_indication in {SubIndication.HASH_FAILURE, SubIndication.FORMAT_FAILURE}


def test_a_range_whose_lengths_add_up_but_whose_gap_is_elsewhere(plain: bytes) -> None:
    """The attacker is the signer: the end of the file is free, and the sum of lengths still fits."""
    data = seal_pdf(plain, seals.seal(), at=AT)
    start = data.index(b"/ByteRange [")
    first, second, last = (int(n) for n in data[start + 12 :].split(b"]")[0].split()[1:])
    assert second + last == len(data)
    moved = with_range(data, lambda _: [0, first, second - 200, last])
    axis = judged(moved)
    assert (axis.indication, axis.sub_indication) == (FAILED, SubIndication.HASH_FAILURE)
    assert "SEAL_COVERAGE" not in codes(axis)


def test_a_changed_byte_is_seen_as_such(sealed: bytes) -> None:
    place = sealed.index(b"/Lang")
    data = sealed[:place] + b"/Lanh" + sealed[place + 5 :]
    axis = judged(data)
    assert (axis.indication, axis.sub_indication) == (FAILED, SubIndication.HASH_FAILURE)
    words = "“建德市农业农村局”的签章与文件内容不符：签章之后内容被改动，或签章未覆盖全部内容"
    assert axis.findings[0].message == words


def test_a_second_signature_dictionary_is_not_chosen_from(sealed: bytes) -> None:
    value = sealed[sealed.index(b"/Contents <3082") - 40 : sealed.rindex(b"endobj")]

    def twice(writer: IncrementalPdfFileWriter) -> None:
        stream = generic.StreamObject(stream_data=value)
        writer.add_object(stream)

    assert judged(updated(sealed, twice)).findings[0].message == (
        "文件中有 2 处签章数据，签章域 1 个"
    )


def test_the_seal_of_another_document_is_not_this_ones(plain: bytes, sealed: bytes) -> None:
    """Wrapping: a genuine message is put where another one was."""
    other = seal_pdf(paper.pdf(paper.producer(quantity="1000公斤")), seals.seal(), at=AT)
    begin, end = sealed.index(b"/Contents <3082"), sealed.index(b">", sealed.index(b"<3082"))
    there = other.index(b"/Contents <3082")
    moved = sealed[:begin] + other[there : there + end - begin] + sealed[end:]
    axis = judged(moved)
    assert (axis.indication, axis.sub_indication) == (FAILED, SubIndication.HASH_FAILURE)


def test_a_forged_signature_value(sealed: bytes) -> None:
    """The last bytes of the message are the signature itself."""
    begin = sealed.index(b"<3082") + 1
    end = sealed.index(b">", begin)
    last = end - 2
    digit = b"0" if sealed[last : last + 1] != b"0" else b"1"
    axis = judged(sealed[:last] + digit + sealed[last + 1 :])
    assert (axis.indication, axis.sub_indication) == (FAILED, SubIndication.SIG_CRYPTO_FAILURE)


# Certificates and algorithms


@pytest.mark.parametrize("digest", ["md5", "sha1"])
def test_a_weak_digest_never_passes(plain: bytes, digest: str) -> None:
    data = signed(plain, seals.seal_key(), meta={"md_algorithm": digest})
    axis = judged(data)
    assert axis.indication is UNSURE
    assert axis.sub_indication in {
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        SubIndication.FORMAT_FAILURE,
    }


def test_a_short_key_never_passes(plain: bytes) -> None:
    key = seals.seal_key("短密钥", bits=1024)
    axis = judged(signed(plain, key), replace(TRUST, seals=(seals.listed(key),)))
    assert axis.indication is UNSURE
    assert "SEAL_ALGORITHM" in codes(axis)


def test_a_certificate_that_is_not_for_signing(plain: bytes) -> None:
    key = seals.seal_key("加密证书", usages=("key_encipherment",))
    axis = judged(signed(plain, key), replace(TRUST, seals=(seals.listed(key),)))
    assert axis.indication is UNSURE
    assert axis.findings[0].message == "“加密证书”的证书不是用来签名的"


def foreign(**options: Any) -> SealKey:
    return seals.seal_key("某公司", seals.authority(), **options)


def with_validation_data(data: bytes, revoked: tuple[SealKey, ...] = ()) -> bytes:
    """PAdES B-LT: a revocation list of the authority in the document security store."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    store = DocumentSecurityStore(writer)
    crl = seals.revocation_list(seals.authority(), revoked, AT)
    reference = writer.add_object(generic.StreamObject(stream_data=crl))
    store.crls.append(reference)
    writer.root["/DSS"] = writer.add_object(store.as_pdf_object())
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def stamped_again(data: bytes, at: int) -> bytes:
    """A document time stamp over all of it (B-LTA)."""
    output = signers.PdfTimeStamper(seals.stamper(at)).timestamp_pdf(
        IncrementalPdfFileWriter(io.BytesIO(data)), "sha256"
    )
    result: bytes = output.getvalue()
    return result


def test_a_foreign_signature_whose_revocation_is_not_known(plain: bytes) -> None:
    axis = judged(signed(plain, foreign()))
    assert (axis.indication, axis.sub_indication) == (UNSURE, SubIndication.TRY_LATER)
    assert "本系统不联网查询" in axis.findings[0].message
    unknown = judged(signed(plain, foreign()), authorities=())
    assert unknown.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_validation_data_alone_is_added_after_the_signature(plain: bytes) -> None:
    """Nothing wrong but that nobody vouches for the end of the file."""
    axis = judged(with_validation_data(signed(plain, foreign(), stamper=seals.stamper(AT + 60))))
    assert axis.indication is UNSURE
    assert "CHANGED_AFTER_SEAL" not in codes(axis)
    assert "ADDED_AFTER_SEAL" in codes(axis)


def test_a_long_term_signature_of_a_known_authority_passes(plain: bytes) -> None:
    """B-LTA: what was added is validation data, and a document time stamp covers all of it."""
    data = signed(plain, foreign(), stamper=seals.stamper(AT + 60))
    axis = judged(stamped_again(with_validation_data(data), AT + 120))
    assert axis.indication is PASSED, axis
    revoked = stamped_again(with_validation_data(data, (foreign(),)), AT + 120)
    assert judged(revoked).indication is not PASSED
    # before the revocation, by the word of nobody
    early = signed(plain, foreign(), stamper=seals.stamper(AT - 60, seals.authority("别的机构")))
    backdated = stamped_again(with_validation_data(early, (foreign(),)), AT + 120)
    assert "SEAL_REVOKED" in codes(judged(backdated))
    stranger = seals.stamper(AT + 120, seals.authority("别的机构"))
    output = signers.PdfTimeStamper(stranger).timestamp_pdf(
        IncrementalPdfFileWriter(io.BytesIO(with_validation_data(data))), "sha256"
    )
    assert "SEAL_UNKNOWN" in codes(judged(output.getvalue()))


def expired() -> SealKey:
    return seals.seal_key("某公司", seals.authority(), seals.FROM, AT + samples.DAY // 2)


def test_an_expired_certificate(plain: bytes) -> None:
    assert paper.NOW > AT + samples.DAY // 2
    axis = judged(signed(plain, expired()))
    assert axis.indication is UNSURE
    assert axis.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    late = judged(signed(plain, expired(), stamper=seals.stamper(AT + samples.DAY)))
    assert late.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    unproven = judged(
        signed(plain, expired(), stamper=seals.stamper(AT + 60, seals.authority("别的机构")))
    )
    assert unproven.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    in_time = judged(signed(plain, expired(), stamper=seals.stamper(AT + 60)))
    assert "SEAL_EXPIRED" not in codes(in_time)


# Bombs and broken things


def embedded(sealed: bytes, message: bytes) -> bytes:
    """Another message in the room of the seal's."""
    begin = sealed.index(b"<3082") + 1
    end = sealed.index(b">", begin)
    return (
        sealed[:begin]
        + message.hex().encode()[: end - begin].ljust(end - begin, b"0")
        + sealed[end:]
    )


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x30\x80",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x82\x03\xe8" * 400,
        b"\x30\x03\x02\x01\x01",
        b"\xff" * 1800,
        b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
    ],
    ids=["none", "indefinite", "huge length", "nested", "number", "noise", "no content"],
)
def test_a_broken_message_is_no_exception(sealed: bytes, message: bytes) -> None:
    axis = judged(embedded(sealed, message))
    assert (axis.indication, axis.sub_indication) == (UNSURE, SubIndication.FORMAT_FAILURE)


def test_a_huge_message_is_not_read(plain: bytes, sealed: bytes) -> None:
    small = replace(Limits(), signature_bytes=1000)
    trouble = read_signatures(sealed, (), small).trouble
    assert trouble == "一个电子签章超过 0 KB"
    many = read_signatures(sealed + b"/ByteRange" * 10, (), Limits()).trouble
    assert many == "电子签章超过 10 个"


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9, 0.97, 0.999])
def test_a_cut_file_is_no_exception(sealed: bytes, cut: float) -> None:
    assert judged(sealed[: int(len(sealed) * cut)]).indication is not PASSED


def test_a_rewritten_file_has_lost_its_seal(sealed: bytes) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as opened:
        opened.save(output)
    assert judged(output.getvalue()).indication is not PASSED


def test_the_time_is_a_value(sealed: bytes) -> None:
    """The verdict of a time is that of the time asked for, not of the clock."""
    before = judged(sealed, at=AT - samples.DAY)
    assert before.sub_indication is SubIndication.NOT_YET_VALID
    assert datetime.fromtimestamp(AT, UTC).year == 2026
