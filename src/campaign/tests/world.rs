//! A campaign and its forge.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use unspool_campaign::change::{ChangeSet, File, Site, write_whole};
use unspool_campaign::child::Launcher;
use unspool_campaign::config::{Config, Credentials};
use unspool_campaign::forge::Connect;
use unspool_campaign::git::Git;
use unspool_campaign::plan::{Row, RowState};
use unspool_campaign::publish::gate::StoreGate;
use unspool_campaign::publish::{Options, Publisher, Step, Summary, Watch};
use unspool_campaign::review;
use unspool_campaign::secret::Secret;
use unspool_campaign::store::lease::Held;
use unspool_campaign::store::{Decision, Sqlite, SqliteBucket, State, Store as _, Unit};
use unspool_campaign::text::sha256;
use unspool_campaign::time::Clock;
use unspool_campaign::wishes::Wishes;
use unspool_fake_forge::{Bare, Entry, Forge, Pull, PullState, Skin};

pub const TOKEN: &str = "canary-token-of-the-tests";
pub const UNIT: &str = "list-to-genexpr";
pub const BRANCH: &str = "unspool/c/list-to-genexpr";
pub const REPOSITORY: &str = "acme/one";

/// Time passes only while somebody sleeps.
pub struct Turned(Mutex<f64>);

impl Clock for Turned {
    fn now(&self) -> f64 {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration.as_secs_f64();
    }
}

/// Ends the run at a step, as a crash would: nothing that comes behind it happens.
struct CrashAt<'a> {
    step: Option<Step>,
    /// What somebody else does at a step, once.
    act: Option<(Step, &'a dyn Fn())>,
    met: RefCell<Vec<Step>>,
    done: Cell<bool>,
}

struct Crashed;

impl Watch for CrashAt<'_> {
    fn step(&self, step: Step) {
        self.met.borrow_mut().push(step);
        if let Some((when, act)) = self.act
            && when == step
            && !self.done.replace(true)
        {
            act();
        }
        if self.step == Some(step) && !self.done.replace(true) {
            // Without the message of a panic.
            resume_unwind(Box::new(Crashed));
        }
    }

    fn say(&self, _: &str) {}
}

pub struct World {
    pub folder: TempDir,
    pub forge: Forge,
    pub config: Config,
    pub clock: Arc<Turned>,
    pub trace: Arc<Mutex<Vec<String>>>,
    pub options: Options,
    /// What repositories ask of pull requests, in plans that are made from now on.
    pub wishes: Wishes,
}

impl World {
    /// With one repository, [`REPOSITORY`], of one file.
    pub fn new(settings: &str) -> World {
        World::with_skin(Skin::Github, settings)
    }

    pub fn with_skin(skin: Skin, settings: &str) -> World {
        let kind = match skin {
            Skin::Github => "github",
            Skin::Gitlab => "gitlab",
            Skin::Forgejo => "forgejo",
        };
        let folder = TempDir::new().unwrap();
        let forge = Forge::start(folder.path().join("forge"), skin, TOKEN);
        let text = format!(
            "[campaign]\nid = 'c'\ncontact = 'the tests'\n[forge]\nkind = '{kind}'\napi = '{}'\ninsecure = true\n\
             [repositories]\npermission = ['acme']\n{settings}",
            forge.api()
        );
        let config = Config::parse(&text, folder.path()).unwrap();
        let clock = Arc::new(Turned(Mutex::new(1_000_000.0)));
        let trace = Arc::default();
        let world = World {
            folder,
            forge,
            config,
            clock,
            trace,
            options: Options::default(),
            wishes: Wishes::default(),
        };
        world.repository(REPOSITORY);
        world
    }

    pub fn repository(&self, name: &str) -> Bare {
        let bare = self.forge.repository(name);
        bare.commit("main", &[("a.py", Entry::File("old\n")), ("b.py", Entry::File("other\n"))]);
        bare
    }

    pub fn bare(&self, name: &str) -> Bare {
        self.forge.state().repositories[name].bare.clone()
    }

