"""Settings: ``settings.toml`` in the home folder, each also as an environment variable ZHENGXIN_…."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from service.errors import UserError
from service.home import Home, write_file

PREFIX: Final = "ZHENGXIN_"
ENVIRONMENT_ONLY: Final = frozenset({"ZHENGXIN_HOME", "ZHENGXIN_PASSPHRASE"})
"""Where the settings are, and the secret that is never in a file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``base_url``: what the symbols lead to, without a trailing slash; ``registry_url``: empty for
    SQLite in the home folder, or ``postgresql://…``; ``schemes_folder``: empty for the packs shipped."""

    base_url: str = "http://127.0.0.1:8000"
    registry_url: str = ""
    schemes_folder: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    trust_list_days: int = 90
    status_list_hours: int = 24
    verify_workers: int = 2


def load_settings(home: Home, environment: Mapping[str, str] = os.environ) -> Settings:
    """The file's values, then the environment's over them.

    Raises:
        UserError: an unknown or ill-typed setting, named with where it stands.
    """
    values: dict[str, str | int] = {}
    if home.settings_file.exists():
        try:
            document = tomllib.loads(home.settings_file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UserError(f"{home.settings_file} 不是有效的 TOML：{error}") from error
        for name, value in document.items():
            values[name] = _typed(name, value, f"{home.settings_file} 中的 {name}")
    for spec in fields(Settings):
        if (text := environment.get(PREFIX + spec.name.upper())) is not None:
            values[spec.name] = _typed(spec.name, text, f"环境变量 {PREFIX}{spec.name.upper()}")
    settings = Settings(**values)  # type: ignore[arg-type]  # _typed checked each
    check_base_url(settings.base_url)
    return settings


def _typed(name: str, value: object, where: str) -> str | int:
    default = next((f.default for f in fields(Settings) if f.name == name), None)
    if default is None:
        known = "、".join(f.name for f in fields(Settings))
        raise UserError(f"{where}：没有这项设置，可用：{known}")
    if isinstance(default, int):
        if isinstance(value, int | str) and re.fullmatch(r"[0-9]{1,9}", str(value)):
            return int(value)
        raise UserError(f"{where}：应为整数，得到 “{value}”")
    if not isinstance(value, str):
        raise UserError(f"{where}：应为文字，得到 “{value}”")
    return value


def check_base_url(url: str) -> str:
    """Raises UserError: anything but http(s)://host[:port]."""
    parts = urlsplit(url)
    if (
        parts.scheme not in {"http", "https"}
        or not re.fullmatch(r"[0-9A-Za-z.\-]+(:[0-9]{1,5})?", parts.netloc)
        or url != f"{parts.scheme}://{parts.netloc}"
    ):
        raise UserError(f"网址应为 https://域名 的形式，末尾不加斜杠，得到 “{url}”")
    return url


def save_settings(home: Home, settings: Settings) -> None:
    lines = [f"{spec.name} = {_toml(getattr(settings, spec.name))}" for spec in fields(Settings)]
    # the registry's address may hold a password
    write_file(home.settings_file, ("\n".join(lines) + "\n").encode(), mode=0o600)


def _toml(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def schemes_folder(settings: Settings) -> Path:
    if settings.schemes_folder:
        return Path(settings.schemes_folder)
    return Path(__file__).resolve().parent.parent / "templates"
