"""Source: the streams of the tap as batches of Arrow, for programs in Python."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NoReturn

from singer_sdk.exceptions import ConfigValidationError
from typing_extensions import override

from tap_analytics.accounts.account_file import with_accounts
from tap_analytics.arrow.accounts import SourceAccounts
from tap_analytics.arrow.silent_tap import NoOutput, SilentTap
from tap_analytics.arrow.streams import SourceStreams
from tap_analytics.arrow.windows import present
from tap_analytics.resources.declaration.declared_schema import with_schemas
from tap_analytics.state.windows import Window, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Settings that change the records of a stream.
_MAPS = ("stream_maps", "flattening_enabled", "batch_config")


class Source:
    """The streams of an API, window by window, as batches of Arrow; nothing is written anywhere.

    Rows are read by the code of a Singer sync. The streams and their fields are found out once, when they are first
    used, or come from the catalog. A source can be pickled; the copy has the same streams, and its own connection.

    Args:
        config: The settings of the tap; variables of the environment are not read as settings.
        catalog: What `--discover` prints; without one, the tap finds out the streams and their fields.
        state: Where an earlier `Source` or Singer sync ended; without one, all is read.
        decimals: Precision and scale of numbers that declare none; without it, such numbers are doubles.

    Raises:
        ConfigValidationError: The settings, the catalog or the state are not valid.
        ImportError: The extra `arrow` is not installed.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        catalog: Mapping[str, Any] | None = None,
        state: Mapping[str, Any] | None = None,
        decimals: tuple[int, int] | None = None,
    ) -> None:
        _check_arrow()
        self._decimals = decimals
        self._config = copy.deepcopy(dict(config))
        self._tap = SilentTap(
            config=copy.deepcopy(self._config),
            catalog=_catalog_in(catalog),
            state=copy.deepcopy(dict(state or {})),
            setup_mapper=False,
            message_writer=NoOutput(),
        )
        # Files that the settings name are read now: another machine may not have them.
        self._config = with_schemas(with_accounts(self._config))
        if given := [name for name in _MAPS if self._tap.config.get(name)]:
            _refuse(f"`{given[0]}` changes what Singer streams hold; remove it, and change the columns you get")
        self._streams = SourceStreams(tap=self._tap, decimals=decimals)
        self._accounts = SourceAccounts(self._tap, decimals)

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._tap.resource_names)})"

    def __getstate__(self) -> dict[str, Any]:
        return {
            "config": self._config,
            "catalog": self.catalog,
            "state": self.state,
            "decimals": self._decimals,
            "sampled": self.sampled,
        }

    def __setstate__(self, kept: dict[str, Any]) -> None:
        made_of = {name: value for name, value in kept.items() if name != "sampled"}
        self.__init__(**made_of)  # type: ignore[misc] # all that it is made of
        self._tap.sampled = kept["sampled"]

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Source:
        """Return the source that is made of what a pickle holds."""
        one = cls.__new__(cls)
        one.__setstate__(kept)
        return one

    @property
    def streams(self) -> Sequence[str]:
        """The names of the selected streams."""
        return self._streams.names

    @property
    def catalog(self) -> dict[str, Any]:
        """The catalog, for another `Source` or a Singer sync: what streams there are, and their fields.

        Raises:
            FatalAPIError: The fields of a stream are not known.
        """
        self._tap.check_discovered(*self._tap.streams)
        return copy.deepcopy(self._tap.catalog_dict)

    @property
    def sampled(self) -> Sequence[str]:
        """The streams whose fields a sample said: a field that comes later fails them, as it has no column."""
        found: dict[str, Any] = dict(self._tap.streams)
        inferred = [name for name, stream in found.items() if stream.resource.is_inferred]
        return [*dict.fromkeys([*self._tap.sampled, *inferred])]

    @property
    def accounts(self) -> Sequence[str | None]:
        """The names of the accounts; one name, None, where the tap has no accounts."""
        return self._accounts.names

    @property
    def state(self) -> dict[str, Any]:
        """The state behind the windows that were read to their ends, for another `Source` or a Singer sync."""
        state: dict[str, Any] = copy.deepcopy(dict(self._tap.state))
        for whole in (state, *state.get("accounts", {}).values()):
            for bookmark in whole.get("bookmarks", {}).values():
                for each in (bookmark, *bookmark.get("partitions", ())):
                    each.pop("starting_replication_value", None)
        return state

    def with_settings(self, **changes: object) -> Source:
        """Return a source of the same streams, fields and state, with other settings."""
        kept = self.__getstate__()
        return Source.of(kept | {"config": {**kept["config"], **changes}})

    def schema(self, stream: str) -> Any:  # noqa: ANN401 - of Arrow, which has no types for Python
        """Return the `pyarrow.Schema` of a stream.

        Raises:
            ConfigValidationError: There is no such stream.
            FatalAPIError: Its fields are not known, or two of them differ by case only.
        """
        return self._streams.rows(stream).schema

    def is_child(self, stream: str) -> bool:
        """Return whether a stream is read for each record of its parent.

        Raises:
            ConfigValidationError: There is no such stream.
        """
        return self._streams.one(stream).parent_stream_type is not None

    def has_windows(self, stream: str) -> bool:
        """Return whether the API can be asked for a stream from one moment to another.

        Raises:
            ConfigValidationError: There is no such stream.
        """
        one = self._streams.one(stream)
        return one.parent_stream_type is None and one.listing.asked_ends.both

    def until(self, stream: str) -> str | None:
        """Return up to where a plan goes without an end: the clock of the server, or ours if it is earlier, less `lag`.

        It is None for a stream of which nothing says what is before it.

        Raises:
            ConfigValidationError: There is no such stream.
            FatalAPIError: Its list cannot be read.
        """
        one = self._streams.one(stream)
        return text_of(present(one)) if one.parent_stream_type is None else None

    def stretches(self, stream: str, rows: int, *, may_move: bool = False) -> list[Window]:
        """Return a list that the API cannot be asked for by time in parts, with about so many rows each.

        Each begins and ends at rows that stood there when it was planned. Rows have to keep their places when they
        change: a list in the order of its changes is refused, unless its rows `may_move`, and those that do be missed.

        Raises:
            ConfigValidationError: There is no such stream, or it has no stretches.
            FatalAPIError: The list cannot be read.
        """
        self._streams.one(stream)
        return self._accounts.each(lambda one: one.stretches(stream, rows, may_move=may_move))

    def plan(self, stream: str, until: str | None = None, *, start: str | None = None) -> list[Window]:
        """Return the windows of a stream that are not read yet: one for all where the API can be asked for no part.

        Of a stream that has a parent there is one for each record of the parent; of several accounts each has its own.

        Args:
            stream: Its name.
            until: Where the last window ends, as a date-time or a number; the present, or `end_date`, if it is None.
            start: Where the first begins, if that is later than the state says, or `start_date`.

        Raises:
            ConfigValidationError: There is no such stream, or nothing says what of it is before `until`.
            FatalAPIError: A list cannot be read.
        """
        self._streams.one(stream)
        return self._accounts.each(lambda one: one.plan(stream, start, until))

    def read(self, *windows: Window) -> Iterator[Any]:
        """Give the rows of windows as batches, each a `pyarrow.RecordBatch`; the state moves behind the last of them.

        Of several windows, lists of child streams and accounts are read side by side.

        Raises:
            ConfigValidationError: There is no such stream.
            FatalAPIError: A window cannot be read to its end, or a value does not fit into its column.
        """
        return self._accounts.batches(windows)

    def table(self, stream: str) -> Any:  # noqa: ANN401 - of Arrow
        """Return all rows of a stream that are not read yet as one `pyarrow.Table`.

        Raises:
            ConfigValidationError: There is no such stream.
            FatalAPIError: It cannot be read to its end, or a value does not fit into its column.
        """
        import pyarrow as pa  # noqa: PLC0415 - it is an extra

        one = self._streams.one(stream)
        all_of = [Window(stream=stream, account=account) for account in self.accounts]
        whole = all_of if one.parent_stream_type is None else self.plan(stream)
        return pa.Table.from_batches(self.read(*whole), schema=self.schema(stream))


def _check_arrow() -> None:
    try:
        import pyarrow as pa  # noqa: F401, PLC0415 - it is an extra
    except ImportError:
        message = "`tap_analytics.Source` needs pyarrow; install the extra `arrow`: pip install 'tap-analytics[arrow]'"
        raise ImportError(message) from None


def _catalog_in(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a catalog as the SDK takes it."""
    if given is None:
        return None
    streams = given.get("streams") if hasattr(given, "get") else None
    if not isinstance(streams, list) or not all(isinstance(each, dict) and "schema" in each for each in streams):
        _refuse("the catalog is not one: `streams` must be a list, as `--discover` prints it")
    return copy.deepcopy(dict(given))


def _refuse(fault: str) -> NoReturn:
    raise ConfigValidationError(fault, errors=[fault])
