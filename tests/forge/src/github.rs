//! GitHub's words: REST API version 2022-11-28.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::server::{Asked, Reply, comment, comments, page};
use crate::state::{No, Pull, PullState, Repository, State};

impl From<No> for Reply {
    fn from(No(status, message): No) -> Reply {
        Reply::new(status, json!({ "message": message }))
    }
}

pub fn answer(state: &mut State, asked: &Asked) -> Reply {
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    match (asked.method, &*path) {
        ("GET", ["user"]) => Reply::new(200, json!({ "login": state.login, "id": 1, "type": "User" })),
        ("GET", ["rate_limit"]) => Reply::new(200, json!({ "resources": {} })),
        ("POST", ["app", "installations", _, "access_tokens"]) => {
            let token = format!("ghs_{}", state.tokens.len());
            state.tokens.push(token.clone());
            Reply::new(201, json!({ "token": token, "expires_at": "2030-01-01T00:00:00Z" }))
        }
        ("GET", ["orgs", owner, "repos"]) => {
            let names: Vec<String> = state
                .repositories
                .keys()
                .filter(|name| name.starts_with(&format!("{owner}/")))
                .cloned()
                .collect();
            if names.is_empty() {
                return Reply::from(No(404, "Not Found".into()));
            }
            let items = names.iter().map(|name| repository(state, name)).collect();
            page(state, asked, "per_page", items)
        }
        ("GET", ["search", "repositories"]) => {
            let query = asked.query.get("q").cloned().unwrap_or_default();
            let matching = |item: &Repository| match query.strip_prefix("topic:") {
                Some(topic) => item.topics.iter().any(|other| other == topic),
                None => true,
            };
            // Of its language: words, and the owner.
            let words = query.split_whitespace().filter(|word| !word.starts_with("topic:"));
            let words: Vec<String> = words.map(|word| word.replace("org:", "")).collect();
            let named = |name: &str| words.iter().all(|word| name.contains(word.as_str()));
            let names = state
                .repositories
                .iter()
                .filter(|(name, item)| matching(item) && named(name))
                .map(|(name, _)| name.clone());
            let names: Vec<String> = names.collect();
            let items: Vec<Value> = names.iter().map(|name| repository(state, name)).collect();
            let count = items.len();
            let mut reply = page(state, asked, "per_page", items);
            reply.body = json!({ "total_count": count, "incomplete_results": false, "items": reply.body });
            reply
        }
        (_, ["repos", owner, name, rest @ ..]) => {
            let name = format!("{owner}/{name}");
            if let Some(new) = state.renamed.get(&name) {
                let path = format!("{}/api/v3/repos/{new}", state.address);
                let rest: String = rest.iter().map(|part| format!("/{part}")).collect();
                let query =
                    asked.address.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
                let status = if asked.method == "GET" { 301 } else { 307 };
                let mut reply = Reply::new(status, json!({ "message": "Moved Permanently" }));
                reply.headers.push(("Location".into(), format!("{path}{rest}{query}")));
                return reply;
            }
            if !state.repositories.contains_key(&name) {
                return Reply::from(No(404, "Not Found".into()));
            }
            state.settle(&name);
            in_repository(state, asked, &name, rest).unwrap_or_else(Reply::from)
        }
        _ => Reply::from(No(404, "Not Found".into())),
    }
}

