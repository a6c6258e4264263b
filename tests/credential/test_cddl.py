"""docs/claims.cddl and the code say the same: every vector fits, every wrong one is refused by both."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import cbor2
import pycddl
import pytest

import credential.claim_map
import credential.claims
import credential.cose
import credential.grade
import credential.status
import credential.trust
from credential.cbor import FormatError, decode, encode
from credential.claims import Basis, Kind, Profile, Role, decode_claims
from credential.cose import open_sign1, sign1
from credential.grade import read_grade
from credential.status import read_status_list
from credential.trust import TYPE, TrustError, accept_trust_list
from tests import samples
from tests.credential import vectors

TEXT: Final = (Path(__file__).parents[2] / "docs" / "claims.cddl").read_text("utf-8")
HEADERS: Final = {
    "credential": "credential-header",
    "status-list": "status-list-header",
    "grade": "grade-header",
    "trust-list": "trust-list-header",
}
PAYLOADS: Final = {
    "certificate-document": "certificate-document",
    "certificate-document-household": "certificate-document",
    "certificate-label": "certificate-label",
    "pledge-natural-person": "pledge-document",
    "report": "report-document",
    "status-list": "status-list",
    "grade": "grade-statement",
    "trust-list": "trust-list",
    "trust-list-seals": "trust-list",
}
"""The rule of each vector's payload. pycddl 0.6.4 judges the choice between maps (``claims``) too
mildly, takes a byte string for an integer in a range and a number for a byte string with a size,
and passes unknown labels of maps that stand in an array: the wrong values below leave these out.
"""


def schema(rule: str) -> pycddl.Schema:
    """The file with one of its rules as the root: a CDDL's first rule is what it describes."""
    assert re.search(rf"^{rule} = ", TEXT, re.MULTILINE), rule
    return pycddl.Schema(f"root = {rule}\n{TEXT}")


def fits(rule: str, data: bytes) -> bool:
    try:
        schema(rule).validate_cbor(data)
    except pycddl.ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", vectors.NAMES)
def test_every_vector_fits(name: str) -> None:
    vector = vectors.load(name)
    message = bytes.fromhex(vector["message"])
    pycddl.Schema(TEXT).validate_cbor(message)
    protected = cbor2.loads(message).value[0]
    schema(HEADERS[vector["type"]]).validate_cbor(protected)
    payload = bytes.fromhex(vector["payload"])
    schema(PAYLOADS[name]).validate_cbor(payload)
    assert fits("claims", payload) or vector["type"] != "credential"


@pytest.mark.parametrize("name", vectors.NAMES)
def test_a_header_or_payload_fits_no_other_rule(name: str) -> None:
    vector = vectors.load(name)
    protected = cbor2.loads(bytes.fromhex(vector["message"])).value[0]
    payload = bytes.fromhex(vector["payload"])
    for type_, header in HEADERS.items():
        assert fits(header, protected) is (type_ == vector["type"])
    for rule in set(PAYLOADS.values()):
        assert fits(rule, payload) is (rule == PAYLOADS[name])


@pytest.mark.parametrize(
    "message",
    [
        cbor2.CBORTag(17, [b"", {}, b"", bytes(64)]),
        cbor2.CBORTag(18, [b"", {}, b""]),
        cbor2.CBORTag(18, [b"", {}, None, bytes(64)]),
        cbor2.CBORTag(18, [b"", {}, b"", bytes(63)]),
        cbor2.CBORTag(18, [{}, {}, b"", bytes(64)]),
        [b"", {}, b"", bytes(64)],
    ],
)
def test_a_message_of_another_form_is_refused_by_both(message: object) -> None:
    assert not fits("message", encode(message))
    if not (isinstance(message, cbor2.CBORTag) and message.value[-1:] == [bytes(63)]):
        with pytest.raises(FormatError):
            open_sign1(encode(message))


@pytest.mark.parametrize(
    "header",
    [
        {1: -19},
        {4: b"abcd"},
        {1: -19, 4: b"abc"},
        {1: -19, 4: b"abcd", 2: [1]},
        {1: "x", 4: b"abcd"},
    ],
)
def test_a_header_of_another_form_is_refused_by_both(header: dict[object, object]) -> None:
    assert not fits("credential-header", encode(header))
    with pytest.raises(FormatError):
        open_sign1(encode(cbor2.CBORTag(18, [encode(header), {}, b"", bytes(64)])))


