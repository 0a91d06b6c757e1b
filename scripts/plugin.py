"""Definitions of the tap for Meltano, made from its `--about`; `python -m scripts.plugin` writes them anew.

That is `plugin.yaml` for Meltano Hub and `meltano add --from-ref`, the tap's part of `meltano.yml` between two
comments, and `examples/target-postgres.yaml`: the loader of `meltano.yml`, for projects of one's own.
"""

from __future__ import annotations

import json
import re
from textwrap import indent
from typing import TYPE_CHECKING, Any

import yaml
from typing_extensions import override

from scripts.address import address
from scripts.reference import README, about

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = README.parent
PLUGIN = ROOT / "plugin.yaml"
PROJECT = ROOT / "meltano.yml"
LOADER = ROOT / "examples" / "target-postgres.yaml"

PLUGIN_HEAD = """\
# For Meltano: `meltano add tap-analytics --from-ref plugin.yaml`. The tap as in meltano.yml, installed from PyPI.
# Made by `make docs` from `tap-analytics --about`. No setting has a value: the tap has its own defaults.
# Settings that may be fractions have `kind: string`: Meltano 4.4 cannot hand on a `decimal` from the environment,
# which is a Decimal to it, and no JSON. The tap takes numbers as text.
"""
LOADER_HEAD = """\
# The loader of meltano.yml, for `meltano add target-postgres --from-ref target-postgres.yaml`. Made by `make docs`.
"""
# The generated part of meltano.yml, and how far it stands to the right.
PART = re.compile(r"(?<= # begin settings\n).*?(?=^ +# end settings$)", re.DOTALL | re.MULTILINE)
MARGIN = " " * 6

IDENTITY = {
    "executable": "tap-analytics",
    "label": "Analytics",
    "namespace": "tap_analytics",
    "keywords": ["api", "meltano_sdk"],
    "maintenance_status": "beta",
    "pip_url": "tap-analytics",
    "quality": "unknown",
    "settings_preamble": "Required are `api_url` and one kind of credentials: see the page about signing in.",
    "variant": "tap-analytics",
}
# The last is for `api_key_location: none`: an API that wants no key.
GROUPS = [
    ["api_url", "api_key"],
    ["api_url", "username", "password"],
    ["api_url", "client_id", "client_secret"],
    ["api_url", "refresh_token"],
    ["api_url", "assertion"],
    ["api_url", "private_key"],
    ["api_url", "private_key_file"],
    ["api_url", "login"],
    ["api_url", "api_key_location"],
]
# Meltano gives a command no configuration, so what needs one is no command: `meltano invoke tap-analytics --test`.
COMMANDS = {
    "about": {"args": "--about --format=markdown", "description": "Describe the tap, its settings and its version."},
}
# Labels of options that are not the value with a capital.
OPTIONS = {
    "auto": "Automatic",
    "bearer": "Bearer token",
    "client_secret_basic": "HTTP Basic",
    "client_secret_post": "In the body",
    "client_credentials": "Client credentials",
    "json": "JSON",
    "jwt-bearer": "JWT bearer",
    "self-signed": "Self-signed JWT",
    "log": "Log lines",
    "none": "No key",
    "query": "Query parameter",
    "refresh_token": "Refresh token",
}
KINDS = {"number": "string"}
# Some readers of YAML do not take these for text, though PyYAML does.
AMBIGUOUS = {"none", "n", "y"}


class Dumper(yaml.SafeDumper):
    """Writes YAML as Meltano Hub's yamllint wants it, and quotes text that a reader may take for something else."""

    @override
    def represent_data(self, data: Any) -> yaml.Node:
        if isinstance(data, str) and data.lower() in AMBIGUOUS:
            return self.represent_scalar("tag:yaml.org,2002:str", data, style="'")
        return super().represent_data(data)

    @override
    def ignore_aliases(self, data: Any) -> bool:
        return True


def plugin() -> dict[str, Any]:
    """Return the definition of the tap for Meltano Hub."""
    told = {name: about()[name] for name in ("name", "description", "supported_python_versions")}
    place = address()
    return IDENTITY | told | ({"repo": place} if place else {}) | definition()


def definition() -> dict[str, Any]:
    """Return what the tap can do, and its settings: the part that `plugin.yaml` and `meltano.yml` have in common."""
    settings = about()["settings"]["properties"]
    return {
        "capabilities": about()["capabilities"],
        "commands": COMMANDS,
        "settings_group_validation": GROUPS,
        "settings": [setting(name, schema) for name, schema in settings.items()],
    }


def setting(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a setting in Meltano's words."""
    told = {"name": name, "label": schema["title"], "kind": kind(schema), "description": schema["description"]}
    if schema.get("secret"):
        told["sensitive"] = True
    if "enum" in schema:
        options = [{"label": OPTIONS.get(value, value.capitalize()), "value": value} for value in schema["enum"]]
        return told | {"options": options}
    shown = placeholder(schema)
    return told | {"placeholder": shown} if shown else told


def kind(schema: Mapping[str, Any]) -> str:
    """Return the kind of a setting: its type, or Meltano's own word for it."""
    if "enum" in schema:
        return "options"
    (name,) = (name for name in schema["type"] if name != "null")
    return "date_iso8601" if schema.get("format") == "date-time" else KINDS.get(name, name)


def placeholder(schema: Mapping[str, Any]) -> str:
    """Return what a form shows while a setting is empty: its default, or an example; nothing for a switch."""
    shown = [value for value in (schema.get("default"), *schema.get("examples", [])) if value not in (None, {}, [])]
    if not shown or isinstance(shown[0], bool) or schema.get("secret"):
        return ""
    return shown[0] if isinstance(shown[0], str) else json.dumps(shown[0])


def loader() -> dict[str, Any]:
    """Return target-postgres as a definition: what `meltano.yml` sets are the values of its settings here."""
    loaders = yaml.safe_load(PROJECT.read_text())["plugins"]["loaders"]
    (found,) = (dict(loader) for loader in loaders if loader["name"] == "target-postgres")
    config = found.pop("config")
    found.pop("env")  # Meltano takes that from a project only, not from a definition
    # Exact whatever the tap sends: COPY wants a setting of the tap, which this definition cannot make.
    values = {name: {"value": value} for name, value in (config | {"use_copy": False}).items()}
    return found | {"settings": [each | values.get(each["name"], {}) for each in found["settings"]]}


def project(text: str) -> str:
    """Return `meltano.yml` with its generated part as the tap has it now."""
    part = indent(document(definition(), sort_keys=False), MARGIN)
    text, found = PART.subn(lambda _: part, text)
    if found != 1:
        message = "meltano.yml must have the part `settings` once"
        raise ValueError(message)
    return text


def document(content: Mapping[str, Any], *, head: str = "", sort_keys: bool = True) -> str:
    """Return a YAML document; Meltano Hub wants its keys in the order of the alphabet."""
    return head + yaml.dump(content, Dumper=Dumper, sort_keys=sort_keys, width=118, allow_unicode=True)


def render() -> dict[str, str]:
    """Return each file that is made here, by its path in the repository, as it should be."""
    return {
        "plugin.yaml": document(plugin(), head=PLUGIN_HEAD),
        "meltano.yml": project(PROJECT.read_text()),
        "examples/target-postgres.yaml": document(loader(), head=LOADER_HEAD),
    }


if __name__ == "__main__":
    for path, text in render().items():
        (ROOT / path).write_text(text)
