"""service/setting_up.py: a new office is whole or is none."""

from pathlib import Path

import pytest

from credential.trust import TrustError
from registry.keys import issuer_keys
from service import setting_up
from service.errors import UserError
from service.home import Home
from service.keystore import stored_keys
from service.office import open_office
from service.setting_up import PLATFORM, make_office
from service.settings import Settings, load_settings
from tests.flows.office import CHEAP, MADE, PASSPHRASE, WHO

YEAR = 365 * 86400


def make(home: Home, *schemes: str, settings: Settings | None = None) -> None:
    chosen = settings or Settings()
    make_office(home, chosen, schemes, PASSPHRASE, at=MADE, who=WHO, n=CHEAP)


def test_each_scheme_gets_a_key_in_its_authoritys_name(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    settings = Settings(base_url="https://zx.example.cn", trust_list_days=30)
    make(home, "jiande", "gaoping", settings=settings)
    with open_office(home, settings) as office:
        keys = issuer_keys(office.registry)
    assert {(k.issuer, tuple(sorted(k.schemes)), tuple(sorted(k.uses))) for k in keys} == {
        ("建德市农业农村局", ("jiande",), ("certificate", "pledge", "report")),
        ("山西省高平市公证处", ("gaoping",), ("certificate", "pledge", "report")),
        (PLATFORM, ("gaoping", "jiande"), ("grade", "status")),
    }
    assert {(k.valid_from, k.valid_until) for k in keys} == {(MADE, MADE + 2 * YEAR)}
    assert len(list(stored_keys(home.private_keys))) == 4, "the root's too"
    assert load_settings(home, {}) == settings


def test_once_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    make(home, "jiande")
    before = {path.name: path.read_bytes() for path in home.private_keys.iterdir()}
    with pytest.raises(UserError, match="已经初始化过，不再覆盖"):
        make(home, "jiande")
    assert {path.name: path.read_bytes() for path in home.private_keys.iterdir()} == before


def test_an_unknown_scheme_makes_no_key(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with pytest.raises(UserError, match="没有方案“xiande”"):
        make(home, "jiande", "xiande")
    assert not home.is_initialised
    assert not home.private_keys.exists()


def test_what_was_cut_short_can_be_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")

    def fail(*_: object, **__: object) -> None:
        raise TrustError("disk full")

    monkeypatch.setattr(setting_up, "publish", fail)
    with pytest.raises(TrustError):
        make(home, "jiande")
    assert not home.is_initialised
    monkeypatch.undo()
    make(home, "jiande")
    assert home.is_initialised
