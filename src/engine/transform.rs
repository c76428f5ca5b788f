//! What a transform is. Page one for contributors.
//!
//! A transform looks at a node and says whether it is one of its *sites* ([`Transform::find`], cheap and
//! syntactic). For each site it then asks what must hold for the rewrite to keep the program's behaviour and
//! writes the answers down as obligations ([`Transform::decide`]). Nobody writes a verdict by hand: it is
//! derived from the obligations ([`Proposal::verdict`]).
//!
//! ```text
//! all Proved                 -> Safe      applied by default
//! some Assumed, none Refuted -> Unsafe    shown, applied only with --unsafe-fixes
//! any Refuted                -> Refused   never applied, reported with its reason
//! ```
//!
//! Benefit is another axis: a safe site that nobody would thank us for is [`Verdict::Withheld`].

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::facts::Facts;
use crate::repo::{Local, Repository};
use crate::syntax::{AnyNodeRef, Module, NodeKind, PythonVersion, TextRange};
use crate::text::Edit;

/// Groups by which users select transforms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Group {
    Lazy,
    Resources,
    Async,
    Classes,
    State,
}

impl Group {
    pub const ALL: [Group; 5] = [Group::Lazy, Group::Resources, Group::Async, Group::Classes, Group::State];

    pub fn name(self) -> &'static str {
        match self {
            Group::Lazy => "lazy",
            Group::Resources => "resources",
            Group::Async => "async",
            Group::Classes => "classes",
            Group::State => "state",
        }
    }
}

/// What rewrites are worth offering. Safety does not depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Profile {
    /// Rewrites that let elements go, so that memory shrinks.
    #[default]
    Memory,
    /// Only rewrites that are also faster.
    Speed,
    /// Everything that is safe.
    All,
}

/// Everything about a transform that is known without running it.
pub struct Meta {
    /// Kebab-case, stable: `loop-to-yield-from`.
    pub id: &'static str,
    /// One line: what it does.
    pub title: &'static str,
    pub group: Group,
    /// Runs without being selected.
    pub default: bool,
    /// One line: the anti-pattern it answers (a row of the idioms table).
    pub anti_pattern: &'static str,
    /// One line: the idiom it rewrites to.
    pub idiom: &'static str,
    /// The page: `README.md` of the transform's folder.
    pub docs: &'static str,
    /// Byte strings of which at least one stands in every file with a site. A file without any is not parsed
    /// for this transform. Never empty.
    pub needles: &'static [&'static str],
    /// The kinds of node that `find` is asked about.
    pub kinds: &'static [NodeKind],
    /// Every kind of obligation that `decide` can state, in the order in which a reviewer would ask.
    pub obligations: &'static [ObligationKind],
}

/// A kind of obligation: its stable name and its claim.
pub struct ObligationKind {
    pub id: &'static str,
    /// "the loop variable is not read after the loop"
    pub claim: &'static str,
}

/// A family of rewrites.
pub trait Transform: Sync {
    fn meta(&self) -> &'static Meta;

    /// A closer look at the bytes of a file that has a needle: whether it may have a site. True of every file
    /// with one; the more often false of others, the fewer files are parsed.
    fn may_have_site(&self, _bytes: &[u8]) -> bool {
        true
    }

    /// Whether the node is a site, and the range that stands for it in reports (its first line is what a
    /// terminal links to). Syntactic and cheap: no facts, no repository.
    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange>;

    /// Whether verdicts rest on code in other functions and files, which other rewrites may change: how callers use
    /// what a function returns, say. Such rewrites wait until all others are done, and have a round of their own.
    fn rests_on_the_repository(&self) -> bool {
        false
    }

    /// Decides a site that `find` gave. Without a refutation the proposal must have edits.
    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal;
}

/// What a transform may know while it decides.
pub struct FileContext<'a, 'r> {
    pub module: &'r Module<'a>,
    pub facts: &'r Facts<'a, 'r>,
    pub repo: &'r Repository,
    pub settings: &'r Settings,
    /// The file's path as the repository knows it.
    pub path: &'r std::path::Path,
}

