"""Findings: what can be found out about a resource, as words of its entry, with comments that say why."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tap_analytics.records.raw_records import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.resources import columns
from tap_analytics.resources.detection import identifying
from tap_analytics.resources.detection.changes import Changes
from tap_analytics.resources.detection.exchange import with_found
from tap_analytics.resources.detection.page_size import PageSize, with_size
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import context_of
from tap_analytics.resources.sampling import SAMPLE_PARENTS, Sampler, contexts_of
from tap_analytics.state.bounds import Bounds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.cli.commented import Path
    from tap_analytics.client import AnalyticsStream
    from tap_analytics.resources.detection.exchange import Ask
    from tap_analytics.resources.resource import Resource
    from tap_analytics.tap import TapAnalytics

Words = dict[str, Any]
Row = dict[str, Any]

# How many records are looked at.
LOOKED_AT = 1000
_PAGINATOR: Path = ("endpoint", "paginator")
_INCREMENTAL: Path = ("endpoint", "incremental")


@dataclass(kw_only=True)
class Findings:
    """What is found out about one resource of a tap; what its entry declares is kept, and not looked for.

    `comments` has sentences for the entry, by the path of the word that they are about.
    """

    tap: TapAnalytics
    name: str
    comments: dict[Path, list[str]] = field(default_factory=dict)

    def over(self, entry: Words) -> Words:
        """Return an entry to which all that was found is added; its own words win.

        Raises:
            FatalAPIError: The list cannot be read.
        """
        stream = self._streams[self.name]
        self.tap.check_discovered(self.name)
        resource, fields = stream.resource, stream.schema["properties"]
        ask, listing = self._listing(resource)
        found = self._paging(resource)
        listing, sized = self._with_size(listing, ask, found)
        records, first = self._records(listing, ask)
        key = self._key(resource, records)
        endpoint = {**entry.get("endpoint", {}), **found}
        endpoint["params"] = {**endpoint.get("params", {}), **sized}
        if resource.incremental is None:
            listing = with_found(listing, primary_key=tuple(key.get("primary_key", resource.primary_key)))
            endpoint |= self._incremental(listing, ask, records, first, endpoint["params"])
        if not endpoint["params"]:
            del endpoint["params"]
        words = {**entry, **key, "endpoint": endpoint}
        return words if resource.schema or not records else words | self._columns(words, fields)

    @cached_property
    def _streams(self) -> Mapping[str, AnalyticsStream]:
        """The stream of the resource, and those of its parents."""
        return self.tap.discover(self.name)

    @cached_property
    def _sampler(self) -> Sampler:
        tap = self.tap
        return Sampler(config=tap.config, connection=tap.connection, detector=tap.detector, logger=tap.logger)

    def _listing(self, resource: Resource) -> tuple[Ask, Listing]:
        """Return the list of the resource, for a first record of its parent if it has one, and what asks for it."""
        for context in contexts_of(resource, self._parents(resource)):
            ask: Ask = partial(self._sampler.asking, context=context)
            bare = Listing(resource=replace(resource, incremental=None), config=self.tap.config)
            bare = bare.with_job(self.tap.connection, Bounds, context)
            listing = self.tap.detector.find(bare, ask).listing
            if resource.parent is None or self._records(listing, ask)[0]:
                break
        return ask, listing

    def _parents(self, resource: Resource) -> list[Row] | None:
        """Return the values that some records of the parent give to requests; None without a parent."""
        if resource.parent is None:
            return None
        parent = self._streams[resource.parent].resource
        sample = self._sampler.records(parent, SAMPLE_PARENTS, parents=self._parents(parent))
        resources = [stream.resource for stream in self._streams.values()]
        return [{**each.context, **context_of(each.record, parent.name, resources)} for each in sample]

    def _paging(self, resource: Resource) -> Words:
        """Return selector and paginator as they were found."""
        found = self.tap.detector.words_of(self.name)
        if resource.paginator is not None and not resource.paginator.is_detected:
            return found
        proof = self.tap.detector.proofs.get(self.name, "")
        if "paginator" not in found:
            # A list that may have more rows is looked at in each run, which then tells so.
            doubt = self.tap.detector.remarks.get(self.name, "")
            is_all = proof.startswith(("the response is one object", "nothing of what")) and not doubt
            found["paginator"] = "single_page" if is_all else "auto"
            proof = doubt or proof
            proof += "" if is_all else "; how it goes on is looked at in each run, since it may grow"
        self.comments[_PAGINATOR] = [f"Proof: {proof}."]
        # A path that is not printed is a usual one, which the response need not have.
        total = found["paginator"].get("total_path") if isinstance(found["paginator"], dict) else None
        self.comments[_PAGINATOR] += [f"Total: `{total}`."] if total else []
        return found

    def _with_size(self, listing: Listing, ask: Ask, found: Words) -> tuple[Listing, dict[str, str]]:
        """Return the list by its largest pages, and the parameters that ask for these."""
        if "paginator" not in found or found["paginator"] in ("auto", "single_page"):
            return listing, {}
        rows = self._records(listing, ask, most=1)[0]
        sized = PageSize(listing=listing, rows=rows, ask=ask).largest()
        if sized is None:
            return listing, {}
        self.comments[_PAGINATOR].append(f"Page: {sized.sentence}.")
        if "paginator" in sized.words:
            found["paginator"] = {**found["paginator"], "limit": sized.words["paginator"]["limit"]}
        return with_size(listing, sized), sized.words.get("params", {})

    def _records(self, listing: Listing, ask: Ask, *, most: int = LOOKED_AT) -> tuple[list[Row], int]:
        """Return records from the beginning of the list on, and how many of them are its first page."""
        rules = RowRules(path=listing.resource.path, codec=RawRecords(listing.envelope))
        records: list[Row] = []
        first = 0
        with closing(ask(listing, rules).runs()) as runs:
            for run in runs:
                records += run
                first = first or len(run)
                if len(records) >= most:
                    break
        return records, first

    def _key(self, resource: Resource, records: Sequence[Row]) -> Words:
        if resource.primary_key or not records:
            return {}
        if key := identifying.key_of(records, self.name):
            self.comments[("primary_key",)] = [f"Each of {len(records):,} rows has its own."]
            return {"primary_key": key, "write_disposition": "merge"}
        self.comments[("write_disposition",)] = ["No field of a usual name identifies a row: set `primary_key`."]
        return {"write_disposition": "append"}

    def _incremental(
        self, listing: Listing, ask: Ask, records: Sequence[Row], first: int, params: dict[str, str]
    ) -> Words:
        """Return the field that says when records changed, and how to ask for changes; adds to `params` what asks."""
        cursor = identifying.cursor_of(records)
        if cursor is None:
            return {}
        words: Words = {"cursor_path": cursor.path} | ({"datetime_format": cursor.layout} if cursor.layout else {})
        changes = Changes(listing=listing, ask=ask, cursor=cursor.path, records=records, first=first)
        if changed := changes.find():
            words |= changed.incremental
            params |= changed.params
            self.comments[_INCREMENTAL] = [f"Proof: {changed.sentence}."]
        else:
            seen = [*changes.remarks, "no usual parameter asks for changes: all rows are read, and the new ones kept"]
            self.comments[_INCREMENTAL] = [f"{each[0].upper()}{each[1:]}." for each in seen]
        return {"incremental": words}

    def _columns(self, words: Words, fields: Mapping[str, Any]) -> Words:
        """Return the types of those fields whose type one word of dlt says."""
        inferred = {name: kind for name, schema in fields.items() if (kind := columns.data_type_of(schema))}
        given = words.get("columns", {})
        if isinstance(given, dict) and inferred:
            left = [f"`{name}`" for name in fields if name not in inferred]
            self.comments[("columns",)] = [
                "Types, as the records have them" + (f"; objects and lists are {', '.join(left)}." if left else ".")
            ]
            return {"columns": {name: {"data_type": kind} for name, kind in inferred.items()} | given}
        return {}
