//! The files in `deploy/`: they fit the schemas of those who read them, and the commands in them plan every repository once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::World;
use crate::support::{Run, Scratch, skip};

/// A Python with check-jsonschema and kubernetes-validate, which come with the schemas.
fn validator() -> Option<PathBuf> {
    std::env::var_os("UNSPOOL_TEST_DEPLOY").map(PathBuf::from)
}

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")
}

/// How a file is validated, and what turns it into one that nobody would take.
const FILES: [(&str, &[&str], &str, &str); 5] = [
    ("kubernetes/repos.yaml", &KUBERNETES, "accessModes:", "accessMode:"),
    ("kubernetes/plan.yaml", &KUBERNETES, "completionMode: Indexed", "completionMode: [Indexed]"),
    ("kubernetes/publish.yaml", &KUBERNETES, "concurrencyPolicy:", "concurrency:"),
    (
        "github-actions/campaign.yml",
        &["check_jsonschema", "--builtin-schema", "vendor.github-workflows"],
        "runs-on:",
        "runs-in:",
    ),
    (
        "gitlab/campaign.gitlab-ci.yml",
        &["check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"],
        "parallel: 8",
        "parallel: many",
    ),
];
/// Indexed Jobs with limits for each index are stable since this version.
const KUBERNETES: [&str; 4] = ["kubernetes_validate", "--strict", "-k", "1.33"];

#[test]
fn they_fit_their_schemas() {
    let Some(python) = validator() else { skip!("deploy schemas", "UNSPOOL_TEST_DEPLOY is not set") };
    let scratch = Scratch::new();
    let validate =
        |words: &[&str], path: &Path| Run::of(Command::new(&python).arg("-m").args(words).arg(path));
    for (name, words, right, wrong) in FILES {
        let path = deploy().join(name);
        let run = validate(words, &path);
        assert_eq!(run.code, Some(0), "{name}: {} {}", String::from_utf8_lossy(&run.stdout), run.stderr);
        let text = std::fs::read_to_string(&path).expect("it is there");
        assert!(text.contains(right), "{name} has no {right}");
        let broken = scratch.write(Path::new(name).file_name().unwrap(), text.replace(right, wrong));
        assert_ne!(validate(words, &broken).code, Some(0), "{name} with {wrong}");
    }
}

/// The documents of a file.
fn documents(python: &Path, name: &str) -> Vec<Value> {
    let code = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
    let run = Run::of(Command::new(python).args(["-c", code]).arg(deploy().join(name)));
    serde_json::from_slice(&run.stdout).unwrap_or_else(|_| panic!("{name}: {}", run.stderr))
}

/// How many jobs there are, their command, and what stands in the environment of each.
type Jobs = (usize, String, BTreeMap<String, String>);

/// As Kubernetes runs the Indexed Job.
fn kubernetes(python: &Path) -> Jobs {
    let document = documents(python, "kubernetes/plan.yaml").remove(0);
    let container = &document["spec"]["template"]["spec"]["containers"][0];
    let words: Vec<&str> =
        container["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let command = format!("unspool {}", words.join(" ")).replace("/campaign/", "./");
    let values = container["env"].as_array().unwrap().iter().filter_map(|variable| {
        Some((variable["name"].as_str()?.to_owned(), variable["value"].as_str()?.to_owned()))
    });
    let mut environment: BTreeMap<String, String> =
        values.filter(|(name, _)| name.starts_with("UNSPOOL")).collect();
    environment.insert("JOB_COMPLETION_INDEX".into(), "{index}".into());
    (usize::try_from(document["spec"]["completions"].as_u64().unwrap()).unwrap(), command, environment)
}

/// As GitHub runs the matrix.
fn github(python: &Path) -> Jobs {
    let document = documents(python, "github-actions/campaign.yml").remove(0);
    let job = &document["jobs"]["plan"];
    let count = job["strategy"]["matrix"]["shard"].as_array().unwrap().len();
    let step = job["steps"].as_array().unwrap().iter().find(|step| step["run"].is_string()).unwrap();
    let values = step["env"].as_object().unwrap().iter().map(|(name, value)| {
        let value = value.as_str().unwrap().replace("${{ strategy.job-index }}", "{index}");
        (name.clone(), value.replace("${{ strategy.job-total }}", &count.to_string()))
    });
    let environment = values.filter(|(name, _)| name != "UNSPOOL_TOKEN").collect();
    (count, step["run"].as_str().unwrap().to_owned(), environment)
}

/// As GitLab runs `parallel`, which counts from 1.
fn gitlab(python: &Path) -> Jobs {
    let document = documents(python, "gitlab/campaign.gitlab-ci.yml").remove(0);
    let job = &document["plan"];
    let count = usize::try_from(job["parallel"].as_u64().unwrap()).unwrap();
    let environment = [("CI_NODE_INDEX", "{number}".to_owned()), ("CI_NODE_TOTAL", count.to_string())];
    let environment = environment.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    (count, job["script"][0].as_str().unwrap().to_owned(), environment)
}

#[test]
fn their_shards_plan_everything_once() {
    let Some(python) = validator() else { skip!("deploy commands", "UNSPOOL_TEST_DEPLOY is not set") };
    const REPOSITORIES: usize = 7;
    for jobs in [kubernetes, github, gitlab] {
        let (count, command, environment) = jobs(&python);
        let world = World::new(REPOSITORIES, "");
        world.run("repos", 0);
        let program = Path::new(env!("CARGO_BIN_EXE_unspool")).parent().unwrap().to_path_buf();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path =
            std::env::join_paths(std::iter::once(program).chain(std::env::split_paths(&path))).unwrap();
        let mut planned = Vec::new();
        for index in 0..count {
            let mut shell = Command::new("sh");
            shell.args(["-ec", &command]).current_dir(world.scratch.path()).env("PATH", &path);
            shell.env("UNSPOOL_TOKEN", &world.token).env("CAMPAIGN_READ_TOKEN", &world.token);
            for (name, value) in &environment {
                let value = value.replace("{index}", &index.to_string());
                shell.env(name, value.replace("{number}", &(index + 1).to_string()));
            }
            let run = Run::of(&mut shell);
            assert_eq!(run.code, Some(0), "{command}: {}", run.stderr);
            let lines = run.stderr.lines().filter(|line| line.starts_with("acme/"));
            planned.extend(lines.map(|line| line.split(':').next().unwrap().to_owned()));
        }
        planned.sort();
        let expected: Vec<String> = (0..REPOSITORIES).map(|number| format!("acme/r{number}")).collect();
        assert_eq!(planned, expected, "{command}");
    }
}
