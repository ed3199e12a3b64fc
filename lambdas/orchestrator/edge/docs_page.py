"""A page that describes the API, written from its OpenAPI description.

FastAPI's own page loads its scripts from a third party's servers; this one is plain HTML.
"""

import json
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "pre{background:#f4f4f4;padding:1rem;overflow:auto}code{font-size:.95em}"
    "summary{cursor:pointer}h2{margin-top:2.5rem}"
)


def docs_page(description: dict[str, Any]) -> str:
    """HTML for an OpenAPI description."""
    info = description["info"]
    operations = "".join(
        _operation(method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    )
    schemas = "".join(
        f'<details id="{escape(name)}"><summary>{escape(name)}</summary>{_json(schema)}</details>'
        for name, schema in description.get("components", {}).get("schemas", {}).items()
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f"<style>{_STYLE}</style><h1>{escape(info['title'])}</h1><p>{escape(info.get('description', ''))}</p>"
        f'<p>The same for programs: <a href="openapi.json">openapi.json</a></p>'
        f"{operations}<h2>Types</h2>{schemas}</html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parts = [f"<h2><code>{method.upper()} {escape(path)}</code></h2>"]
    parts.append(f"<p>{escape(operation.get('description') or operation.get('summary', ''))}</p>")
    if parameters := operation.get("parameters"):
        parts.append(f"<p>Parameters</p>{_json(parameters)}")
    if body := operation.get("requestBody"):
        parts.append(f"<p>Body</p>{_json(body['content'])}")
    parts.append("<p>Answers</p><ul>")
    for status, response in operation["responses"].items():
        types = ", ".join(_type_of(content) for content in response.get("content", {}).values())
        parts.append(f"<li><code>{escape(status)}</code> {escape(response['description'])}: {types}</li>")
    return "".join(parts) + "</ul>"


def _type_of(content: dict[str, Any]) -> str:
    name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    return f'<a href="#{escape(name)}">{escape(name)}</a>' if name else "text"


def _json(value: Any) -> str:
    return f"<pre>{escape(json.dumps(value, indent=2))}</pre>"
