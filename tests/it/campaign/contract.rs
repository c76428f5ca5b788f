//! Requests and answers against the descriptions that the forges publish of their own API.

use serde_json::{Value, json};
use unspool_fake_forge::contract::Contract;
use unspool_fake_forge::{Entry, Logged, Skin};

use super::{SOURCE, World};

/// Everything that a campaign says to a forge in its life.
fn life(skin: Skin) -> Vec<Logged> {
    let settings = "[waves]\nsizes = []\ndrafts = 0\n[change]\nreviewers = ['ada']\n";
    let world = World::with_skin(skin, 3, settings);
    let plan = || {
        world.run("repos", 0);
        world.run("plan", 0);
        world.run("show --accept all", 0);
    };
    plan();
    world.run("doctor", 0);
    world.run("publish", 0);
    let bare = |name: &str| world.forge.state().repositories[name].bare.clone();
    // Another version, one that is no longer needed, one that a person has taken over.
    let more = format!("{SOURCE}\n\ndef g(xs: list[int]):\n    return all([x > 1 for x in xs])\n");
    bare("acme/r0").commit("main", &[("pkg/a.py", Entry::File(&more))]);
    bare("acme/r1").commit("main", &[("pkg/a.py", Entry::File("pass\n"))]);
    bare("acme/r2").commit(super::BRANCH, &[("pkg/a.py", Entry::File("mine\n"))]);
    plan();
    world.run("publish", 0);
    world.forge.state().repositories.get_mut("acme/r0").unwrap().check = Some("success");
    world.run("merge --when-green", 0);
    world.run("close", 0);
    world.forge.take_log()
}

#[track_caller]
fn check(skin: Skin, expected_writes: &[&str]) {
    let contract = Contract::of(skin).unwrap();
    let validate = |schema: &Value, value: &Value, what: &str| {
        let mut schema = schema.clone();
        schema["$defs"] = contract.definitions.clone();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let wrong: Vec<String> =
            validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{what}\n{}\n{value:#}", wrong.join("\n"));
    };
    let mut met = Vec::new();
    for logged in life(skin) {
        if logged.address.contains(".git/") {
            continue;
        }
        let what = format!("{} {}", logged.method, logged.address);
        let operation =
            contract.find(&logged.method, &logged.path).unwrap_or_else(|| panic!("{what}: unknown"));
        met.push(format!("{} /{}", operation.method, operation.path.join("/")));
        for name in &logged.query {
            assert!(operation.query.contains(name), "{what}: no parameter `{name}`");
        }
        if !logged.body.is_null() {
            validate(&operation.request, &logged.body, &what);
            // A field that nobody reads is a mistake, too.
            let known = fields(&operation.request, &contract.definitions);
            for name in logged.body.as_object().unwrap().keys() {
                assert!(known.contains(name), "{what}: no field `{name}` among {known:?}");
            }
        }
        if logged.status < 400 {
            let schema = operation.answers.get(&logged.status.to_string());
            let schema = schema.unwrap_or_else(|| panic!("{what}: no answer {}", logged.status));
            if !schema.is_null() {
                validate(schema, &logged.answer, &what);
            }
        }
    }
    for write in expected_writes {
        assert!(met.iter().any(|met| met == write), "{write} was never asked: {met:?}");
    }
}

/// The names that an object may have.
fn fields(schema: &Value, definitions: &Value) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return fields(&definitions[reference.trim_start_matches("#/$defs/")], definitions);
    }
    let own = schema["properties"].as_object().into_iter().flat_map(|properties| properties.keys().cloned());
    let parts = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|kind| schema[kind].as_array()).flatten();
    own.chain(parts.flat_map(|part| fields(part, definitions))).collect()
}

#[test]
fn github() {
    check(
        Skin::Github,
        &[
            "POST /repos/{owner}/{repo}/pulls",
            "PATCH /repos/{owner}/{repo}/pulls/{pull_number}",
            "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge",
            "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
            "POST /repos/{owner}/{repo}/issues/{issue_number}/labels",
            "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
            "DELETE /repos/{owner}/{repo}/git/refs/{ref}",
        ],
    );
}

#[test]
fn forgejo() {
    check(
        Skin::Forgejo,
        &[
            "POST /repos/{owner}/{repo}/pulls",
            "PATCH /repos/{owner}/{repo}/pulls/{index}",
            "POST /repos/{owner}/{repo}/pulls/{index}/merge",
            "POST /repos/{owner}/{repo}/pulls/{index}/requested_reviewers",
            "POST /repos/{owner}/{repo}/issues/{index}/labels",
            "POST /repos/{owner}/{repo}/labels",
            "DELETE /repos/{owner}/{repo}/branches/{branch}",
        ],
    );
}

#[test]
fn gitlab() {
    check(
        Skin::Gitlab,
        &[
            "POST /projects/{id}/merge_requests",
            "PUT /projects/{id}/merge_requests/{merge_request_iid}",
            "PUT /projects/{id}/merge_requests/{merge_request_iid}/merge",
            "POST /projects/{id}/merge_requests/{merge_request_iid}/notes",
            "DELETE /projects/{id}/repository/branches/{branch}",
        ],
    );
}

/// The check above would see a mistake.
#[test]
fn a_wrong_request_is_seen() {
    let contract = Contract::of(Skin::Github).unwrap();
    let path: Vec<String> = ["repos", "o", "r", "pulls"].map(str::to_owned).to_vec();
    let operation = contract.find("POST", &path).unwrap();
    let mut schema = operation.request.clone();
    schema["$defs"] = contract.definitions.clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&json!({ "head": "a", "base": "b" })));
    for wrong in [json!({ "head": "a" }), json!({ "head": "a", "base": "b", "draft": "yes" })] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}
