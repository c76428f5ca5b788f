//! Which transforms run: what the configuration selects, then `--select`, `--extend-select`, `--ignore`.

use unspool_engine::transform::{Group, Transform};

use super::args::SelectionArgs;
use super::config::settings::Settings;
use super::{Error, idioms};

/// What was typed, looked up.
#[derive(Clone, Default, Debug)]
pub struct Typed {
    select: Option<Vec<Selector>>,
    extend: Vec<Selector>,
    ignore: Vec<Selector>,
}

impl Typed {
    pub fn new(args: &SelectionArgs, registry: &[&'static dyn Transform]) -> Result<Self, Error> {
        Ok(Typed {
            select: args.select.as_deref().map(|names| selectors(names, registry)).transpose()?,
            extend: selectors(&args.extend_select, registry)?,
            ignore: selectors(&args.ignore, registry)?,
        })
    }

    /// Every transform, whatever the configuration says.
    pub fn everything() -> Self {
        Typed { select: Some(vec![Selector::All]), ..Typed::default() }
    }
}

/// The chosen transforms, and those that the user may be missing, both in registry order.
#[derive(Default)]
pub struct Selection {
    pub on: Vec<&'static dyn Transform>,
    /// Off by default and not spoken of: counted for the summary. Empty where somebody chose with `select`
    /// (who chooses knows what was not chosen, and counting costs time).
    pub off: Vec<&'static dyn Transform>,
}

impl Selection {
    /// The configuration makes the set: `select` replaces the default one, `extend-select` adds to it, `ignore` and
    /// the ignores of the file (`per_file`) take away. What was typed then does the same to that set.
    pub fn new(
        settings: &Settings,
        per_file: &[Selector],
        typed: &Typed,
        registry: &[&'static dyn Transform],
    ) -> Self {
        let any = |selectors: &[Selector], transform: &dyn Transform| {
            selectors.iter().any(|selector| selector.matches(transform))
        };
        let select = settings.select.as_ref().map(|said| &*said.value);
        let ignore = settings.ignore.as_ref().map_or(&[][..], |said| &*said.value);
        let configured = |transform: &dyn Transform| {
            let chosen = select.map_or(transform.meta().default, |select| any(select, transform));
            let added = settings.extend_select.iter().any(|said| said.value.matches(transform));
            (chosen || added) && !any(ignore, transform)
        };
        let mut selection = Selection::default();
        for &transform in registry {
            let chosen = match &typed.select {
                Some(select) => any(select, transform),
                None => configured(transform),
            };
            if any(&typed.ignore, transform) || any(per_file, transform) {
                continue;
            } else if chosen || any(&typed.extend, transform) {
                selection.on.push(transform);
            } else if select.is_none() && typed.select.is_none() && !any(ignore, transform) {
                selection.off.push(transform);
            }
        }
        selection
    }
}

/// One name on the command line or in a configuration file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selector {
    All,
    Group(Group),
    Transform(&'static str),
}

impl Selector {
    pub fn name(self) -> &'static str {
        match self {
            Selector::All => "ALL",
            Selector::Group(group) => group.name(),
            Selector::Transform(id) => id,
        }
    }

    pub fn matches(self, transform: &dyn Transform) -> bool {
        match self {
            Selector::All => true,
            Selector::Group(group) => transform.meta().group == group,
            Selector::Transform(id) => transform.meta().id == id,
        }
    }

