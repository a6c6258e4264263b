"""``zhengxin scheme``: the packs at hand."""

import json

import click

from scheme.model import Pack
from service.commands.saying import say
from service.commands.session import Session
from service.packs import load_packs
from service.settings import load_settings, schemes_folder


@click.group()
def scheme() -> None:
    """方案包：各地的规则、文本和样式。"""


@scheme.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def list_packs(session: Session, *, as_json: bool) -> None:
    """列出方案包及其等级、样式和未经来源证实的假定。"""
    packs = load_packs(schemes_folder(load_settings(session.home)))
    if as_json:
        say(json.dumps([_json(pack) for pack in packs.values()], ensure_ascii=False))
        return
    for pack in packs.values():
        grades = "、".join(grade.code for grade in pack.grades) or "无"
        say(f"{pack.id}  {pack.title}  第 {pack.version} 版")
        say(f"    等级：{grades}；待核对的假定 {len(pack.assumptions)} 条")
        for style in pack.styles:
            size = f"{style.width_mm}×{style.height_mm} 毫米"
            say(f"    {style.id:<22}{size}  {style.title}")


def _json(pack: Pack) -> dict[str, object]:
    return {
        "id": pack.id,
        "version": pack.version,
        "title": pack.title,
        "place": pack.place,
        "division": pack.division,
        "authority": pack.authority,
        "sha256": pack.sha256.hex(),
        "grades": [{"id": grade.id, "code": grade.code} for grade in pack.grades],
        "styles": [
            {
                "id": style.id,
                "title": style.title,
                "kind": style.kind,
                "width_mm": style.width_mm,
                "height_mm": style.height_mm,
                "module_mm": style.module_mm,
            }
            for style in pack.styles
        ],
        "pledges": [{"id": pledge.id, "title": pledge.title} for pledge in pack.pledges],
        "assumptions": [{"place": a.place, "note": a.note} for a in pack.assumptions],
    }
