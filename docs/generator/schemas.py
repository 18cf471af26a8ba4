"""JSON schemas, as OpenAPI has them, in words."""

from __future__ import annotations

from typing import Any

from docs.generator.markdown import code, listed, rst_code, sentences, table

# FastAPI describes its own answer to invalid requests; Helena's applications answer with problem details instead.
_UNUSED = {"HTTPValidationError", "ValidationError"}
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
    "object": "object",
}


def models(api: dict[str, Any]) -> list[str]:
    """Return a section for each model of an API, by name."""
    parts: list[str] = []
    for name, schema in sorted(api.get("components", {}).get("schemas", {}).items()):
        if name in _UNUSED:
            continue
        rows = [
            (code(field), type_of(one), rst_code(one.get("description", "")))
            for field, one in schema.get("properties", {}).items()
        ]
        values = f"One of {type_of(schema)}." if "enum" in schema else ""
        about = sentences(rst_code(schema.get("description", "")))
        parts += [f"#### {name}", about, values, table(["field", "is", "what"], rows)]
    return parts


def type_of(schema: dict[str, Any]) -> str:
    """Return the type that a schema describes."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", maxsplit=1)[-1]
    if "anyOf" in schema:
        return listed([type_of(one) for one in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        return listed([code(str(one)) for one in schema.get("enum", [schema.get("const")])])
    kind = schema.get("type", "")
    if kind == "array":
        return _array(schema)
    if kind == "object" and isinstance(values := schema.get("additionalProperties"), dict):
        return f"object of {type_of(values)}s by name"
    if schema.get("format") == "date-time":
        return "instant"
    if schema.get("format") == "binary":
        return "a file"
    return _TYPES.get(kind, "anything")


def constraints_of(schema: dict[str, Any]) -> str:
    """Return the bounds of a number or a text, to be written behind its type."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if schema.get("pattern"):
        return f" like {code(schema['pattern'])}"
    return ""


def _array(schema: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        return "[" + ", ".join(type_of(one) for one in schema["prefixItems"]) + "]"
    return f"list of {type_of(schema.get('items', {}))}"
