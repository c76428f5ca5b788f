//! One await per key, in a dict or in pairs: what is waited for is put together with the keys again.

use super::independence::names_in;
use super::shape::{Into, Shape};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Binding, Resolution};
use unspool_engine::repo::Passed;
use unspool_engine::syntax::{AnyNodeRef, Expr, ast, is_path};
use unspool_engine::transform::{FileContext, Finding};

/// `{key: await call for target in source}`
pub struct Keyed<'a> {
    target: &'a Expr,
    source: &'a Expr,
    key: &'a Expr,
    call: &'a ast::ExprCall,
    is_filtered: bool,
}

impl<'a> Keyed<'a> {
    pub fn of(shape: &Shape<'a>) -> Option<Self> {
        match shape {
            Shape::Keyed { comprehension, call } => {
                let generator = &comprehension.generators[0];
                Some(Keyed {
                    target: &generator.target,
                    source: &generator.iter,
                    key: comprehension.key.as_deref()?,
                    call,
                    is_filtered: !generator.ifs.is_empty(),
                })
            }
            Shape::Pairs { comprehension, key, call } => {
                let generator = &comprehension.generators[0];
                Some(Keyed {
                    target: &generator.target,
                    source: &generator.iter,
                    key,
                    call,
                    is_filtered: !generator.ifs.is_empty(),
                })
            }
            Shape::Loop { statement, into: Into::Dict(_, key) | Into::Pairs(_, key), call, .. } => {
                Some(Keyed {
                    target: &statement.target,
                    source: &statement.iter,
                    key,
                    call,
                    is_filtered: false,
                })
            }
            _ => None,
        }
    }

    /// The mapping whose pairs are gone through, and what the pairs are called.
    fn mapping(&self) -> Option<(&'a Expr, &'a str, &'a str)> {
        let Expr::Call(call) = self.source else { return None };
        let Expr::Attribute(a) = &*call.func else { return None };
        let Expr::Tuple(pair) = self.target else { return None };
        let [Expr::Name(key), Expr::Name(value)] = &*pair.elts else { return None };
        (a.attr.as_str() == "items" && call.arguments.is_empty()).then_some((
            &*a.value,
            key.id.as_str(),
            value.id.as_str(),
        ))
    }

    /// What is gone through for the keys, and again for the operands.
    fn repeated(&self) -> &'a Expr {
        self.mapping().map_or(self.source, |(mapping, ..)| mapping)
    }

    /// `zip(keys, await gather(*[call for target in source]))`
    pub fn zipped(&self, cx: &FileContext, gather: &str) -> Result<String, String> {
        let module = cx.module;
        if self.is_filtered {
            return Err("the filter would be asked twice: what it lets through needs a name first".into());
        }
        if !is_path(self.repeated()) {
            return Err(format!(
                "`{}` would be worked out twice: it needs a name first",
                module.source(self.repeated())
            ));
        }
        let (target, source) = (module.source(self.target), module.source(self.source));
        let is_named = |e: &Expr, name: &str| matches!(e, Expr::Name(n) if n.id.as_str() == name);
        let reads = names_in(cx, module.id(self.call));
        let (keys, target, source) = match self.mapping() {
            Some((mapping, key, value)) if is_named(self.key, key) => {
                let mapping = module.source(mapping);
                let (target, source) = match (reads.contains(&key), reads.contains(&value)) {
                    (false, true) => (value, format!("{mapping}.values()")),
                    (true, false) => (key, mapping.to_string()),
                    _ => (target, source.to_string()),
                };
                (mapping.to_string(), target, source)
            }
            _ if is_named(self.key, target) => (source.to_string(), target, source.to_string()),
            _ => {
                let key = module.source(self.key);
                (format!("[{key} for {target} in {source}]"), target, source.to_string())
            }
        };
        let call = module.source(self.call);
        Ok(format!("zip({keys}, await {gather}(*[{call} for {target} in {source}]))"))
    }

    /// Whether going through it again gives the same.
    pub fn again(&self, cx: &FileContext<'a, '_>) -> Finding {
        let (module, repeated) = (cx.module, self.repeated());
        let text = module.source(repeated);
        let once = |what: &str| {
            Finding::refuted(format!("`{text}` is {what}: gone through for the keys, nothing of it is left"))
        };
        let ty = Types::new(module, cx.facts).of(repeated);
        if ty.may_be_iterator() {
            return once(ty.name().unwrap_or("an iterator"));
        }
        if let Some(why) = self.passed(cx, repeated) {
            return once(&why);
        }
        if ty.is_immutable() {
            return Finding::proved(format!("`{text}` gives the same each time"));
        }
        match (self.mapping(), &ty) {
            (None, ty) if ty.is_container() => Finding::assumed(format!(
                "`{text}` is gone through twice, for the keys and for what is awaited: nobody may change it meanwhile"
            )),
            (Some(_), Ty::Known("dict" | "OrderedDict" | "defaultdict" | "Counter", _)) => {
                Finding::assumed(format!(
                    "`{text}` is gone through twice, for its keys and for what is awaited: nobody may change it meanwhile"
                ))
            }
            (Some(_), _) => Finding::assumed(format!(
                "`{text}` is a mapping like a `dict`: iterating it gives its keys, in the order of its items"
            )),
            (None, _) => Finding::assumed(format!(
                "`{text}` is gone through twice, for the keys and for what is awaited: it must be no iterator, and stay as it is"
            )),
        }
    }

    /// An iterator that some caller passes.
    fn passed(&self, cx: &FileContext, repeated: &Expr) -> Option<String> {
        let (module, symbols) = (cx.module, cx.facts.symbols());
        let Expr::Name(name) = repeated else { return None };
        let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return None };
        let is_parameter = symbols.occurrences_of(symbol).any(|o| o.binding == Some(Binding::Parameter));
        let function = module.enclosing_function(module.id(name)).filter(|_| is_parameter)?;
        if !matches!(module.node(function), AnyNodeRef::StmtFunctionDef(_)) {
            return None;
        }
        cx.repo.passed_to(&cx.local(), function, name.id.as_str()).into_iter().find_map(|passed| match passed
            .value
        {
            Passed::Iterator(what) | Passed::Closable(what) => {
                Some(format!("{what} where {}:{} passes it", passed.path.display(), passed.line))
            }
            Passed::Plain | Passed::Unknown => None,
        })
    }
}
