"""service/office.py: opened together, closed together."""

from dataclasses import replace
from pathlib import Path

import pytest

from registry.database import RegistryError
from service.errors import UserError
from service.home import Home
from service.office import open_office, registry_url
from service.settings import Settings
from tests.flows.office import Place


def test_the_registry_is_in_the_home_folder_unless_an_address_is_set(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert registry_url(home, Settings()) == f"sqlite:///{tmp_path}/home/registry.sqlite"
    elsewhere = Settings(registry_url="postgresql://db.example/zx")
    assert registry_url(home, elsewhere) == "postgresql://db.example/zx"


def test_a_home_given_by_a_relative_path_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    absolute = registry_url(Home(tmp_path / "home"), Settings())
    assert registry_url(Home(Path("home")), Settings()) == absolute


def test_an_unknown_scheme_is_named_with_those_there_are(office: Place) -> None:
    with office.office() as opened:
        assert opened.pack("jiande").id == "jiande"
        with pytest.raises(UserError, match="没有方案“xiande”，可用：gaoping、jiande"):
            opened.pack("xiande")


def test_a_wrong_address_or_folder_is_refused_in_words(tmp_path: Path) -> None:
    settings = replace(Settings(), registry_url="mysql://x/y")
    with (
        pytest.raises(RegistryError, match="登记库地址有误"),
        open_office(Home(tmp_path), settings),
    ):
        pass
    missing = Home(tmp_path / "none")
    with (
        pytest.raises(RegistryError, match="无法创建或打开登记库文件"),
        open_office(missing, Settings()),
    ):
        pass


def test_leaving_it_closes_the_registry(own: Place) -> None:
    with own.office() as opened:
        reader = opened.registry.main.reader
        assert reader is not None
    with pytest.raises(Exception, match="closed database"):
        reader.execute("SELECT 1")
