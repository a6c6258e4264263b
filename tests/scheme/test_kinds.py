import pytest

from credential.claims import Role
from credential.subjects import SubjectType
from scheme.model import PledgeType, Proof, Publication
from tests.scheme.sample_pack import Change, Source, problem, problems, sample_pack


def certificate(**values: object) -> Change:
    return lambda s: s["certificate"].update(values)


def pledge(**values: object) -> Change:
    return lambda s: s["pledges"][0].update(values)


def test_a_certificate_and_a_pledge() -> None:
    pack = sample_pack()
    assert pack.certificate is not None
    (role,) = pack.certificate.roles
    assert (role.role, role.promise) == (Role.PRODUCER, "promise")
    assert (role.must_issue, role.may_issue) == ({SubjectType.ENTERPRISE}, frozenset())
    assert pack.certificate.retention_months == 24
    kind = pack.pledge("proof")
    assert (kind.type, kind.wet_signature, kind.mask_names) == (PledgeType.PROOF, True, True)
    assert (kind.published, kind.published_with_consent) == (Publication.NONE, Publication.PUBLIC)
    assert kind.texts["notice"] == "notice"
    assert kind.retention_months == 240
    assert pack.certificate.texts == {"caption": "words"}


def test_a_proof_is_found_by_id_or_by_its_words() -> None:
    kind = sample_pack().pledge("proof")
    proof = Proof("unmarried", "未婚证明", ("decedent",))
    assert kind.find_proof("unmarried") == kind.find_proof("未婚证明") == proof
    assert kind.find_proof("已婚证明") is None


def test_retention_is_never_under_six_months() -> None:
    pack = sample_pack(certificate(retention_months=6))
    assert pack.certificate is not None and pack.certificate.retention_months == 6
    assert problem(certificate(retention_months=5)) == (
        "scheme.toml，表 [certificate]，键“retention_months”：应为 6 至 1200 的整数，得到 5"
    )


@pytest.mark.parametrize(
    "field",
    ["product", "quantity", "origin", "issued_on", "subject", "contact", "basis", "promise"],
)
def test_no_certificate_without_the_fields_of_article_14(field: str) -> None:
    found = problem(lambda s: s["certificate"]["fields"].remove(field))
    assert found.startswith(f"scheme.toml，表 [certificate]，键“fields”：缺少必备栏目：{field}（")


@pytest.mark.parametrize("field", ["notice", "acknowledged", "pledge", "liability", "proof"])
def test_no_proof_pledge_without_both_halves(field: str) -> None:
    def change(s: Source) -> None:
        s["pledges"][0]["fields"].remove(field)

    assert f"键“fields”：缺少必备栏目：{field}（" in problems(change)[0]


@pytest.mark.parametrize("field", ["caption", "notice", "acknowledged", "pledge", "liability"])
def test_no_proof_pledge_without_its_texts(field: str) -> None:
    assert problem(lambda s: s["pledges"][0]["texts"].pop(field)) == (
        f"scheme.toml，表 [[pledges]] 第 1 项 的 [texts]，键“{field}”：缺少，应为一个文本的名称"
    )


def test_no_certificate_without_words_beside_the_symbol() -> None:
    assert problem(lambda s: s["certificate"].pop("texts")) == (
        "scheme.toml，表 [certificate] 的 [texts]，键“caption”：缺少，应为一个文本的名称"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda s: s["certificate"]["fields"].append("colour"),
            "表 [certificate]，键“fields”：没有栏目“colour”",
        ),
        (
            certificate(roles=[]),
            "表 [certificate]，键“roles”：至少要有一种角色：producer、collector",
        ),
        (certificate(rules=[]), "表 [certificate]，键“rules”：至少要有一条规则"),
        (
            lambda s: s["certificate"]["roles"].append(dict(s["certificate"]["roles"][0])),
            "表 [certificate] 的 [[roles]] 第 2 项，键“role”：同一角色只能写一次",
        ),
        (
            lambda s: s["certificate"]["roles"][0].update(may_issue=["enterprise"]),
            "表 [certificate] 的 [[roles]] 第 1 项，键“may_issue”：“enterprise”已在 must_issue 中",
        ),
        (
            lambda s: s["certificate"]["roles"][0].update(must_issue=["farm"]),
            "键“must_issue”：应为数组，各项为下列之一且不重复：enterprise、",
        ),
        (
            lambda s: s["certificate"]["roles"][0].update(promise="oath"),
            "键“promise”：没有文本“oath”，应有 texts/oath.j2",
        ),
        (
            pledge(id="certificate"),
            "表 [[pledges]] 第 1 项，键“id”：“certificate”重复",
        ),
        (
            pledge(proofs=[]),
            "键“proofs”：“证明事项型”应列明替代的证明，其他类型没有这一项",
        ),
        (pledge(type="主动型"), "键“proofs”：“证明事项型”应列明替代的证明"),
        (pledge(type="口头型", proofs=[]), "键“type”：应为下列之一：审批替代型、"),
        (pledge(wet_signature="yes"), "键“wet_signature”：应为 true 或 false，得到 “yes”"),
        (pledge(retention_months=0), "键“retention_months”：应为 1 至 1200 的整数，得到 0"),
        (pledge(colour=1), "表 [[pledges]] 第 1 项，键“colour”：没有这个键"),
        (
            lambda s: s["pledges"][0]["texts"].update(pledge="oath"),
            "表 [[pledges]] 第 1 项 的 [texts]，键“pledge”：没有文本“oath”",
        ),
        (
            lambda s: s["pledges"][0]["texts"].update(decedent="words"),
            "的 [texts]，键“decedent”：不是 fields 中的栏目",
        ),
        (
            lambda s: s["pledges"][0]["publication"].update(with_consent="公开"),
            "表 [[pledges]] 第 1 项 的 [publication]，键“with_consent”：应为下列之一：可向社会公开、",
        ),
        (
            lambda s: s["pledges"][0]["proofs"][0].update(fields=["promisor"]),
            "键“proofs”：“unmarried”的栏目“promisor”已在承诺书的 fields 中",
        ),
        (
            lambda s: s["pledges"][0]["proofs"].append(dict(s["pledges"][0]["proofs"][0])),
            "表 [[pledges]] 第 1 项 的 [[proofs]] 第 2 项，键“id”：“unmarried”重复",
        ),
    ],
)
def test_each_problem_names_table_and_key(change: Change, message: str) -> None:
    assert message in problem(change)


def test_a_second_pledge_of_the_same_id() -> None:
    found = problems(lambda s: s["pledges"].append(dict(s["pledges"][0])))
    assert found == ("scheme.toml，表 [[pledges]] 第 2 项，键“id”：“proof”重复",)
