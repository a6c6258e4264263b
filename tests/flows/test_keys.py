"""Keys over their lives: used, rotated, retired, stolen; what each leaves valid."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from credential.certificate_id import (
    format_certificate_id,
    new_certificate_id,
    parse_certificate_id,
)
from credential.claims import StatusReference, decode_claims, encode_claims
from credential.cose import open_sign1, sign1
from credential.qr_text import read_qr_text, write_qr_text
from registry.credentials import find_credential
from service.keystore import open_key
from service.setting_up import ISSUING, new_key
from tests.flows.office import (
    BASE_URL,
    DAY,
    GOOD_ROWS,
    HOUR,
    ISSUED,
    PASSPHRASE,
    Place,
    Printed,
    cheap_keys,
    manifest,
    printed,
    run,
)
from tests.flows.test_issuing import only_rows

LATER = ISSUED + 2 * HOUR
SINCE = ISSUED + HOUR
"""From when the key was in someone else's hands; the batch was recorded an hour before."""


def jwks(place: Place) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = json.loads(place.done("keys", "export").out)["keys"]
    return keys


def kid_of(place: Place, use: str = "certificate", scheme: str = "jiande") -> str:
    """The newest key for this."""
    found = [
        key for key in jwks(place)
        if use in key["zhengxin_signs"] and scheme in key["zhengxin_schemes"]
    ]  # fmt: skip
    return str(max(found, key=lambda key: str(key["zhengxin_valid_from"]))["kid"])


def signed_by(text: str) -> str:
    return open_sign1(read_qr_text(text)[1]).kid.hex()


def verdict(place: Place, text: str, *, at: int = LATER + HOUR) -> tuple[int, Mapping[str, Any]]:
    ran = place.run("verify", "--json", "--text", text, at=at)
    return ran.status, json.loads(ran.out)


def axis(found: Mapping[str, Any], name: str) -> tuple[str, str | None]:
    one = next(a for a in found["axes"] if a["name"] == name)
    return one["indication"], one["sub_indication"]


def state(place: Place, text: str) -> str:
    with place.pages() as pages:
        path = text.removeprefix(BASE_URL)
        return str(pages.get(path, {"accept": "application/json"}).json()["state"])


def one_more(place: Place, folder: Path, *, at: int, batch: str = "另一批") -> tuple[int, str, str]:
    """Issue a row that was not issued before: exit status, its symbol's text, what was said."""
    table = only_rows(place, folder, [3], batch=batch)
    out = folder / f"more-{at}"
    ran = place.issue("a5", table, out, at=at)
    return ran.status, manifest(out)[0]["qr_text"] if ran.status == 0 else "", ran.err


def compromise(place: Place, *, since: int = SINCE, at: int = LATER) -> str:
    kid = kid_of(place)
    moment = datetime.fromtimestamp(since, UTC).isoformat()
    ran = place.done("keys", "compromise", kid, "--since", moment, "--reason", "电脑失窃", at=at)
    assert "起失密，已发布信任列表" in ran.out
    return kid


@pytest.fixture
def one(own: Place) -> Printed:
    return printed(own)[0]


# Used


def test_each_scheme_and_the_service_have_a_key_of_their_own(office: Place) -> None:
    keys = jwks(office)
    assert len(keys) == 3
    assert {tuple(key["zhengxin_schemes"]) for key in keys} == {
        ("jiande",), ("gaoping",), ("gaoping", "jiande"),
    }  # fmt: skip
    for key in keys:
        assert (key["kty"], key["crv"], key["use"]) == ("OKP", "Ed25519", "sig")
        assert not {"d", "p", "q"} & key.keys()
    serving = next(key for key in keys if len(key["zhengxin_schemes"]) == 2)
    assert serving["zhengxin_signs"] == ["grade", "status"], "what runs all day cannot issue"
    listed = office.done("keys", "list").out
    assert all(key["kid"] in listed for key in keys)


def test_the_key_of_the_scheme_signs(office: Place) -> None:
    texts = {line["qr_text"] for line in manifest(office.a5)}
    assert {signed_by(text) for text in texts} == {kid_of(office)}
    pledge = manifest(office.pledges)[0]["qr_text"]
    assert signed_by(pledge) == kid_of(office, "pledge", "gaoping")


# Rotated and retired


def test_rotation_old_certificates_stay_valid_and_the_new_key_signs(
    own: Place, one: Printed, tmp_path: Path
) -> None:
    old = kid_of(own)
    ran = own.done("keys", "rotate", old, "--reason", "例行轮换", at=LATER)
    new = kid_of(own)
    assert ran.out == f"{old} 已停用，新密钥 {new}，已发布信任列表\n"
    status, text, _ = one_more(own, tmp_path, at=LATER + 60)
    assert (status, signed_by(text)) == (0, new)
    for certificate in (one.text, text):
        assert axis(verdict(own, certificate)[1], "credential")[0] == "TOTAL-PASSED"
        assert state(own, certificate) == "valid"
    ran = own.issue("a5", own.batches, tmp_path / "again", at=LATER + 60)
    assert f"此前已签发 {GOOD_ROWS} 份" in ran.out
    assert {signed_by(line["qr_text"]) for line in manifest(tmp_path / "again")} == {old}


