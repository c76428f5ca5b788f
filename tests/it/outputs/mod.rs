//! The formats of reports: each as those who read it want it.

mod browser;

use std::path::Path;

use serde_json::Value;

use crate::groups;
use crate::support::{Run, Scratch, has, skip, snapshot_of, snapshots, unspool};

/// The example project, with one of everything that a report can have.
fn project() -> Scratch {
    let scratch = Scratch::new();
    for (name, bytes) in snapshot_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/weblog")) {
        scratch.write(name, bytes);
    }
    scratch.write("broken.py", "def f(:\n    yield 1\n");
    // Text that means something in every format.
    scratch.write(
        "odd <&>,:%\"' name/é.py",
        "def f():  # @someone #1 </script><img src=x onerror=alert(1)> ]]> ```` & `\n    for x in ['<b>', \"&'\", '`@a`']:\n        yield x\n",
    );
    scratch.write(
        "held.py",
        "def g():\n    for x in [1, 2]:  # unspool: ignore[lazy] a \"reason\" <i>\n        yield x\n",
    );
    scratch
}

fn report(scratch: &Scratch, format: &str) -> Run {
    scratch.run(["check", "--refusals", "--profile", "memory", "--format", format])
}

#[test]
fn each_format_is_as_it_was() {
    let scratch = project();
    for format in ["github", "gitlab", "junit", "markdown", "sarif"] {
        let run = report(&scratch, format);
        // The pages of the transforms and the list of those that run change with every transform.
        let text = match format {
            "sarif" => {
                let mut log: Value = serde_json::from_slice(&run.exits(1).stdout).unwrap();
                log["runs"][0]["tool"]["driver"]["rules"] = "RULES".into();
                log["runs"][0]["results"]
                    .as_array_mut()
                    .unwrap()
                    .iter_mut()
                    .for_each(|r| r["ruleIndex"] = "INDEX".into());
                serde_json::to_string_pretty(&log).unwrap()
            }
            _ => run.exits(1).text().to_owned(),
        };
        let name = ["output-github", "output-gitlab", "output-junit", "output-markdown", "output-sarif"]
            .into_iter()
            .find(|name| name.ends_with(format))
            .unwrap();
        snapshots().bind(|| insta::assert_snapshot!(name, text));
    }
}

/// A page, a report and its lines, of two small files: without what is the same on every page.
#[test]
fn pages_and_reports_are_as_they_were() {
    let scratch = groups::project();
    for (name, format) in [("output-html", "html"), ("output-json", "json"), ("output-jsonl", "jsonl")] {
        let run = scratch.run([&["check", "--format", format], &groups::SELECT[..]].concat());
        let mut text = run.exits(1).text().to_owned();
        for (begin, end) in [("<style>\n", "</style>"), ("<script>\n", "</script>")] {
            if let (Some(from), Some(to)) = (text.find(begin), text.find(end)) {
                text.replace_range(from + begin.len()..to, "...\n");
            }
        }
        snapshots().bind(|| insta::assert_snapshot!(name, text));
    }
}

