"""Discovery: finds the fields of each resource, in its declaration, in a catalog, or from a sample of its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.config.nesting import NESTED_RECORD
from tap_analytics.records.paths import first_name
from tap_analytics.resources.resource import context_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tap_analytics.resources.resource import Resource
    from tap_analytics.resources.sampling import Record, Sampled, Sampler

Schema = dict[str, Any]

_ONE_OBJECT = (
    "the only record is an object of objects; if each is a record, set `key_field` to a field for their keys, "
    "or add `.*` to `data_selector`, which drops the keys"
)


class Discovered(msgspec.Struct, frozen=True, kw_only=True):
    """A resource and its schema; if a sample was needed and failed, `failure` says why."""

    resource: Resource
    schema: Schema
    failure: FatalAPIError | None = None

    @property
    def is_open(self) -> bool:
        """Whether its fields are not known."""
        return self.failure is not None or self.resource.is_unknown


class Discovery:
    """Finds the schemas of resources, parents before their children.

    Args:
        resources: The resources to read, by name.
        builtin: The resources that need no declaration: a parent that is not declared may be one of them.
        known: Returns the schema of a stream in the catalog of the user, or None.
        sampler: Reads samples; None to read none, and a resource without a schema then has only its key.
        sample_size: The most records of a sample.
        adds_fields: Whether the fields found in a sample are added to those that are declared.
    """

    def __init__(  # noqa: PLR0913 - each is a part of the answer
        self,
        resources: Mapping[str, Resource],
        *,
        builtin: Mapping[str, Resource],
        known: Callable[[str], Schema | None] = lambda _: None,
        sampler: Sampler | None = None,
        sample_size: int = 500,
        adds_fields: bool = False,
    ) -> None:
        self._resources = resources
        self._builtin = builtin
        self._known = known
        self._sampler = sampler
        self._sample_size = sample_size
        self._adds_fields = adds_fields
        self._found: dict[str, Discovered] = {}
        self._samples: dict[str, list[Sampled]] = {}

    def all(self) -> Sequence[Discovered]:
        """Return each resource with its schema, also undeclared parents, which are read and not written."""
        for name in self._resources:
            self.find(name)
        return list(self._found.values())

    def find(self, name: str) -> Sequence[Discovered]:
        """Return one resource with its schema, behind its parents, the outermost first."""
        resource = self._resource(name)
        line = self.find(resource.parent) if resource.parent else ()
        if name not in self._found:
            self._found[name] = self._discover(resource, line)
        return [*line, self._found[name]]

    def _resource(self, name: str) -> Resource:
        return self._resources.get(name) or replace(self._builtin[name], selected=False)

    def _discover(self, resource: Resource, line: Sequence[Discovered]) -> Discovered:
        parent = line[-1] if line else None
        schema, failure = self._known(resource.name), None
        if schema is not None and resource.schema is None and self._is_bare(schema, resource):
            return Discovered(resource=replace(resource, is_unknown=True), schema=schema)
        is_known = schema is not None or resource.schema is not None
        is_inferred = self._sampler is not None and schema is None and (not is_known or self._adds_fields)
        if schema is None:
            schema = resource.schema
            if is_inferred:
                schema, failure = self._infer_or_fail(resource, parent)
            schema = resource.laid_over(self._bare(resource) if schema is None else schema)
            benefactor = next((each for each in line if each.resource.name == resource.benefactor), None)
            schema = _with_inherited(schema, resource, benefactor)
            resource = replace(resource, is_inferred=is_inferred)
        if self._sampler and not is_known and not failure and not self._samples.get(resource.name):
            resource = replace(resource, is_unknown=True)
        return Discovered(resource=resource, schema=schema, failure=failure)

    def _infer_or_fail(self, resource: Resource, parent: Discovered | None) -> tuple[Schema, FatalAPIError | None]:
        """Return what `_infer` returns, or why there is no sample, so that other resources do not fail with it."""
        try:
            if parent and parent.failure:
                raise parent.failure
            return self._infer(resource), None
        except FatalAPIError as error:
            failure = error
        except RecursionError:
            failure = FatalAPIError(f"{resource.name}: {NESTED_RECORD}")
        return resource.schema or self._bare(resource), failure

    def _infer(self, resource: Resource) -> Schema:
        """Return the declared fields, and behind them those that a sample of the records shows."""
        # A run with a catalog needs no inference.
        from tap_analytics.records import inference  # noqa: PLC0415

        if resource.is_builtin and resource.schema is None:
            self._log("%s: its path is not that of the ready stream, so its fields are inferred", resource.name)
        declared = resource.schema or {"type": "object", "properties": {}}
        records = [each.record for each in self._sample(resource, self._sample_size)]
        inferred = inference.infer(records, keys=resource.primary_key)
        inferred["properties"] = _of_cursor(resource) | inferred["properties"]
        if not records:  # with an empty list, the fields that children need may still exist
            inferred["properties"] = self._needed_by_children(resource) | inferred["properties"]
        if _is_of_objects(records):
            self._warn(resource, _ONE_OBJECT)
        return inference.merge(declared, inferred) if declared["properties"] else inferred

    def _log(self, text: str, name: str) -> None:
        if self._sampler:
            self._sampler.logger.info(text, name)

    def _sample(self, resource: Resource, size: int) -> list[Sampled]:
        """Return records of a resource; a child is read for some records of its parent, which may be a child too."""
        if self._sampler is None:
            return []
        if resource.name not in self._samples:
            parents = self._contexts(resource.parent, self._sampler.few)
            records = self._sampler.records(resource, size, parents=parents)
            if not records and resource.parent:
                # The few sampled records of the parent have no children; other records may have some.
                parents = self._many(self._resource(resource.parent), parents or [])
                records = self._sampler.records(resource, size, parents=parents)
            if not records and self._resource(resource.name).schema is None:
                # Without a parent record, an empty sample is no failure of the child.
                reason = "its parent has no record, so it has none" if parents == [] else "the API gave no record"
                self._warn(resource, f"{reason} to infer fields from")
            self._samples[resource.name] = records
        return self._samples[resource.name]

    def _contexts(self, name: str | None, size: int) -> list[dict[str, Any]] | None:
        """Return the values that sampled records of a parent give to requests; None without a parent."""
        return None if name is None else self._say(name, self._sample(self._resource(name), size))

    def _say(self, name: str, sample: Sequence[Sampled]) -> list[dict[str, Any]]:
        resources = self._resources.values()
        return [{**each.context, **context_of(each.record, name, resources)} for each in sample]

    def _many(self, resource: Resource, known: Sequence[object]) -> list[dict[str, Any]]:
        """Return the contexts of further records of a resource, in which children are looked for."""
        if self._sampler is None or (not resource.parent and len(known) > self._sampler.few):
            return []
        parents = self._contexts(resource.parent, self._sampler.many)
        sample = self._sampler.records(resource, self._sampler.many, parents=parents, is_wide=True)
        return self._say(resource.name, sample)

    def _warn(self, resource: Resource, message: str) -> None:
        if self._sampler:
            self._sampler.logger.warning("%s: %s", resource.name, message)

    def _bare(self, resource: Resource) -> Schema:
        """Return a schema of the fields that the tap itself needs: the key, the cursor, and those for its children."""
        cursor: Schema = {resource.incremental.cursor_path: {}} if resource.incremental else {}
        keys: Schema = {key: {} for key in resource.primary_key}
        needed = {**self._needed_by_children(resource), **keys, **cursor, **_of_cursor(resource)}
        return {"type": "object", "properties": needed}

    def _is_bare(self, schema: Schema, resource: Resource) -> bool:
        """Return whether a schema is that of a catalog made while there was no record: it has the keys only."""
        fields, stamps = schema["properties"], resource.incremental.stamps if resource.incremental else ()
        if resource.columns or not fields.keys() <= {*self._bare(resource)["properties"], *resource.inherited, *stamps}:
            return False
        from tap_analytics.records import inference  # noqa: PLC0415 - few catalogs are so short

        unknown = inference.infer([], keys=resource.primary_key)["properties"]
        return all(fields.get(key, {}).get("type") == field["type"] for key, field in unknown.items())

    def _needed_by_children(self, resource: Resource) -> Schema:
        """Return the fields of a resource that its children need."""
        others = self._resources.values()
        return {first_name(field): {} for other in others for field in sorted(other.fields_of(resource.name))}


def _is_of_objects(records: Sequence[Record]) -> bool:
    """Return whether the only record of a sample looks like an object of records: objects with the same fields."""
    values = list(records[0].values()) if len(records) == 1 else []
    alike = {tuple(value) if isinstance(value, dict) else None for value in values}
    return len(values) > 1 and len(alike) == 1 and None not in alike


def _of_cursor(resource: Resource) -> Schema:
    """Return the schema of the field with the cursor of a resource, even if the sample does not have it."""
    if resource.incremental is None:
        return {}
    name, *within = resource.incremental.cursor_path.split(".")
    if within:
        return {name: {"type": ["object", "null"], "additionalProperties": True}}
    return {name: {"type": ["string", "null"]}}


def _with_inherited(schema: Schema, resource: Resource, parent: Discovered | None) -> Schema:
    """Return a schema with the fields that the records get from their parent."""
    fields = parent.schema["properties"] if parent else {}
    inherited = {name: fields.get(field, {}) for name, field in resource.inherited.items()}
    return {**schema, "properties": {**schema["properties"], **inherited}}