def test_what_cannot_be_rotated_leaves_no_new_key(own: Place, tmp_path: Path) -> None:
    """Else the next batch would be signed by a key that no trust list names."""
    old = kid_of(own)
    own.done("keys", "retire", old, "--reason", "停用", at=LATER)
    before = (jwks(own), sorted(path.name for path in own.home.private_keys.iterdir()))
    ran = own.run("keys", "rotate", old, "--reason", "例行轮换", at=LATER + 60)
    assert (ran.status, f"密钥 {old} 已于" in ran.err) == (1, True)
    assert (jwks(own), sorted(p.name for p in own.home.private_keys.iterdir())) == before
    assert one_more(own, tmp_path, at=LATER + 120)[0] == 1


def test_a_retired_key_signs_no_more_and_what_it_signed_stays_valid(
    own: Place, one: Printed, tmp_path: Path
) -> None:
    own.done("keys", "retire", kid_of(own), "--reason", "机构调整", at=LATER)
    status, _, said = one_more(own, tmp_path, at=LATER)
    assert status == 1
    assert "签发合格证（方案 jiande）的密钥有效期 " in said
    assert "请运行：zhengxin keys new --use certificate --scheme jiande" in said
    assert state(own, one.text) == "valid"
    own.done("keys", "new", "--use", "certificate", "--scheme", "jiande", at=LATER + 60)
    assert one_more(own, tmp_path, at=LATER + 120)[0] == 0


def test_a_key_is_not_used_past_its_years(own: Place, tmp_path: Path) -> None:
    after = ISSUED + 2 * 365 * DAY
    own.done("keys", "publish", at=after)
    status, _, said = one_more(own, tmp_path, at=after)
    assert (status, "请核对时间；时间无误的，密钥已到期或停用" in said) == (1, True)


def test_a_key_that_no_list_names_yet_signs_nothing(own: Place, tmp_path: Path) -> None:
    """As a run that was cut short between drawing a key and publishing it leaves it."""
    old = kid_of(own)
    with own.office() as office, cheap_keys():
        more = ("建德市农业农村局", ISSUING, ["jiande"], PASSPHRASE)
        new_key(office, *more, at=LATER, who="王科员")
    status, text, _ = one_more(own, tmp_path, at=LATER + 60)
    assert (status, signed_by(text)) == (0, old)
    assert axis(verdict(own, text)[1], "credential")[0] == "TOTAL-PASSED"


# Stolen


def test_what_was_recorded_before_the_theft_stays_valid(own: Place, one: Printed) -> None:
    assert state(own, one.text) == "valid"
    compromise(own)
    _, found = verdict(own, one.text)
    assert axis(found, "credential")[0] == axis(found, "registry_status")[0] == "TOTAL-PASSED"
    assert state(own, one.text) == "valid"


def test_what_was_recorded_after_the_theft_is_refused(own: Place, tmp_path: Path) -> None:
    _, text, _ = one_more(own, tmp_path, at=SINCE + 60)
    assert state(own, text) == "valid"
    compromise(own)
    status, found = verdict(own, text)
    assert (status, axis(found, "credential")) == (1, ("TOTAL-FAILED", "REVOKED"))
    assert "登记时间不早于失密时间" in json.dumps(found, ensure_ascii=False)
    assert state(own, text) == "forged"


def test_a_stolen_key_signs_no_more_and_its_late_paper_is_not_printed_again(
    own: Place, tmp_path: Path
) -> None:
    _, text, _ = one_more(own, tmp_path, at=SINCE + 60)
    compromise(own)
    status, _, said = one_more(own, tmp_path, at=LATER, batch="又一批")
    assert (status, "本机没有可用于签发" in said) == (1, True)
    own.done("keys", "new", "--use", "certificate", "--scheme", "jiande", at=LATER + 60)
    status, new, _ = one_more(own, tmp_path, at=LATER + 120, batch="又一批")
    assert (status, state(own, new)) == (0, "valid")
    status, _, said = one_more(own, tmp_path, at=LATER + 120)
    assert status == 1
    number = format_certificate_id(decode_claims(open_sign1(read_qr_text(text)[1]).payload).id)
    assert f"{number} 登记时签名密钥已失密" in said
    reissue = (
        "reissue",
        number,
        "--style",
        "a5",
        "--out",
        tmp_path / "new",
        "--reason",
        "密钥失密",
    )
    own.done(*reissue, at=LATER + 180)
    [file] = (tmp_path / "new").iterdir()
    with own.pages() as pages:
        assert "<h1>有效" in pages.get(f"/c/{file.stem}").text


