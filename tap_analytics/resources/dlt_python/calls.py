"""A call of Python -> its value: what dlt has, a few builtins and methods, and functions of the file."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tap_analytics.resources.dlt_python import (
    addresses,
    builtins,
    classes,
    command_line,
    documents,
    functions,
    instances,
    methods,
    moments,
    own_auth,
    own_paginators,
    sessions,
    sources,
)
from tap_analytics.resources.dlt_python.scope import DEEPEST_CALL, Class, Function, Instance, Listing, Scope
from tap_analytics.resources.dlt_python.values import (
    Arguments,
    File,
    Imported,
    Incremental,
    ListedResource,
    MadeResource,
    MadeSource,
    Method,
    RestClient,
    Session,
    Text,
    Unknown,
    Variable,
    Words,
    default_of,
    secret_name,
    variable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def refuse_merge(part: object, line: int, scope: Scope) -> None:
    """Keep a remark on what cannot be merged into an object."""
    why = part.why if isinstance(part, Unknown) else "is not an object"
    scope.findings.say(line, f"the object behind `**` {why}; it is left out", loses=True)


def result(called: Any, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    """Return what a call gives, or an `Unknown` that says why it cannot be told."""
    kind = _CALLS.get(type(called))
    return kind(called, arguments, scope) if kind else _unknown_call("a value", arguments)


def _unknown_call(name: str, arguments: Arguments) -> Unknown:
    return Unknown(arguments.line, f"calls {name}, which only running it tells")


def _of_function(called: Function, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    if scope.depth >= DEEPEST_CALL:
        return Unknown(arguments.line, "is the result of functions that call each other too often")
    return functions.outcome(called, arguments, scope)


def _of_class(called: Class, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    made = instances.create(called, arguments, scope)
    if not isinstance(made, Instance):
        return made
    words = own_paginators.words_for(made, arguments, scope) or own_auth.words_for(made, arguments, scope)
    return words or made


def _of_resource(called: Words, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    """Return what a resource gives that `dlt.resource(function, ...)` has made, and that is called."""
    if not isinstance(called.get("values"), Function):
        return _unknown_call("a value", arguments)
    words = Words({key: value for key, value in called.items() if key not in {"selected", "values"}}, line=called.line)
    return functions.outcome(functions.as_resource(called["values"], words), arguments, scope)


def _of_method(called: Method, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    owner, name = called.owner, called.name
    if isinstance(owner, RestClient) and name in {"paginate", "get", "post"}:
        return _listing(owner, arguments, scope)
    if known := _OWNERS.get(type(owner)):
        return known(owner, name, arguments, scope)
    if isinstance(owner, Text) and name == "get" and (store := secret_name(owner)):
        return variable(f"{store}.{arguments.first('key')}")
    if name not in {"lstrip", "rstrip", "strip"}:
        owner = plain_text(owner, arguments.line, scope)
    return methods.outcome(owner, name, arguments, scope)


def plain_text(value: Any, line: int, scope: Scope) -> Any:  # noqa: ANN401
    """Return a text with the defaults of its variables where the code looks into it, and any other value as it is."""
    default = default_of(value)
    if default is None:
        return value
    names = ", ".join(f"`${part.name}`" for part in value.parts if isinstance(part, Variable))
    scope.findings.say(line, f"the code looks into {names}; the default that the code gives it is taken")
    return default


def _listing(client: RestClient, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    words = Words(client.endpoint, line=arguments.line, lines=client.endpoint.lines)
    words.take(arguments.by_name(classes.PAGINATE))
    listing = Listing(client, words, scope.resource, arguments.line, scope.way)
    if listing not in scope.findings.listings:
        scope.findings.listings.append(listing)
    return Unknown(arguments.line, "is what the API answers")


def _of_import(called: Imported, arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    if known := _IMPORTED.get(called.path) or _IMPORTED.get(called.name):
        return known(arguments, scope)
    if called.name in classes.CONSTRUCTORS:
        constructor = classes.CONSTRUCTORS[called.name]
        words = Words({"type": constructor.type}, line=arguments.line)
        words.take(arguments.by_name(constructor.parameters))
        return words
    if called.name in classes.SOURCES:
        return _source(arguments, scope)
    if called.name in classes.TYPED or called.name.endswith("Config"):
        return _dict(arguments, scope)
    return methods.builtin(called, arguments)


def _source(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    given = arguments.first("config")
    if isinstance(given, Unknown):
        scope.findings.say(arguments.line, f"the configuration {given.why}", loses=True)
    elif not isinstance(given, Words):
        # The older form of dlt's own packages, `rest_api_source(config=...)`, has objects too.
        scope.findings.say(arguments.line, "the configuration is not an object", loses=True)
    else:
        # Before the resources of another source of this line are put beside its own.
        made = sources.source_of(given)
        _keep(given, arguments.line, scope)
        return made
    return Unknown(arguments.line, "is a source of dlt")


def _keep(given: Words, line: int, scope: Scope) -> None:
    """Keep a configuration; of those that one line makes for the same client, the resources are put together."""
    known = scope.findings.configurations.get(line)
    if known is None or known is given or known == given:
        scope.findings.configurations[line] = given
        return
    mine, others = given.get("resources"), known.get("resources")
    is_same = all(known.get(key) == given.get(key) for key in ("client", "resource_defaults"))
    if is_same and isinstance(mine, list) and isinstance(others, list):
        others += [each for each in mine if each not in others]
        given.put("resources", others)
    else:
        sentence = "this line makes several sources, one for each round; the first one is written"
        scope.findings.say(line, sentence, loses=True)


def _dict(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    words = Words(line=arguments.line)
    for each in arguments.positional:
        pairs = [pair for pair in each if isinstance(pair, list) and len(pair) == 2] if isinstance(each, list) else []  # noqa: PLR2004 - a pair
        if isinstance(each, dict):
            words.take(each)
        elif pairs and len(pairs) == len(each):
            words.take(Words({str(key): value for key, value in pairs}, line=arguments.line))
        elif each != []:
            refuse_merge(each, arguments.line, scope)
    words.take(arguments.named)
    return words


def _incremental(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    words = Incremental({"type": "incremental"}, line=arguments.line)
    words.take(arguments.by_name(classes.INCREMENTAL))
    return words


def _rest_client(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    words = arguments.by_name(classes.REST_CLIENT)
    endpoint = Words(line=arguments.line)
    if "data_selector" in words:
        endpoint.put("data_selector", words.pop("data_selector"), words.line_of("data_selector"))
    return RestClient(words, endpoint)


def _paginate(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    """Keep the list that dlt's `paginate` reads, which makes a client of its own."""
    words = arguments.by_name(classes.PAGINATE_FUNCTION)
    address = words.pop("url", None)
    client = Words({"base_url": address}, line=arguments.line)
    words.put("path", "")
    if isinstance(address, str) and (parts := urlsplit(address)).netloc:
        client.put("base_url", f"{parts.scheme}://{parts.netloc}")
        words.put("path", address.removeprefix(client["base_url"]))
    for key in ("auth", "headers", "session"):
        if (given := words.pop(key, None)) is not None:
            client.put(key, given, words.line_of(key))
    return _listing(RestClient(client, Words(line=arguments.line)), Arguments([], words, arguments.line), scope)


