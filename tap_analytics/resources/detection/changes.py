"""Finds the parameter with which a list is asked for changes: it brings fewer rows, and the right ones."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.http.request.placeholders import bind, escape
from tap_analytics.instants import parse
from tap_analytics.records.paths import field_of
from tap_analytics.records.raw_records import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.resources.detection.change_params import change_params
from tap_analytics.resources.detection.exchange import exchange, with_found
from tap_analytics.resources.detection.moments import Moment, is_from, moments
from tap_analytics.resources.detection.narrowing import narrow
from tap_analytics.resources.detection.sameness import Sameness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_analytics.resources.detection.change_params import ChangeParam
    from tap_analytics.resources.detection.exchange import Ask
    from tap_analytics.resources.listing import Listing

    Row = Mapping[str, Any]

# The most rows that are read to check whether a parameter brings the right ones.
MOST_ROWS = 2000
# After so many parameters of one request that bring the wrong rows, the others in it are skipped.
MOST_WRONG = 3
# The most parameters that are tried one by one with an API that refuses unknown ones.
MOST_ALONE = 25


class Changed(NamedTuple):
    """How to ask for changes: words of an endpoint and of its `incremental`, and a sentence with the proof."""

    params: dict[str, str]
    incremental: dict[str, Any]
    sentence: str


@dataclass(kw_only=True)
class Changes:
    """Looks for the parameter by which a list is asked for what changed since a moment.

    `cursor` is the field with the time of the change. `records` are the first records of the list without such a
    parameter; its first page has `first` of them. `remarks` are sentences about what was seen without a proof.
    """

    listing: Listing
    ask: Ask
    cursor: str
    records: Sequence[Row]
    first: int
    remarks: list[str] = field(default_factory=list)

    def find(self) -> Changed | None:
        """Return how to ask for changes; None if no usual parameter does."""
        written = moments([row for row in self.records[: self.first] if self._place(row) is not None], self.cursor)
        if not written:
            self.remarks.append(f"the rows do not differ in `{self.cursor}`: no parameter could be tried")
            return None
        paging = set(map(str, self.listing.paginator.words().values())) | set(self.listing.resource.params)
        groups = [[param for param in group if param.name not in paging] for group in change_params(self.cursor)]
        is_strict = self._is_heeded((), written[0], {"unknown_parameter": "1"}) is None
        alone = [[param] for group in groups for param in group]
        for place, moment in enumerate(written):
            tried = alone[: 3 if place else MOST_ALONE] if is_strict else groups
            for group in filter(None, tried):
                if changed := self._of(group, moment):
                    return changed
        return None

    def _of(self, group: Sequence[ChangeParam], moment: Moment) -> Changed | None:
        """Return how to ask for changes by one of the parameters that are sent together; None if none does."""
        left = list(group)
        for _ in range(MOST_WRONG):
            some = narrow(left, partial(self._is_heeded, moment=moment))
            for param in some if len(some) < len(group) or len(group) == 1 else ():
                if changed := self._prove(param, moment):
                    return changed
            left = [param for param in left if param not in some]
            if not some or not left:
                break
        return None

    def _is_heeded(
        self, params: Sequence[ChangeParam], moment: Moment, sent: Mapping[str, str] | None = None
    ) -> bool | None:
        """Return whether parameters change the first page; None if the API refuses them."""
        listing = self._with({param.name: _fill(param, moment) for param in params} | dict(sent or {}))
        try:
            rows = exchange(listing, listing.paginator.first, self.ask).rows(listing)
        except (FatalAPIError, IgnoredResponse):
            return None
        same = Sameness(self.records[: self.first], self._keys).is_same(rows)
        return not same or len(rows or ()) != self.first

    def _prove(self, param: ChangeParam, moment: Moment) -> Changed | None:
        """Return how to ask for changes by a parameter if it brings all rows from a moment on, and no others."""
        try:
            rows = list(self._rows(self._with({param.name: _fill(param, moment)})))
        except (FatalAPIError, IgnoredResponse):
            return None
        newer = [row for row in self.records if self._is_from(row, moment)]
        found = {self._identity(row) for row in rows}
        missing = [row for row in newer if self._identity(row) not in found]
        is_exclusive = bool(missing) and all(self._place(row) == moment.place for row in missing)
        is_whole = len(rows) < MOST_ROWS
        if not rows or (missing and not is_exclusive) or not all(self._is_from(row, moment) for row in rows):
            return None
        if not is_whole or (param.is_plain and not any(self._place(row) != moment.place for row in rows)):
            return None
        if not param.is_of_change and (other := self._other_field(newer, moment)):
            self.remarks.append(
                f"`{param.name}` brings fewer rows, but these do not show whether by `{self.cursor}` or by `{other}`"
            )
            return None
        return self._change(param, moment, rows, is_exclusive=is_exclusive)

    def _change(self, param: ChangeParam, moment: Moment, rows: Sequence[Row], *, is_exclusive: bool) -> Changed:
        words: dict[str, Any] = {"datetime_format": moment.layout} if moment.layout else {}
        if is_exclusive:
            words["lag"] = 1
        shown = f"{param.name}={_fill(param, moment)}".replace("{{", "{").replace("}}", "}")
        sentence = (
            f"`{shown}` brought {len(rows):,} row{'' if len(rows) == 1 else 's'}: all that are as new, and none that "
            "is older"
        )
        if is_exclusive:
            sentence += "; rows of that very moment are left out, which `lag` makes up for"
        is_bare = param.template == _BARE
        return Changed(
            {} if is_bare else {param.name: param.template},
            ({"start_param": param.name} if is_bare else {}) | words,
            sentence,
        )

    def _other_field(self, newer: Sequence[Row], moment: Moment) -> str | None:
        """Return another date field by which the rows may have been chosen; None if the rows rule that out."""
        first = self.records[0]
        for name, value in first.items():
            if name == self.cursor or not isinstance(value, str) or not isinstance(parse(value), type(moment.place)):
                continue
            places = [place for row in newer if (place := parse(row.get(name)))]
            if all(is_from(place, moment) for place in places):
                return name
        return None

    def _rows(self, listing: Listing) -> Iterator[Row]:
        """Give the rows of a list, up to the most that are read."""
        rules = RowRules(path=listing.resource.path, codec=RawRecords(listing.envelope), keys=self._keys)
        count = 0
        with closing(self.ask(listing, rules).runs()) as runs:
            for run in runs:
                yield from run
                count += len(run)
                if count >= MOST_ROWS:
                    return

    def _with(self, params: Mapping[str, str]) -> Listing:
        return with_found(self.listing, params={**self.listing.resource.params, **params})

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return self.listing.resource.primary_key

    def _identity(self, row: Row) -> object:
        return tuple(str(field_of(row, key)) for key in self._keys) if self._keys else str(row)

    def _place(self, row: Row) -> Any:  # noqa: ANN401 - an instant or a number
        return parse(field_of(row, self.cursor))

    def _is_from(self, row: Row, moment: Moment) -> bool:
        return is_from(self._place(row), moment)


def _fill(param: ChangeParam, moment: Moment) -> str:
    """Return the value that a request carries, as a template without placeholders."""
    return bind(param.template, {"incremental.start_value": escape(moment.text)})


_BARE = "{incremental.start_value}"
