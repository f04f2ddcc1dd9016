"""JSON schemas of the rule files, for editors: made from the very types that the loader builds (规则文件的模式)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanxiang.core.rulebook import WORDS, Word
from sanxiang.core.values.period import FORM

from .typed import adapter

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
CONDITION: Schema = {"$ref": "#/$defs/Condition"}
PERIOD: Schema = {
    "type": "string",
    "pattern": f"^(same_day|{FORM.pattern})$",
    "description": "期限，如 7 working_days、30 days、24 hours、3 months、2 years、same_day",
}
SHAPES: dict[str, Schema] = {
    "text": {"type": "string"},
    "texts": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "flag": {"type": "boolean"},
    "number": {"type": "integer"},
    "mapping": {"type": "object"},
    "any": {},
    "period": {"$ref": "#/$defs/Period"},
    "condition": CONDITION,
    "conditions": {"type": "array", "items": CONDITION, "minItems": 1},
}


def schema_of(kind: type, title: str) -> Schema:
    """The JSON schema (draft 2020-12) of files that hold one `kind`."""
    made = _without_titles(adapter(kind).json_schema())
    parts = {name: part for name, part in made.pop("$defs", {}).items() if name != "Unit"}
    made["properties"].pop("digest", None)
    if "Condition" in parts:
        parts["Condition"] = condition_schema()
    if "Condition" in parts or "Period" in parts:
        parts["Period"] = PERIOD
    return {"$schema": DIALECT, "title": title, **made, **({"$defs": parts} if parts else {})}


def _without_titles(schema: Any) -> Any:
    """Without the titles that pydantic makes of field names; a field that is named title stays."""
    if isinstance(schema, dict):
        named = {key: part for key, part in schema.items() if key != "title" or isinstance(part, dict)}
        return {key: _without_titles(part) for key, part in named.items()}
    return [_without_titles(part) for part in schema] if isinstance(schema, list) else schema


def condition_schema() -> Schema:
    """A condition: one word of the vocabulary with its argument."""
    return {
        "description": "条件：一个词和它的内容；几个条件用 all 或 any 连起来",
        "oneOf": [_word(name, word) for name, word in WORDS.items()],
    }


def _word(name: str, word: Word) -> Schema:
    shape = _keyed(word.shape) if isinstance(word.shape, Mapping) else SHAPES[word.shape]
    return _only({name: {**shape, "description": word.means} if "$ref" not in shape else shape}, (name,))


def _keyed(shape: Mapping[str, str]) -> Schema:
    inner = {key: SHAPES[wanted.rstrip("?")] for key, wanted in shape.items()}
    return _only(inner, tuple(key for key, wanted in shape.items() if not wanted.endswith("?")))


def _only(properties: Mapping[str, Schema], required: tuple[str, ...]) -> Schema:
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**found, "required": list(required)} if required else found
