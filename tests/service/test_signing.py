"""service/signing.py: which key signs."""

import pytest

from credential.fields import format_time
from registry.keys import compromise_key, retire_key
from service.errors import UserError
from service.office import Office
from service.setting_up import ISSUING, new_key
from service.signing import digest_key, root_signer, signer_for
from service.trust import publish, read_root
from tests.flows.office import DAY, HOUR, ISSUED, MADE, PASSPHRASE, WHO, Place, cheap_keys

YEARS_2 = 2 * 365 * DAY


def kid(office: Office, use: str = "certificate", scheme: str | None = "jiande") -> bytes:
    return signer_for(office, use, scheme, ISSUED, PASSPHRASE).public_key.kid


def add(office: Office, at: int, *, published: bool = True) -> bytes:
    with cheap_keys():
        key = new_key(office, "局", ISSUING, ["jiande"], PASSPHRASE, at=at, who=WHO)
    if published:
        publish(office, root_signer(office, PASSPHRASE), at=at, who=WHO, why="新密钥")
    return key.key.kid


def test_each_use_and_scheme_has_its_own(office: Place) -> None:
    with office.office() as opened:
        certificate, pledge = kid(opened), kid(opened, "pledge", "gaoping")
        serving = kid(opened, "grade", "jiande")
        assert len({certificate, pledge, serving}) == 3
        assert kid(opened, "status", None) == serving
        for use, words in (("certificate", "合格证"), ("pledge", "承诺书"), ("report", "核验报告")):
            with pytest.raises(UserError) as error:
                kid(opened, use, "nowhere")
            assert str(error.value) == (
                f"本机没有可用于签发{words}（方案 nowhere）的密钥，"
                f"请运行：zhengxin keys new --use {use} --scheme nowhere"
            )


def test_the_newest_published_key_signs(own: Place) -> None:
    with own.office() as opened:
        newer = add(opened, MADE + HOUR)
        assert kid(opened) == newer
        add(opened, MADE + 2 * HOUR, published=False)
        assert kid(opened) == newer, "nobody trusts what is not published"


def test_only_within_its_validity(office: Place) -> None:
    with office.office() as opened:
        for at, fits in ((MADE - 1, False), (MADE, True), (MADE + YEARS_2 - 1, True),
                         (MADE + YEARS_2, False)):  # fmt: skip
            if fits:
                signer_for(opened, "certificate", "jiande", at, PASSPHRASE)
                continue
            with pytest.raises(UserError) as error:
                signer_for(opened, "certificate", "jiande", at, PASSPHRASE)
            said = (
                f"本机时间是 {format_time(at)}，签发合格证（方案 jiande）的密钥有效期 "
                f"{format_time(MADE)} 至 {format_time(MADE + YEARS_2)}，请核对时间"
            )
            # a clock that was set back is no reason for a new key
            expired = "；时间无误的，密钥已到期或停用，请运行：zhengxin keys new --use certificate --scheme jiande"
            assert str(error.value) == said + (expired if at > MADE else "")


@pytest.mark.parametrize("end", ["retired", "compromised"])
def test_a_key_that_ended_falls_back_to_another_or_none(own: Place, end: str) -> None:
    with own.office() as opened:
        old, newer = kid(opened), add(opened, MADE + HOUR)
        for one in (newer, old):
            if end == "retired":
                retire_key(opened.registry, one, at=ISSUED, who=WHO, why="x")
            else:
                since = ISSUED - HOUR
                compromise_key(opened.registry, one, since, at=ISSUED, who=WHO, why="x")
            if one == newer:
                assert kid(opened) == old
        message = "密钥已到期或停用，请运行" if end == "retired" else "本机没有可用于签发"
        with pytest.raises(UserError, match=message):
            kid(opened)


def test_a_key_whose_file_is_on_another_machine_is_not_chosen(own: Place) -> None:
    with own.office() as opened:
        path = own.home.private_keys / f"{kid(opened).hex()}.json"
        path.unlink()
        with pytest.raises(UserError, match="本机没有可用于签发"):
            kid(opened)


def test_the_root_and_the_digest_key_open(office: Place) -> None:
    with office.office() as opened:
        assert root_signer(opened, PASSPHRASE).public_key == read_root(office.home.trust)
        assert len(digest_key(opened, PASSPHRASE)) == 32
        with pytest.raises(UserError, match="口令不对"):
            digest_key(opened, "another passphrase")
