//! The words of Forgejo and Gitea: REST API version 1.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::server::{Asked, Reply, comment, page};
use crate::state::{No, Pull, PullState, State};

const DRAFT: &str = "WIP: ";

pub fn answer(state: &mut State, asked: &Asked) -> Reply {
    // However much is asked for, a page has 50 entries.
    state.page = state.page.min(50);
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    match (asked.method, &*path) {
        ("GET", ["user"]) => Reply::new(200, json!({ "id": 1, "login": state.login })),
        ("GET", ["orgs", owner, "repos"]) => {
            let prefix = format!("{owner}/");
            let names: Vec<String> =
                state.repositories.keys().filter(|name| name.starts_with(&prefix)).cloned().collect();
            let items = names.iter().map(|name| repository(state, name)).collect();
            page(state, asked, "limit", items)
        }
        ("GET", ["repos", "search"]) => {
            let text = asked.query.get("q").cloned().unwrap_or_default();
            let by_topic = asked.query.get("topic").is_some_and(|value| value == "true");
            let names: Vec<String> = state
                .repositories
                .iter()
                .filter(
                    |(name, item)| if by_topic { item.topics.contains(&text) } else { name.contains(&text) },
                )
                .map(|(name, _)| name.clone())
                .collect();
            let items = names.iter().map(|name| repository(state, name)).collect();
            let mut reply = page(state, asked, "limit", items);
            reply.body = json!({ "ok": true, "data": reply.body });
            reply
        }
        (_, ["repos", owner, name, rest @ ..]) => {
            let name = format!("{owner}/{name}");
            if !state.repositories.contains_key(&name) {
                return no(No(404, "The target couldn't be found.".into()));
            }
            state.settle(&name);
            in_repository(state, asked, &name, rest).unwrap_or_else(no)
        }
        _ => no(No(404, "The target couldn't be found.".into())),
    }
}

fn no(No(status, message): No) -> Reply {
    let message =
        if status == 409 { "pull request already exists for these targets".to_owned() } else { message };
    // A branch that is not there is simply not found.
    let status = if message.contains("head: invalid") { 404 } else { status };
    Reply::new(status, json!({ "message": message, "url": "https://example.com/api/swagger" }))
}

