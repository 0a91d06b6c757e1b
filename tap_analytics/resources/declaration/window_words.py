"""Which ends of what is new a resource asks the API for, and what is wrong with its words about windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.http.request.placeholders import placeholders, texts_in
from tap_analytics.records.paths import first_name
from tap_analytics.state.bounds import bound_of
from tap_analytics.state.replication import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.resources.resource import Resource

_START, _END = "incremental.start_value", "incremental.end_value"


class AskedEnds(msgspec.Struct, frozen=True, kw_only=True):
    """Which ends the requests for a resource can carry; `are_one` says that both stand in one text of it."""

    start: bool = False
    end: bool = False
    are_one: bool = False

    @classmethod
    def of(cls, resource: Resource, settings: Mapping[str, Any]) -> AskedEnds:
        """Return what the requests for a resource can carry, under the settings of the tap."""
        new = resource.incremental
        if new is None:
            return cls()
        named = [set(map(bound_of, placeholders(text))) for text in _texts(resource)]
        start = bool(new.start_param or settings.get("start_param")) or any(_START in names for names in named)
        end = bool(new.end_param or settings.get("end_param")) or any(_END in names for names in named)
        # A window that is as long as what the API counts in begins and ends with the same value.
        is_either = new.step is not None and new.step == new.granularity and (start or end)
        return cls(
            start=start or is_either, end=end or is_either, are_one=any({_START, _END} <= names for names in named)
        )

    @property
    def both(self) -> bool:
        """Whether a window can be asked for."""
        return self.start and self.end


def _texts(resource: Resource) -> Iterator[str]:
    yield resource.path
    for part in (resource.params, resource.headers):
        for value in part.values():
            yield from (value,) if isinstance(value, str) else value
    yield from texts_in(resource.json)
    yield from texts_in(resource.data)
    if resource.job is not None:
        from tap_analytics.resources.declaration import job_words  # noqa: PLC0415 - few lists have to be made first

        yield from (text for _, text in job_words.texts(resource.job))


def faults(resource: Resource, place: str, settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each word about windows that cannot be followed.

    Args:
        resource: The resource.
        place: Where its `incremental` stands in the configuration.
        settings: Those of the tap, which apply where the resource says nothing.
    """
    new = resource.incremental
    if new is None:
        return
    asked = AskedEnds.of(resource, settings)
    words = {"step": new.step, "granularity": new.granularity, "include_window": new.include_window}
    words |= {"end_value": new.end_value if new.end_value == NOW else None}
    for name, value in words.items():
        if value is not None and not asked.end:
            yield (
                f"`{place}.{name}` needs an end that the API can be asked for; name its parameter, `end_param`, or "
                f"write `{{{_END}}}` where it goes"
            )
    for name in ("step", "include_window"):
        if words[name] is not None and not asked.start:
            yield (
                f"`{place}.{name}` needs a start that the API can be asked for; name its parameter, `start_param`, or "
                f"write `{{{_START}}}` where it goes"
            )
        if words[name] is not None and new.initial_value is None and settings.get("start_date") is None:
            yield f"`{place}.{name}` needs to know where to begin; set `initial_value`, or the setting `start_date`"
    known = resource.schema["properties"] if resource.schema else {}
    for stamp in new.stamps:
        if stamp in known and stamp not in (first_name(new.cursor_path), *resource.primary_key):
            yield f"`{place}.include_window` names `{stamp}`, which the `schema` has already; choose another name"
