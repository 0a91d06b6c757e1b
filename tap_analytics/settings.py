"""Every setting of the tap, once: `--about`, the README, `meltano.yml` and the validation are made from these."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from singer_sdk import typing as th

if TYPE_CHECKING:
    from collections.abc import Mapping

# The most bytes that are read of a body, unless the settings say otherwise.
MAX_RESPONSE_SIZE = 1024**3

CONNECTION = (
    th.Property(
        "api_url",
        th.StringType,
        required=True,
        title="API URL",
        description="Base URL of the API, `http` or `https`, without a query string.",
        examples=["https://api.example.com"],
    ),
    th.Property(
        "api_key",
        th.StringType,
        secret=True,
        title="API key",
        description="Key of the API. Set this, or another kind of credentials.",
    ),
    th.Property(
        "api_key_name",
        th.StringType(min_length=1),
        default="api_key",
        title="API key name",
        description="Name of the query parameter, header or cookie that carries the key.",
        examples=["api_key", "X-Api-Key"],
    ),
    th.Property(
        "api_key_location",
        th.StringType,
        default="query",
        allowed_values=["query", "header", "cookie", "bearer", "path", "none"],
        title="API key location",
        description=(
            "Where the key goes: `query`, `header`, `cookie`, `bearer` (`Authorization: Bearer KEY`), `path` "
            "(where `api_url` has `{api_key}`), or `none` for an API that wants no key."
        ),
    ),
    th.Property(
        "headers",
        th.ObjectType(additional_properties=th.StringType),
        default={},
        secret=True,
        title="Headers",
        description="Headers sent with every request. Their values count as secrets.",
    ),
    th.Property(
        "user_agent",
        th.StringType(min_length=1),
        title="User agent",
        description="`User-Agent` of every request; `tap-analytics/<version>` unless set.",
        examples=["example-warehouse/1.0"],
    ),
    th.Property(
        "session",
        th.StringType,
        title="Session",
        description="Code that gives the `requests.Session` that sends all requests: one, its class, or a function.",
        examples=["steps.py:session"],
    ),
)

SIGNING = (
    th.Property(
        "username",
        th.StringType,
        title="User name",
        description="User of HTTP Basic, or of the grant `password`; may be empty where there is a password.",
    ),
    th.Property(
        "password",
        th.StringType,
        secret=True,
        title="Password",
        description="Password of the user; may be empty where there is a user name.",
    ),
    th.Property(
        "client_id",
        th.StringType,
        title="Client ID",
        description="OAuth2 client.",
    ),
    th.Property(
        "client_secret",
        th.StringType,
        secret=True,
        title="Client secret",
        description="Secret of the OAuth2 client.",
    ),
    th.Property(
        "grant_type",
        th.StringType,
        allowed_values=["client_credentials", "refresh_token", "password", "jwt-bearer", "self-signed"],
        title="Grant type",
        description=(
            "How OAuth2 gets a token. Unless set, `refresh_token` or `token_file` mean the grant of that name, "
            "`assertion` or a private key `jwt-bearer`, and a client alone `client_credentials`. With `self-signed`, "
            "each token is a JWT that is signed here."
        ),
    ),
    th.Property(
        "token_url",
        th.StringType,
        title="Token URL",
        description="Where tokens are asked for; `{api_url}/oauth/token` unless set.",
        examples=["https://api.example.com/oauth/token"],
    ),
    th.Property(
        "scope",
        th.StringType,
        title="Scope",
        description="OAuth2 scopes to ask for, separated by spaces.",
        examples=["contacts.read deals.read"],
    ),
    th.Property(
        "token_endpoint_auth_method",
        th.StringType,
        default="client_secret_post",
        allowed_values=["client_secret_post", "client_secret_basic"],
        title="Token endpoint authentication",
        description="How the client proves itself to the token endpoint: in the body, or by HTTP Basic.",
    ),
    th.Property(
        "refresh_token",
        th.StringType,
        secret=True,
        title="Refresh token",
        description="Refresh token of OAuth2; a new one that the API gives for it is kept in `token_file`.",
    ),
    th.Property(
        "token_file",
        th.StringType,
        title="Token file",
        description="File that keeps the newest refresh token for the next run, if the API replaces it.",
    ),
    th.Property(
        "assertion",
        th.StringType,
        secret=True,
        title="Assertion",
        description="JWT for the grant `jwt-bearer`, as the API gave it.",
    ),
    th.Property(
        "private_key",
        th.StringType,
        secret=True,
        title="Private key",
        description=(
            "Key that signs an assertion for the grant `jwt-bearer`, or the token of the grant `self-signed`: PEM, or "
            "the JSON of a service account. "
            "Needs `tap-analytics[jwt]`."
        ),
    ),
    th.Property(
        "private_key_file",
        th.StringType,
        title="Private key file",
        description="File with the private key, instead of `private_key`.",
    ),
    th.Property(
        "private_key_passphrase",
        th.StringType,
        secret=True,
        title="Passphrase of the private key",
        description="Opens a private key that is encrypted.",
    ),
    th.Property(
        "jwt_claims",
        th.ObjectType(additional_properties=True),
        default={},
        title="Claims of the assertion",
        description=(
            "Claims beside `iss` (the service account, or `client_id`), `scope`, `aud` (the token URL), `iat` and "
            "`exp`, or instead of them."
        ),
        examples=[{"sub": "someone@example.com"}],
    ),
    th.Property(
        "jwt_headers",
        th.ObjectType(additional_properties=True),
        default={},
        title="Headers of the assertion",
        description="Headers of a JWT that is signed, beside `alg` and `typ`: `kid`, the name of the key.",
        examples=[{"kid": "K1"}],
    ),
    th.Property(
        "token_params",
        th.ObjectType(additional_properties=True),
        default={},
        secret=True,
        title="Token parameters",
        description="More fields of a request for a token, or other ones; null takes a field away.",
    ),
    th.Property(
        "token_request",
        th.StringType,
        default="form",
        allowed_values=["form", "json"],
        title="Token request",
        description="How a request for a token is written.",
    ),
    th.Property(
        "token_path",
        th.StringType(min_length=1),
        default="access_token",
        title="Token path",
        description="Dotted path of the token in the answer.",
        examples=["access_token", "data.token"],
    ),
    th.Property(
        "expires_in_path",
        th.StringType(min_length=1),
        default="expires_in",
        title="Expiry path",
        description="Dotted path of the seconds that the token lasts.",
    ),
    th.Property(
        "default_token_expiration",
        th.DecimalType(exclusive_minimum=0),
        title="Default token expiration",
        description="Lifetime of a token in seconds if the answer states none; else it is used until it is refused.",
    ),
    th.Property(
        "token_header",
        th.StringType(min_length=1),
        default="Authorization",
        title="Token header",
        description="Header that carries the token of OAuth2.",
    ),
    th.Property(
        "token_prefix",
        th.StringType,
        default="Bearer",
        title="Token prefix",
        description='Text before the token in that header; `""` for none.',
        examples=["Bearer", "Token"],
    ),
    th.Property(
        "login",
        th.ObjectType(additional_properties=True),
        secret=True,
        title="Login",
        description=(
            "Request that begins a session: `path`, `method`, `json` or `data`, where the token is in its answer, and "
            "where it goes. `$NAME` is a variable of the environment."
        ),
    ),
)

RESOURCES = (
    th.Property(
        "page_size",
        th.IntegerType(minimum=1, maximum=1_000_000),
        default=100,
        title="Page size",
        description="Rows asked for per request.",
    ),
    th.Property(
        "limit_param",
        th.StringType(min_length=1),
        default="limit",
        title="Limit parameter",
        description="Query parameter that carries the page size; any text, `page[limit]` too.",
        examples=["limit", "page[limit]"],
    ),
    th.Property(
        "offset_param",
        th.StringType(min_length=1),
        default="offset",
        title="Offset parameter",
        description="Query parameter that carries the offset.",
        examples=["offset", "page[offset]"],
    ),
    th.Property(
        "data_selector",
        th.StringType(min_length=1),
        default="data",
        title="Data selector",
        description=(
            "Dotted path or JSONPath of the records in a response; `$` where the body itself is the list of records."
        ),
        examples=["data", "result.items", "$"],
    ),
    th.Property(
        "total_path",
        th.StringType(min_length=1),
        default="total",
        title="Total path",
        description="Dotted path of the row count in a response; used when it is there.",
        examples=["total", "meta.total"],
    ),
    th.Property(
        "verify_pages",
        th.BooleanType,
        default=True,
        title="Verify pages",
        description=(
            "Read pages so that a list that changes meanwhile loses no row: two neighbours share one. "
            "Set to false for an API whose offset must be a multiple of the limit."
        ),
    ),
)

DECLARED = (
    th.Property(
        "resources",
        th.ArrayType(th.CustomType({"type": ["string", "object"]})),
        default=[],
        title="Resources",
        description=(
            "Resources to read instead of the six ready ones: names, and objects in the words of dlt's `rest_api`. "
            "An entry with the name of a ready stream changes that stream."
        ),
        examples=[["contacts", {"name": "invoices", "primary_key": "id", "endpoint": {"path": "/v1/invoices"}}]],
    ),
    th.Property(
        "resource_defaults",
        th.ObjectType(additional_properties=True),
        default={},
        title="Resource defaults",
        description="Defaults for every entry of `resources`, key by key.",
        examples=[{"primary_key": "id"}],
    ),
    th.Property(
        "sample_size",
        th.IntegerType(minimum=1, maximum=100_000),
        default=500,
        title="Sample size",
        description="Records to infer the fields of a resource from that declares none.",
    ),
    th.Property(
        "discover_fields",
        th.BooleanType,
        default=False,
        title="Discover fields",
        description="Add the fields found in a sample to those that are declared, of ready streams too.",
    ),
    th.Property(
        "numbers",
        th.StringType,
        allowed_values=["exact", "double"],
        default="exact",
        title="Numbers",
        description="`double`: a number that a double would round fails its stream. For targets that make doubles of "
        "numbers, such as `target-postgres` with `use_copy`.",
    ),
)

ACCOUNTS = (
    th.Property(
        "accounts",
        th.ArrayType(th.ObjectType(additional_properties=True)),
        default=[],
        title="Accounts",
        description=(
            "Accounts to read, each a `name` and what differs: settings, and `params` for each request. "
            "A key is the `$NAME` of a variable of the environment."
        ),
        examples=[[{"name": "north", "api_key": "$NORTH_API_KEY"}, {"name": "south", "api_key": "$SOUTH_API_KEY"}]],
    ),
    th.Property(
        "accounts_file",
        th.StringType(min_length=1),
        title="Accounts file",
        description="File with the accounts, instead of `accounts`: JSON, YAML or CSV.",
        examples=["accounts.csv"],
    ),
    th.Property(
        "account_field",
        th.StringType(min_length=1),
        default="_account",
        title="Account field",
        description="Field of each record that has the name of its account, and is a part of its key.",
    ),
)

SYNC = (
    th.Property(
        "start_date",
        th.DateTimeType,
        title="Start date",
        description="Earliest change that an incremental sync reads when there is no bookmark.",
        examples=["2024-01-01", "2024-01-31T12:00:00Z"],
    ),
    th.Property(
        "end_date",
        th.DateTimeType,
        title="End date",
        description="Changes at or after this time are left to a later sync.",
        examples=["2025-01-01", "2025-01-31T12:00:00Z"],
    ),
    th.Property(
        "start_param",
        th.StringType(min_length=1),
        title="Start parameter",
        description=(
            "Query parameter that asks the API for changes since the bookmark. "
            "Without it an incremental sync reads every row and emits those not before the bookmark."
        ),
        examples=["updated_since"],
    ),
    th.Property(
        "end_param",
        th.StringType(min_length=1),
        title="End parameter",
        description="Query parameter that asks the API for changes before `end_date`.",
        examples=["updated_before"],
    ),
    th.Property(
        "window_rows",
        th.IntegerType(minimum=1, maximum=1_000_000_000),
        default=10_000,
        title="Rows of a window",
        description=(
            "Where the API can be asked for both ends, a list with more rows than this is read in windows of time, "
            "none of which has more."
        ),
    ),
    th.Property(
        "lookback_seconds",
        th.IntegerType(minimum=0, maximum=10 * 366 * 86400),
        default=0,
        title="Lookback",
        description="Seconds to read again behind the bookmark, for an API that shows changes late.",
    ),
    th.Property(
        "emit_activate_version_messages",
        th.BooleanType,
        default=False,
        title="Activate version",
        description="Send ACTIVATE_VERSION for full table streams, so that the target removes rows that are gone.",
    ),
)

REQUESTS = (
    th.Property(
        "max_retries",
        th.IntegerType(minimum=0, maximum=1000),
        default=3,
        title="Retries",
        description="Retries of one page after a transient failure: three retries are four requests.",
    ),
    th.Property(
        "backoff_factor",
        th.DecimalType(minimum=0),
        default=2,
        title="Backoff factor",
        description="Seconds before the first retry; doubled before each next one.",
    ),
    th.Property(
        "max_retry_wait",
        th.DecimalType(minimum=0),
        default=300,
        title="Longest wait",
        description="Seconds to wait for one retry at most. A longer `Retry-After` fails the stream at once.",
    ),
    th.Property(
        "retry_statuses",
        th.ArrayType(th.IntegerType(minimum=201, maximum=599)),
        default=[],
        title="Statuses to retry",
        description="Statuses that are transient too, beside 408, 425, 429 and most of 5xx.",
        examples=[[409, 423]],
    ),
    th.Property(
        "rate_limit_header",
        th.StringType(min_length=1),
        title="Rate limit header",
        description=(
            "Header of a 429 that says when requests are welcome again, where it has a name of its own: "
            "seconds from now, an epoch or a date."
        ),
        examples=["X-Api-Reset"],
    ),
    th.Property(
        "connect_timeout",
        th.DecimalType(exclusive_minimum=0, maximum=86400),
        default=10,
        title="Connect timeout",
        description="Seconds to wait for a connection.",
    ),
    th.Property(
        "read_timeout",
        th.DecimalType(exclusive_minimum=0, maximum=86400),
        default=60,
        title="Read timeout",
        description="Seconds to wait for the next bytes of a response.",
    ),
    th.Property(
        "response_timeout",
        th.DecimalType(exclusive_minimum=0, maximum=864000),
        title="Response timeout",
        description="Seconds for a whole response, headers and all; 10 times `read_timeout` unless set.",
    ),
    th.Property(
        "max_response_size",
        th.IntegerType(minimum=1, maximum=2**40),
        default=MAX_RESPONSE_SIZE,
        title="Largest response",
        description="Bytes of a response body, unpacked, at most. A larger one fails the stream at once, unless it is "
        "a file of records.",
    ),
    th.Property(
        "concurrency",
        th.IntegerType(minimum=1, maximum=32),
        default=4,
        title="Concurrency",
        description="Requests in flight at once; 1 asks for each page when the one before it has been read.",
    ),
    th.Property(
        "requests_per_second",
        th.DecimalType(exclusive_minimum=0, maximum=1000),
        title="Requests per second",
        description="Ceiling for the whole tap, or for one account where that sets it; none unless set.",
    ),
)

LOGGING = (
    th.Property(
        "progress",
        th.StringType,
        default="auto",
        allowed_values=["auto", "bar", "log", "off"],
        title="Progress",
        description=(
            "How a sync tells how far it is: `bar` on a terminal, `log` for a line at most every ten seconds, "
            "`auto` for whichever fits, `off` for neither."
        ),
    ),
    th.Property(
        "report",
        th.StringType,
        title="Report",
        description=(
            "A file in HTML that each sync writes at its end: rows, requests over time, retries, and what failed. "
            "Needs `tap-analytics[report]`."
        ),
        examples=["run.html"],
    ),
)

SETTINGS: dict[str, Any] = th.PropertiesList(
    *CONNECTION, *SIGNING, *RESOURCES, *DECLARED, *ACCOUNTS, *SYNC, *REQUESTS, *LOGGING, additional_properties=False
).to_dict()


def open_schema(more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the schema of the settings, to which others can be added; those of another schema are added to it."""
    own = SETTINGS["properties"]  # a setting of the tap stays as it is; which others are required the SDK checks
    return {**SETTINGS, "properties": {**own, **(more or {}).get("properties", {}), **own}}


def default_user_agent() -> str:
    """Return the `User-Agent` of a tap that was given none."""
    return f"tap-analytics/{version('tap-analytics')}"