    /// A plan that leaves the repository alone.
    pub fn skip(&self, name: &str) {
        let path = self.config.rows().join(format!("{}.json", name.replace('/', "-")));
        let mut row: Row = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (row.state, row.reason) = (RowState::Skipped, "opted out".into());
        write_whole(&path, &serde_json::to_vec(&row).unwrap()).unwrap();
        review::import(&self.config, &mut self.store()).unwrap();
    }

    /// A plan that replaces the only line of `a.py`, for each unit by its own text.
    pub fn plan(&self, name: &str, units: &[(&str, &str)]) {
        let bare = self.bare(name);
        let commit = bare.tip("main").unwrap();
        let before = bare.file(&commit, "a.py").unwrap();
        let mut ids = Vec::new();
        for (unit, after) in units {
            let patch = format!("--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-{before}\n+{after}\n");
            let change = ChangeSet {
                schema: ChangeSet::SCHEMA,
                campaign: "c".into(),
                repository: name.into(),
                url: format!("{}/{name}.git", self.forge.address),
                branch: "main".into(),
                commit: commit.clone(),
                unit: (*unit).into(),
                tool: "unspool 1".into(),
                transforms: vec!["list-to-genexpr".into()],
                command: "unspool fix --select=list-to-genexpr".into(),
                diff: sha256(patch.as_bytes()),
                files: vec![File { path: "a.py".into(), added: 1, removed: 1 }],
                sites: vec![Site {
                    path: "a.py".into(),
                    line: 1,
                    transform: "list-to-genexpr".into(),
                    verdict: "safe".into(),
                    identity: "x".into(),
                    assumed: Vec::new(),
                    proved: vec!["it is so".into()],
                }],
                refused: Vec::new(),
                verified: None,
                owners: Vec::new(),
                oversize: false,
                wishes: self.wishes.clone(),
            };
            ids.push(change.save(&self.config.changes(), patch.as_bytes()).unwrap());
        }
        let row = Row {
            repository: name.into(),
            commit,
            state: if ids.is_empty() { RowState::Nothing } else { RowState::Changes },
            reason: String::new(),
            sites: ids.len(),
            changes: ids,
            problems: 0,
            seconds: 0.0,
            inputs: String::new(),
        };
        let path = self.config.rows().join(format!("{}.json", name.replace('/', "-")));
        write_whole(&path, &serde_json::to_vec(&row).unwrap()).unwrap();
        review::import(&self.config, &mut self.store()).unwrap();
    }

    pub fn accept(&self) {
        review::decide(&mut self.store(), &["all".into()], Decision::Accepted, "").unwrap();
    }

    /// Plans one change in [`REPOSITORY`] and accepts it.
    pub fn accepted(&self, after: &str) {
        self.plan(REPOSITORY, &[(UNIT, after)]);
        self.accept();
    }

    pub fn store(&self) -> Sqlite {
        Sqlite::open(&self.config.store(), Arc::clone(&self.clock) as _).unwrap()
    }

    fn held(&self) -> Arc<Held> {
        Arc::new(Held::new(Box::new(self.store()), 60.0))
    }

    pub fn unit(&self) -> Unit {
        {
            let units = self.store().units(Some(REPOSITORY)).unwrap();
            units.into_iter().find(|unit| unit.unit == UNIT).unwrap()
        }
    }

    pub fn git(&self) -> Git {
        let home = self.folder.path().join("home");
        std::fs::create_dir_all(&home).unwrap();
        let mut git = Git::new(Launcher::default(), home, 60, 0);
        git.protocols = "http".into();
        git
    }

    pub fn connect(&self) -> Box<dyn unspool_campaign::forge::Forge> {
        self.connect_with(Credentials::Token(Secret::new(TOKEN)))
    }

    /// A connection to read with: it holds nothing.
    pub fn connect_with(&self, credentials: Credentials) -> Box<dyn unspool_campaign::forge::Forge> {
        self.connect_holding(credentials, self.held())
    }

