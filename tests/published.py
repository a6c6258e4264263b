"""What a test gets as JSON is what the published schemas say."""

import json
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from credential.verdict import SCHEMA as VERDICT
from credential.verdict import Verdict, verdict_json
from service.web.piles import SCHEMA as PILE

_DOCS: Final = Path(__file__).parents[1] / "docs"


def _published(name: str) -> Draft202012Validator:
    schema = json.loads((_DOCS / name).read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


_SCHEMAS: Final = {
    VERDICT: _published("verdict.schema.json"),
    PILE: _published("pile.schema.json"),
}


def problems(value: object, schema: str = VERDICT) -> list[str]:
    """Where ``value`` is not what the published schema of that name says, and why."""
    errors = _SCHEMAS[schema].iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in errors]


def valid(value: Any) -> Any:
    """``value``, which has to be valid by the published schema that it names, if it names one."""
    if isinstance(value, dict) and value.get("schema") in _SCHEMAS:
        assert problems(value, value["schema"]) == [], value
    return value


def valid_verdict(verdict: Verdict) -> Verdict:
    valid(json.loads(json.dumps(verdict_json(verdict))))
    return verdict
