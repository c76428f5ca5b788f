//! `_cache = {}` that holds objects by a key -> a `WeakValueDictionary`, which lets them go with their last user.

mod cache;
mod callers;
mod fill;
mod values;

use unspool_engine::repo::{Base, How};
use unspool_engine::rewrite::spell;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeKind, Ranged, TextRange};
use unspool_engine::text::Edit;
use unspool_engine::transform::{
    FileContext, Finding, Group, Meta, ObligationKind, Profile, Proposal, Transform,
};

use cache::{Cache, Use, cache_of, classify};

pub struct CacheToWeakref;

static META: Meta = Meta {
    id: "cache-to-weakref",
    title: "Let a cache of instances hold them weakly",
    group: Group::State,
    default: false,
    anti_pattern: "caches that keep objects alive",
    idiom: "`weakref.WeakValueDictionary`",
    docs: include_str!("README.md"),
    needles: &["= {}", "={}", "dict()", "OrderedDict()"],
    kinds: &[NodeKind::StmtAssign, NodeKind::StmtAnnAssign],
    obligations: &[
        ObligationKind {
            id: "looked-up-alone",
            claim: "the dictionary is only looked up and filled: nobody counts, iterates or copies it",
        },
        ObligationKind {
            id: "holds-instances",
            claim: "every value is a new object of a class that allows weak references",
        },
        ObligationKind {
            id: "held-in-between",
            claim: "a new object is held by a variable from when it is made until it is returned",
        },
        ObligationKind { id: "nobody-touches", claim: "no code of other files uses the dictionary" },
        ObligationKind {
            id: "changes-are-held",
            claim: "whoever changes a cached object holds it: nothing is put into an object that is let go at once",
        },
        ObligationKind { id: "named", claim: "`weakref.WeakValueDictionary` can be named here" },
        ObligationKind {
            id: "lifetime",
            claim: "nobody needs an object to live on, or to be the same one again, after its last user has let it go",
        },
    ],
};

impl Transform for CacheToWeakref {
    fn meta(&self) -> &'static Meta {
        &META
    }

    /// Another rewrite may give the class slots, or take from a caller what holds an object.
    fn rests_on_the_repository(&self) -> bool {
        true
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        let cache = cache_of(module, node)?;
        // A dictionary of an object is taken for a cache where a method looks into it before it fills it.
        let is = cache.is_filled(module) && (!cache.of_object || cache.is_asked(module));
        is.then(|| node.range())
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let module = cx.module;
        let cache = cache_of(module, node).expect("only empty dictionaries are found");
        let site = node.range();
        let mut proposal = Proposal::new(&META, site);
        if cache.ordered {
            let why = "an `OrderedDict` is for its order: it bounds itself, or somebody goes through it";
            proposal.oblige(&META, "looked-up-alone", site, Finding::refuted(why));
            return proposal;
        }
        if !cache.is_asked(module) {
            let why = "no function that fills it looks into it first: it is a table, and no cache";
            proposal.oblige(&META, "looked-up-alone", site, Finding::refuted(why));
            return proposal;
        }
        let uses = match cache.uses(cx).and_then(|nodes| {
            let uses: Result<Vec<_>, String> =
                nodes.iter().map(|id| Ok((*id, classify(module, *id)?))).collect();
            uses
        }) {
            Ok(uses) => uses,
            Err(why) => {
                proposal.oblige(&META, "looked-up-alone", site, Finding::refuted(why));
                return proposal;
            }
        };
        proposal.oblige(&META, "looked-up-alone", site, Finding::proved("it is only looked up and filled"));

        let (class, finding) = values::of(cx, &uses);
        proposal.oblige(&META, "holds-instances", site, finding);
        let (filled, finding) = match fill::rewrites(cx, &cache, &uses, class) {
            Ok(edits) => (edits, Finding::proved("a variable holds it")),
            Err(why) => (Vec::new(), Finding::refuted(why)),
        };
        proposal.oblige(&META, "held-in-between", site, finding);
        if proposal.is_refuted() {
            return proposal;
        }
        let spelling = spell(cx, cache.statement, "weakref", "WeakValueDictionary");
        let finding = match &spelling {
            Ok(spelling) => Finding::proved(format!("as `{}`", spelling.text)),
            Err(why) => Finding::refuted(why.clone()),
        };
        proposal.oblige(&META, "named", site, finding);
        let users = callers::of(cx, &cache, &uses, class);
        proposal.oblige(&META, "changes-are-held", site, users.changes);
        let mut untouched = nobody_touches(cx, &cache);
        if cache.of_object {
            untouched = untouched.and(nobody_copies(cx, &cache));
        }
        proposal.oblige(&META, "nobody-touches", site, untouched);
        proposal.oblige(&META, "lifetime", site, match users.outlived {
            Some(why) => Finding::refuted(why),
            None => Finding::assumed(
                "an object goes with its last user: the next lookup makes another one, with another identity, and what it cost to make is paid again",
            ),
        });
        if cx.settings.profile != Profile::All && cache.of_object {
            proposal.withheld = Some("benefit: it goes with its object, and so does what is in it".into());
        } else if cx.settings.profile != Profile::All && !users.held {
            proposal.withheld = Some("benefit: nothing in sight keeps the objects: each would be gone at once, and the cache useless".into());
        }
        if !proposal.is_refuted()
            && let Ok(spelling) = spelling
        {
            let mut edits = vec![Edit::replace(cache.value.range(), format!("{}()", spelling.text))];
            edits.extend(cache.annotation.and_then(|a| annotation(module, a, &spelling.text)));
            edits.extend(filled);
            proposal.edits = edits;
            proposal.imports = spelling.request.into_iter().collect();
        }
        proposal
    }
}