fn in_repository(state: &mut State, asked: &Asked, name: &str, path: &[&str]) -> Result<Reply, No> {
    let text = |field: &str| asked.body[field].as_str().unwrap_or_default().to_owned();
    let number = |text: &str| text.parse::<u64>().map_err(|_| No(404, "not found".into()));
    let missing = || No(404, "not found".into());
    Ok(match (asked.method, path) {
        ("GET", []) => Reply::new(200, repository(state, name)),
        ("GET", ["topics"]) => Reply::new(200, json!({ "topics": state.repository(name)?.topics })),
        ("GET", ["branches", branch @ ..]) => {
            let tip = state.repository(name)?.bare.tip(&branch.join("/")).ok_or_else(missing)?;
            Reply::new(200, json!({ "name": branch.join("/"), "commit": { "id": tip } }))
        }
        ("DELETE", ["branches", branch @ ..]) => {
            state.delete_branch(name, &branch.join("/")).map_err(|_| missing())?;
            Reply::new(204, Value::Null)
        }
        ("GET", ["contents", file @ ..]) => {
            let commit = asked.query.get("ref").cloned().unwrap_or_default();
            let found = state.repository(name)?.bare.file(&commit, &file.join("/")).ok_or_else(missing)?;
            let content = base64::engine::general_purpose::STANDARD.encode(found);
            Reply::new(200, json!({ "type": "file", "encoding": "base64", "content": content }))
        }
        ("GET", ["git", "commits", oid]) => {
            let shown = state.repository(name)?.bare.describe(oid).ok_or_else(missing)?;
            let parents: Vec<Value> = shown.parents.iter().map(|sha| json!({ "sha": sha })).collect();
            let commit = json!({ "message": shown.message, "committer": { "email": shown.email } });
            Reply::new(200, json!({ "sha": oid, "commit": commit, "parents": parents }))
        }
        // No filters, as in old versions.
        ("GET", ["pulls"]) => {
            let hidden = state.hide_pulls;
            let pulls: Vec<Pull> =
                state.repository(name)?.pulls.iter().rev().filter(|_| !hidden).cloned().collect();
            let items = pulls.iter().map(|pull| self::pull(state, name, pull)).collect();
            page(state, asked, "limit", items)
        }
        ("POST", ["pulls"]) => {
            let title = text("title");
            let plain = title.strip_prefix(DRAFT).unwrap_or(&title);
            let draft = plain != title;
            let archived = state.repository(name)?.archived;
            let created = state.create(name, plain, &text("body"), &text("head"), &text("base"), draft);
            let pull = created.map_err(|No(status, why)| No(if archived { 423 } else { status }, why))?;
            Reply::new(201, self::pull(state, name, &pull))
        }
        ("GET", ["pulls", n]) => {
            let pull = state.pull(name, number(n)?)?.clone();
            Reply::new(200, self::pull(state, name, &pull))
        }
        ("PATCH", ["pulls", n]) => {
            let pull = state.pull(name, number(n)?)?;
            if let Some(title) = asked.body["title"].as_str() {
                pull.title = title.strip_prefix(DRAFT).unwrap_or(title).into();
                pull.draft = title.starts_with(DRAFT);
            }
            if let Some(body) = asked.body["body"].as_str() {
                pull.body = body.into();
            }
            if asked.body["state"] == "closed" && pull.state == PullState::Open {
                pull.state = PullState::Closed;
            }
            let pull = pull.clone();
            // 201, as in the sources.
            Reply::new(201, self::pull(state, name, &pull))
        }
        ("POST", ["pulls", n, "merge"]) => {
            state.merge(name, number(n)?, asked.body["head_commit_id"].as_str())?;
            Reply::new(200, Value::Null)
        }
        ("POST", ["pulls", n, "requested_reviewers"]) => {
            let people = asked.body["reviewers"].as_array().cloned().unwrap_or_default();
            let people: Vec<String> =
                people.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
            state.ask(name, number(n)?, &people)?;
            Reply::new(201, json!([]))
        }
        ("GET", ["labels"]) => {
            let labels = state.repository(name)?.labels.clone();
            let items =
                labels.iter().enumerate().map(|(at, name)| json!({ "id": at + 1, "name": name })).collect();
            page(state, asked, "limit", items)
        }
        ("POST", ["labels"]) => {
            let labels = &mut state.repository(name)?.labels;
            labels.push(text("name"));
            Reply::new(201, json!({ "id": labels.len(), "name": text("name") }))
        }
        ("POST", ["issues", n, "labels"]) => {
            let labels = state.repository(name)?.labels.clone();
            let ids = asked.body["labels"].as_array().cloned().unwrap_or_default();
            let pull = state.pull(name, number(n)?)?;
            for id in ids {
                let at = id
                    .as_u64()
                    .and_then(|id| usize::try_from(id).ok())
                    .ok_or(No(422, "labels are numbers".into()))?;
                let label =
                    at.checked_sub(1).and_then(|at| labels.get(at)).ok_or(No(422, "no such label".into()))?;
                if !pull.labels.contains(label) {
                    pull.labels.push(label.clone());
                }
            }
            Reply::new(200, json!([]))
        }
        ("GET", ["issues", n, "comments"]) => {
            let comments = state.pull(name, number(n)?)?.comments.clone();
            Reply::new(
                200,
                json!(comments.iter().map(|text| json!({ "id": 1, "body": text })).collect::<Vec<_>>()),
            )
        }
        ("POST", ["issues", n, "comments"]) => comment(state, name, number(n)?, text("body"))?,
        ("GET", ["commits", _, "status"]) => {
            let check = state.repository(name)?.check;
            let statuses: Vec<Value> = check.into_iter().map(|state| json!({ "status": state })).collect();
            Reply::new(200, json!({ "state": check.unwrap_or("pending"), "statuses": statuses }))
        }
        _ => return Err(missing()),
    })
}

fn repository(state: &State, name: &str) -> Value {
    let Some(item) = state.repositories.get(name) else { return Value::Null };
    json!({
        "id": item.id,
        "full_name": name,
        "clone_url": format!("{}/{name}.git", state.address),
        "default_branch": "main",
        "archived": item.archived,
        "fork": item.fork,
        "permissions": { "admin": false, "push": item.can_push, "pull": true },
    })
}

fn pull(state: &mut State, name: &str, pull: &Pull) -> Value {
    let mergeable = pull.state != PullState::Open || state.mergeable(name, pull) == Some(true);
    let has_branch = state.repositories.get(name).is_some_and(|item| item.bare.tip(&pull.branch).is_some());
    let reference = if has_branch { pull.branch.clone() } else { format!("refs/pull/{}/head", pull.number) };
    let repository = repository(state, name);
    json!({
        "number": pull.number,
        "html_url": format!("{}/{name}/pulls/{}", state.address, pull.number),
        "title": format!("{}{}", if pull.draft { DRAFT } else { "" }, pull.title),
        "body": pull.body,
        "state": if pull.state == PullState::Open { "open" } else { "closed" },
        "merged": pull.state == PullState::Merged,
        "draft": pull.draft,
        "labels": pull.labels.iter().map(|name| json!({ "id": 1, "name": name })).collect::<Vec<_>>(),
        "requested_reviewers": pull.reviewers.iter().map(|login| json!({ "id": 1, "login": login })).collect::<Vec<_>>(),
        "mergeable": mergeable,
        "head": { "label": pull.branch, "ref": reference, "sha": pull.head, "repo": repository },
        "base": { "label": pull.base, "ref": pull.base, "sha": "", "repo": repository },
        "created_at": "2026-01-01T00:00:00Z",
    })
}
