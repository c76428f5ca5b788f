//! GitHub and GitHub Enterprise, REST API version 2022-11-28.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::Http;
use super::{
    Call, Checks, CommitInfo, Forge, Info, NewPull, Pull, PullState, Trouble, escaped, git_credential,
};
use crate::git::Credential;

pub struct Github {
    http: Http,
}

#[derive(Deserialize)]
struct RawRepository {
    id: u64,
    full_name: String,
    clone_url: String,
    default_branch: String,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    disabled: bool,
    #[serde(default)]
    fork: bool,
    #[serde(default)]
    topics: Vec<String>,
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
    body: Option<String>,
    state: String,
    #[serde(default)]
    draft: bool,
    merged_at: Option<String>,
    created_at: String,
    head: RawSide,
    base: RawSide,
    #[serde(default)]
    labels: Vec<RawLabel>,
    #[serde(default)]
    requested_reviewers: Vec<RawUser>,
    mergeable: Option<bool>,
}

#[derive(Deserialize)]
struct RawSide {
    r#ref: String,
    sha: String,
    repo: Option<RawName>,
}

#[derive(Deserialize)]
struct RawName {
    full_name: String,
}

#[derive(Deserialize)]
struct RawLabel {
    name: String,
}

#[derive(Deserialize)]
struct RawUser {
    login: String,
}

impl From<RawRepository> for Info {
    fn from(raw: RawRepository) -> Info {
        Info {
            name: raw.full_name,
            id: raw.id.to_string(),
            clone_url: raw.clone_url,
            default_branch: raw.default_branch,
            archived: raw.archived || raw.disabled,
            fork: raw.fork,
            topics: raw.topics,
            can_push: raw.permissions.is_some_and(|permissions| permissions.push),
        }
    }
}

impl From<RawPull> for Pull {
    fn from(raw: RawPull) -> Pull {
        Pull {
            repository: raw.base.repo.map(|repo| repo.full_name).unwrap_or_default(),
            number: raw.number,
            web: raw.html_url,
            title: raw.title,
            body: raw.body.unwrap_or_default(),
            branch: raw.head.r#ref,
            head: raw.head.sha,
            base: raw.base.r#ref,
            state: match (&*raw.state, raw.merged_at) {
                (_, Some(_)) => PullState::Merged,
                ("open", None) => PullState::Open,
                _ => PullState::Closed,
            },
            draft: raw.draft,
            labels: raw.labels.into_iter().map(|label| label.name).collect(),
            reviewers: raw.requested_reviewers.into_iter().map(|user| user.login).collect(),
            mergeable: raw.mergeable,
            created: raw.created_at,
        }
    }
}

impl Github {
    pub fn new(http: Http) -> Github {
        Github { http }
    }

    fn repositories(&self, path: &str, inside: Option<&str>) -> Call<Vec<Info>> {
        read_all::<RawRepository, Info>(self.http.list(path, inside)?)
    }
}

fn read_all<R: for<'de> Deserialize<'de>, T: From<R>>(items: Vec<Value>) -> Call<Vec<T>> {
    items
        .into_iter()
        .map(|item| {
            serde_json::from_value::<R>(item)
                .map(T::from)
                .map_err(|error| Trouble::Refused(format!("an answer that is not understood: {error}")))
        })
        .collect()
}

impl Forge for Github {
    fn login(&self) -> Call<String> {
        match self.http.get("/user") {
            Ok(answer) => Ok(answer.body["login"].as_str().unwrap_or_default().to_owned()),
            // Installations of Apps are no users.
            Err(Trouble::Forbidden(_)) => Ok(String::new()),
            Err(trouble) => Err(trouble),
        }
    }

    fn rights(&self) -> Call<String> {
        Ok(self.http.get("/rate_limit")?.scopes.unwrap_or_default())
    }

    fn repository(&self, name: &str) -> Call<Info> {
        self.http.get(&format!("/repos/{name}"))?.read::<RawRepository>().map(Info::from)
    }

