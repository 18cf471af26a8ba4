"""An OpenAPI description as what a page shows of it: words instead of schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# FastAPI's words for an answer that was given none.
_UNSAID = "Successful Response"
# FastAPI describes its own answer to invalid requests; this API answers with problem details instead.
_UNUSED = frozenset({"HTTPValidationError", "ValidationError"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a value is: a word, and the model to look at where it is or holds one."""

    words: str
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing to ask with."""

    name: str
    place: str
    takes: Kind
    bounds: str
    default: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer that may come."""

    status: str
    kind: Kind
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One address with its method."""

    anchor: str
    method: str
    path: str
    summary: str
    about: str
    needs_token: bool
    body: Kind | None
    parameters: tuple[Parameter, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a model."""

    name: str
    kind: Kind
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What answers are made of: an object's fields, or the words of a closed set."""

    name: str
    about: str
    fields: tuple[Field, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The whole of it."""

    title: str
    summary: str
    operations: tuple[Operation, ...]
    models: tuple[Model, ...]


def api_of(openapi: Mapping[str, Any]) -> Api:
    """Return what to show of an OpenAPI description."""
    schemas: Mapping[str, Any] = openapi.get("components", {}).get("schemas", {})
    return Api(
        title=openapi["info"]["title"],
        summary=openapi["info"].get("summary", ""),
        operations=tuple(
            _operation(path, method, operation)
            for path, methods in openapi["paths"].items()
            for method, operation in methods.items()
        ),
        models=tuple(_model(name, schemas[name]) for name in sorted(schemas.keys() - _UNUSED)),
    )


def kind_of(schema: Mapping[str, Any]) -> Kind:
    """Return what a schema describes."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return Kind(words=name, model=name)
    if "anyOf" in schema:
        return _either([kind_of(one) for one in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return Kind(words=" or ".join(f'"{value}"' for value in values))
    kind = schema.get("type", "")
    if kind == "array":
        of = kind_of(schema.get("items", {}))
        return Kind(words=f"list of {of.words}", model=of.model)
    if kind == "object" and isinstance(values := schema.get("additionalProperties"), Mapping):
        of = kind_of(values)
        return Kind(words=f"object with {of.words} by name", model=of.model)
    words = {"string": "text", "integer": "whole number", "": "anything"}.get(kind, kind)
    words = {"date-time": "instant", "binary": "a file"}.get(schema.get("format", ""), words)
    return Kind(words=words)


def _either(kinds: Iterable[Kind]) -> Kind:
    listed = list(kinds)
    return Kind(
        words=" or ".join(kind.words for kind in listed),
        model=next((kind.model for kind in listed if kind.model), ""),
    )


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    answers = operation["responses"]
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        about=operation.get("description", ""),
        # whatever asks for the token says what comes without it
        needs_token="401" in answers,
        body=_body(operation),
        parameters=tuple(_parameter(one) for one in operation.get("parameters", ())),
        answers=tuple(_answer(status, answers[status]) for status in sorted(answers)),
    )


def _body(operation: Mapping[str, Any]) -> Kind | None:
    bodies: Mapping[str, Any] = operation.get("requestBody", {}).get("content", {})
    return next((kind_of(content.get("schema", {})) for content in bodies.values()), None)


def _parameter(parameter: Mapping[str, Any]) -> Parameter:
    schema = parameter["schema"]
    default = schema.get("default")
    return Parameter(
        name=parameter["name"],
        place=parameter["in"],
        takes=kind_of(schema),
        bounds=_bounds(schema),
        default="required" if parameter.get("required") else "optional" if default is None else str(default),
        about=parameter.get("description", ""),
    )


def _bounds(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{low} to {high}"
    return str(schema.get("pattern", ""))


def _answer(status: str, answer: Mapping[str, Any]) -> Answer:
    schemas = [content.get("schema", {}) for content in answer.get("content", {}).values()]
    said = answer["description"]
    return Answer(
        status=status,
        kind=next((kind_of(schema) for schema in schemas if schema), Kind(words="nothing")),
        when="It worked" if said == _UNSAID else said,
    )


def _model(name: str, schema: Mapping[str, Any]) -> Model:
    return Model(
        name=name,
        about=schema.get("description", ""),
        fields=tuple(
            Field(name=field, kind=kind_of(one), about=one.get("description", ""))
            for field, one in schema.get("properties", {}).items()
        ),
        words=tuple(str(word) for word in schema.get("enum", ())),
    )
