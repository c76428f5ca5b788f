//! Forgejo and Gitea, REST API version 1. A draft has `WIP: ` in front of its title; labels are numbers; lists have at most 50
//! entries a page, and old versions do not filter them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::Http;
use super::{
    Call, Checks, CommitInfo, Forge, Info, NewPull, Pull, PullState, Trouble, escaped, git_credential,
};
use crate::git::Credential;

pub struct Forgejo {
    http: Http,
}

const DRAFT: &str = "WIP: ";
/// Of labels that are not there yet.
const COLOUR: &str = "#ededed";

#[derive(Deserialize)]
struct RawRepository {
    id: u64,
    full_name: String,
    clone_url: String,
    default_branch: String,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    fork: bool,
    permissions: Option<RawPermissions>,
}

#[derive(Deserialize)]
struct RawPermissions {
    #[serde(default)]
    push: bool,
}

#[derive(Deserialize)]
struct RawPull {
    number: u64,
    html_url: String,
    title: String,
    #[serde(default)]
    body: String,
    state: String,
    #[serde(default)]
    merged: bool,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    labels: Option<Vec<RawLabel>>,
    #[serde(default)]
    requested_reviewers: Option<Vec<RawUser>>,
    mergeable: Option<bool>,
    head: RawSide,
    base: RawSide,
    created_at: String,
}

#[derive(Deserialize)]
struct RawSide {
    /// The name of the branch; `ref` is something else once the branch is gone.
    label: String,
    sha: String,
    repo: Option<RawName>,
}

#[derive(Deserialize)]
struct RawName {
    full_name: String,
}

#[derive(Deserialize)]
struct RawLabel {
    id: u64,
    name: String,
}

#[derive(Deserialize)]
struct RawUser {
    login: String,
}

impl From<RawPull> for Pull {
    fn from(raw: RawPull) -> Pull {
        Pull {
            repository: raw.base.repo.map(|repo| repo.full_name).unwrap_or_default(),
            number: raw.number,
            web: raw.html_url,
            title: raw.title.strip_prefix(DRAFT).unwrap_or(&raw.title).to_owned(),
            body: raw.body,
            branch: raw.head.label,
            head: raw.head.sha,
            base: raw.base.label,
            state: match (raw.merged, &*raw.state) {
                (true, _) => PullState::Merged,
                (false, "open") => PullState::Open,
                _ => PullState::Closed,
            },
            // Old versions have no such field.
            draft: raw.draft || raw.title.starts_with(DRAFT),
            labels: raw.labels.unwrap_or_default().into_iter().map(|label| label.name).collect(),
            reviewers: raw
                .requested_reviewers
                .unwrap_or_default()
                .into_iter()
                .map(|user| user.login)
                .collect(),
            mergeable: raw.mergeable,
            created: raw.created_at,
        }
    }
}

impl Forgejo {
    pub fn new(http: Http) -> Forgejo {
        Forgejo { http }
    }

    fn info(&self, raw: RawRepository) -> Call<Info> {
        let topics = self.http.find(&format!("/repos/{}/topics?limit=50", raw.full_name))?;
        let topics = topics.and_then(|answer| answer.body["topics"].as_array().cloned()).unwrap_or_default();
        Ok(Info {
            name: raw.full_name,
            id: raw.id.to_string(),
            clone_url: raw.clone_url,
            default_branch: raw.default_branch,
            archived: raw.archived,
            fork: raw.fork,
            topics: topics.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            can_push: raw.permissions.is_none_or(|permissions| permissions.push),
        })
    }

    fn repositories(&self, path: &str, inside: Option<&str>) -> Call<Vec<Info>> {
        self.http.list(path, inside)?.into_iter().map(|item| self.info(read(item)?)).collect()
    }

    fn patch(&self, repository: &str, number: u64, fields: &Value) -> Call<()> {
        self.http.send("PATCH", &format!("/repos/{repository}/pulls/{number}"), fields).map(drop)
    }

