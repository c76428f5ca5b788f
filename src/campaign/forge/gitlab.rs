//! GitLab, REST API version 4. A pull request is a merge request here, a draft has `Draft: ` in front of its title.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::Http;
use super::{
    Call, Checks, CommitInfo, Forge, Info, NewPull, Pull, PullState, Trouble, escaped, git_credential,
};
use crate::git::Credential;

pub struct Gitlab {
    http: Http,
}

const DRAFT: &str = "Draft: ";
/// Developers and above may push.
const DEVELOPER: u64 = 30;

#[derive(Deserialize)]
struct RawProject {
    id: u64,
    path_with_namespace: String,
    http_url_to_repo: String,
    default_branch: Option<String>,
    #[serde(default)]
    archived: bool,
    forked_from_project: Option<Value>,
    #[serde(default)]
    topics: Vec<String>,
    permissions: Option<Value>,
}

#[derive(Deserialize)]
struct RawMerge {
    iid: u64,
    web_url: String,
    title: String,
    description: Option<String>,
    source_branch: String,
    target_branch: String,
    source_project_id: Option<u64>,
    target_project_id: Option<u64>,
    sha: Option<String>,
    state: String,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    reviewers: Vec<RawUser>,
    #[serde(default)]
    has_conflicts: bool,
    detailed_merge_status: Option<String>,
    references: Option<RawReferences>,
    created_at: String,
}

#[derive(Deserialize)]
struct RawReferences {
    full: String,
}

#[derive(Deserialize)]
struct RawUser {
    id: u64,
    username: String,
}

impl From<RawProject> for Info {
    fn from(raw: RawProject) -> Info {
        let level = |permissions: &Value, of: &str| permissions[of]["access_level"].as_u64().unwrap_or(0);
        let can_push = raw.permissions.is_none_or(|permissions| {
            level(&permissions, "project_access").max(level(&permissions, "group_access")) >= DEVELOPER
        });
        Info {
            name: raw.path_with_namespace,
            id: raw.id.to_string(),
            clone_url: raw.http_url_to_repo,
            default_branch: raw.default_branch.unwrap_or_else(|| "main".into()),
            archived: raw.archived,
            fork: raw.forked_from_project.is_some(),
            topics: raw.topics,
            can_push,
        }
    }
}

impl From<RawMerge> for Pull {
    fn from(raw: RawMerge) -> Pull {
        let name = raw.references.as_ref().and_then(|references| references.full.rsplit_once('!'));
        Pull {
            repository: name.map(|(name, _)| name.to_owned()).unwrap_or_default(),
            number: raw.iid,
            web: raw.web_url,
            title: raw.title.strip_prefix(DRAFT).unwrap_or(&raw.title).to_owned(),
            body: raw.description.unwrap_or_default(),
            branch: raw.source_branch,
            head: raw.sha.unwrap_or_default(),
            base: raw.target_branch,
            state: match &*raw.state {
                "opened" | "locked" => PullState::Open,
                "merged" => PullState::Merged,
                _ => PullState::Closed,
            },
            draft: raw.draft,
            labels: raw.labels,
            reviewers: raw.reviewers.into_iter().map(|user| user.username).collect(),
            mergeable: match (raw.has_conflicts, raw.detailed_merge_status.as_deref()) {
                (true, _) => Some(false),
                (false, Some("mergeable")) => Some(true),
                _ => None,
            },
            created: raw.created_at,
        }
    }
}

impl Gitlab {
    pub fn new(http: Http) -> Gitlab {
        Gitlab { http }
    }

    fn projects(&self, path: &str) -> Call<Vec<Info>> {
        self.http.list(path, None)?.into_iter().map(|item| read::<RawProject>(item).map(Info::from)).collect()
    }

    fn merge_path(repository: &str, number: u64) -> String {
        format!("{}/merge_requests/{number}", project(repository))
    }

    fn put(&self, repository: &str, number: u64, fields: &Value) -> Call<()> {
        self.http.send("PUT", &Gitlab::merge_path(repository, number), fields).map(drop)
    }
}

fn project(repository: &str) -> String {
    format!("/projects/{}", escaped(repository))
}

fn read<T: for<'de> Deserialize<'de>>(value: Value) -> Call<T> {
    serde_json::from_value(value)
        .map_err(|error| Trouble::Refused(format!("an answer that is not understood: {error}")))
}

impl Forge for Gitlab {
    fn login(&self) -> Call<String> {
        Ok(self.http.get("/user")?.body["username"].as_str().unwrap_or_default().to_owned())
    }

