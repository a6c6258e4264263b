"""Printed against signed, as pure values."""

from dataclasses import replace

import pytest

from credential.fields import FIELDS as ALL
from credential.fields import fields_digest
from credential.verdict import Indication, Place, SubIndication
from tests import samples
from verifier.comparison import amounts_that_differ, compare_fields, field_words, signed_fields
from verifier.reading import Printed, Reading

CLAIMS, FIELDS = samples.PRODUCER, samples.PRODUCER_FIELDS
PLACE = Place(1, (1.0, 2.0, 3.0, 4.0))


def reading(fields, repeated=(), unsure=()):
    printed = {name: Printed(text, PLACE, name not in unsure) for name, text in fields.items()}
    return Reading(printed, tuple(repeated))


def compare(fields, recorded=None, *, claims=CLAIMS, reveal=False, **more):
    return compare_fields(reading(fields, **more), claims, recorded, reveal=reveal)


@pytest.mark.parametrize("recorded", [None, FIELDS])
def test_the_same(recorded):
    assert compare(FIELDS, recorded).indication is Indication.PASSED


def test_white_space_and_width_do_not_matter():
    spaced = FIELDS | {"quantity": "１２００ 公\n斤", "contact": "0571-\n00000000"}
    assert compare(spaced).indication is Indication.PASSED


@pytest.mark.parametrize("text", ["12⁰⁰公斤", "①200公斤", "1200\u200b公斤", "١٢٠٠公斤"])
def test_characters_that_would_turn_into_others_are_refused(text):
    axis = compare(FIELDS | {"quantity": text}, FIELDS)
    assert axis.sub_indication is SubIndication.CONTENT_MISMATCH
    (finding,) = axis.findings
    assert (finding.code, finding.field, finding.found) == ("UNSAFE_CHARACTER", "quantity", text)


def test_a_registry_copy_with_another_digest_is_not_believed():
    lie = FIELDS | {"quantity": "9200公斤"}
    assert not signed_fields(CLAIMS, lie, lie, reveal=True).complete
    assert compare(lie, lie).indication is Indication.FAILED
    assert compare(FIELDS, lie).indication is Indication.PASSED
    assert not signed_fields(CLAIMS, {"no such field": "x"}, {}, reveal=True).complete


def test_a_field_that_the_symbol_does_not_carry():
    (finding,) = compare(FIELDS | {"contact": "0571-11111111"}).findings
    assert finding.code == "DIGEST"
    assert finding.field is not None
    assert set(finding.field.split(",")) == {"title", "caption", "contact", "promise"}


def test_a_missing_one_and_one_too_many():
    without = {name: text for name, text in FIELDS.items() if name != "grade"}
    (finding,) = compare(without).findings
    assert (finding.code, finding.field, finding.expected) == ("MISSING", "grade", "A级")
    (finding,) = compare(FIELDS | {"liability": "无"}, FIELDS).findings
    assert (finding.code, finding.field, finding.found) == ("ADDED", "liability", "无")


def test_a_label_twice():
    (finding,) = compare(FIELDS, FIELDS, repeated=(("grade", PLACE),)).findings
    assert (finding.code, finding.place) == ("REPEATED", PLACE)


def test_labels_a_thousand_times():
    """One finding a field, where it stands first."""
    far = Place(2)
    again = [("origin", PLACE), ("grade", PLACE), *[("origin", far), ("grade", far)] * 1_000]
    found = compare(FIELDS, FIELDS, repeated=again).findings
    assert [(one.field, one.place) for one in found] == [("origin", PLACE), ("grade", PLACE)]


def test_shapes_that_were_not_confirmed_settle_nothing():
    axis = compare(FIELDS, FIELDS, unsure=("origin",))
    assert axis.indication is Indication.INDETERMINATE
    assert axis.sub_indication is SubIndication.CONTENT_NOT_COMPARED
    assert [finding.field for finding in axis.findings] == ["origin"]
    wrong = compare(FIELDS | {"origin": "别处"}, FIELDS, unsure=("origin",))
    assert wrong.indication is Indication.FAILED


def test_a_label_keeps_twelve_bytes_of_digest():
    claims, fields = samples.LABEL, samples.LABEL_FIELDS
    assert compare(fields, claims=claims).indication is Indication.PASSED
    (finding,) = compare(fields | {"subject": "别的合作社"}, claims=claims).findings
    assert "subject" in (finding.field or "")
    (finding,) = compare(fields | {"product": "桃"}, claims=claims).findings
    assert (finding.field, finding.expected, finding.found) == ("product", "草莓", "桃")


@pytest.mark.parametrize("reveal", [False, True])
def test_a_name_inside_a_text_is_masked_too(reveal):
    fields = samples.HOUSEHOLD_FIELDS | {"promise": "本人田大根承诺属实。"}
    claims = replace(samples.HOUSEHOLD, digest=fields_digest(fields, samples.HOUSEHOLD.id))
    axis = compare(fields | {"promise": "别的"}, fields, claims=claims, reveal=reveal)
    assert axis.findings[0].expected == f"本人{'田大根' if reveal else '田某根'}承诺属实。"


LETTER = samples.PLEDGE_FIELDS | {"decedent": "王德土", "alias": "李未", "contact": "13800001234"}
LETTER_CLAIMS = replace(samples.PLEDGE, digest=fields_digest(LETTER, samples.PLEDGE.id))


