"""Cuts the operations that campaigns use out of the forges' own API descriptions, as JSON Schema 2020-12.

    python3 slice.py github api.github.com.json > github.json       # npm: @octokit/openapi, generated/ (MIT)
    python3 slice.py forgejo swagger.v1.json > forgejo.json         # crate: forgejo-api, swagger.v1.json (MIT OR Apache-2.0)

Out comes {"operations": [{"method", "path", "query", "request", "answers": {"200": schema or null}}], "$defs": ...}.
"""

import json
import sys

GITHUB = """
GET /user
GET /rate_limit
GET /orgs/{org}/repos
GET /search/repositories
GET /repos/{owner}/{repo}
GET /repos/{owner}/{repo}/git/ref/{ref}
DELETE /repos/{owner}/{repo}/git/refs/{ref}
GET /repos/{owner}/{repo}/git/commits/{commit_sha}
GET /repos/{owner}/{repo}/contents/{path}
GET /repos/{owner}/{repo}/pulls
POST /repos/{owner}/{repo}/pulls
GET /repos/{owner}/{repo}/pulls/{pull_number}
PATCH /repos/{owner}/{repo}/pulls/{pull_number}
PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge
POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers
POST /repos/{owner}/{repo}/issues/{issue_number}/labels
GET /repos/{owner}/{repo}/issues/{issue_number}/comments
POST /repos/{owner}/{repo}/issues/{issue_number}/comments
GET /repos/{owner}/{repo}/commits/{ref}/check-runs
GET /repos/{owner}/{repo}/commits/{ref}/status
POST /app/installations/{installation_id}/access_tokens
"""

FORGEJO = """
GET /user
GET /orgs/{org}/repos
GET /repos/search
GET /repos/{owner}/{repo}
GET /repos/{owner}/{repo}/topics
GET /repos/{owner}/{repo}/branches/{branch}
DELETE /repos/{owner}/{repo}/branches/{branch}
GET /repos/{owner}/{repo}/contents/{filepath}
GET /repos/{owner}/{repo}/git/commits/{sha}
GET /repos/{owner}/{repo}/pulls
POST /repos/{owner}/{repo}/pulls
GET /repos/{owner}/{repo}/pulls/{index}
PATCH /repos/{owner}/{repo}/pulls/{index}
POST /repos/{owner}/{repo}/pulls/{index}/merge
POST /repos/{owner}/{repo}/pulls/{index}/requested_reviewers
GET /repos/{owner}/{repo}/labels
POST /repos/{owner}/{repo}/labels
GET /orgs/{org}/labels
POST /repos/{owner}/{repo}/issues/{index}/labels
GET /repos/{owner}/{repo}/issues/{index}/comments
POST /repos/{owner}/{repo}/issues/{index}/comments
GET /repos/{owner}/{repo}/commits/{ref}/status
"""

# Words for people, and formats that nobody checks.
DROPPED = {"description", "example", "examples", "title", "externalDocs", "format", "xml", "deprecated", "x-go-name",
           "x-go-package", "x-go-enum-desc", "default", "readOnly", "discriminator"}


def clean(schema, inside_properties=False):
    """OpenAPI 3.0 and Swagger 2.0 to JSON Schema."""
    if isinstance(schema, list):
        return [clean(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {}
    for key, value in schema.items():
        if not inside_properties and key in DROPPED:
            continue
        if key == "$ref":
            out[key] = "#/$defs/" + value.rsplit("/", 1)[1]
        else:
            out[key] = clean(value, inside_properties=key == "properties")
    if not inside_properties and out.pop("nullable", False):
        if "enum" in out and None not in out["enum"]:
            out["enum"] = out["enum"] + [None]
        if isinstance(out.get("type"), str):
            out["type"] = [out["type"], "null"]
        else:
            out = {"anyOf": [out, {"type": "null"}]}
    return out


def references(schema, into):
    if isinstance(schema, list):
        for item in schema:
            references(item, into)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                into.add(value.rsplit("/", 1)[1])
            else:
                references(value, into)


def resolved(document, thing):
    while "$ref" in thing:
        at = document
        for part in thing["$ref"][2:].split("/"):
            at = at[part]
        thing = at
    return thing


def content(thing):
    """The JSON schema of a body, in OpenAPI 3 or Swagger 2."""
    if "schema" in thing:
        return thing["schema"]
    return thing.get("content", {}).get("application/json", {}).get("schema")


def main(kind, path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    wanted = [line.split() for line in (GITHUB if kind == "github" else FORGEJO).split("\n") if line]
    schemas = document["components"]["schemas"] if "components" in document else document["definitions"]
    operations = []
    for method, route in wanted:
        operation = document["paths"][route][method.lower()]
        query, request, required = [], None, False
        for parameter in operation.get("parameters", []):
            parameter = resolved(document, parameter)
            if parameter["in"] == "query":
                query.append(parameter["name"])
            elif parameter["in"] == "body":
                request, required = parameter["schema"], parameter.get("required", False)
        if "requestBody" in operation:
            body = resolved(document, operation["requestBody"])
            request, required = content(body), body.get("required", False)
        answers = {}
        for status, answer in operation["responses"].items():
            answers[status] = clean(content(resolved(document, answer)))
        operations.append({"method": method, "path": route, "query": sorted(query), "request": clean(request),
                           "needs_request": required, "answers": answers})
    needed, done = set(), {}
    references(operations, needed)
    while needed - done.keys():
        name = min(needed - done.keys())
        done[name] = clean(schemas[name])
        references(done[name], needed)
    json.dump({"operations": operations, "$defs": dict(sorted(done.items()))}, sys.stdout, separators=(",", ":"))
    print()


main(*sys.argv[1:])