impl<'a, 'r> FileContext<'a, 'r> {
    /// The file as questions to the repository take it.
    pub fn local(&self) -> Local<'a, 'r> {
        Local { module: self.module, facts: self.facts, path: self.path }
    }
}

/// The options that change what transforms propose.
#[derive(Clone, Debug)]
pub struct Settings {
    pub profile: Profile,
    pub target: Target,
    /// The dotted name of the module into which helpers go that rewrites generate; without it each file gets its own.
    pub helpers_module: Option<Arc<str>>,
    /// Whether operands that are awaited together go into an `asyncio.TaskGroup`.
    pub task_groups: bool,
}

/// The oldest Python that the rewritten code must run on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    pub version: PythonVersion,
    /// Whether the user or the project said so. Replacements newer than 3.9 are used only then.
    pub stated: bool,
}

impl Default for Target {
    fn default() -> Self {
        Target { version: PythonVersion::PY39, stated: false }
    }
}

impl Target {
    /// Whether the standard library of `version` can be relied on.
    pub fn has(&self, version: PythonVersion) -> bool {
        self.version >= version && (self.stated || version <= PythonVersion::PY39)
    }
}

/// How an obligation came out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// It holds; how we know.
    Proved(String),
    /// It could be neither shown nor refuted; why.
    Assumed(String),
    /// It does not hold; what stands against it.
    Refuted(String),
}

impl State {
    pub fn name(&self) -> &'static str {
        match self {
            State::Proved(_) => "proved",
            State::Assumed(_) => "assumed",
            State::Refuted(_) => "refuted",
        }
    }

    pub fn reason(&self) -> &str {
        match self {
            State::Proved(s) | State::Assumed(s) | State::Refuted(s) => s,
        }
    }

    pub fn is_refuted(&self) -> bool {
        matches!(self, State::Refuted(_))
    }

    /// The worse of two: refuted before assumed before proved. The first wins among equals.
    pub fn and(self, other: State) -> State {
        if other.rank() > self.rank() { other } else { self }
    }

    fn rank(&self) -> u8 {
        match self {
            State::Proved(_) => 0,
            State::Assumed(_) => 1,
            State::Refuted(_) => 2,
        }
    }
}

/// A convention of `design/safety.md` that a proof relied on: names what the language allows to be otherwise.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Convention {
    /// 1: operators, `len`, attribute reads have no visible effect.
    Operators,
    /// 2: the table of known callables.
    KnownCallables,
    /// 6: what elements that are no longer evaluated might have raised.
    EarlyStop,
    /// 8: `StopIteration` comes only from `next`, `send` and functions that are seen to let it out.
    StopIteration,
    /// 9: annotations and single assignments tell types truthfully.
    Annotations,
    /// 4: what a coroutine of asyncio delegates to is awaitable, as its loop takes nothing but futures from it.
    Delegation,
    /// 10: nobody sends into a generator unless the code shows it.
    NobodySends,
}

impl Convention {
    pub fn name(self) -> &'static str {
        match self {
            Convention::Operators => "conventional operators",
            Convention::KnownCallables => "known callables",
            Convention::EarlyStop => "early stops",
            Convention::StopIteration => "StopIteration",
            Convention::Annotations => "annotations",
            Convention::Delegation => "delegation",
            Convention::NobodySends => "nobody sends",
        }
    }
}

/// A statement that must hold for the rewrite to keep behaviour.
#[derive(Clone, Debug)]
pub struct Obligation {
    pub kind: &'static str,
    pub claim: &'static str,
    pub state: State,
    /// Where in the source it was decided.
    pub at: Place,
    pub conventions: Vec<Convention>,
}

impl Obligation {
    /// Whether it passed for no other reason than that a test switched it off.
    pub fn is_switched_off(&self) -> bool {
        matches!(&self.state, State::Proved(how) if how == SWITCHED_OFF)
    }
}