    fn connect_holding(
        &self,
        credentials: Credentials,
        held: Arc<Held>,
    ) -> Box<dyn unspool_campaign::forge::Forge> {
        let clock: Arc<dyn Clock + Send> = Arc::clone(&self.clock) as _;
        let gate = {
            let path = self.folder.path().join("pace.db");
            let bucket = SqliteBucket::open(&path, Arc::clone(&clock)).unwrap();
            StoreGate::new(Box::new(bucket), "me".into(), self.config.pace.clone(), Arc::clone(&clock), held)
        };
        let trace = Arc::clone(&self.trace);
        Connect {
            config: &self.config,
            credentials,
            gate: Arc::new(gate),
            clock,
            trace: Arc::new(move |line: &str| trace.lock().unwrap().push(line.to_owned())),
        }
        .open()
        .unwrap()
    }

    fn with_publisher<T>(&self, watch: &CrashAt, run: impl FnOnce(&mut Publisher) -> T) -> T {
        let held = self.held();
        let forge = self.connect_holding(Credentials::Token(Secret::new(TOKEN)), Arc::clone(&held));
        let (git, mut store) = (self.git(), self.store());
        run(&mut Publisher {
            config: &self.config,
            store: &mut store,
            held,
            holder: "the tests".into(),
            objects: self.config.work().join("publish"),
            forge: &*forge,
            git: &git,
            clock: &*self.clock,
            watch,
            options: self.options.clone(),
        })
    }

    /// One run of `publish`, ended at a step. None: it was. Also the steps that were met.
    pub fn run(&self, step: Option<Step>) -> (Option<unspool_campaign::Result<Summary>>, Vec<Step>) {
        let watch = CrashAt { step, act: None, met: RefCell::default(), done: Cell::new(false) };
        let run = || self.with_publisher(&watch, |publisher| publisher.run());
        let result = match catch_unwind(AssertUnwindSafe(run)) {
            Ok(result) => Some(result),
            Err(payload) if payload.is::<Crashed>() => None,
            Err(payload) => resume_unwind(payload),
        };
        (result, watch.met.into_inner())
    }

    /// One run of `publish` while somebody does something at a step. Whether the step was met.
    pub fn publish_while(&self, step: Step, act: &dyn Fn()) -> (Summary, bool) {
        let act = Some((step, act));
        let watch = CrashAt { step: None, act, met: RefCell::default(), done: Cell::new(false) };
        let summary = self.with_publisher(&watch, |publisher| publisher.run()).unwrap();
        (summary, watch.done.get())
    }

    pub fn clock_forward(&self, seconds: f64) {
        self.clock.sleep(Duration::from_secs_f64(seconds));
    }

    pub fn publish(&self) -> Summary {
        self.run(None).0.unwrap().unwrap()
    }

    /// Another command than `publish`.
    pub fn command(&self, run: impl FnOnce(&mut Publisher) -> unspool_campaign::Result<Summary>) -> Summary {
        let watch = CrashAt { step: None, act: None, met: RefCell::default(), done: Cell::new(false) };
        self.with_publisher(&watch, run).unwrap()
    }

    /// Writes since the last call: method and address.
    pub fn writes(&self) -> Vec<String> {
        let log = self.forge.take_log();
        let writes = log.into_iter().filter(|logged| logged.is_write);
        writes
            .map(|logged| format!("{} {}", logged.method, logged.address.split('?').next().unwrap()))
            .collect()
    }

    pub fn pulls(&self) -> Vec<Pull> {
        self.forge.pulls(REPOSITORY)
    }

    pub fn open_pulls(&self) -> Vec<Pull> {
        self.pulls().into_iter().filter(|pull| pull.state == PullState::Open).collect()
    }

    /// The content of `a.py` on our branch.
    pub fn published(&self) -> Option<String> {
        self.bare(REPOSITORY).file(BRANCH, "a.py")
    }

    #[track_caller]
    pub fn check_state(&self, state: State) {
        let unit = self.unit();
        assert_eq!(unit.state, state, "{}", unit.reason);
    }
}

/// How often each was there.
pub fn counted(items: Vec<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts
}

/// A file of text below a folder, in whatever form.
pub fn files_with(folder: &Path, needle: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            files_with(&path, needle, found);
        } else if std::fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(needle.len()).any(|window| window == needle.as_bytes()))
        {
            found.push(path.display().to_string());
        }
    }
}