    pub fn parse(name: &str, registry: &[&'static dyn Transform]) -> Result<Self, Error> {
        if name == "ALL" {
            return Ok(Selector::All);
        }
        if let Some(group) = Group::ALL.into_iter().find(|group| group.name() == name) {
            return Ok(Selector::Group(group));
        }
        if let Some(transform) = registry.iter().find(|transform| transform.meta().id == name) {
            return Ok(Selector::Transform(transform.meta().id));
        }
        if idioms::transforms().any(|id| id == name) {
            return Err(Error::Planned { id: name.to_owned() });
        }
        let known = registry.iter().map(|transform| transform.meta().id);
        let known = known.chain(Group::ALL.map(Group::name)).chain(["ALL"]);
        Err(Error::UnknownSelector { given: name.to_owned(), like: most_like(name, known) })
    }
}

fn selectors(names: &[String], registry: &[&'static dyn Transform]) -> Result<Vec<Selector>, Error> {
    names.iter().map(|name| Selector::parse(name.trim(), registry)).collect()
}

/// The known name that was most probably meant.
pub fn most_like<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    /// Jaro-Winkler similarity from which two names count as alike: clap's own limit for flags is 0.7, and
    /// transform ids share long parts (`-to-`).
    const ALIKE: f64 = 0.8;
    let given = given.to_lowercase().replace('_', "-");
    known
        .map(|name| (strsim::jaro_winkler(&given, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspool_engine::syntax::{AnyNodeRef, Module, TextRange};
    use unspool_engine::transform::{FileContext, Meta, Proposal};

    struct Named(Meta);

    impl Transform for Named {
        fn meta(&self) -> &'static Meta {
            // The registry is static, and so are its likes here.
            match self.0.id {
                "usual" => &USUAL.0,
                _ => &SPECIAL.0,
            }
        }

        fn find<'a>(&self, _: AnyNodeRef<'a>, _: &Module<'a>) -> Option<TextRange> {
            None
        }

        fn decide<'a>(&self, _: AnyNodeRef<'a>, _: &FileContext<'a, '_>) -> Proposal {
            unreachable!("it finds nothing")
        }
    }

    const fn meta(id: &'static str, group: Group, default: bool) -> Named {
        Named(Meta {
            id,
            title: "",
            group,
            default,
            anti_pattern: "",
            idiom: "",
            docs: "",
            needles: &[],
            kinds: &[],
            obligations: &[],
        })
    }

    static USUAL: Named = meta("usual", Group::Lazy, true);
    static SPECIAL: Named = meta("special", Group::Classes, false);

    /// `flags` are pairs of a flag and its value; `on` and `off` are the ids that are expected.
    #[track_caller]
    fn check(flags: &[(&str, &str)], on: &[&str], off: &[&str]) {
        let values = |name: &str| {
            flags.iter().filter(|(flag, _)| *flag == name).map(|(_, id)| (*id).to_owned()).collect::<Vec<_>>()
        };
        let select = Some(values("select")).filter(|ids| !ids.is_empty());
        let args = SelectionArgs { select, extend_select: values("extend"), ignore: values("ignore") };
        let registry: &[&dyn Transform] = &[&USUAL, &SPECIAL];
        let typed = Typed::new(&args, registry).expect("the names are known");
        let selection = Selection::new(&Settings::default(), &[], &typed, registry);
        let ids = |transforms: &[&'static dyn Transform]| {
            transforms.iter().map(|transform| transform.meta().id).collect::<Vec<_>>()
        };
        assert_eq!((&*ids(&selection.on), &*ids(&selection.off)), (on, off), "{flags:?}");
    }

    #[test]
    fn what_is_off_is_counted_unless_the_user_chose() {
        check(&[], &["usual"], &["special"]);
        check(&[("extend", "special")], &["usual", "special"], &[]);
        check(&[("ignore", "usual")], &[], &["special"]);
        check(&[("ignore", "special")], &["usual"], &[]);
        check(&[("select", "usual")], &["usual"], &[]);
        check(&[("select", "special")], &["special"], &[]);
        check(&[("select", "classes"), ("extend", "lazy")], &["usual", "special"], &[]);
        check(&[("select", "ALL"), ("ignore", "classes")], &["usual"], &[]);
        check(&[("extend", "ALL"), ("ignore", "ALL")], &[], &[]);
    }

    #[test]
    fn names_that_were_meant() {
        for (given, meant) in [
            ("genexpr", None),
            ("list-to-genexp", Some("list-to-genexpr")),
            ("List-To-Genexpr", Some("list-to-genexpr")),
            ("all", Some("ALL")),
            ("resource", Some("resources")),
        ] {
            let known = ["list-to-genexpr", "loop-to-yield-from", "resources", "lazy", "ALL"];
            assert_eq!(most_like(given, known.into_iter()).as_deref(), meant, "{given}");
        }
    }
}