#[test]
fn several_at_once() {
    let scratch = project();
    let run = scratch.run([
        "check",
        "--quiet",
        "--format",
        "json",
        "--output",
        "sarif:out.sarif",
        "--output",
        "html:out.html",
        "--output",
        "text:out.txt",
    ]);
    assert_eq!(run.exits(1).stdout, scratch.run(["check", "--format", "json"]).stdout);
    assert_eq!(scratch.read("out.txt"), scratch.run(["check"]).stdout);
    assert_eq!(scratch.read("out.sarif"), scratch.run(["check", "--format", "sarif"]).stdout);
    assert_eq!(scratch.read("out.html"), scratch.run(["check", "--format", "html"]).stdout);
    let run = scratch.run(["check", "--output", "sarif:no/such/folder"]);
    assert!(run.exits(3).stderr.contains("error: no/such/folder could not be written"), "{}", run.stderr);
    for (given, message) in [
        (
            "sarf:x",
            "there is no format `sarf`; the formats are text, json, jsonl, sarif, github, gitlab, junit, markdown, html",
        ),
        ("sarif", "write it as FORMAT:FILE"),
        ("sarif:", "there is no file behind the colon"),
    ] {
        let run = scratch.run(["check", "--output", given]);
        assert!(run.exits(2).stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn what_fix_would_do_in_every_format() {
    let scratch = project();
    let before = scratch.snapshot();
    for format in ["json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown", "html"] {
        let run = scratch.run(["fix", "--dry-run", "--format", format]);
        assert!(run.exits(0).text().contains("loop-to-yield-from"), "{format}: {}", run.text());
        assert!(!run.text().contains("held.py"), "{format}: what is held back is not done");
    }
    assert_eq!(scratch.snapshot(), before);
    let json: Value = serde_json::from_slice(&scratch.run(["fix", "-n", "--format", "json"]).stdout).unwrap();
    assert!(json["sites"].as_array().unwrap().iter().all(|site| site["applied"] == true));
    // Without --dry-run the files are the output.
    let run = scratch.run(["fix", "--format", "json"]);
    assert!(run.exits(2).stderr.contains("`--format` needs `--dry-run`"), "{}", run.stderr);
    assert_eq!(scratch.snapshot(), before);
    scratch.run(["fix", "--output", "markdown:body.md"]).exits(0);
    assert!(String::from_utf8_lossy(&scratch.read("body.md")).starts_with("## unspool: "));
    assert_ne!(scratch.snapshot(), before);
}

#[test]
fn lines_of_json_are_the_report() {
    let scratch = project();
    let whole: Value = serde_json::from_slice(&report(&scratch, "json").stdout).unwrap();
    let mut sites = Vec::new();
    let mut kinds = Vec::new();
    for line in report(&scratch, "jsonl").exits(1).text().lines() {
        let mut record: Value = serde_json::from_str(line).unwrap();
        let kind = record.as_object_mut().unwrap().remove("kind").unwrap();
        kinds.push(kind.as_str().unwrap().to_owned());
        if kind == "site" {
            sites.push(record);
        }
    }
    assert_eq!(&sites, whole["sites"].as_array().unwrap());
    kinds.dedup();
    assert_eq!(kinds, ["report", "total", "site", "problem"]);
}

/// The official schema comes with a package: `.ci/run` says where.
#[test]
fn sarif_is_as_the_standard_says() {
    let Some(path) = std::env::var_os("UNSPOOL_TEST_SARIF_SCHEMA") else {
        skip!(
            "sarif_is_as_the_standard_says",
            "UNSPOOL_TEST_SARIF_SCHEMA does not name the schema of SARIF 2.1.0"
        );
    };
    // One of its patterns has a bracket too many, which is no regular expression in Unicode mode.
    let schema = std::fs::read_to_string(path)
        .unwrap()
        .replace("^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}-[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let scratch = project();
    scratch.write("jobs.py", groups::JOBS);
    scratch.write("main.py", groups::MAIN);
    for args in [
        &["check", "--refusals"][..],
        &["check", "--select", "ALL"],
        &["fix", "-n"],
        &["fix", "-n", "--unsafe-fixes"],
        &["check", "held.py"],
        &["check", "--refusals", "jobs.py"],
    ] {
        let run = scratch.run([args, &["--format", "sarif"]].concat());
        let log: Value = serde_json::from_slice(&run.stdout).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{args:?}\n{}", errors.join("\n"));
    }
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0" })), "and it refuses something");
}

#[test]
fn sarif_fixes_are_what_fix_does() {
    // A fix with an import, and characters of several bytes in front.
    let text = "'é🦀'\ndef f(p):\n    h = open(p)\n    try:\n        return h.read(), 'é', sum([n for n in range(99)])\n    finally:\n        h.close()\n";
    check_fixes(&[("a.py", text)], &[]);
    // One that takes the last use of an import, with another import in its place.
    let exchanged = "from twisted.internet.defer import inlineCallbacks, succeed\n\n\n@inlineCallbacks\ndef load(n):\n    value = yield succeed(n)\n    return value\n\n\ndef start(out):\n    return load(3).addCallback(out.append)\n";
    check_fixes(&[("jobs.py", exchanged)], &groups::SELECT);
    // One that changes several files.
    check_fixes(&[("jobs.py", groups::JOBS), ("main.py", groups::MAIN)], &groups::SELECT);
}

/// Applies the fixes of `check`, and those of `fix --dry-run` where every rewrite has one (it stands on the files as they
/// are), and expects what `fix` makes of each of the files.
#[track_caller]
fn check_fixes(files: &[(&str, &str)], args: &[&str]) {
    let scratch = Scratch::with(files);
    let log = |command: &[&str]| {
        let run = scratch.run([command, &["--format", "sarif"], args].concat());
        serde_json::from_slice::<Value>(&run.stdout).unwrap()
    };
    let logs = [log(&["check"]), log(&["fix", "-n"])];
    scratch.run([&["fix"], args].concat()).exits(0);
    for (name, text) in files {
        let expected = String::from_utf8(scratch.read(name)).unwrap();
        assert_ne!(&expected, text);
        let has_fix = |result: &Value| result["fixes"].is_array();
        let is_whole = |log: &&Value| log["runs"][0]["results"].as_array().unwrap().iter().all(has_fix);
        assert!(is_whole(&&logs[0]) && (args.is_empty() || is_whole(&&logs[1])), "{logs:#?}");
        for log in logs.iter().filter(is_whole) {
            assert_eq!(with_fixes(text, name, log), expected, "{log:#}");
        }
    }
}

/// A file with every fix of a log.
fn with_fixes(text: &str, name: &str, log: &Value) -> String {
    let at = |region: &Value, side: &str| {
        let field =
            |name: &str| usize::try_from(region[format!("{side}{name}")].as_u64().unwrap()).unwrap() - 1;
        text.lines().take(field("Line")).map(|line| line.chars().count() + 1).sum::<usize>() + field("Column")
    };
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    let changes = results.flat_map(|result| result["fixes"][0]["artifactChanges"].as_array().unwrap());
    let here = changes.filter(|change| change["artifactLocation"]["uri"] == name);
    let mut all: Vec<(usize, usize, String)> = Vec::new();
    for replacement in here.flat_map(|change| change["replacements"].as_array().unwrap()) {
        let region = &replacement["deletedRegion"];
        let text = replacement["insertedContent"]["text"].as_str().unwrap().to_owned();
        all.push((at(region, "start"), at(region, "end"), text));
    }
    all.sort();
    let mut chars: Vec<char> = text.chars().collect();
    for (start, end, text) in all.into_iter().rev() {
        chars.splice(start..end, text.chars());
    }
    String::from_iter(chars)
}

#[test]
fn every_format_shows_all_files_of_a_rewrite() {
    let scratch = groups::project();
    for format in ["json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown", "html"] {
        for command in [&["check"][..], &["fix", "-n"]] {
            let run = scratch.run([command, &["--format", format], &groups::SELECT].concat());
            assert!(run.text().contains("main.py"), "{format}: {}", run.text());
        }
    }
    let page = scratch.run([&["check", "--format", "html"], &groups::SELECT[..]].concat());
    assert!(page.text().contains("also changes <code>main.py</code>"), "{}", page.text());
    let body = scratch.run([&["check", "--format", "markdown"], &groups::SELECT[..]].concat());
    let diff = "<summary>diff of main.py</summary>";
    assert!(
        body.text().contains(diff) && body.text().contains("ensureDeferred(jobs.load(3))"),
        "{}",
        body.text()
    );
}

#[test]
fn the_page_has_everything_without_a_script() {
    let scratch = project();
    let run = report(&scratch, "html");
    let page = run.exits(1).text();
    let json: Value = serde_json::from_slice(&report(&scratch, "json").stdout).unwrap();
    let sites = json["sites"].as_array().unwrap();
    assert_eq!(page.matches("<article ").count(), sites.len());
    // Code is text, never markup; nothing comes from elsewhere.
    assert!(!page.contains("<img") && !page.contains("<b>') and"), "{page}");
    assert_eq!(page.matches("</script>").count(), 1);
    for outside in ["http://", "https://", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    // What changed inside of a line is marked, and each site says why.
    assert!(page.contains("<ins>") || page.contains("<del>"), "{page}");
    assert!(page.contains("suppressed by the comment on line 2: a &quot;reason&quot; &lt;i&gt;"), "{page}");
    for site in sites {
        for duty in site["obligations"].as_array().unwrap() {
            let claim = duty["claim"].as_str().unwrap().replace('\'', "&#39;").replace('"', "&quot;");
            assert!(page.contains(&claim), "{claim}");
        }
    }
}

#[test]
fn statistics_count_sites_and_reasons() {
    let scratch = project();
    let run = scratch.run(["check", "--statistics", "--select", "list-to-genexpr,loop-to-yield-from"]);
    snapshots().bind(|| insta::assert_snapshot!("statistics", run.exits(1).text()));
    let dry = scratch.run(["fix", "-n", "--statistics", "--select", "loop-to-yield-from"]);
    assert!(dry.exits(0).text().starts_with("loop-to-yield-from "), "{}", dry.text());
    assert!(dry.stderr.contains("(dry run: nothing written)"), "{}", dry.stderr);
}

#[test]
fn completions_and_man_pages_name_every_command() {
    let commands = ["fix", "check", "review", "explain", "list", "config", "decisions"];
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = Run::of(&mut unspool(["completions", shell]));
        for word in commands.into_iter().chain(["unsafe-fixes"]) {
            assert!(run.exits(0).text().contains(word), "{shell}: {word}");
        }
    }
    if has("bash") {
        // As bash asks when somebody presses Tab.
        let scratch =
            Scratch::with(&[("unspool.bash", Run::of(&mut unspool(["completions", "bash"])).text())]);
        for (typed, expected) in [("rev", "review"), ("decis", "decisions")] {
            let script = format!(
                "source unspool.bash && COMP_WORDS=(unspool {typed}) COMP_CWORD=1 && _unspool unspool {typed} unspool && echo \"${{COMPREPLY[@]}}\""
            );
            let mut bash = std::process::Command::new("bash");
            let run = Run::of(bash.args(["--norc", "-c", &script]).current_dir(scratch.path()));
            assert_eq!(run.exits(0).text().trim(), expected, "{}", run.stderr);
        }
    }
    let scratch = Scratch::new();
    scratch.run(["man", "pages/man1"]).exits(0);
    for command in commands {
        let page = String::from_utf8(scratch.read(format!("pages/man1/unspool-{command}.1"))).unwrap();
        assert!(page.contains(".TH") && page.contains("SYNOPSIS"), "{page}");
    }
}