/// The proof of an obligation that would not have been proved and is switched off.
const SWITCHED_OFF: &str = "switched off";

/// A range, in the file of the proposal or another file of the repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub path: Option<Arc<std::path::Path>>,
    pub range: TextRange,
}

impl From<TextRange> for Place {
    fn from(range: TextRange) -> Self {
        Place { path: None, range }
    }
}

/// An import that a rewrite needs. Requests are merged per file after selection.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ImportRequest {
    /// Dots in front make it relative.
    pub module: Cow<'static, str>,
    /// `from module import name`; without it `import module`.
    pub name: Option<Cow<'static, str>>,
    /// Of the repository itself: where its imports have no group, theirs is the last.
    pub is_local: bool,
}

impl ImportRequest {
    /// `import module`
    pub fn module(module: &'static str) -> Self {
        ImportRequest { module: module.into(), name: None, is_local: false }
    }

    /// `from module import name`
    pub fn name(module: &'static str, name: &'static str) -> Self {
        ImportRequest { module: module.into(), name: Some(name.into()), is_local: false }
    }

    /// `from module import name`, of a module of the repository, as the file would write it.
    pub fn local(module: &str, name: &str) -> Self {
        ImportRequest { module: module.to_owned().into(), name: Some(name.to_owned().into()), is_local: true }
    }

    /// The statement, for a file that has none for the module yet.
    pub fn line(&self) -> String {
        match &self.name {
            Some(name) => format!("from {} import {name}", self.module),
            None => format!("import {}", self.module),
        }
    }
}

/// What a comment is allowed to do in a rewrite beyond staying as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CommentChange {
    /// A type comment with this range is rewritten.
    Updated(TextRange),
    /// Of equal comments of merged copies, one stays.
    Merged(TextRange),
}

/// Edits to another file that belong to the proposal: applied together with its own or not at all. The verdict counts for
/// that file, too: `decide` has looked at what it changes there.
#[derive(Clone, Debug)]
pub struct ForeignEdits {
    /// As the repository knows the file. Each file comes once, and never the proposal's own.
    pub path: PathBuf,
    /// In the text that [`Repository::text`] and [`Repository::with_file`] gave: an empty one for a file to be created.
    pub edits: Vec<Edit>,
    pub imports: Vec<ImportRequest>,
    /// Where all that the edits do is to insert definitions, at one place and apart from what is around it: the names of
    /// these. Of several such rewrites each has its own names, or it waits for the others.
    pub defines: Vec<String>,
}

/// One site, decided.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub transform: &'static str,
    /// The site.
    pub anchor: TextRange,
    /// Applied together or not at all.
    pub edits: Vec<Edit>,
    /// Code of this file, edits apart, whose behaviour the verdict rests on: no other rewrite may change it in the
    /// same round. What is made lazy in one place must not be asked for less in another.
    pub rests_on: Vec<TextRange>,
    pub foreign: Vec<ForeignEdits>,
    /// Other files, unchanged by the proposal, whose definitions the edits use: where such a file changes for the sake of
    /// another rewrite, it is written together with this one.
    pub uses: Vec<PathBuf>,
    pub imports: Vec<ImportRequest>,
    /// Names whose import goes if, of all that is applied together, no use is left.
    pub unimports: Vec<String>,
    pub obligations: Vec<Obligation>,
    /// Why nobody would want it, although it may be safe. Begins with `benefit:`. Costly obligations may be
    /// missing then.
    pub withheld: Option<String>,
    pub comments: Vec<CommentChange>,
}