    fn rights(&self) -> Call<String> {
        // Tokens of groups and projects have no such page.
        let answer = self.http.find("/personal_access_tokens/self")?;
        let scopes = answer.and_then(|answer| answer.body["scopes"].as_array().cloned()).unwrap_or_default();
        Ok(scopes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
    }

    fn repository(&self, name: &str) -> Call<Info> {
        self.http.get(&project(name))?.read::<RawProject>().map(Info::from)
    }

    fn organisation(&self, name: &str) -> Call<Vec<Info>> {
        self.projects(&format!("/groups/{}/projects?include_subgroups=true&per_page=100", escaped(name)))
    }

    fn search(&self, query: &str) -> Call<Vec<Info>> {
        self.projects(&format!("/projects?search={}&per_page=100", escaped(query)))
    }

    fn topic(&self, topic: &str) -> Call<Vec<Info>> {
        self.projects(&format!("/projects?topic={}&per_page=100", escaped(topic)))
    }

    fn tip(&self, repository: &str, branch: &str) -> Call<Option<String>> {
        let path = format!("{}/repository/branches/{}", project(repository), escaped(branch));
        let answer = self.http.find(&path)?;
        Ok(answer.and_then(|answer| answer.body["commit"]["id"].as_str().map(str::to_owned)))
    }

    fn file(&self, repository: &str, path: &str, commit: &str) -> Call<Option<String>> {
        let path =
            format!("{}/repository/files/{}?ref={}", project(repository), escaped(path), escaped(commit));
        let Some(answer) = self.http.find(&path)? else { return Ok(None) };
        let bytes = STANDARD.decode(answer.body["content"].as_str().unwrap_or_default());
        Ok(bytes.ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn commit(&self, repository: &str, oid: &str) -> Call<CommitInfo> {
        let path = format!("{}/repository/commits/{}", project(repository), escaped(oid));
        let body = self.http.get(&path)?.body;
        Ok(CommitInfo {
            committer_email: body["committer_email"].as_str().unwrap_or_default().to_owned(),
            message: body["message"].as_str().unwrap_or_default().to_owned(),
            parents: body["parent_ids"].as_array().map_or(0, Vec::len),
        })
    }

    fn pulls(&self, repository: &str, branch: &str, base: &str) -> Call<Vec<Pull>> {
        let path = format!(
            "{}/merge_requests?state=all&source_branch={}&target_branch={}&per_page=100",
            project(repository),
            escaped(branch),
            escaped(base)
        );
        let mut pulls = Vec::new();
        for item in self.http.list(&path, None)? {
            let raw: RawMerge = read(item)?;
            let own = raw.source_project_id == raw.target_project_id;
            if own && raw.source_branch == branch && raw.target_branch == base {
                pulls.push(Pull::from(raw));
            }
        }
        Ok(pulls)
    }

    fn pull(&self, repository: &str, number: u64) -> Call<Pull> {
        self.http.get(&Gitlab::merge_path(repository, number))?.read::<RawMerge>().map(Pull::from)
    }

    fn create(&self, repository: &str, new: &NewPull) -> Call<Pull> {
        let draft = if new.draft { DRAFT } else { "" };
        let fields = json!({
            "source_branch": new.branch,
            "target_branch": new.base,
            "title": format!("{draft}{}", new.title),
            "description": new.body,
            "remove_source_branch": true,
        });
        let path = format!("{}/merge_requests", project(repository));
        self.http.send("POST", &path, &fields)?.read::<RawMerge>().map(Pull::from)
    }

    fn update(&self, repository: &str, pull: &Pull, title: &str, body: &str) -> Call<()> {
        let draft = if pull.draft { DRAFT } else { "" };
        let fields = json!({ "title": format!("{draft}{title}"), "description": body });
        self.put(repository, pull.number, &fields)
    }

    fn close(&self, repository: &str, pull: &Pull, body: &str) -> Call<()> {
        self.put(repository, pull.number, &json!({ "state_event": "close", "description": body }))
    }

    fn comment(&self, repository: &str, number: u64, text: &str) -> Call<()> {
        let path = format!("{}/notes", Gitlab::merge_path(repository, number));
        self.http.send("POST", &path, &json!({ "body": text })).map(drop)
    }

    fn has_comment(&self, repository: &str, number: u64, text: &str) -> Call<bool> {
        let path = format!("{}/notes?per_page=100", Gitlab::merge_path(repository, number));
        let notes = self.http.list(&path, None)?;
        Ok(notes.iter().any(|note| note["body"].as_str().map(str::trim) == Some(text)))
    }

    fn label(&self, repository: &str, number: u64, labels: &[String]) -> Call<()> {
        self.put(repository, number, &json!({ "add_labels": labels }))
    }

    /// Reviewers are set as a whole, by their numbers. Teams are no reviewers here.
    fn ask(&self, repository: &str, number: u64, people: &[String], teams: &[String]) -> Call<()> {
        let now = self.http.get(&Gitlab::merge_path(repository, number))?.read::<RawMerge>()?;
        let mut ids: Vec<u64> = now.reviewers.iter().map(|user| user.id).collect();
        let before = ids.len();
        let mut unknown: Vec<String> = teams.to_vec();
        for name in people {
            let found = self.http.list(&format!("/users?username={}", escaped(name)), None)?;
            match found.into_iter().next().map(read::<RawUser>).transpose()? {
                Some(user) if ids.contains(&user.id) => {}
                Some(user) => ids.push(user.id),
                None => unknown.push(name.clone()),
            }
        }
        if ids.len() > before {
            self.put(repository, number, &json!({ "reviewer_ids": ids }))?;
        }
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(Trouble::Refused(format!("no users: {}", unknown.join(", "))))
        }
    }

    fn delete_branch(&self, repository: &str, branch: &str) -> Call<()> {
        let path = format!("{}/repository/branches/{}", project(repository), escaped(branch));
        match self.http.delete(&path) {
            Ok(_) | Err(Trouble::Gone(_)) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    fn checks(&self, repository: &str, oid: &str) -> Call<Checks> {
        let path = format!("{}/repository/commits/{}", project(repository), escaped(oid));
        let body = self.http.get(&path)?.body;
        Ok(match body["last_pipeline"]["status"].as_str() {
            None => Checks::None,
            Some("success") => Checks::Green,
            Some("failed" | "canceled") => Checks::Red,
            Some(_) => Checks::Pending,
        })
    }

    fn merge(&self, repository: &str, pull: &Pull, head: &str) -> Call<()> {
        let path = format!("{}/merge", Gitlab::merge_path(repository, pull.number));
        let fields = json!({ "sha": head, "squash": true, "should_remove_source_branch": true });
        self.http.send("PUT", &path, &fields).map(drop)
    }

    fn credential(&self) -> Call<Option<Credential>> {
        let token = self.http.token()?;
        Ok(token.and_then(|token| git_credential(self.http.root(), &token, "oauth2")))
    }
}
