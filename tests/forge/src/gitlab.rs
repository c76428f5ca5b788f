//! GitLab's words: REST API version 4.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::server::{Asked, Reply, comment, comments, page};
use crate::state::{No, Pull, PullState, State};

const DRAFT: &str = "Draft: ";

pub fn answer(state: &mut State, asked: &Asked) -> Reply {
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    match (asked.method, &*path) {
        ("GET", ["user"]) => Reply::new(200, json!({ "id": 1, "username": state.login })),
        ("GET", ["personal_access_tokens", "self"]) => Reply::new(200, json!({ "scopes": ["api"] })),
        ("GET", ["users"]) => {
            let name = asked.query.get("username").cloned().unwrap_or_default();
            let at = state.people.iter().position(|person| *person == name);
            Reply::new(
                200,
                json!(
                    at.map(|at| json!({ "id": at + 10, "username": name })).into_iter().collect::<Vec<_>>()
                ),
            )
        }
        ("GET", ["groups", owner, "projects"]) => {
            let prefix = format!("{owner}/");
            let names: Vec<String> =
                state.repositories.keys().filter(|name| name.starts_with(&prefix)).cloned().collect();
            let items = names.iter().map(|name| project(state, name)).collect();
            page(state, asked, "per_page", items)
        }
        ("GET", ["projects"]) => {
            let (text, topic) = (asked.query.get("search"), asked.query.get("topic"));
            let names: Vec<String> = state
                .repositories
                .iter()
                .filter(|(name, _)| text.is_none_or(|text| name.contains(text)))
                .filter(|(_, item)| topic.is_none_or(|topic| item.topics.contains(topic)))
                .map(|(name, _)| name.clone())
                .collect();
            let items = names.iter().map(|name| project(state, name)).collect();
            page(state, asked, "per_page", items)
        }
        (_, ["projects", name, rest @ ..]) => {
            let name = (*name).to_owned();
            if !state.repositories.contains_key(&name) {
                return no(No(404, "404 Project Not Found".into()));
            }
            state.settle(&name);
            in_project(state, asked, &name, rest).unwrap_or_else(no)
        }
        _ => no(No(404, "404 Not Found".into())),
    }
}

/// Reasons are lists here, sometimes below the name of a field.
fn no(No(status, message): No) -> Reply {
    match status {
        409 => Reply::new(
            409,
            json!({ "message": ["Another open merge request already exists for this source branch: !1"] }),
        ),
        422 if message.contains("head: invalid") => {
            Reply::new(400, json!({ "message": { "source_branch": ["does not exist"] } }))
        }
        _ => Reply::new(status, json!({ "message": message })),
    }
}

