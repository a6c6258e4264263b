"""Reading scheme packs from their folders: the one place where a pack's files are opened."""

import re
import tomllib
from pathlib import Path
from typing import Final

from scheme.pack import Pack, PackError, load_pack, pack_digest
from scheme.reading import FILE
from service.errors import UserError, system_reason

LARGEST: Final = 1_000_000
"""Bytes of one file of a pack."""
_TEXTS: Final = "texts/"
_TEXT_ENDING: Final = ".j2"
_TEMPLATE_ENDING: Final = ".typ"
_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


def load_packs(folder: Path) -> dict[str, Pack]:
    """All packs in the folders of ``folder``, by id.

    Raises:
        UserError: the folder is missing or has no pack, or any pack is wrong: all problems at once.
    """
    if not folder.is_dir():
        raise UserError(f"没有方案文件夹“{folder}”")
    packs: dict[str, Pack] = {}
    problems: list[str] = []
    for place in sorted(folder.iterdir()):
        if not place.is_dir() or place.name.startswith("."):
            continue
        try:
            packs[place.name] = load_pack_folder(place)
        except UserError as error:
            problems.append(str(error))
    if problems:
        raise UserError("\n".join(problems))
    if not packs:
        raise UserError(f"方案文件夹“{folder}”中没有方案：每个方案是一个含 {FILE} 的文件夹")
    return packs


def load_pack_folder(folder: Path) -> Pack:
    """The pack in ``folder``, whose name is the pack's id.

    Every file is read once, so that what is hashed is what is used.

    Raises:
        UserError: a file is missing or unreadable, or the pack is wrong; each line of the message
            names the folder and the problem.
    """
    files = _read_files(folder)
    texts = {
        path.removeprefix(_TEXTS).removesuffix(_TEXT_ENDING): _as_text(folder, path, data)
        for path, data in files.items()
        if path.startswith(_TEXTS) and path.endswith(_TEXT_ENDING)
    }
    templates = {
        path.removesuffix(_TEMPLATE_ENDING): _as_text(folder, path, data)
        for path, data in files.items()
        if path.endswith(_TEMPLATE_ENDING)
    }
    source = _parse(folder, files)
    if source.get("id") != folder.name:
        raise UserError(f"{folder.name}/{FILE}，键“id”：应与文件夹同名“{folder.name}”")
    try:
        return load_pack(source, texts, pack_digest(files), templates)
    except PackError as error:
        lines = (f"{folder.name}/{problem}" for problem in error.problems)
        raise UserError("\n".join(lines)) from error


def _read_files(folder: Path) -> dict[str, bytes]:
    files = {}
    try:
        for path in folder.rglob("*"):
            name = path.relative_to(folder).as_posix()
            # a link's target is not part of the pack, and could be changed without it
            if path.is_symlink():
                raise UserError(f"{folder.name}/{name}：方案中不能有符号链接")
            if path.is_dir():
                continue
            if path.stat().st_size > LARGEST:
                raise UserError(f"{folder.name}/{name}：文件超过 {LARGEST:,} 字节")
            files[name] = path.read_bytes()
    except OSError as error:
        raise UserError(f"方案文件夹“{folder}”无法读取：{system_reason(error)}") from error
    return files


def _parse(folder: Path, files: dict[str, bytes]) -> dict[str, object]:
    if FILE not in files:
        raise UserError(f"方案文件夹“{folder}”中没有 {FILE}")
    try:
        return tomllib.loads(_as_text(folder, FILE, files[FILE]))
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.search(str(error))
        place = f" 第 {found[1]} 行第 {found[2]} 列" if found else "结尾处"
        raise UserError(f"{folder.name}/{FILE}{place}：不是有效的 TOML") from error


def _as_text(folder: Path, path: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise UserError(f"{folder.name}/{path}：不是 UTF-8 编码，请另存为 UTF-8") from error