/// `dict[K, V]` and its like name the type that the value no longer has.
fn annotation(module: &Module, annotation: &Expr, spelling: &str) -> Option<Edit> {
    let head = match annotation {
        Expr::Subscript(s) => &*s.value,
        other => other,
    };
    let name = module.source(head);
    let last = name.rsplit('.').next().unwrap_or(name);
    // `ClassVar[dict[K, V]]`
    if let (Expr::Subscript(s), "ClassVar" | "Final") = (annotation, last) {
        return self::annotation(module, &s.slice, spelling);
    }
    matches!(last, "dict" | "Dict").then(|| Edit::replace(head.range(), spelling))
}

fn nobody_touches(cx: &FileContext, cache: &Cache) -> Finding {
    let local = cx.local();
    if !cx.repo.is_answered() {
        return Finding::assumed("there is no repository to ask who else uses it");
    }
    let name = cache.name;
    let mut finding = Finding::proved("none does");
    let Some(class) = cache.class else {
        let touches = cx.repo.touches(&local, name);
        if let Some(touch) = touches.certain.first() {
            return Finding::refuted(touch.describe());
        }
        if let Some(touch) = touches.possible.first() {
            finding = Finding::assumed(touch.describe());
        }
        return finding;
    };
    let AnyNodeRef::StmtClassDef(class) = cx.module.node(class) else { return finding };
    let Some(mentions) = cx.repo.mentions(&local, name) else {
        return Finding::assumed(format!("too many files name `{name}` to look at all of them"));
    };
    for mention in mentions.iter().filter(|m| *m.file != *cx.path) {
        let place = format!("{}:{}", mention.path.display(), mention.line);
        let ours = |path: &str| path.rsplit('.').next() == Some(class.name.as_str());
        let this = match &mention.how {
            How::Attribute { base: Base::Imported(path) | Base::ImportedInstance(path), .. }
                if ours(path) =>
            {
                Finding::refuted(format!("{place} uses it"))
            }
            How::Attribute { base: Base::Class(_) | Base::Instance(_), .. } => Finding::assumed(format!(
                "{place} uses a `{name}` of its own class, which may derive from this one"
            )),
            How::Attribute { base: Base::Unknown(_), .. } => {
                Finding::assumed(format!("{place} uses a `{name}`, of this class perhaps"))
            }
            How::Text { text, argument: Some(of) }
                if text == name && matches!(of.receiver, Some(Base::Imported(_))) =>
            {
                Finding::refuted(format!("{place} names it as \"{name}\""))
            }
            _ => continue,
        };
        finding = finding.and(this);
    }
    finding
}

/// An object with a weak dictionary cannot be pickled, and shows another dictionary to whoever looks at all it has.
fn nobody_copies(cx: &FileContext, cache: &Cache) -> Finding {
    const COPIES: &[&str] = &[
        "pickle",
        "cPickle",
        "dill",
        "cloudpickle",
        "joblib",
        "shelve",
        "marshal",
        "jsonpickle",
        "multiprocessing",
        "ProcessPoolExecutor",
        "deepcopy",
        "vars",
        "__dict__",
        "__getstate__",
        "__reduce__",
        "asdict",
    ];
    let module = cx.module;
    let named = |node: AnyNodeRef| match node {
        AnyNodeRef::ExprName(n) => COPIES.contains(&n.id.as_str()),
        AnyNodeRef::ExprAttribute(a) => COPIES.contains(&a.attr.as_str()),
        AnyNodeRef::Alias(a) => COPIES.contains(&a.name.as_str()),
        AnyNodeRef::StmtFunctionDef(f) => COPIES.contains(&f.name.as_str()),
        _ => false,
    };
    let class = cache.class.map(|c| module.node(c));
    let Some(AnyNodeRef::StmtClassDef(class)) = class else { return Finding::proved("none does") };
    match module.nodes().find(|(_, node)| named(*node)) {
        Some((_, node)) => Finding::refuted(format!(
            "line {} copies, pickles or shows whole objects, of `{}` perhaps: one with a weak dictionary does not do it",
            module.line(node.start()),
            class.name
        )),
        None => Finding::assumed(format!(
            "a `{}` with a weak dictionary in it cannot be pickled, and a deep copy of it shares the entries",
            class.name
        )),
    }
}

/// A use with the expression that names the cache.
type UseAt<'a> = (unspool_engine::syntax::NodeId, Use<'a>);
