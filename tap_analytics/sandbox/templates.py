"""Rows by resource, before they have an id: every field of the schema, with fields that agree with each other."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tap_analytics.json_types import is_date_time, kinds_of
from tap_analytics.sandbox.instants import DAY, FIRST, LAST, SECOND, timestamp
from tap_analytics.sandbox.values import Values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

COUNTS: Mapping[str, int] = {
    "contacts": 1000,
    "companies": 200,
    "deals": 500,
    "account_overview": 1,
    "agents_overview": 5,
    "current_queue_activity": 3,
}
"""How many rows the resources that are described here have, unless the options of the sandbox say otherwise."""

USUAL_COUNT = 100
"""How many rows any other resource of the package has."""

SNAPSHOTS: Mapping[str, frozenset[str]] = {
    "account_overview": frozenset({"id", "current_timestamp"}),
    "agents_overview": frozenset({"id"}),
    "current_queue_activity": frozenset({"id", "current_timestamp"}),
}
"""Resources that are read whole, and the fields of the schema that the API does not send."""

PLAIN: dict[str, Any] = {
    "id": {"type": ["integer"]},
    "name": {"type": ["string"]},
    "amount": {"type": ["number", "null"]},
    "created_at": {"type": ["string"], "format": "date-time"},
    "updated_at": {"type": ["string"], "format": "date-time"},
}
"""The properties of resources that the package has no schema for."""

SINGLE = frozenset({"account_overview"})
"""Resources that answer one object instead of a list."""

PRODUCTS = ("Basic plan", "Onboarding", "Premium plan", "Support hours")
QUEUES = ("Sales", "Support", "Billing", "Returns", "Partners")

N = "{n}"
"""Stands for the row's number within a text."""

NUMBER = "{number}"
"""Is the whole value of a field that holds the row's number as a number."""

UPDATED_AT = "{updated_at}"
"""Is the whole value of a field that holds the time at which the row was last changed."""

SCHEMAS = files("tap_analytics") / "schemas"

Row = dict[str, Any]


@cache
def counts() -> Mapping[str, int]:
    """Return how many rows each resource has: every schema of the package is a resource."""
    names = sorted(file.name.removesuffix(".json") for file in SCHEMAS.iterdir() if file.name.endswith(".json"))
    return {**COUNTS, **{name: USUAL_COUNT for name in names if name not in COUNTS}}


@cache
def schema(resource: str) -> dict[str, Any]:
    """Return the schema of a resource: the one of the package, or a plain one."""
    if resource not in counts():
        return {"properties": PLAIN, "required": ["id"]}
    found: dict[str, Any] = json.loads((SCHEMAS / f"{resource}.json").read_text(encoding="utf-8"))
    return found


def properties(resource: str) -> dict[str, Any]:
    """Return the schema of each field of a resource."""
    found: dict[str, Any] = schema(resource)["properties"]
    return found


def key_of(resource: str) -> str:
    """Return the name of the field that identifies a row: the first that the schema requires, or `id`."""
    return str(next(iter(schema(resource).get("required", [])), "id"))


def has_text_keys(resource: str) -> bool:
    """Return whether that field holds text only."""
    return not {"integer", "number"}.intersection(kinds_of(properties(resource).get(key_of(resource), PLAIN["id"])))


def is_dated(resource: str) -> bool:
    """Return whether each row of a resource says in `updated_at` when it was last changed."""
    return is_date_time(properties(resource).get("updated_at", {}))