fn in_repository(state: &mut State, asked: &Asked, name: &str, path: &[&str]) -> Result<Reply, No> {
    let text = |field: &str| asked.body[field].as_str().unwrap_or_default().to_owned();
    let texts = |field: &str| -> Vec<String> {
        let items = asked.body[field].as_array().cloned().unwrap_or_default();
        items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let number = |text: &str| text.parse::<u64>().map_err(|_| No(404, "Not Found".into()));
    Ok(match (asked.method, path) {
        ("GET", []) => Reply::new(200, repository(state, name)),
        ("GET", ["git", "ref", "heads", branch @ ..]) => {
            let branch = branch.join("/");
            let tip = state.repository(name)?.bare.tip(&branch).ok_or_else(|| No(404, "Not Found".into()))?;
            let object = json!({ "sha": tip, "type": "commit", "url": "https://example.com" });
            Reply::new(
                200,
                json!({ "ref": format!("refs/heads/{branch}"), "node_id": "x", "url": "https://example.com", "object": object }),
            )
        }
        ("DELETE", ["git", "refs", "heads", branch @ ..]) => {
            state.delete_branch(name, &branch.join("/"))?;
            Reply::new(204, Value::Null)
        }
        ("GET", ["git", "commits", oid]) => {
            let shown =
                state.repository(name)?.bare.describe(oid).ok_or_else(|| No(404, "Not Found".into()))?;
            let parents: Vec<Value> = shown.parents.iter().map(|sha| json!({ "sha": sha })).collect();
            let committer = json!({ "email": shown.email });
            Reply::new(
                200,
                json!({ "sha": oid, "committer": committer, "message": shown.message, "parents": parents }),
            )
        }
        ("GET", ["contents", file @ ..]) => {
            let commit = asked.query.get("ref").cloned().unwrap_or_else(|| "main".into());
            let found = state.repository(name)?.bare.file(&commit, &file.join("/"));
            let text = found.ok_or_else(|| No(404, "Not Found".into()))?;
            let content = base64::engine::general_purpose::STANDARD.encode(text);
            Reply::new(200, json!({ "type": "file", "encoding": "base64", "content": content }))
        }
        ("GET", ["pulls"]) => {
            let owner = name.split('/').next().unwrap_or_default();
            let head = asked
                .query
                .get("head")
                .and_then(|head| head.strip_prefix(&format!("{owner}:")).map(str::to_owned));
            let base = asked.query.get("base").cloned();
            let wanted = asked.query.get("state").cloned().unwrap_or_else(|| "open".into());
            let hidden = state.hide_pulls;
            let pulls: Vec<Pull> = state
                .repository(name)?
                .pulls
                .iter()
                .rev()
                .filter(|pull| head.as_ref().is_none_or(|head| *head == pull.branch))
                .filter(|pull| base.as_ref().is_none_or(|base| *base == pull.base))
                .filter(|pull| wanted == "all" || (wanted == "open") == (pull.state == PullState::Open))
                .filter(|_| !hidden)
                .cloned()
                .collect();
            let items = pulls.iter().map(|pull| self::pull(state, name, pull, false)).collect();
            page(state, asked, "per_page", items)
        }
        ("POST", ["pulls"]) => {
            let draft = asked.body["draft"].as_bool().unwrap_or(false);
            if asked.body["title"].is_null() || asked.body["head"].is_null() || asked.body["base"].is_null() {
                return Err(No(422, "Invalid request.".into()));
            }
            let created =
                state.create(name, &text("title"), &text("body"), &text("head"), &text("base"), draft);
            // GitHub says 422 where others say 409.
            let pull =
                created.map_err(|No(status, why)| No(if status == 409 { 422 } else { status }, why))?;
            Reply::new(201, self::pull(state, name, &pull, true))
        }
        ("GET", ["pulls", n]) => {
            let pull = state.pull(name, number(n)?)?.clone();
            Reply::new(200, self::pull(state, name, &pull, true))
        }
        ("PATCH", ["pulls", n]) => {
            let pull = state.pull(name, number(n)?)?;
            if let Some(title) = asked.body["title"].as_str() {
                pull.title = title.into();
            }
            if let Some(body) = asked.body["body"].as_str() {
                pull.body = body.into();
            }
            match asked.body["state"].as_str() {
                Some("closed") if pull.state == PullState::Open => pull.state = PullState::Closed,
                Some("open") if pull.state == PullState::Closed => pull.state = PullState::Open,
                _ => {}
            }
            let pull = pull.clone();
            Reply::new(200, self::pull(state, name, &pull, true))
        }
        ("PUT", ["pulls", n, "merge"]) => {
            let oid = state.merge(name, number(n)?, asked.body["sha"].as_str())?;
            Reply::new(
                200,
                json!({ "sha": oid, "merged": true, "message": "Pull Request successfully merged" }),
            )
        }
        ("POST", ["pulls", n, "requested_reviewers"]) => {
            let pull = state.ask(name, number(n)?, &texts("reviewers"))?;
            Reply::new(201, self::pull(state, name, &pull, false))
        }
        ("POST", ["issues", n, "labels"]) => {
            let pull = state.pull(name, number(n)?)?;
            for label in texts("labels") {
                if !pull.labels.contains(&label) {
                    pull.labels.push(label);
                }
            }
            let labels: Vec<Value> = pull.labels.iter().map(|label| self::label(label)).collect();
            Reply::new(200, Value::Array(labels))
        }
        ("GET", ["issues", n, "comments"]) => comments(state, asked, name, number(n)?)?,
        ("POST", ["issues", n, "comments"]) => comment(state, name, number(n)?, text("body"))?,
        ("GET", ["commits", _, "check-runs"]) => {
            let check = state.repository(name)?.check;
            let run = check.map(|check| match check {
                "pending" => json!({ "status": "in_progress", "conclusion": null }),
                other => json!({ "status": "completed", "conclusion": other }),
            });
            Reply::new(
                200,
                json!({ "total_count": usize::from(run.is_some()), "check_runs": Vec::from_iter(run) }),
            )
        }
        ("GET", ["commits", _, "status"]) => {
            Reply::new(200, json!({ "state": "pending", "statuses": [], "total_count": 0 }))
        }
        _ => return Err(No(404, "Not Found".into())),
    })
}

fn repository(state: &State, name: &str) -> Value {
    let Some(item) = state.repositories.get(name) else { return Value::Null };
    json!({
        "id": item.id,
        "name": name.split('/').nth(1),
        "full_name": name,
        "clone_url": format!("{}/{name}.git", state.address),
        "html_url": format!("{}/{name}", state.address),
        "default_branch": "main",
        "archived": item.archived,
        "disabled": false,
        "fork": item.fork,
        "topics": item.topics,
        "permissions": { "admin": false, "push": item.can_push, "pull": true },
    })
}

fn label(name: &str) -> Value {
    json!({ "id": 1, "node_id": "x", "url": "https://example.com", "name": name, "color": "ededed", "default": false, "description": "" })
}

fn pull(state: &mut State, name: &str, pull: &Pull, whole: bool) -> Value {
    let mergeable = (whole && pull.state == PullState::Open).then(|| state.mergeable(name, pull)).flatten();
    let merged_at = (pull.state == PullState::Merged).then_some("2026-01-02T00:00:00Z");
    let side = |branch: &str, sha: &str| {
        let owner = name.split('/').next().unwrap_or_default();
        json!({ "label": format!("{owner}:{branch}"), "ref": branch, "sha": sha, "repo": repository(state, name) })
    };
    let base_tip =
        state.repositories.get(name).and_then(|item| item.bare.tip(&pull.base)).unwrap_or_default();
    let mut value = json!({
        "id": pull.number,
        "number": pull.number,
        "html_url": format!("{}/{name}/pull/{}", state.address, pull.number),
        "state": if pull.state == PullState::Open { "open" } else { "closed" },
        "title": pull.title,
        "body": pull.body,
        "draft": pull.draft,
        "created_at": "2026-01-01T00:00:00Z",
        "merged_at": merged_at,
        "labels": pull.labels.iter().map(|name| label(name)).collect::<Vec<_>>(),
        "requested_reviewers": pull.reviewers.iter().map(|login| json!({ "login": login, "id": 1 })).collect::<Vec<_>>(),
        "head": side(&pull.branch, &pull.head),
        "base": side(&pull.base, &base_tip),
    });
    if whole {
        value["mergeable"] = json!(mergeable);
        value["merged"] = json!(pull.state == PullState::Merged);
    }
    value
}
