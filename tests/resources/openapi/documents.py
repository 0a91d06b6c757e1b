"""A document of OpenAPI 3, and an API that does what it says and refuses what it does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.foreign import Call, Reply

if TYPE_CHECKING:
    from tests.foreign import Foreign

Words = dict[str, Any]

TASKS = [{"id": n, "title": f"t{n}", "updated_at": f"2024-05-{n % 28 + 1:02}T00:00:00Z"} for n in range(57)]
PROJECTS = [{"slug": f"p{n}", "id": n, "name": f"P{n}"} for n in range(3)]
NOTES = [{"id": n, "text": f"n{n}"} for n in range(4)]
EVENTS = [{"id": f"e{n}", "kind": {"name": "x", "of": None}} for n in range(25)]


def parameter(name: str, kind: str = "integer", place: str = "query", **more: Any) -> Words:  # noqa: ANN401 - any word
    bounds: Words = {word: more.pop(word) for word in ("default", "maximum", "minimum") if word in more}
    schema = {"type": kind, **bounds}
    return {"name": name, "in": place, "schema": schema, **more}


def answers(schema: Words, **more: Any) -> Words:  # noqa: ANN401 - any word
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}, **more}}


def ref(name: str) -> Words:
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(item: Words) -> Words:
    return {"type": "array", "items": item}


def an_object(**fields: Any) -> Words:  # noqa: ANN401 - any schema
    return {"type": "object", "properties": fields}


ID, TEXT, WHOLE = {"type": "integer"}, {"type": "string"}, {"type": "integer"}

SCHEMAS: Words = {
    "Base": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": ID, "updated_at": TEXT | {"format": "date-time"}},
    },
    "Task": {"allOf": [ref("Base"), an_object(title={"type": "string", "nullable": True}, parent=ref("Task"))]},
    "Project": an_object(slug=TEXT, id=ID, name=TEXT, secret=TEXT | {"writeOnly": True}),
    "Note": an_object(id=ID, text=TEXT),
    "Event": an_object(id=TEXT, kind={"oneOf": [an_object(name=TEXT), an_object(of={"type": "integer"})]}),
    "Meta": an_object(total=WHOLE, limit=WHOLE, offset=WHOLE),
    "Paging": an_object(next=an_object(after=TEXT)),
}

PATHS: Words = {
    "/tasks": {
        "get": {
            "summary": "All tasks.",
            "parameters": [
                parameter("limit", maximum=20, default=10),
                parameter("offset", default=0),
                parameter("updated_since", "string"),
            ],
            "responses": answers(an_object(data=list_of(ref("Task")), meta=ref("Meta"))),
        },
        "post": {"responses": {"201": {"description": "made"}}},
    },
    "/tasks/{id}": {"get": {"parameters": [parameter("id", place="path")], "responses": answers(ref("Task"))}},
    "/projects": {
        "parameters": [{"$ref": "#/components/parameters/Page"}, parameter("per_page", maximum=2)],
        "get": {"responses": answers(list_of(ref("Project")), headers={"Link": {"schema": TEXT}})},
    },
    "/projects/{project_slug}/notes": {
        "get": {
            "parameters": [parameter("project_slug", "string", "path", required=True), parameter("page", default=1)],
            "responses": answers(an_object(notes=list_of(ref("Note")), page=WHOLE, total_pages=WHOLE)),
        }
    },
    "/projects/{project_slug}/notes/{note_id}/marks": {
        "get": {
            "parameters": [
                parameter("project_slug", "string", "path", required=True),
                parameter("note_id", "integer", "path", required=True),
            ],
            "responses": answers(list_of(ref("Note"))),
        }
    },
    "/events": {
        "get": {
            "parameters": [parameter("after", "string"), parameter("kind", "string", required=True, example="x")],
            "responses": answers(an_object(events=list_of(ref("Event")), paging=ref("Paging"))),
        }
    },
    "/reports": {
        "get": {
            "parameters": [parameter("account", "string", required=True)],
            "responses": answers(list_of(ref("Note"))),
        }
    },
    "/places/{place}/notes": {
        "get": {"parameters": [parameter("place", "string", "path")], "responses": answers(list_of(ref("Note")))}
    },
}


def document(url: str, **more: Any) -> Words:  # noqa: ANN401 - any word
    """Return the document of the API at a URL."""
    scheme = {"type": "apiKey", "in": "header", "name": "X-Token"}
    parameters = {"Page": parameter("page", minimum=1)}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "{base}", "variables": {"base": {"default": url}}}],
        "security": [{"key": []}],
        "paths": PATHS,
        "components": {"schemas": SCHEMAS, "parameters": parameters, "securitySchemes": {"key": scheme}},
        **more,
    }


def serve(api: Foreign) -> None:
    """Make an API do what the document says."""

    def strictly(call: Call, *names: str) -> Reply | None:
        unknown = call.params.keys() - set(names)
        return Reply({"error": f"unknown: {unknown}"}, status=400) if unknown else None

    def tasks(call: Call) -> Reply:
        rows = [row for row in TASKS if str(row["updated_at"]) >= call.params.get("updated_since", "")]
        start, size = call.number("offset", 0), call.number("limit", 10)
        if size > 20:
            return Reply({"error": "limit"}, status=422)
        meta = {"total": len(rows), "limit": size, "offset": start}
        body = {"data": rows[start : start + size], "meta": meta}
        return strictly(call, "limit", "offset", "updated_since") or Reply(body)

    def projects(call: Call) -> Reply:
        size, page = call.number("per_page", 1), call.number("page", 1)
        end = page * size
        link = {"Link": f'<{call.path}?page={page + 1}&per_page={size}>; rel="next"'} if end < len(PROJECTS) else {}
        return strictly(call, "page", "per_page") or Reply(PROJECTS[end - size : end], headers=link)

    def notes(call: Call) -> Reply:
        page = call.number("page", 1)
        return strictly(call, "page") or Reply(
            {"notes": NOTES[page * 2 - 2 : page * 2], "page": page, "total_pages": 2}
        )

    def events(call: Call) -> Reply:
        start = call.number("after", 0)
        after = str(start + 10) if start + 10 < len(EVENTS) else None
        paging = {"next": {"after": after}} if after else {}
        refused = strictly(call, "after", "kind") or (None if "kind" in call.params else Reply({}, status=400))
        return refused or Reply({"events": EVENTS[start : start + 10], "paging": paging})

    api.serve("/tasks", tasks)
    api.serve("/projects", projects)
    api.serve("/events", events)
    for project in PROJECTS:
        api.serve(f"/projects/{project['slug']}/notes", notes)
        for note in NOTES:
            api.serve(f"/projects/{project['slug']}/notes/{note['id']}/marks", lambda _: Reply(NOTES[:1]))