@pytest.mark.parametrize("disguise", ["a number of its own", "a number on record"])
def test_a_forgery_with_the_stolen_key_fails_whatever_time_it_claims(
    own: Place, one: Printed, tmp_path: Path, disguise: str
) -> None:
    """Signed after the theft, claims to be older than it; offline nobody can tell."""
    kid = compromise(own)
    new = disguise == "a number of its own"
    text = forged(own, one, bytes.fromhex(kid), new_number=new)
    status, found = verdict(own, text)
    assert (status, found["indication"]) == (1, "TOTAL-FAILED")
    assert axis(found, "credential") == ("TOTAL-FAILED", "REVOKED")
    expected = ("INDETERMINATE", "NO_POE") if new else ("TOTAL-FAILED", "HASH_FAILURE")
    assert axis(found, "registry_status") == expected
    assert state(own, text) == "forged"

    cached = tmp_path / "cached"
    own.done("export", "--out", cached, at=LATER)
    offline = ("verify", "--offline", "--trust", cached, "--json", "--text", text)
    ran = run("--home", tmp_path / "nowhere", *offline, at=LATER + 60)
    found = json.loads(ran.out)
    assert (ran.status, found["indication"]) == (2, "INDETERMINATE")
    assert axis(found, "credential") == ("INDETERMINATE", "REVOKED_NO_POE")


def test_a_genuine_one_is_offline_no_better_than_a_forgery_then(
    own: Place, one: Printed, tmp_path: Path
) -> None:
    compromise(own)
    own.done("export", at=LATER)
    ran = own.run("verify", "--offline", "--json", "--text", one.text, at=LATER + 60)
    assert axis(json.loads(ran.out), "credential") == ("INDETERMINATE", "REVOKED_NO_POE")


def test_a_symbol_that_was_valid_a_moment_ago_fails_once_the_theft_is_known(
    own: Place, one: Printed
) -> None:
    """What a process remembers of a signature must not outlive its key."""
    kid = bytes.fromhex(kid_of(own))
    text = forged(own, one, kid, new_number=True)
    assert axis(verdict(own, text)[1], "credential")[0] == "TOTAL-PASSED"
    assert state(own, text) == "unknown"
    compromise(own)
    assert axis(verdict(own, text)[1], "credential")[0] == "TOTAL-FAILED"
    assert state(own, text) == "forged"


def test_the_export_tells_the_theft(own: Place) -> None:
    kid = compromise(own)
    [key] = [key for key in jwks(own) if key["kid"] == kid]
    stolen = datetime.fromtimestamp(SINCE, UTC).isoformat().replace("+00:00", "Z")
    assert key["zhengxin_compromised_at"] == stolen
    assert "失密于" in own.done("keys", "list").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compromise", "00000000", "--since", "2026-01-01T00:00:00Z"), "没有密钥“00000000”"),
        (("compromise", "00000000", "--since", "2026-01-01T00:00:00"), "时间应写明时区"),
        (("compromise", "00000000", "--since", "昨天"), "时间应如"),
        (("retire", "00000000"), "没有密钥“00000000”"),
        (("rotate", "00000000"), "没有密钥“00000000”"),
    ],
)
def test_a_key_or_time_that_is_none_is_named(
    office: Place, arguments: tuple[str, ...], said: str
) -> None:
    ran = office.run("keys", *arguments, "--reason", "x")
    assert (ran.status, said in ran.err) == (1, True), str(ran)


def test_a_theft_in_the_future_is_refused(own: Place) -> None:
    moment = datetime.fromtimestamp(LATER + DAY, UTC).isoformat()
    options = ("--since", moment, "--reason", "x")
    ran = own.run("keys", "compromise", kid_of(own), *options, at=LATER)
    assert (ran.status, "失密时间不能在将来" in ran.err) == (1, True)


# Helpers


def forged(place: Place, genuine: Printed, kid: bytes, *, new_number: bool) -> str:
    """What a thief signs: ten times the goods, an hour before the theft."""
    thief = open_key(place.home.private_keys, kid, PASSPHRASE)
    with place.office() as office:
        stored = find_credential(office.registry, parse_certificate_id(genuine.number))
        assert stored is not None
    claims = replace(stored.claims, issued_at=ISSUED, product="草莓王")
    if new_number:
        place_in_list = StatusReference(1, 3)
        claims = replace(claims, id=new_certificate_id(ISSUED, b"thief!"), status=place_in_list)
    return write_qr_text(sign1(encode_claims(claims), thief), BASE_URL)
