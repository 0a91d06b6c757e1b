"""Rows by resource, before they have an id: every field of the schema, with fields that agree with each other."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

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
"""The resources there are, and how many rows each has unless it is said otherwise."""

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
"""Stands for the row's number wherever it is part of a text."""

Row = dict[str, Any]


@cache
def properties(resource: str) -> dict[str, Any]:
    """Return the properties of the resource's schema: as the package ships it, or a plain one."""
    if resource not in COUNTS:
        return PLAIN
    schema = files("tap_analytics").joinpath("schemas", f"{resource}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(schema)["properties"]
    return found


def template(resource: str, random: Random) -> tuple[Row, int]:
    """Return a row, and the earliest instant for its `updated_at`; `{n}` in a text stands for the row's number."""
    created = random.randrange(FIRST, LAST - 60 * DAY) // SECOND * SECOND
    values = Values(random, created, random.randrange(created, LAST - 30 * DAY) // SECOND * SECOND)
    absent = SNAPSHOTS.get(resource, frozenset())
    row = {name: values.of(name, schema) for name, schema in properties(resource).items() if name not in absent}
    row |= AGREEMENTS.get(resource, _snapshot)(values, row)
    if "created_at" in row:
        row["created_at"] = timestamp(created)
    return row, values.updated


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
    "agents_overview": _agent,
    "current_queue_activity": _queue,
}