def test_a_made_up_page_learns_nothing_that_the_registry_alone_has():
    findings = compare({"title": "x"}, LETTER, claims=LETTER_CLAIMS).findings
    told = {finding.field: finding.expected for finding in findings}
    public = {"number", "matter", "promisor", "pledged_on", "expires_on"}
    assert {field for field, text in told.items() if text != "（不显示）"} == public
    assert told["promisor"] == "田某根"
    everything = repr(findings)
    for secret in ("田大根", "王德土", "李未", "13800001234", "140581", "材料真实"):
        assert secret not in everything
    staff = repr(compare({"title": "x"}, LETTER, claims=LETTER_CLAIMS, reveal=True).findings)
    assert "王德土" in staff


@pytest.mark.parametrize(
    ("name", "found"), [("decedent", "王德士"), ("alias", "李末"), ("promisor", "由大根")]
)
def test_a_lookalike_of_a_hidden_value_is_a_plain_mismatch(name, found):
    page = LETTER | {name: found}
    (finding,) = compare(page, LETTER, claims=LETTER_CLAIMS).findings
    assert (finding.code, finding.message.endswith("与签发时不符")) == ("MISMATCH", True)
    assert LETTER[name] not in repr(finding)
    (finding,) = compare(page, LETTER, claims=LETTER_CLAIMS, reveal=True).findings
    assert (finding.code, finding.expected) == ("LOOKALIKE", LETTER[name])


def test_a_label_tells_what_its_page_shows_and_not_the_contact():
    axis = compare({"title": "x"}, samples.LABEL_FIELDS, claims=samples.LABEL)
    told = {finding.field: finding.expected for finding in axis.findings}
    assert told["subject"] == samples.LABEL_FIELDS["subject"]
    assert told["contact"] == "（不显示）"


def test_every_field_has_words():
    assert all(field_words(name) for name in ALL)


def test_a_label_prints_some_of_its_claims_only_and_offline_its_digest_settles_it():
    few = {name: samples.LABEL_FIELDS[name] for name in ("title", "product", "caption", "number")}
    claims = replace(samples.LABEL, digest=fields_digest(few, samples.LABEL.id, 12))
    axis = compare(few, claims=claims)
    assert axis.indication is Indication.PASSED
    gone = {name: few[name] for name in ("title", "caption", "number")}
    axis = compare(gone, claims=claims)
    assert [finding.code for finding in axis.findings] == ["DIGEST"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("赔偿人民币壹仟贰佰元整（¥1,200.00）。", None),
        ("赔偿人民币壹仟贰佰元整（¥12,000.00）。", "AMOUNTS_DIFFER"),
    ],
)
def test_a_sum_in_words_and_in_figures(text, code):
    """Printed as it was signed; that it says two sums is for a person."""
    fields = FIELDS | {"promise": text}
    claims = replace(CLAIMS, digest=fields_digest(fields, CLAIMS.id))
    axis = compare(fields, claims=claims)
    assert [finding.code for finding in axis.findings] == [code] * (code is not None)
    if code is None:
        assert axis.indication is Indication.PASSED
    else:
        assert axis.indication is Indication.INDETERMINATE
        assert axis.sub_indication is SubIndication.CONTENT_MISMATCH
        assert axis.findings[0].message == (
            "“承诺事项”中金额的大写“人民币壹仟贰佰元整”与小写“12,000.00”不一致"
        )


WITH_CODE = FIELDS | {"check_code": "1234 5678 9012"}
CODED = replace(CLAIMS, digest=fields_digest(WITH_CODE, CLAIMS.id, len(CLAIMS.digest)))


def test_a_guessed_telephone_number_is_not_told_to_be_right_without_the_check_code():
    """Whoever made the page up has the symbol, not the paper: right and wrong guesses look alike."""
    answers = []
    for contact in (FIELDS["contact"], "0571-11111111"):
        for code in ({}, {"check_code": "0000 0000 0000"}):
            axis = compare(FIELDS | {"contact": contact} | code, WITH_CODE, claims=CODED)
            assert axis.indication is Indication.FAILED
            answers.append([(one.code, one.field, one.expected) for one in axis.findings])
    hidden = "（不显示）"
    assert (
        answers
        == [
            [("MISSING", "check_code", hidden)],
            [("MISMATCH", "check_code", hidden)],
        ]
        * 2
    )


def test_a_paper_with_its_check_code_is_told_what_differs():
    changed = WITH_CODE | {"contact": "0571-11111111"}
    (finding,) = compare(changed, WITH_CODE, claims=CODED).findings
    assert (finding.code, finding.field) == ("MISMATCH", "contact")
    assert compare(WITH_CODE, WITH_CODE, claims=CODED).indication is Indication.PASSED


def test_the_staff_is_told_in_any_case():
    changed = FIELDS | {"contact": "0571-11111111"}
    found = compare(changed, WITH_CODE, claims=CODED, reveal=True).findings
    assert {(one.code, one.field) for one in found} == {
        ("MISSING", "check_code"),
        ("MISMATCH", "contact"),
    }


def test_no_more_sums_are_named_than_a_person_reads():
    """A page of them had 14,264 findings, each with the whole page."""
    words = "三" * 100
    found = list(amounts_that_differ(reading({"origin": f"{words}元1元、" * 50})))
    assert [one.code for one in found] == ["AMOUNTS_DIFFER"] * 3
    assert found[0].message == f"“产地”中金额的大写“{words[:60]}”与小写“1”不一致"
