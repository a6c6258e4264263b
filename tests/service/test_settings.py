"""service/settings.py: the file, the environment over it, and errors that name the place."""

from dataclasses import fields
from pathlib import Path

import pytest

from service.errors import UserError
from service.home import Home
from service.settings import Settings, defaults, load_settings, save_settings, variable
from verifier.limits import Limits


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
        ("ZHENGXIN_LIMITS_PAGES", "30.5", "环境变量 ZHENGXIN_LIMITS_PAGES：应为整数，得到 “30.5”"),
        ("ZHENGXIN_LIMITS_PAGES", "0", "环境变量 ZHENGXIN_LIMITS_PAGES：应大于 0"),
        ("ZHENGXIN_LIMITS_TEXT_SECONDS", "-1", "ZHENGXIN_LIMITS_TEXT_SECONDS：应为数，得到 “-1”"),
        ("ZHENGXIN_LIMITS_PICTURE_SECONDS", "17", r"limits.ocr_seconds（17.0）应小于 limits.pic"),
        ("ZHENGXIN_API_TOKEN_SHA256", "secret", "api_token_sha256 应为令牌的 SHA-256，即 64 个"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, name: str, value: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        load_settings(Home(tmp_path), {name: value})


def test_a_token_set_by_mistake_for_its_digest_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        load_settings(Home(tmp_path), {"ZHENGXIN_API_TOKEN_SHA256": "the-token-itself"})
    assert "the-token-itself" not in str(refused.value)


def test_an_unknown_setting_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('colour = "red"\n')
    with pytest.raises(UserError, match="colour：没有这项设置，可用：base_url"):
        load_settings(Home(tmp_path), {})


def test_limits_are_a_table_of_the_file_and_the_environment_stands_over_it(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("port = 9000\n[limits]\npages = 5\ntext_seconds = 2\n")
    environment = {"ZHENGXIN_LIMITS_PAGES": "6", "ZHENGXIN_LIMITS_QUEUE": "0"}
    settings = load_settings(Home(tmp_path), environment)
    assert settings == Settings(port=9000, limits=Limits(pages=6, text_seconds=2.0, queue=0))


def test_every_limit_can_be_set(tmp_path: Path) -> None:
    names = [name for name in defaults() if name.startswith("limits.")]
    assert len(names) == len(fields(Limits))
    environment = {variable(name): "19" for name in names} | {"ZHENGXIN_LIMITS_OCR_SECONDS": "18"}
    limits = load_settings(Home(tmp_path), environment).limits
    assert {getattr(limits, spec.name) for spec in fields(Limits)} == {18, 19}


def test_only_limits_that_were_chosen_are_saved(tmp_path: Path) -> None:
    for limits in (Limits(), Limits(pages=5, ocr_seconds=3.5)):
        save_settings(Home(tmp_path), Settings(limits=limits))
        assert load_settings(Home(tmp_path), {}).limits == limits
    text = (tmp_path / "settings.toml").read_text("utf-8")
    assert text.endswith("\n[limits]\npages = 5\nocr_seconds = 3.5\n")


def test_an_unknown_limit_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[limits]\npage = 5\n")
    with pytest.raises(UserError, match=r"limits\.page：没有这项设置，可用：.*limits\.pages"):
        load_settings(Home(tmp_path), {})
