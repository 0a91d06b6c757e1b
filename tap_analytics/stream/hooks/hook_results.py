"""Calls the hooks of a subclass: a failure of one names it with its class, and so does a result of the wrong kind."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError
from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.resources.code import MEANT, Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_analytics.stream.read_stream import ReadStream


def _is_list(result: object) -> bool:
    return isinstance(result, Iterable) and not isinstance(result, str | bytes | Mapping)


_RECORDS = "yield its records, which are dictionaries, or return a list of them"
# What each hook may return: a function that says whether a result is right, and what is to be done for one that is.
RESULTS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "get_records": (_is_list, _RECORDS),
    "request_records": (_is_list, _RECORDS),
    "parse_response": (_is_list, _RECORDS),
    "validate_response": (lambda _: True, ""),
    "get_http_request": (
        lambda result: isinstance(result, HTTPRequest),
        "return the `HTTPRequest` of `super().get_http_request(page=page)`, with your changes",
    ),
    "get_url_params": (
        lambda result: result is None or isinstance(result, Mapping | str),
        "return a dictionary of parameters, or text that is encoded already",
    ),
    "get_child_context": (
        lambda result: result is None or isinstance(result, Mapping),
        "return a dictionary of the values that its children need, or None for a record without children",
    ),
    "generate_child_contexts": (_is_list, "yield a dictionary of values for each list of its children"),
    "preprocess_context": (lambda result: isinstance(result, Mapping), "return the context, which is a dictionary"),
    "get_batches": (_is_list, "yield the encoding and the list of files of each batch"),
}


class Hook(msgspec.Struct, frozen=True):
    """A hook of a stream."""

    code: Code
    fits: Callable[[object], bool]
    advice: str

    def __call__(self, *arguments: object, **options: object) -> Any:  # noqa: ANN401 - hooks return many things
        """Return what the hook returns.

        Raises:
            FatalAPIError: The hook fails, or returns what it may not.
        """
        try:
            result = self.code.called(*arguments, **options)
        except MEANT:
            raise
        except Exception as error:  # noqa: BLE001 - code of others may raise anything
            failure = self.code.failure(error)
        else:
            if self.fits(result):
                return self._each(result) if inspect.isgenerator(result) else result
            kind = "nothing" if result is None else f"`{type(result).__name__}`"
            failure = FatalAPIError(f"`{self.code.reference}` returns {kind}; {self.advice}")
        raise failure

    def _each(self, results: Iterator[Any]) -> Iterator[Any]:
        try:
            yield from results
        except MEANT:
            raise
        except Exception as error:  # noqa: BLE001 - code of others may raise anything
            failure = self.code.failure(error)
        else:
            return
        raise failure


def hook_code(stream: object, name: str) -> Code:
    """Return a hook of a stream as code that names its class, and the file where it stands."""
    called = getattr(stream, name)
    function = getattr(called, "__func__", called)
    return Code(
        f"{type(stream).__name__}.{name}", called, getattr(getattr(function, "__code__", None), "co_filename", "")
    )


def check_results(stream: ReadStream) -> None:
    """Put a check before each overridden hook of a stream whose result is checked."""
    for name in RESULTS.keys() & stream.overridden:
        if not isinstance(getattr(stream, name), Hook):
            setattr(stream, name, Hook(hook_code(stream, name), *RESULTS[name]))
