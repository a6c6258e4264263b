"""Texts: the wording of a pack in Jinja2, rendered with the facts of a case.

Sandboxed and without a loader: a text reaches no file and no code. Nothing is escaped, because the
result is printed, not shown in a browser.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import jinja2
from jinja2 import meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from credential.fields import FIELDS
from credential.normal import NormalError, canonical_text
from scheme.facts import FactSpec, FactValue, age_at
from scheme.model import Pack

GLOBALS = {"age": age_at}
"""``age(born, on)``: full years. Nothing else is at hand in a text."""


class TextError(ValueError):
    """The text cannot be rendered, or not be printed; the message is for the clerk."""


def _for_paper(value: object) -> object:
    if value.__class__ is date and isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, bool):
        return "是" if value else "否"
    return value


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_for_paper,
    )
    environment.globals.clear()
    environment.globals.update(GLOBALS)
    return environment


_ENVIRONMENT = _environment()
_LABELS = {canonical_text(f"{spec.label}："): spec.label for spec in FIELDS.values() if spec.label}
_UNDEFINED = re.compile(r"'(\w+)' is undefined")


@lru_cache(maxsize=512)
def _compiled(source: str) -> jinja2.Template:
    return _ENVIRONMENT.from_string(source)


def text_problems(source: str, known: Mapping[str, FactSpec]) -> tuple[str, ...]:
    """What is wrong with a text before any case is at hand, in Chinese; none if it can be used."""
    try:
        tree = _ENVIRONMENT.parse(source)
        _compiled(source)
    except jinja2.TemplateSyntaxError as error:
        return (f"第 {error.lineno} 行：Jinja2 语法有误，请核对 {{{{ }}}} 与 {{% %}} 及其中的名称",)
    unknown = meta.find_undeclared_variables(tree) - set(known) - set(GLOBALS)
    problems = [f"用到未声明的事实“{name}”，应先写入 [facts]" for name in sorted(unknown)]
    if any(meta.find_referenced_templates(tree)):
        problems.append("不能引用别的文件（include、import、extends）")
    return tuple(problems)


def facts_in(source: str) -> frozenset[str]:
    """The facts that a text with no problems uses."""
    used = meta.find_undeclared_variables(_ENVIRONMENT.parse(source))
    return frozenset(used - set(GLOBALS))


def render_text(pack: Pack, name: str, facts: Mapping[str, FactValue]) -> str:
    """The named text with the facts of a case; a newline separates paragraphs.

    Raises:
        TextError: the pack has no such text, a fact is missing, or the result can't be printed: it
            has a character without a canonical form, or the label of a field.
    """
    if name not in pack.texts:
        raise TextError(f"方案“{pack.id}”没有文本“{name}”")
    place = f"方案“{pack.id}”的文本“{name}”"
    text = render(pack.texts[name], facts, pack.facts, place)
    _check_printable(text, place)
    return text


def render(
    source: str, facts: Mapping[str, FactValue], specs: Mapping[str, FactSpec], place: str
) -> str:
    """Lines are trimmed and empty ones dropped. Raises TextError; ``place`` says where."""
    try:
        text = _compiled(source).render(dict(facts))
    except jinja2.UndefinedError as error:
        found = _UNDEFINED.search(str(error))
        name = found[1] if found else ""
        title = f"“{specs[name].title}”（{name}）" if name in specs else "所用的事实"
        raise TextError(f"{place}：缺少{title}") from error
    # a filter on a value that it does not fit (and 1/0) raises what Python raises
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise TextError(f"{place}：无法用所给的事实生成，请核对其中的运算") from error
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _check_printable(text: str, place: str) -> None:
    try:
        canonical = canonical_text(text)
    except NormalError as error:
        raise TextError(f"{place}：{error}") from error
    if not canonical:
        raise TextError(f"{place}：没有内容")
    # A reader finds fields by their labels: no value may hold one, whoever wrote it.
    for found, label in _LABELS.items():
        if found in canonical:
            raise TextError(f"{place}：正文中不能出现“{label}：”，它是栏目名")
