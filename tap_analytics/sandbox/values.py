"""Plausible values for the fields of a schema, the same for the same random source."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tap_analytics.json_types import items_of
from tap_analytics.sandbox.instants import DAY, FIRST, SECOND, timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

NULLS = 0.1
NULL = ("null", ["null"])
CHOOSING = frozenset({"anyOf", "const", "enum", "oneOf"})
BOUNDING = frozenset({"maximum", "minimum"})

FIRST_NAMES = (
    *("Ada", "Amélie", "Aziz", "Björn", "Chidi", "Dolores", "Elif", "Fatou", "Grace", "Hiro", "Ines", "Jürgen", "Kofi"),
    *("Linus", "Mei", "Nadia", "Óscar", "Priya", "Quentin", "Rosa", "Søren", "Tamar", "Uma", "Viktor", "Wanda", "Zoë"),
)
LAST_NAMES = (
    *("Abadi", "Brown", "Castillo", "Dubois", "Eriksen", "Fischer", "García", "Hopper", "Ivanova", "Jansen", "Kim"),
    *("Lovelace", "Müller", "Nakamura", "O'Neill", "Patel", "Quispe", "Rossi", "Sato", "Turing", "Ueda", "Vega", "Wu"),
)
COMPANY_NAMES = ("Acme", "Blue Heron", "Cobalt", "Driftwood", "Ember & Co", "Foxglove", "Granite", "Harbour", "Juniper")
COMPANY_KINDS = ("GmbH", "Inc.", "Labs", "Ltd", "Partners", "S.A.", "Works")
CITIES = (
    {"city": "Berlin", "state": "BE", "country": "Germany", "country_code": "DE"},
    {"city": "Lyon", "state": None, "country": "France", "country_code": "FR"},
    {"city": "Portland", "state": "OR", "country": "United States", "country_code": "US"},
    {"city": "São Paulo", "state": "SP", "country": "Brazil", "country_code": "BR"},
    {"city": "京都", "state": None, "country": "Japan", "country_code": "JP"},
)
ADDRESS = frozenset({"street", "postal_code", *CITIES[0]})
FORMATS: Mapping[str | None, str] = {"email": "{}@example.com", "uri": "https://example.com/{}"}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "agent_state": ("available", "away", "in_call", "offline", "online", "wrap_up"),
    "company_type": ("customer", "partner", "prospect", "vendor"),
    "currency": ("EUR", "GBP", "JPY", "USD"),
    "deal_type": ("existing business", "new business"),
    "description": ("Asked for a demo.", 'Said: "call back later".', "Two lines:\nthis is one.", "50% off, maybe"),
    "industry": ("education", "energy", "finance", "health", "logistics", "retail", "software"),
    "job_title": ("Accountant", "CEO", "Data Engineer", "Head of Sales", "Office Lead", "Support Agent"),
    "label": ("home", "other", "work"),
    "lead_source": ("advert", "event", "organic search", "referral", "web form"),
    "lifecycle_stage": ("customer", "evangelist", "lead", "opportunity", "subscriber"),
    "lost_reason": ("budget", "competitor", "no answer", "timing"),
    "stage_name": ("Discovery", "Negotiation", "Proposal", "Qualified"),
    "status": ("active", "contacted", "inactive", "new"),
    "tags": ("beta", "key account", "newsletter", "trial", "vip"),
    "timezone": ("America/Sao_Paulo", "America/Los_Angeles", "Asia/Tokyo", "Europe/Berlin", "UTC"),
}


@dataclass(frozen=True, slots=True)
class Values:
    """Values of one row, whose times lie between `created` and `updated` (instants)."""

    random: Random
    created: int
    updated: int

    def of(self, field: str, schema: Mapping[str, Any]) -> object:
        """Return a value of the field that fits its schema, now and then null where null fits.

        What the schema says by `type`, `format`, `enum`, `const`, `anyOf`, `oneOf`, `minimum` and `maximum` is kept.
        """
        types = schema.get("type", ())
        if types in NULL or ("null" in types and self.random.random() < NULLS):
            return None
        return self._present(field, schema)

    def _present(self, field: str, schema: Mapping[str, Any]) -> object:
        # A list of types or the one type as text: `in` finds it in both.
        types = schema.get("type", ())
        if not CHOOSING.isdisjoint(schema):
            return self._choose(field, schema)
        if "array" in types:
            return [self._present(field, items_of(schema)) for _ in range(self.random.randrange(4))]
        if "object" in types:
            return self._object(schema)
        if "boolean" in types:
            return self.random.random() < NULLS
        if "number" in types or "integer" in types:
            return self._number(schema)
        return self._text(field, schema.get("format"))

    def _choose(self, field: str, schema: Mapping[str, Any]) -> object:
        """Return one of the values that the schema lists, or a value of the first schema that it lists."""
        listed = [schema["const"]] if "const" in schema else schema.get("enum", [])
        if values := [value for value in listed if value is not None]:
            return self.random.choice(values)
        variants = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
        return self.of(field, next((each for each in variants if each.get("type") not in NULL), {"type": "null"}))

    def _number(self, schema: Mapping[str, Any]) -> Decimal | int:
        if "number" in schema["type"]:
            return self.decimal(*_bounds(schema, 0, 600))
        low, high = _bounds(schema, 1, 499)
        return self.random.randint(ceil(low), floor(high))

    def _object(self, schema: Mapping[str, Any]) -> object:
        fields = schema.get("properties", {})
        if not fields:
            return self.custom_fields() if schema.get("additionalProperties", True) is True else {}
        if ADDRESS.issuperset(fields) and "country_code" in fields:
            return {name: value for name, value in self.address().items() if name in fields}
        return {name: self.of(name, part) for name, part in fields.items()}

    def _text(self, field: str, form: str | None) -> str:
        if form == "date-time":
            return timestamp(self.random.randrange(self.created, self.updated + 1) // SECOND * SECOND)
        if form == "date":
            return timestamp(self.updated - self.random.randrange(365 * DAY))[:10]
        if form == "uuid":
            return str(UUID(int=self.random.getrandbits(128), version=4))
        if field in CHOICES:
            return self.random.choice(CHOICES[field])
        text = self.phone() if "phone" in field else f"{field}-{self.random.randrange(10_000):04}"
        return FORMATS[form].format(text) if form in FORMATS else text

    def decimal(self, low: float, high: float) -> Decimal:
        """Return a number with two decimal places, from `low` to `high`."""
        return Decimal(self.random.randint(ceil(low * 100), floor(high * 100))).scaleb(-2)

    def birth_date(self) -> str:
        """Return the day of birth of an adult."""
        return timestamp(FIRST - self.random.randrange(18 * 365, 80 * 365) * DAY)[:10]

    def phone(self) -> str:
        """Return a phone number of the range that is kept for fiction."""
        return f"+1-202-555-{self.random.randrange(100, 200):04}"

    def company_name(self) -> str:
        """Return the name of a company."""
        return f"{self.random.choice(COMPANY_NAMES)} {self.random.choice(COMPANY_KINDS)}"

    def person_name(self) -> tuple[str, str]:
        """Return a first and a last name."""
        return self.random.choice(FIRST_NAMES), self.random.choice(LAST_NAMES)

    def address(self) -> dict[str, Any]:
        """Return a postal address."""
        street = f"{self.random.randrange(1, 200)} {self.random.choice(LAST_NAMES)} Street"
        return {"street": street, "postal_code": f"{self.random.randrange(10_000, 100_000)}"} | self.random.choice(
            CITIES
        )

    def custom_fields(self) -> dict[str, Any]:
        """Return fields that an account defined for itself, of several types, one of them nested."""
        return {
            "cf_budget": self.decimal(0, 100_000),
            "cf_region": self.random.choice(("APAC", "EMEA", None)),
            "cf_renewal": {"automatic": self.random.random() < NULLS, "months": self.random.choice((1, 12, 24))},
        }


def _bounds(schema: Mapping[str, Any], low: int, high: int) -> tuple[float, float]:
    """Return the least and the greatest value: as the schema has them, or else about `low` and `high`."""
    if BOUNDING.isdisjoint(schema):
        return low, high
    least = schema.get("minimum", min(low, schema.get("maximum", low)))
    return least, schema.get("maximum", max(high, least))