    /// The labels of the repository and of its owner.
    fn known_labels(&self, repository: &str) -> Call<Vec<RawLabel>> {
        let owner = repository.split('/').next().unwrap_or_default();
        let mut labels = Vec::new();
        for path in [format!("/repos/{repository}/labels?limit=50"), format!("/orgs/{owner}/labels?limit=50")]
        {
            match self.http.list(&path, None) {
                Ok(items) => {
                    for item in items {
                        labels.push(read(item)?);
                    }
                }
                // People have no labels of their own.
                Err(Trouble::Gone(_) | Trouble::Forbidden(_)) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(labels)
    }
}

fn read<T: for<'de> Deserialize<'de>>(value: Value) -> Call<T> {
    serde_json::from_value(value)
        .map_err(|error| Trouble::Refused(format!("an answer that is not understood: {error}")))
}

impl Forge for Forgejo {
    fn login(&self) -> Call<String> {
        Ok(self.http.get("/user")?.body["login"].as_str().unwrap_or_default().to_owned())
    }

    fn rights(&self) -> Call<String> {
        Ok(String::new())
    }

    fn repository(&self, name: &str) -> Call<Info> {
        self.info(self.http.get(&format!("/repos/{name}"))?.read()?)
    }

    fn organisation(&self, name: &str) -> Call<Vec<Info>> {
        self.repositories(&format!("/orgs/{}/repos?limit=50", escaped(name)), None)
    }

    fn search(&self, query: &str) -> Call<Vec<Info>> {
        self.repositories(&format!("/repos/search?q={}&limit=50", escaped(query)), Some("data"))
    }

    fn topic(&self, topic: &str) -> Call<Vec<Info>> {
        self.repositories(&format!("/repos/search?q={}&topic=true&limit=50", escaped(topic)), Some("data"))
    }

    fn tip(&self, repository: &str, branch: &str) -> Call<Option<String>> {
        let answer = self.http.find(&format!("/repos/{repository}/branches/{}", path_of(branch)))?;
        Ok(answer.and_then(|answer| answer.body["commit"]["id"].as_str().map(str::to_owned)))
    }

    fn file(&self, repository: &str, path: &str, commit: &str) -> Call<Option<String>> {
        let path = format!("/repos/{repository}/contents/{}?ref={}", path_of(path), escaped(commit));
        let Some(answer) = self.http.find(&path)? else { return Ok(None) };
        let bytes = STANDARD.decode(answer.body["content"].as_str().unwrap_or_default());
        Ok(bytes.ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn commit(&self, repository: &str, oid: &str) -> Call<CommitInfo> {
        let body = self.http.get(&format!("/repos/{repository}/git/commits/{}", escaped(oid)))?.body;
        let commit = &body["commit"];
        Ok(CommitInfo {
            committer_email: commit["committer"]["email"].as_str().unwrap_or_default().to_owned(),
            message: commit["message"].as_str().unwrap_or_default().to_owned(),
            parents: body["parents"].as_array().map_or(0, Vec::len),
        })
    }

    fn pulls(&self, repository: &str, branch: &str, base: &str) -> Call<Vec<Pull>> {
        let mut pulls = Vec::new();
        for item in self.http.list(&format!("/repos/{repository}/pulls?state=all&limit=50"), None)? {
            let raw: RawPull = read(item)?;
            let name = |side: &RawSide| side.repo.as_ref().map(|repo| repo.full_name.clone());
            let own = raw.head.repo.is_none() || name(&raw.head) == name(&raw.base);
            if own && raw.head.label == branch && raw.base.label == base {
                pulls.push(Pull::from(raw));
            }
        }
        Ok(pulls)
    }

    fn pull(&self, repository: &str, number: u64) -> Call<Pull> {
        self.http.get(&format!("/repos/{repository}/pulls/{number}"))?.read::<RawPull>().map(Pull::from)
    }

    fn create(&self, repository: &str, new: &NewPull) -> Call<Pull> {
        let draft = if new.draft { DRAFT } else { "" };
        let fields = json!({
            "title": format!("{draft}{}", new.title),
            "head": new.branch,
            "base": new.base,
            "body": new.body,
        });
        let path = format!("/repos/{repository}/pulls");
        self.http.send("POST", &path, &fields)?.read::<RawPull>().map(Pull::from)
    }

    fn update(&self, repository: &str, pull: &Pull, title: &str, body: &str) -> Call<()> {
        let draft = if pull.draft { DRAFT } else { "" };
        self.patch(repository, pull.number, &json!({ "title": format!("{draft}{title}"), "body": body }))
    }

    fn close(&self, repository: &str, pull: &Pull, body: &str) -> Call<()> {
        self.patch(repository, pull.number, &json!({ "state": "closed", "body": body }))
    }

    fn comment(&self, repository: &str, number: u64, text: &str) -> Call<()> {
        let path = format!("/repos/{repository}/issues/{number}/comments");
        self.http.send("POST", &path, &json!({ "body": text })).map(drop)
    }

    fn has_comment(&self, repository: &str, number: u64, text: &str) -> Call<bool> {
        let comments = self.http.list(&format!("/repos/{repository}/issues/{number}/comments"), None)?;
        Ok(comments.iter().any(|comment| comment["body"].as_str().map(str::trim) == Some(text)))
    }

    fn label(&self, repository: &str, number: u64, labels: &[String]) -> Call<()> {
        let known = self.known_labels(repository)?;
        let mut ids = Vec::new();
        for name in labels {
            let id = match known.iter().find(|label| label.name == *name) {
                Some(label) => label.id,
                None => {
                    let path = format!("/repos/{repository}/labels");
                    let made = self.http.send("POST", &path, &json!({ "name": name, "color": COLOUR }))?;
                    made.read::<RawLabel>()?.id
                }
            };
            ids.push(id);
        }
        let path = format!("/repos/{repository}/issues/{number}/labels");
        self.http.send("POST", &path, &json!({ "labels": ids })).map(drop)
    }

    fn ask(&self, repository: &str, number: u64, people: &[String], teams: &[String]) -> Call<()> {
        let path = format!("/repos/{repository}/pulls/{number}/requested_reviewers");
        // One name that is wrong spoils all: each for itself.
        let mut wrong = Vec::new();
        let single = people.iter().map(|name| (name, true)).chain(teams.iter().map(|name| (name, false)));
        for (name, is_person) in single {
            let fields =
                if is_person { json!({ "reviewers": [name] }) } else { json!({ "team_reviewers": [name] }) };
            match self.http.send("POST", &path, &fields) {
                Ok(_) => {}
                Err(Trouble::Refused(_) | Trouble::Gone(_)) => wrong.push(name.clone()),
                Err(trouble) => return Err(trouble),
            }
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Trouble::Refused(format!("not taken: {}", wrong.join(", "))))
        }
    }

    fn delete_branch(&self, repository: &str, branch: &str) -> Call<()> {
        match self.http.delete(&format!("/repos/{repository}/branches/{}", path_of(branch))) {
            Ok(_) | Err(Trouble::Gone(_)) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    fn checks(&self, repository: &str, oid: &str) -> Call<Checks> {
        let body = self.http.get(&format!("/repos/{repository}/commits/{}/status", escaped(oid)))?.body;
        let has_statuses = body["statuses"].as_array().is_some_and(|statuses| !statuses.is_empty());
        Ok(match body["state"].as_str() {
            _ if !has_statuses => Checks::None,
            Some("success" | "warning") => Checks::Green,
            Some("pending") => Checks::Pending,
            _ => Checks::Red,
        })
    }

    fn merge(&self, repository: &str, pull: &Pull, head: &str) -> Call<()> {
        let fields = json!({ "Do": "squash", "head_commit_id": head, "delete_branch_after_merge": true });
        let path = format!("/repos/{repository}/pulls/{}/merge", pull.number);
        self.http.send("POST", &path, &fields).map(drop)
    }

    fn credential(&self) -> Call<Option<Credential>> {
        let token = self.http.token()?;
        Ok(token.and_then(|token| git_credential(self.http.root(), &token, "unspool")))
    }
}

/// A path whose slashes stay.
fn path_of(text: &str) -> String {
    text.split('/').map(escaped).collect::<Vec<_>>().join("/")
}