def _accept(payload: bytes) -> object:
    return accept_trust_list(
        sign1(payload, samples.ROOT, type=TYPE),
        anchors=[samples.ROOT.public_key],
        held=None,
        at=samples.AT,
    )


READERS: Final[dict[str, Callable[[bytes], object]]] = {
    "credential": decode_claims,
    "status-list": read_status_list,
    "grade": read_grade,
    "trust-list": _accept,
}


def _paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        items: list[tuple[Any, object]] = list(value.items())
    elif isinstance(value, list | tuple):
        items = list(enumerate(value))
    else:
        items = []
    return [path, *(place for key, item in items for place in _paths(item, (*path, key)))]


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, dict):
        return value | {path[0]: _changed(value[path[0]], path[1:], new)}
    return [_changed(v, path[1:], new) if i == path[0] else v for i, v in enumerate(value)]


def _wrong(value: object, in_array: bool) -> list[object]:
    """Values of another type or size than one that fits."""
    wrong: list[object] = [None, True, 1.5]
    if isinstance(value, dict):
        unknown: list[object] = [] if in_array else [value | {99: 1}, value | {"x": 1}]
        return [*wrong, *unknown, -1, "", b"", []]
    if isinstance(value, list | tuple):
        return [*wrong, -1, "", b"", {}, {0: value}]
    if isinstance(value, bytes):
        return [*wrong, "", [], {}]
    if isinstance(value, str):
        return [*wrong, -1, "", "x" * 801, [], {}]
    return [*wrong, -9, "", str(value), [], {}]


@pytest.mark.parametrize("name", vectors.NAMES)
def test_any_value_of_another_type_is_refused_by_both(name: str) -> None:
    vector = vectors.load(name)
    payload: Any = decode(bytes.fromhex(vector["payload"]), limit=5000)
    rule, read = PAYLOADS[name], READERS[vector["type"]]
    read(encode(payload))
    count = 0
    for path in _paths(payload):
        in_array = bool(path) and isinstance(_at(payload, path[:-1]), list | tuple)
        for wrong in _wrong(_at(payload, path), in_array):
            data = encode(_changed(payload, path, wrong))
            assert not fits(rule, data), (path, wrong)
            with pytest.raises((FormatError, TrustError)):
                read(data)
            count += 1
    assert count > 50


@pytest.mark.parametrize("name", vectors.NAMES)
def test_any_missing_or_unknown_label_is_judged_alike_by_both(name: str) -> None:
    vector = vectors.load(name)
    payload: Any = decode(bytes.fromhex(vector["payload"]), limit=5000)
    rule, read = PAYLOADS[name], READERS[vector["type"]]
    refused = 0
    for path in _paths(payload):
        value = _at(payload, path)
        if not isinstance(value, dict):
            continue
        for label in value:
            without = {key: item for key, item in value.items() if key != label}
            data = encode(_changed(payload, path, without))
            try:
                read(data)
            except (FormatError, TrustError):
                assert not fits(rule, data), (path, label)
                refused += 1
            else:
                assert fits(rule, data), (path, label)
    assert refused >= 4


@pytest.mark.parametrize("name", samples.CREDENTIALS)
def test_any_known_label_where_it_does_not_belong_is_judged_alike_by_both(name: str) -> None:
    donor: dict[int, Any] = {}
    for other in samples.CREDENTIALS:
        payload = decode(bytes.fromhex(vectors.load(other)["payload"]), limit=2000)
        assert isinstance(payload, dict)
        donor |= payload[-65537]
    payload = decode(bytes.fromhex(vectors.load(name)["payload"]), limit=2000)
    assert isinstance(payload, dict)
    for label in donor.keys() - payload[-65537].keys():
        data = encode(payload | {-65537: payload[-65537] | {label: donor[label]}})
        try:
            decode_claims(data)
        except FormatError:
            assert not fits(PAYLOADS[name], data), label
        else:
            assert fits(PAYLOADS[name], data), label


# The numbers of the file are those of the code