def _resource(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    """Return the resource that `dlt.resource(...)` makes of a list, or of what a function yields."""
    words = arguments.by_name(["data", "name"])
    if "data" in words:
        words.move("data", "values")
    words.setdefault("selected", True)
    return words


def _setting(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    """Return the variable of `os.getenv(...)` and `dlt.secrets.get(...)`, with its default."""
    name = arguments.first("key")
    words = arguments.by_name(["key", "default"])
    default = words.get("default", words.get("failobj"))
    return variable(name, None if isinstance(default, Imported) else default) if isinstance(name, str) else name


def _register(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    words = arguments.by_name(["name", "kind"])
    scope.findings.registered[str(words.get("name"))] = words.get("kind")


def _field(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401
    """Return the default of a field of a data class."""
    if (factory := arguments.named.get("default_factory")) is not None:
        return result(factory, Arguments([], Words(line=arguments.line), arguments.line), scope)
    return arguments.named.get("default", Unknown(arguments.line, "is a field without a default"))


def _cast(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    return arguments.positional[-1] if arguments.positional else None


def _copy(arguments: Arguments, scope: Scope) -> Any:  # noqa: ANN401, ARG001
    return replica(arguments.positional[0]) if arguments.positional else None


def replica(value: Any) -> Any:  # noqa: ANN401
    """Return a copy of an object or a list, and of those within it."""
    if isinstance(value, Words):
        twin = copy.copy(value)
        twin.lines = dict(value.lines)
        twin.update({key: replica(part) for key, part in value.items()})
        return twin
    return [replica(part) for part in value] if isinstance(value, list) else value


_CALLS: Mapping[type, Callable[[Any, Arguments, Scope], Any]] = {
    Class: _of_class,
    Function: _of_function,
    Imported: _of_import,
    Method: _of_method,
    Unknown: lambda called, _arguments, _scope: called,
    Words: _of_resource,
}
_OWNERS: Mapping[type, Callable[[Any, str, Arguments, Scope], Any]] = {
    Class: instances.outcome,
    File: lambda owner, name, arguments, _scope: documents.method(owner, name, arguments),
    Instance: instances.outcome,
    ListedResource: sources.of_list,
    MadeResource: sources.outcome,
    MadeSource: sources.outcome,
    Session: sessions.outcome,
    command_line.Parser: command_line.outcome,
}
_IMPORTED: Mapping[str, Callable[[Arguments, Scope], Any]] = {
    "RESTClient": _rest_client,
    "Session": sessions.create,
    "dlt.sources.helpers.requests.Client": sessions.create,
    "builtins.dict": _dict,
    "copy.copy": _copy,
    "copy.deepcopy": _copy,
    "dataclasses.field": _field,
    "dlt.config.get": _setting,
    "dlt.resource": _resource,
    "dlt.secrets.get": _setting,
    "dlt.sources.helpers.rest_client.paginate": _paginate,
    "dlt.sources.incremental": _incremental,
    "incremental": _incremental,
    "os.environ.get": _setting,
    "os.getenv": _setting,
    **addresses.CALLS,
    **builtins.calls(result),
    **command_line.CALLS,
    **documents.CALLS,
    **moments.CALLS,
    "register_auth": _register,
    "register_paginator": _register,
    "requests.session": sessions.create,
    "typing.cast": _cast,
}
