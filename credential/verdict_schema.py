"""The published schema of a verdict's JSON (JSON Schema 2020-12); docs/verdict.schema.json is its copy.

A field may be added within a version; one that goes or changes its meaning makes a new version.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from credential.policy import POLICIES
from credential.verdict import SCHEMA, AxisName, Indication, SubIndication

_TIME: Final = {"type": "integer", "minimum": 0, "description": "Unix seconds"}
_TEXT: Final = {"type": "string"}


def _nullable(schema: Mapping[str, object]) -> dict[str, object]:
    return {"anyOf": [schema, {"type": "null"}]}


def _one_of(words: type[StrEnum]) -> dict[str, object]:
    return {"type": "string", "enum": [str(word) for word in words]}


def _object(properties: Mapping[str, object]) -> dict[str, object]:
    return {"type": "object", "required": list(properties), "properties": properties}


_PLACE: Final = _object(
    {
        "page": {"type": "integer", "minimum": 1},
        "box": _nullable(
            {
                "type": "array",
                "description": "millimetres from the top left of the page: x0, y0, x1, y1",
                "items": {"type": "number"},
                "minItems": 4,
                "maxItems": 4,
            }
        ),
    }
)
_FINDING: Final = _object(
    {
        "code": {"type": "string", "description": "stable, for machines"},
        "message": {"type": "string", "description": "Chinese, for a person"},
        "step": _nullable({"type": "integer", "minimum": 1}),
        "field": _nullable(_TEXT),
        "expected": _nullable(_TEXT),
        "found": _nullable(_TEXT),
        "place": _nullable({"$ref": "#/$defs/place"}),
    }
)
_AXIS: Final = _object(
    {
        "name": _one_of(AxisName),
        "indication": {"$ref": "#/$defs/indication"},
        "sub_indication": {"$ref": "#/$defs/sub_indication"},
        "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
        "decides": {
            "type": "boolean",
            "description": "false: the policy does without it, and it was not proved false",
        },
    }
)
VERDICT_SCHEMA: Final[dict[str, object]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:zhengxin:verdict:1",
    "title": "Verdict on one file (证信核验结论)",
    "description": "Indications: EN 319 102-1. The overall is the worst of the axes that decide.",
    **_object(
        {
            "schema": {"const": SCHEMA},
            "file": _TEXT,
            "sha256": {
                "type": "string",
                "pattern": "^([0-9a-f]{64})?$",
                "description": "of the file; empty where not even its bytes could be had",
            },
            "checked_at": _nullable(_TIME),
            "indication": {"$ref": "#/$defs/indication"},
            "sub_indication": {"$ref": "#/$defs/sub_indication"},
            "policy": _object(
                {
                    "name": {"type": "string", "enum": list(POLICIES)},
                    "version": {"type": "integer", "minimum": 1},
                    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                }
            ),
            "as_of": _nullable(_TIME),
            "axes": {"type": "array", "items": {"$ref": "#/$defs/axis"}},
            "credential": _nullable(
                {
                    "type": "object",
                    "description": "public parts of the claims; null unless the signature holds",
                    "required": ["id", "kind", "issued_at"],
                    "properties": {"id": _TEXT, "kind": _TEXT, "issued_at": _TEXT},
                }
            ),
            "grade": _nullable(
                _object(
                    {
                        "as_issued": _nullable(_TEXT),
                        "now": _nullable(_TEXT),
                        "at": _nullable(_TIME),
                        "then": _nullable(_TEXT),
                    }
                )
            ),
        }
    ),
    "$defs": {
        "indication": _one_of(Indication),
        "sub_indication": _nullable(_one_of(SubIndication)),
        "place": _PLACE,
        "finding": _FINDING,
        "axis": _AXIS,
    },
}