fn in_project(state: &mut State, asked: &Asked, name: &str, path: &[&str]) -> Result<Reply, No> {
    let text = |field: &str| asked.body[field].as_str().unwrap_or_default().to_owned();
    let number = |text: &str| text.parse::<u64>().map_err(|_| No(404, "404 Not Found".into()));
    let missing = || No(404, "404 Not Found".into());
    Ok(match (asked.method, path) {
        ("GET", []) => Reply::new(200, project(state, name)),
        ("GET", ["repository", "branches", branch]) => {
            let tip = state.repository(name)?.bare.tip(branch).ok_or_else(missing)?;
            Reply::new(200, json!({ "name": branch, "commit": { "id": tip } }))
        }
        ("DELETE", ["repository", "branches", branch]) => {
            state.delete_branch(name, branch).map_err(|_| missing())?;
            Reply::new(204, Value::Null)
        }
        ("GET", ["repository", "files", file]) => {
            let commit = asked.query.get("ref").cloned().unwrap_or_default();
            let found = state.repository(name)?.bare.file(&commit, file).ok_or_else(missing)?;
            let content = base64::engine::general_purpose::STANDARD.encode(found);
            Reply::new(200, json!({ "encoding": "base64", "content": content }))
        }
        ("GET", ["repository", "commits", oid]) => {
            let check = state.repository(name)?.check;
            let shown = state.repository(name)?.bare.describe(oid).ok_or_else(missing)?;
            let status = check.map(|check| match check {
                "failure" => "failed",
                "pending" => "running",
                other => other,
            });
            Reply::new(
                200,
                json!({
                    "id": oid,
                    "committer_email": shown.email,
                    "message": shown.message,
                    "parent_ids": shown.parents,
                    "last_pipeline": status.map(|status| json!({ "status": status })),
                }),
            )
        }
        ("GET", ["merge_requests"]) => {
            let is = |field: &str, value: &str| asked.query.get(field).is_none_or(|wanted| wanted == value);
            let hidden = state.hide_pulls;
            let pulls = state.repository(name)?.pulls.clone();
            let pulls = pulls
                .iter()
                .rev()
                .filter(|pull| is("source_branch", &pull.branch) && is("target_branch", &pull.base));
            let pulls: Vec<Pull> = pulls.filter(|_| !hidden).cloned().collect();
            let items = pulls.iter().map(|pull| merge_request(state, name, pull)).collect();
            page(state, asked, "per_page", items)
        }
        ("POST", ["merge_requests"]) => {
            let title = text("title");
            let plain = title.strip_prefix(DRAFT).unwrap_or(&title);
            let draft = plain != title;
            let pull = state.create(
                name,
                plain,
                &text("description"),
                &text("source_branch"),
                &text("target_branch"),
                draft,
            )?;
            Reply::new(201, merge_request(state, name, &pull))
        }
        ("GET", ["merge_requests", n]) => {
            let pull = state.pull(name, number(n)?)?.clone();
            Reply::new(200, merge_request(state, name, &pull))
        }
        ("PUT", ["merge_requests", n]) => {
            let people = state.people.clone();
            let pull = state.pull(name, number(n)?)?;
            if let Some(title) = asked.body["title"].as_str() {
                pull.title = title.strip_prefix(DRAFT).unwrap_or(title).into();
                pull.draft = title.starts_with(DRAFT);
            }
            if let Some(body) = asked.body["description"].as_str() {
                pull.body = body.into();
            }
            if asked.body["state_event"] == "close" && pull.state == PullState::Open {
                pull.state = PullState::Closed;
            }
            // A list, or a text; a comma divides in both.
            let added = match &asked.body["add_labels"] {
                Value::String(text) => vec![text.as_str()],
                other => other.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
            };
            for label in added.iter().flat_map(|text| text.split(',')).filter(|label| !label.is_empty()) {
                if !pull.labels.iter().any(|other| other == label) {
                    pull.labels.push(label.into());
                }
            }
            if let Some(ids) = asked.body["reviewer_ids"].as_array() {
                let at = |id: &Value| usize::try_from(id.as_u64()?.checked_sub(10)?).ok();
                pull.reviewers = ids.iter().filter_map(at).filter_map(|at| people.get(at).cloned()).collect();
            }
            let pull = pull.clone();
            Reply::new(200, merge_request(state, name, &pull))
        }
        ("PUT", ["merge_requests", n, "merge"]) => {
            state.merge(name, number(n)?, asked.body["sha"].as_str())?;
            let pull = state.pull(name, number(n)?)?.clone();
            Reply::new(200, merge_request(state, name, &pull))
        }
        ("GET", ["merge_requests", n, "notes"]) => comments(state, asked, name, number(n)?)?,
        ("POST", ["merge_requests", n, "notes"]) => comment(state, name, number(n)?, text("body"))?,
        _ => return Err(missing()),
    })
}

fn project(state: &State, name: &str) -> Value {
    let Some(item) = state.repositories.get(name) else { return Value::Null };
    json!({
        "id": item.id,
        "path_with_namespace": name,
        "http_url_to_repo": format!("{}/{name}.git", state.address),
        "default_branch": "main",
        "archived": item.archived,
        "topics": item.topics,
        "permissions": { "project_access": { "access_level": if item.can_push { 30 } else { 20 } }, "group_access": null },
    })
}

fn merge_request(state: &mut State, name: &str, pull: &Pull) -> Value {
    let mergeable = pull.state != PullState::Open || state.mergeable(name, pull) == Some(true);
    let id = state.repositories.get(name).map(|item| item.id);
    let people = state.people.clone();
    let reviewers: Vec<Value> = pull
        .reviewers
        .iter()
        .map(|name| {
            let at = people.iter().position(|person| person == name).unwrap_or(0);
            json!({ "id": at + 10, "username": name })
        })
        .collect();
    json!({
        "iid": pull.number,
        "web_url": format!("{}/{name}/-/merge_requests/{}", state.address, pull.number),
        "title": format!("{}{}", if pull.draft { DRAFT } else { "" }, pull.title),
        "description": pull.body,
        "source_branch": pull.branch,
        "target_branch": pull.base,
        "source_project_id": id,
        "target_project_id": id,
        "sha": pull.head,
        "state": match pull.state { PullState::Open => "opened", PullState::Closed => "closed", PullState::Merged => "merged" },
        "draft": pull.draft,
        "labels": pull.labels,
        "reviewers": reviewers,
        "has_conflicts": !mergeable,
        "detailed_merge_status": if mergeable { "mergeable" } else { "conflict" },
        "references": { "full": format!("{name}!{}", pull.number) },
        "created_at": "2026-01-01T00:00:00Z",
    })
}
