"""Settings: ``settings.toml`` in the home folder, each also as an environment variable ZHENGXIN_…."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from service.errors import UserError
from service.home import Home, write_file
from verifier.limits import Limits

PREFIX: Final = "ZHENGXIN_"
ENVIRONMENT_ONLY: Final = frozenset({"ZHENGXIN_HOME", "ZHENGXIN_PASSPHRASE"})
"""Where the settings are, and the secret that is never in a file."""
_DEFAULT_LIMITS: Final = Limits()
_NUMBERS: Final = {
    int: (r"[0-9]{1,12}", "整数"),
    float: (r"[0-9]{1,12}(\.[0-9]{1,6})?", "数"),
}
_MAY_BE_ZERO: Final = frozenset({"limits.queue"})


@dataclass(frozen=True, slots=True)
class Settings:
    """``base_url``: what the symbols lead to, without a trailing slash; ``registry_url``: empty for
    SQLite in the home folder, or ``postgresql://…``; ``schemes_folder``: empty for the packs shipped.
    ``reporter_code``: 统一社会信用代码 of the office, which stands on its verification reports;
    ``reporter_scheme``: the scheme whose authority it is.
    ``api_token_sha256``: digest of the token for the office's own machines, empty: there is none."""

    base_url: str = "http://127.0.0.1:8000"
    registry_url: str = ""
    schemes_folder: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    trust_list_days: int = 90
    status_list_hours: int = 24
    verify_workers: int = 2
    tsa_url: str = ""
    """Of a time-stamping authority (RFC 3161) that stamps the seals; empty: no time stamps."""
    reporter_code: str = ""
    reporter_scheme: str = ""
    api_token_sha256: str = ""
    limits: Limits = _DEFAULT_LIMITS
    """What one upload may cost: the table ``[limits]``."""


def defaults() -> dict[str, str | int | float]:
    """Every setting there is and its default; one of a table as ``limits.pages``."""
    plain = Settings()
    own = {spec.name: getattr(plain, spec.name) for spec in fields(Settings)}
    limits = {f"limits.{spec.name}": getattr(plain.limits, spec.name) for spec in fields(Limits)}
    return {name: value for name, value in own.items() if name != "limits"} | limits


def variable(name: str) -> str:
    """The environment variable of a setting: ``limits.pages`` is ZHENGXIN_LIMITS_PAGES."""
    return PREFIX + name.replace(".", "_").upper()


def load_settings(home: Home, environment: Mapping[str, str] = os.environ) -> Settings:
    """The file's values, then the environment's over them.

    Raises:
        UserError: an unknown or ill-typed setting, named with where it stands.
    """
    values: dict[str, str | int | float] = {}
    if home.settings_file.exists():
        try:
            document = tomllib.loads(home.settings_file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UserError(f"{home.settings_file} 不是有效的 TOML：{error}") from error
        for name, value in _flat(document):
            values[name] = _typed(name, value, f"{home.settings_file} 中的 {name}")
    for name in defaults():
        if (text := environment.get(variable(name))) is not None:
            values[name] = _typed(name, text, f"环境变量 {variable(name)}")
    bounds = {
        spec.name: values.pop(f"limits.{spec.name}")
        for spec in fields(Limits)
        if f"limits.{spec.name}" in values
    }
    limits = Limits(**bounds)  # type: ignore[arg-type]  # _typed checked each
    settings = Settings(**values, limits=limits)  # type: ignore[arg-type]  # _typed checked each
    check_base_url(settings.base_url)
    if limits.ocr_seconds >= limits.picture_seconds:
        # else the child is ended before it can say which lines it has not read
        raise UserError(
            f"limits.ocr_seconds（{limits.ocr_seconds}）应小于"
            f" limits.picture_seconds（{limits.picture_seconds}）"
        )
    if not re.fullmatch(r"([0-9a-f]{64})?", settings.api_token_sha256):
        # not shown: it may be the token itself
        raise UserError("api_token_sha256 应为令牌的 SHA-256，即 64 个小写十六进制字符")
    return settings


def _flat(document: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", content) for inner, content in value.items())
        else:
            yield name, value


def _typed(name: str, value: object, where: str) -> str | int | float:
    default = defaults().get(name)
    if default is None:
        raise UserError(f"{where}：没有这项设置，可用：{'、'.join(defaults())}")
    if isinstance(default, str):
        if not isinstance(value, str):
            raise UserError(f"{where}：应为文字，得到 “{value}”")
        return value
    form, words = _NUMBERS[type(default)]
    if not isinstance(value, int | float | str) or not re.fullmatch(form, str(value)):
        raise UserError(f"{where}：应为{words}，得到 “{value}”")
    number = type(default)(value)
    if name.startswith("limits.") and not number and name not in _MAY_BE_ZERO:
        raise UserError(f"{where}：应大于 0")
    return number


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
    names = [spec.name for spec in fields(Settings) if spec.name != "limits"]
    lines = [f"{name} = {_toml(getattr(settings, name))}" for name in names]
    # limits that were not chosen follow those of later versions
    chosen = [
        f"{spec.name} = {value}"
        for spec in fields(Limits)
        if (value := getattr(settings.limits, spec.name)) != spec.default
    ]
    if chosen:
        lines += ["", "[limits]", *chosen]
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