    fn organisation(&self, name: &str) -> Call<Vec<Info>> {
        self.repositories(&format!("/orgs/{}/repos?type=all&per_page=100", escaped(name)), None)
    }

    fn search(&self, query: &str) -> Call<Vec<Info>> {
        self.repositories(&format!("/search/repositories?q={}&per_page=100", escaped(query)), Some("items"))
    }

    fn topic(&self, topic: &str) -> Call<Vec<Info>> {
        self.search(&format!("topic:{topic}"))
    }

    fn tip(&self, repository: &str, branch: &str) -> Call<Option<String>> {
        // `git/ref/heads/x` would do, but answers with a list where only longer names exist on old Enterprise versions.
        let answer = self.http.find(&format!("/repos/{repository}/git/ref/heads/{}", path_of(branch)))?;
        Ok(answer.and_then(|answer| answer.body["object"]["sha"].as_str().map(str::to_owned)))
    }

    fn file(&self, repository: &str, path: &str, commit: &str) -> Call<Option<String>> {
        let path = format!("/repos/{repository}/contents/{}?ref={}", path_of(path), escaped(commit));
        let Some(answer) = self.http.find(&path)? else { return Ok(None) };
        let encoded: String =
            answer.body["content"].as_str().unwrap_or_default().split_whitespace().collect();
        Ok(STANDARD.decode(encoded).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn commit(&self, repository: &str, oid: &str) -> Call<CommitInfo> {
        let body = self.http.get(&format!("/repos/{repository}/git/commits/{}", escaped(oid)))?.body;
        Ok(CommitInfo {
            committer_email: body["committer"]["email"].as_str().unwrap_or_default().to_owned(),
            message: body["message"].as_str().unwrap_or_default().to_owned(),
            parents: body["parents"].as_array().map_or(0, Vec::len),
        })
    }

    fn pulls(&self, repository: &str, branch: &str, base: &str) -> Call<Vec<Pull>> {
        let owner = repository.split('/').next().unwrap_or_default();
        let head = escaped(&format!("{owner}:{branch}"));
        let base_text = escaped(base);
        let path = format!("/repos/{repository}/pulls?state=all&head={head}&base={base_text}&per_page=100");
        let mut pulls = Vec::new();
        for item in self.http.list(&path, None)? {
            let raw: RawPull = serde_json::from_value(item)
                .map_err(|error| Trouble::Refused(format!("an answer that is not understood: {error}")))?;
            // A filter that is not understood is ignored: then everything comes back. A fork may have the same branch.
            let name = |side: &RawSide| side.repo.as_ref().map(|repo| repo.full_name.clone());
            let own = raw.head.repo.is_none() || name(&raw.head) == name(&raw.base);
            if own && raw.head.r#ref == branch && raw.base.r#ref == base {
                pulls.push(Pull::from(raw));
            }
        }
        Ok(pulls)
    }

    fn pull(&self, repository: &str, number: u64) -> Call<Pull> {
        self.http.get(&format!("/repos/{repository}/pulls/{number}"))?.read::<RawPull>().map(Pull::from)
    }

    fn create(&self, repository: &str, new: &NewPull) -> Call<Pull> {
        let body = json!({
            "title": new.title,
            "head": new.branch,
            "base": new.base,
            "body": new.body,
            "draft": new.draft,
            "maintainer_can_modify": true,
        });
        self.http
            .send("POST", &format!("/repos/{repository}/pulls"), &body)?
            .read::<RawPull>()
            .map(Pull::from)
    }

    fn update(&self, repository: &str, pull: &Pull, title: &str, body: &str) -> Call<()> {
        let fields = json!({ "title": title, "body": body });
        self.http.send("PATCH", &format!("/repos/{repository}/pulls/{}", pull.number), &fields).map(drop)
    }

    fn close(&self, repository: &str, pull: &Pull, body: &str) -> Call<()> {
        let fields = json!({ "state": "closed", "body": body });
        self.http.send("PATCH", &format!("/repos/{repository}/pulls/{}", pull.number), &fields).map(drop)
    }

    fn comment(&self, repository: &str, number: u64, text: &str) -> Call<()> {
        let path = format!("/repos/{repository}/issues/{number}/comments");
        self.http.send("POST", &path, &json!({ "body": text })).map(drop)
    }

    fn has_comment(&self, repository: &str, number: u64, text: &str) -> Call<bool> {
        let path = format!("/repos/{repository}/issues/{number}/comments?per_page=100");
        Ok(self
            .http
            .list(&path, None)?
            .iter()
            .any(|comment| comment["body"].as_str().map(str::trim) == Some(text)))
    }

    fn label(&self, repository: &str, number: u64, labels: &[String]) -> Call<()> {
        let path = format!("/repos/{repository}/issues/{number}/labels");
        self.http.send("POST", &path, &json!({ "labels": labels })).map(drop)
    }

    fn ask(&self, repository: &str, number: u64, people: &[String], teams: &[String]) -> Call<()> {
        let path = format!("/repos/{repository}/pulls/{number}/requested_reviewers");
        let ask = |people: &[String], teams: &[String]| {
            self.http.send("POST", &path, &json!({ "reviewers": people, "team_reviewers": teams })).map(drop)
        };
        match ask(people, teams) {
            // One name that is wrong spoils all: then each for itself.
            Err(Trouble::Refused(why)) if people.len() + teams.len() > 1 => {
                let single = people
                    .iter()
                    .map(|name| (Some(name), None))
                    .chain(teams.iter().map(|name| (None, Some(name))));
                let mut wrong = Vec::new();
                for (person, team) in single {
                    let (people, teams): (Vec<String>, Vec<String>) =
                        (person.into_iter().cloned().collect(), team.into_iter().cloned().collect());
                    match ask(&people, &teams) {
                        Err(Trouble::Refused(_)) => wrong.extend(people.into_iter().chain(teams)),
                        other => other?,
                    }
                }
                if wrong.is_empty() {
                    Ok(())
                } else {
                    Err(Trouble::Refused(format!("{}: {why}", wrong.join(", "))))
                }
            }
            other => other,
        }
    }

    fn delete_branch(&self, repository: &str, branch: &str) -> Call<()> {
        match self.http.delete(&format!("/repos/{repository}/git/refs/heads/{}", path_of(branch))) {
            Ok(_) | Err(Trouble::Gone(_)) => Ok(()),
            // "Reference does not exist"
            Err(Trouble::Refused(why)) if why.contains("does not exist") => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    fn checks(&self, repository: &str, oid: &str) -> Call<Checks> {
        let path = format!("/repos/{repository}/commits/{}", escaped(oid));
        let runs = self.http.list(&format!("{path}/check-runs?per_page=100"), Some("check_runs"))?;
        let runs = runs.iter().map(|run| match (run["status"].as_str(), run["conclusion"].as_str()) {
            (Some("completed"), Some("success" | "neutral" | "skipped")) => Checks::Green,
            (Some("completed"), _) => Checks::Red,
            _ => Checks::Pending,
        });
        let checks = runs.fold(Checks::None, Checks::and);
        let status = self.http.get(&format!("{path}/status"))?.body;
        let has_statuses = status["statuses"].as_array().is_some_and(|statuses| !statuses.is_empty());
        Ok(match status["state"].as_str() {
            _ if !has_statuses => checks,
            Some("success") => checks.and(Checks::Green),
            Some("pending") => checks.and(Checks::Pending),
            _ => checks.and(Checks::Red),
        })
    }

    fn merge(&self, repository: &str, pull: &Pull, head: &str) -> Call<()> {
        let path = format!("/repos/{repository}/pulls/{}/merge", pull.number);
        self.http.send("PUT", &path, &json!({ "sha": head, "merge_method": "squash" })).map(drop)
    }

    fn credential(&self) -> Call<Option<Credential>> {
        let token = self.http.token()?;
        Ok(token.and_then(|token| git_credential(self.http.root(), &token, "x-access-token")))
    }
}

/// A path whose slashes stay.
fn path_of(text: &str) -> String {
    text.split('/').map(escaped).collect::<Vec<_>>().join("/")
}