def _entries(rule: str) -> list[tuple[str, str]]:
    found = re.search(rf"^{rule} = [({{](.*?)^[)}}]", TEXT, re.MULTILINE | re.DOTALL)
    assert found, rule
    return re.findall(r"(-?\d+) => ([^,\n]+),", found[1])


def labels(rule: str) -> dict[int, str]:
    """Label -> name of its rule, of one map or group of the file."""
    return {int(number): name.strip() for number, name in _entries(rule)}


def _numbers(rule: str) -> list[int]:
    return [int(number) for number, _ in _entries(rule)]


def constant(name: str) -> int:
    found = re.search(rf"^{name} = (-?\d+)", TEXT, re.MULTILINE)
    assert found, name
    return int(found[1])


def code(module: object, names: str) -> list[int]:
    return [getattr(module, name) for name in names.split()]


def test_the_labels_of_credentials_are_those_of_the_code() -> None:
    app = (
        labels("document-claims")
        | labels("certificate-document")
        | labels("pledge-document")
        | labels("certificate-label")
    )
    module = credential.claim_map
    named = {
        "KIND": 1,
        "PROFILE": 2,
        **{
            name.upper(): number
            for number, name in app.items()
            if number > 2 and not name.endswith("digest")
        },
        "DIGEST": 5,
    }
    for name, number in named.items():
        assert getattr(module, name) == number, name
    assert sorted(named.values()) == list(range(1, 16))
    assert [number for number, name in app.items() if name.startswith("kind")] == [1]
    assert [number for number, name in app.items() if name.startswith("profile")] == [2]
    assert [number for number, name in app.items() if name.endswith("digest")] == [5]
    assert list(labels("cwt-claims")) == code(module, "EXP IAT CTI")
    assert constant("app") == module.APP
    assert {kind: module._KINDS[kind] for kind in Kind} == {
        kind: constant(f"kind-{kind}") for kind in Kind
    }
    for profile in Profile:
        assert profile == constant(f"profile-{profile.name.lower()}")
    for basis in Basis:
        assert basis == constant(basis.name.lower().replace("_", "-"))
    for role in Role:
        assert role == constant(role.name.lower())


def test_the_labels_of_messages_lists_and_statements_are_those_of_the_code() -> None:
    cose, status, grade, trust = (
        credential.cose,
        credential.status,
        credential.grade,
        credential.trust,
    )
    assert constant("algorithm") == cose.ED25519
    assert list(labels("common-header")) == code(cose, "_ALG _KID")
    for module, rule in ((status, "status-list"), (grade, "grade"), (trust, "trust-list")):
        assert re.search(rf'^{rule}-header = .* 16 => "{re.escape(module.TYPE)}"', TEXT, re.M)
    assert cose._TYP == 16
    assert list(labels("status-list")) == code(status, "_SUB _EXP _IAT _STATUS_LIST _TTL")
    statement = _numbers("grade-statement")
    assert statement[:2] == code(grade, "_EXP _IAT")
    assert statement[2:] == code(grade, "_SUBJECT _SCHEME _ID _CODE _SINCE")
    listed = _numbers("trust-list")
    assert listed[:2] == code(trust, "_EXP _IAT")
    assert listed[2:] == code(trust, "_VERSION _BASE_URLS _ROOTS _KEYS _SEALS")
    assert list(labels("issuer-key")) == code(
        trust, "_KEY _ISSUER _FROM _UNTIL _USES _SCHEMES _COMPROMISED"
    )
    assert list(labels("seal-certificate")) == code(
        trust, "_DIGEST _ISSUER _FROM _UNTIL _SEAL_COMPROMISED"
    )
    assert {grade._APP, trust._APP} == {constant("app")}
    uses = re.search(r"5 => \[\* \((.*)\)\], ; uses", TEXT)
    assert uses
    assert set(re.findall(r'"(\w+)"', uses[1])) == trust.USES


def test_the_file_lists_no_label_twice_for_two_things() -> None:
    assert re.findall(r"\t", TEXT) == []
    sizes = re.search(r"at most ([\d,]+) bytes, its claims at most ([\d,]+)", TEXT)
    assert sizes
    limits = [int(size.replace(",", "")) for size in sizes.groups()]
    assert limits == [credential.cose.LARGEST, credential.claims.LARGEST]
