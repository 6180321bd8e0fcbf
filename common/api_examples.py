"""Examples of what an address takes and answers, made of its own description: they can't say anything else."""

from collections.abc import Mapping, Set
from typing import Any

Shape = dict[str, Any]
OF_FORMAT: Mapping[str, Any] = {
    "date-time": "2026-09-16T09:30:00+02:00",
    "date": "2026-09-16",
    "decimal": "1250.00",
    "double": 0.5,
    "uri": "https://example.com/",
    "email": "ada@firm.example",
}
OF_TYPE: Mapping[str, Any] = {"string": "text", "integer": 7, "number": 0.5, "boolean": True}
KINDS: Mapping[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list}


class Examples:
    """Makes an example of any shape. `samples` are values by the name of a field, or by shape and field; `nothing`
    names the fields that are null where they may be."""

    def __init__(self, shapes: Mapping[str, Shape], samples: Mapping[str, Any], nothing: Set[str]) -> None:
        self.shapes, self.samples, self.nothing = shapes, samples, nothing

    def of(self, shape: Shape, name: str = "", about: str = "") -> Any:
        """An example of `shape`, which is the field `name` of the shape called `about`."""
        if not self.nothing.isdisjoint({name, f"{about}.{name}"}) and shape.get("nullable"):
            return None
        if part := self._referred(shape):
            shape, about = self.shapes[part], part
            if "properties" not in shape:
                return self.of(shape, name)
        sample = self.samples.get(f"{about}.{name}", self.samples.get(name))
        if sample is not None and self._fits(sample, shape):
            return sample
        if "oneOf" in shape:
            return self.of(shape["oneOf"][0], name)
        if "enum" in shape:
            return next(value for value in shape["enum"] if value)
        if shape.get("type") == "array":
            return [self.of(shape["items"], name)]
        if "properties" in shape:
            return {key: self._field(part, key, about) for key, part in shape["properties"].items()}
        if isinstance(more := shape.get("additionalProperties"), dict):
            return {"key": self.of(more, name)}
        return OF_FORMAT.get(shape.get("format", ""), OF_TYPE.get(shape.get("type", ""), {}))

    def _field(self, shape: Shape, name: str, about: str) -> Any:
        sample = self.samples.get(f"{about}.{name}")
        return sample if sample is not None else self.of(shape, name, about)

    @staticmethod
    def _referred(shape: Shape) -> str:
        named = shape.get("$ref") or next((one.get("$ref", "") for one in shape.get("allOf", [])), "")
        return str(named).rpartition("/")[2]

    @staticmethod
    def _fits(sample: Any, shape: Shape) -> bool:
        if "enum" in shape:
            return sample in shape["enum"]
        if isinstance(sample, dict):
            return shape.get("type") == "object" and "properties" not in shape
        kind = shape.get("type", "")
        if isinstance(sample, bool) != (kind == "boolean"):
            return False
        formed = shape.get("format", "") in ("", "email", "uri") or not isinstance(sample, str)
        return formed and isinstance(sample, KINDS.get(kind, ()))
