"""Claims as a map of numbers: what is written is read back, and each entry has its place in words."""

import pytest

from credential.cbor import FormatError
from credential.claim_map import (
    APP,
    BASIS,
    CTI,
    GRADE,
    IAT,
    KIND,
    ORIGIN,
    PROFILE,
    QUANTITY,
    map_of,
    read_map,
    write_checked,
)
from credential.claims import Claims, encode_claims
from tests.samples import CREDENTIALS, HOUSEHOLD, LABEL, PLEDGE, PRODUCER, REPORT

ALL = [PRODUCER, HOUSEHOLD, LABEL, PLEDGE, REPORT]


@pytest.mark.parametrize("claims", ALL, ids=list(CREDENTIALS))
def test_what_is_written_is_read_back(claims: Claims) -> None:
    assert read_map(map_of(claims)) == claims
    assert write_checked(claims) == encode_claims(claims)


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        (KIND, 4, "app.kind: 应为 1 至 3"),
        (PROFILE, 3, "app.profile: 应为 1 至 2"),
        (ORIGIN, [99999, "建德市"], "app.origin.code: 应为 100000 至 899999"),
        (QUANTITY, [10, 1, "公斤"], "app.quantity: 不是最短形式"),
        (BASIS, [2, 1], "app.basis: 应为升序且不重复"),
        (GRADE, ["", "A"], "app.grade.id: 应为 1 至 32"),
    ],
)
def test_an_entry_that_is_not_one_is_named(label: int, value: object, words: str) -> None:
    cwt = map_of(PRODUCER)
    app = cwt[APP]
    assert isinstance(app, dict)
    app[label] = value
    with pytest.raises(FormatError) as refused:
        read_map(cwt)
    assert str(refused.value).startswith(words)


@pytest.mark.parametrize("missing", [IAT, CTI, APP])
def test_what_every_credential_has(missing: int) -> None:
    cwt = map_of(LABEL)
    del cwt[missing]
    with pytest.raises(FormatError):
        read_map(cwt)
