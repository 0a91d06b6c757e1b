"""The analytics API itself: answers requests, without a network and without faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.sandbox.credentials import Credentials
from tap_analytics.sandbox.instants import bound, now, timestamp
from tap_analytics.sandbox.kinds import KINDS
from tap_analytics.sandbox.messages import Answer, Request
from tap_analytics.sandbox.rows import Rows, rows_of
from tap_analytics.sandbox.table import SORTS, Query, Table
from tap_analytics.sandbox.templates import SINGLE, SNAPSHOTS, counts, is_dated

if TYPE_CHECKING:
    from tap_analytics.sandbox.options import Options

MAX_LIMIT = 10_000
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
LOGIN_PATH = "/login"


class Api:
    """The API over its tables, by resource."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.credentials = Credentials(options)
        self.tables = {
            resource: Table(rows_of(resource, options.seed), count)
            for resource, count in {**counts(), **options.rows}.items()
        }

    def table(self, resource: str) -> Table:
        """Return the table of a resource; a resource that is new has an empty one."""
        if resource not in self.tables:
            self.tables[resource] = Table(rows_of(resource, self.options.seed), 0)
        return self.tables[resource]

    def answer(self, request: Request) -> Answer:
        """Return the answer of the API to a request."""
        signing_in = {TOKEN_PATH: self.credentials.issue, LOGIN_PATH: self.credentials.log_in}
        if request.path in signing_in:
            return signing_in[request.path](request)
        table = self.tables.get(request.resource or "")
        if table is None:
            return Answer.error(404, f"No such resource. There are: {', '.join(self.tables)}.")
        if not self.credentials.allow(request):
            return Answer.error(401, "No valid API key or token.", www_authenticate="Bearer")
        if request.method != "GET":
            return Answer.error(405, "Resources are read with GET.", allow="GET")
        try:
            return self._page(request, table)
        except ValueError as error:
            return Answer.error(422, str(error))

    def _page(self, request: Request, table: Table) -> Answer:
        most = min(self.options.page_cap or MAX_LIMIT, MAX_LIMIT)
        if self.options.kind and request.resource not in SNAPSHOTS:
            kind = KINDS[self.options.kind]
            asked = kind.read(request, usual=min(self.options.usual_limit, most), most=most)
            return kind.answer(asked, *table.page(self._query(request), asked.offset, asked.limit))
        limit = min(_number(request, "limit", self.options.usual_limit, least=1), most)
        offset = _number(request, "offset", 0, least=0)
        if request.resource in SNAPSHOTS:
            return self._snapshot(request, table, offset, limit)
        rows, total = table.page(self._query(request), offset, limit)
        return self._list(rows, total)

    def _query(self, request: Request) -> Query:
        sort = request.params.get("sort")
        if sort is not None and sort not in SORTS:
            message = f"`sort` must be one of: {', '.join(SORTS)}."
            raise ValueError(message)
        if not is_dated(str(request.resource)):
            return Query(sort)
        since = self.options.since_param
        return Query(sort, _instant(request, since) if since else None, _instant(request, "updated_before"))

    def _snapshot(self, request: Request, table: Table, offset: int, limit: int) -> Answer:
        if self.options.live and not table.changed:
            table = self._live(request, table)
        if request.resource not in SINGLE:
            return self._list(*table.page(Query(), offset, limit))
        rows, _ = table.page(Query(), 0, 1)
        return Answer(body=b'{"data":%b}' % (rows or [b"null"])[0], rows=len(rows))

    def _live(self, request: Request, table: Table) -> Table:
        """Return the table with other figures than at any request before."""
        source = Rows(str(request.resource), f"{self.options.seed}:{request.number}")
        live = Table(source, len(table))
        live.load([_with_figures(row, figures) for row, figures in zip(table.rows(), live.rows(), strict=True)])
        return live

    def _list(self, rows: list[bytes], total: int) -> Answer:
        reported = self.options.shown_total(total)
        end = b"]}" if reported is None else b'],"total":%d}' % reported
        return Answer(body=b'{"data":[' + b",".join(rows) + end, rows=len(rows))


def _with_figures(row: dict[str, object], figures: dict[str, object]) -> dict[str, object]:
    """Return the row with these figures, and with the present time for the time it was taken, where it has one."""
    taken = {"current_timestamp": timestamp(now())} if "current_timestamp" in row else {}
    return row | {name: figure for name, figure in figures.items() if isinstance(figure, int | float)} | taken


def _number(request: Request, name: str, usual: int, *, least: int) -> int:
    text = request.params.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        message = f"`{name}` must be a whole number of {least} or more."
        raise ValueError(message)
    return int(text)


def _instant(request: Request, name: str) -> int | None:
    text = request.params.get(name)
    if text is None:
        return None
    try:
        return bound(text)
    except ValueError:
        message = f"`{name}` must be an RFC 3339 timestamp, such as 2024-05-01T00:00:00Z."
        raise ValueError(message) from None