/// What may be done with a site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    Safe,
    Unsafe,
    Refused,
    /// Brings nothing under the profile in force: what would be costly to find out was not asked.
    Withheld,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Safe => "safe",
            Verdict::Unsafe => "unsafe",
            Verdict::Refused => "refused",
            Verdict::Withheld => "withheld",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Proposal {
    pub fn new(meta: &Meta, anchor: TextRange) -> Self {
        Proposal {
            transform: meta.id,
            anchor,
            edits: Vec::new(),
            rests_on: Vec::new(),
            foreign: Vec::new(),
            uses: Vec::new(),
            imports: Vec::new(),
            unimports: Vec::new(),
            obligations: Vec::new(),
            withheld: None,
            comments: Vec::new(),
        }
    }

    /// States an obligation of the transform's own table.
    ///
    /// # Panics
    /// When `kind` is not declared in `meta.obligations`: pages, explanations and the tests that switch
    /// obligations off rely on the table being complete.
    pub fn oblige(&mut self, meta: &Meta, kind: &str, at: impl Into<Place>, finding: impl Into<Finding>) {
        let declared = meta.obligations.iter().find(|k| k.id == kind);
        let declared = declared.unwrap_or_else(|| panic!("{}: obligation `{kind}` is not declared", meta.id));
        let Finding { state, conventions } = finding.into();
        let is_proved = matches!(state, State::Proved(_));
        let state =
            if !is_proved && disabled(meta.id, kind) { State::Proved(SWITCHED_OFF.into()) } else { state };
        self.obligations.push(Obligation {
            kind: declared.id,
            claim: declared.claim,
            state,
            at: at.into(),
            conventions,
        });
    }

    /// Whether something already stands against the rewrite: costly questions can then be left out.
    pub fn is_refuted(&self) -> bool {
        self.obligations.iter().any(|o| o.state.is_refuted())
    }

    /// Derived from the obligations, never written by hand.
    pub fn verdict(&self) -> Verdict {
        let worst = self.obligations.iter().map(|o| o.state.rank()).max().unwrap_or(0);
        match worst {
            2 => Verdict::Refused,
            _ if self.withheld.is_some() => Verdict::Withheld,
            1 => Verdict::Unsafe,
            _ => Verdict::Safe,
        }
    }

    /// The obligations that decided the verdict: the refuted ones, else the assumed ones.
    pub fn deciding(&self) -> impl Iterator<Item = &Obligation> {
        let worst = self.obligations.iter().map(|o| o.state.rank()).max().unwrap_or(0);
        self.obligations.iter().filter(move |o| worst > 0 && o.state.rank() == worst)
    }
}

/// The answer to an obligation, with the conventions it leans on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub state: State,
    pub conventions: Vec<Convention>,
}

impl From<State> for Finding {
    fn from(state: State) -> Self {
        Finding { state, conventions: Vec::new() }
    }
}

impl Finding {
    pub fn proved(how: impl Into<String>) -> Self {
        State::Proved(how.into()).into()
    }

    pub fn assumed(why: impl Into<String>) -> Self {
        State::Assumed(why.into()).into()
    }

    pub fn refuted(by: impl Into<String>) -> Self {
        State::Refuted(by.into()).into()
    }

    #[must_use]
    pub fn relying_on(mut self, conventions: impl IntoIterator<Item = Convention>) -> Self {
        self.conventions.extend(conventions);
        self.conventions.sort_unstable();
        self.conventions.dedup();
        self
    }

    /// Both must hold: the worse state, the conventions of both.
    #[must_use]
    pub fn and(self, other: Finding) -> Self {
        let Finding { state, conventions } = other;
        Finding { state: self.state.and(state), conventions: self.conventions }.relying_on(conventions)
    }
}

/// Test-only: `UNSPOOL_TEST_SWITCH_OFF=transform-id/obligation-kind` lets that obligation pass, so that the
/// tests can show that it is needed.
fn disabled(transform: &str, kind: &str) -> bool {
    static OFF: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    OFF.get_or_init(|| std::env::var("UNSPOOL_TEST_SWITCH_OFF").ok())
        .as_deref()
        .is_some_and(|off| off.split_once('/').is_some_and(|(id, name)| id == transform && name == kind))
}