def template(resource: str, random: Random) -> tuple[Row, int]:
    """Return a row with `N`, `NUMBER` and `UPDATED_AT` in it, and the earliest instant of its last change."""
    created = random.randrange(FIRST, LAST - 60 * DAY) // SECOND * SECOND
    values = Values(random, created, random.randrange(created, LAST - 30 * DAY) // SECOND * SECOND)
    fields, absent, key = properties(resource), SNAPSHOTS.get(resource, frozenset()), key_of(resource)
    row = {name: values.of(name, field) for name, field in fields.items() if name not in absent}
    row |= AGREEMENTS.get(resource, _nothing)(values, row)
    if is_date_time(fields.get("created_at", {})):
        row["created_at"] = timestamp(created)
    if is_dated(resource):
        row["updated_at"] = UPDATED_AT
    if key in row:
        row[key] = N if has_text_keys(resource) else NUMBER
    return row, values.updated


def _nothing(_: Values, __: Row) -> Row:
    return {}


def _contact(values: Values, row: Row) -> Row:
    first, last = values.person_name()
    email = row["email"] and f"{first}.{last}.{N}@example.com".lower().replace("'", "")
    phone, deleted = row["phone"], values.random.random() < 0.02  # noqa: PLR2004 - few are
    return {
        "name": f"{first} {last}",
        "first_name": first,
        "last_name": last,
        "email": email,
        "emails": [{"value": email, "label": "work", "primary": True}] if email else [],
        "phones": [{"value": phone, "label": "work", "primary": True}] if phone else [],
        "company_name": values.company_name(),
        "user_key": f"u-{N}",
        "birth_date": row["birth_date"] and values.birth_date(),
        "score": values.decimal(0, 100),
        "is_deleted": deleted,
        "deleted_at": timestamp(values.updated) if deleted else None,
    }


def _company(values: Values, row: Row) -> Row:
    name = values.company_name()
    slug = "".join(letter for letter in name.lower() if letter.isalpha())
    return {
        "name": name,
        "domain": f"{slug}-{N}.example.com",
        "website": row["website"] and f"https://{slug}-{N}.example.com/",
        "email": row["email"] and f"info@{slug}-{N}.example.com",
        "linkedin_url": row["linkedin_url"] and f"https://network.example.com/company/{slug}-{N}",
        "owner_name": " ".join(values.person_name()),
        "annual_revenue": row["annual_revenue"] and values.decimal(100_000, 90_000_000),
    }


def _deal(values: Values, row: Row) -> Row:
    status = values.random.choice(("lost", "open", "won"))
    closed = None if status == "open" else timestamp(values.updated)
    amount = values.decimal(100, 90_000)
    probability = {"lost": 0, "open": values.random.randrange(5, 95), "won": 100}[status]
    return {
        "name": f"{values.company_name()} #{N}",
        "amount": amount,
        "weighted_amount": (amount * probability / 100).quantize(amount),
        "probability": probability,
        "status": status,
        "lost_reason": row["lost_reason"] if status == "lost" else None,
        "closed_at": closed,
        "won_at": closed if status == "won" else None,
        "lost_at": closed if status == "lost" else None,
        "products": [_product(values) for _ in range(values.random.randrange(4))],
    }


def _product(values: Values) -> Row:
    number, quantity = values.random.randrange(1, 50), values.random.randrange(1, 20)
    price = values.decimal(1, 900)
    name = values.random.choice(PRODUCTS)
    return {"product_id": number, "name": name, "quantity": quantity, "unit_price": price, "amount": price * quantity}


def _agent(values: Values, row: Row) -> Row:
    return _snapshot(values, row) | {
        "name": " ".join(values.person_name()),
        "user_key": f"agent-{N}",
        "current_timestamp": timestamp(LAST),
    }


def _queue(values: Values, row: Row) -> Row:
    return _snapshot(values, row) | {"name": values.random.choice(QUEUES) + f" {N}"}


def _snapshot(_: Values, row: Row) -> Row:
    return {"customer_id": 4711, "name": "Example account"} if "customer_id" in row else {}


AGREEMENTS: Mapping[str, Callable[[Values, Row], Row]] = {
    "contacts": _contact,
    "companies": _company,
    "deals": _deal,
    "account_overview": _snapshot,
    "agents_overview": _agent,
    "current_queue_activity": _queue,
}
