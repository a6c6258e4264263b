"""service/settings.py: the file, the environment over it, and errors that name the place."""

from pathlib import Path

import pytest

from service.errors import UserError
from service.home import Home
from service.settings import Settings, load_settings, save_settings


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(Home(tmp_path), {}) == Settings()


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    settings = Settings(base_url="https://zx.example.gov.cn", port=9000, registry_url='a"\\b')
    save_settings(Home(tmp_path), settings)
    assert load_settings(Home(tmp_path), {}) == settings


def test_the_environment_stands_over_the_file(tmp_path: Path) -> None:
    save_settings(Home(tmp_path), Settings(port=9000))
    assert load_settings(Home(tmp_path), {"ZHENGXIN_PORT": "9001"}).port == 9001


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ZHENGXIN_PORT", "many", "环境变量 ZHENGXIN_PORT：应为整数，得到 “many”"),
        ("ZHENGXIN_BASE_URL", "zx.gov.cn", "网址应为 https://域名 的形式"),
        ("ZHENGXIN_BASE_URL", "https://zx.gov.cn/", "末尾不加斜杠"),
        ("ZHENGXIN_BASE_URL", "javascript://zx", "网址应为 https://域名 的形式"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, name: str, value: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        load_settings(Home(tmp_path), {name: value})


def test_an_unknown_setting_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('colour = "red"\n')
    with pytest.raises(UserError, match="colour：没有这项设置，可用：base_url"):
        load_settings(Home(tmp_path), {})
