"""A class of the file that asks for a token in its own way, derived from dlt's `OAuth2ClientCredentials` -> words."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tap_analytics.resources.dlt_python.classes import CONSTRUCTORS
from tap_analytics.resources.dlt_python.values import Arguments, Imported, Words

if TYPE_CHECKING:
    from tap_analytics.resources.dlt_python.scope import Class, Instance, Scope

_BASE = "OAuth2ClientCredentials"
_REQUEST = "build_access_token_request"
_FORM = "application/x-www-form-urlencoded"
_BOTH = ("self.client_id", "self.client_secret")


def words_for(made: Instance, arguments: Arguments, scope: Scope) -> Words | None:
    """Return the words for an object of such a class; None where it is another one, or does more."""
    of, known = made.of, CONSTRUCTORS[_BASE]
    bases = [scope.language.value(base, of.scope) for base in of.node.bases]
    if len(bases) != 1 or not isinstance(bases[0], Imported) or bases[0].name != _BASE:
        return None
    words = Words({"type": known.type}, line=arguments.line)
    for statement in of.node.body:
        if isinstance(statement, ast.FunctionDef):
            if statement.name != _REQUEST or not _take_request(statement, of, words):
                return None
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            value = statement.value and scope.language.value(statement.value, of.scope)
            if value is not None:
                words.put(statement.target.id, value, statement.lineno)
        elif not isinstance(statement, ast.Pass | ast.Expr):
            return None
    given = arguments.by_name(known.parameters)
    if set(words) - {"type", "token_endpoint_auth_method"} - set(known.parameters):
        return None
    words.take(given)
    return words


def _take_request(method: ast.FunctionDef, of: Class, words: Words) -> bool:
    """Put how a token is asked for into words; return whether they say all of it."""
    *before, last = [each for each in method.body if not isinstance(each, ast.Expr)]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Dict):
        return False
    if not all(isinstance(each, ast.Assign | ast.AnnAssign) for each in before):
        return False
    parts = {key.value: value for key, value in _pairs(last.value)}
    headers, data = parts.pop("headers", None), parts.pop("data", None)
    if parts or (headers is not None and not isinstance(headers, ast.Dict)):
        return False
    sent = {key.value: value for key, value in _pairs(headers)} if headers else {}
    kind = sent.pop("Content-Type", ast.Constant(_FORM))
    is_basic = _is_basic(sent.pop("Authorization", None), " ".join(map(ast.unparse, method.body)))
    if sent or is_basic is None or not isinstance(kind, ast.Constant) or kind.value != _FORM:
        return False
    if is_basic:
        words.put("token_endpoint_auth_method", "client_secret_basic", method.lineno)
    return data is None or ast.unparse(data) == "self.access_token_request_data" or _take_data(data, of, words)


def _pairs(node: ast.Dict) -> list[tuple[ast.Constant, ast.expr]]:
    pairs = zip(node.keys, node.values, strict=True)
    return [(key if isinstance(key, ast.Constant) else ast.Constant(None), value) for key, value in pairs]


def _is_basic(header: ast.expr | None, code: str) -> bool | None:
    """Return whether the client shows itself by HTTP Basic; None where it does so in another way."""
    if header is None:
        return False
    is_made = "b64encode" in code and all(each in code for each in _BOTH)
    return True if is_made and "Basic " in ast.unparse(header) else None


def _take_data(data: ast.expr, of: Class, words: Words) -> bool:
    """Keep what the body of the request has beside the client."""
    if not isinstance(data, ast.Dict):
        return False
    kept = Words(line=data.lineno)
    for key, value in _pairs(data):
        name, written = key.value, ast.unparse(value)
        if not isinstance(name, str):
            return False
        if written in _BOTH and written == f"self.{name}":
            continue
        found = of.scope.language.value(value, of.scope)
        if not isinstance(found, str):
            return False
        kept.put(name, found, value.lineno)
    words.put("access_token_request_data", kept, data.lineno)
    return True
