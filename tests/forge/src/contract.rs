//! The forges' own descriptions of their API: which operation a request is, and whole answers. See `contracts/README.md`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::state::Skin;

/// How deep answers are completed: descriptions refer to themselves.
const DEEPEST: usize = 12;

pub struct Contract {
    pub operations: Vec<Operation>,
    pub definitions: Value,
}

pub struct Operation {
    pub method: String,
    /// Parts of the path; `{name}` stands for anything.
    pub path: Vec<String>,
    pub query: Vec<String>,
    /// Schema of the body that is sent.
    pub request: Value,
    /// By status; null: without a body.
    pub answers: BTreeMap<String, Value>,
}

impl Contract {
    /// That of a skin, if there is one.
    pub fn of(skin: Skin) -> Option<&'static Contract> {
        static GITHUB: OnceLock<Contract> = OnceLock::new();
        static FORGEJO: OnceLock<Contract> = OnceLock::new();
        static GITLAB: OnceLock<Contract> = OnceLock::new();
        match skin {
            Skin::Github => Some(GITHUB.get_or_init(|| parse(include_str!("../contracts/github.json")))),
            Skin::Forgejo => Some(FORGEJO.get_or_init(|| parse(include_str!("../contracts/forgejo.json")))),
            Skin::Gitlab => Some(GITLAB.get_or_init(|| parse(include_str!("../contracts/gitlab.json")))),
        }
    }

    /// The operation for a path below the root of the API.
    pub fn find(&self, method: &str, path: &[String]) -> Option<&Operation> {
        let matches = |operation: &&Operation| {
            // References and paths of files have slashes.
            let open_end = operation
                .path
                .last()
                .is_some_and(|last| ["{ref}", "{path}", "{filepath}", "{branch}"].contains(&&**last));
            let long = operation.path.len();
            (path.len() == long || open_end && path.len() > long)
                && operation.path.iter().zip(path).all(|(own, part)| own.starts_with('{') || own == part)
        };
        self.operations.iter().filter(|operation| operation.method == method).find(matches)
    }

    /// Adds what an answer has to have.
    pub fn complete(&self, operation: &Operation, status: u16, body: &mut Value) {
        if let Some(schema) = operation.answers.get(&status.to_string()) {
            self.fill(schema, body, 0);
        }
    }

    fn fill(&self, schema: &Value, value: &mut Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let schema = self.resolved(schema);
        for part in list(&schema["allOf"]) {
            self.fill(part, value, depth + 1);
        }
        for kind in ["anyOf", "oneOf"] {
            let fits = |option: &&Value| fits(self.resolved(option), value);
            if let Some(option) = list(&schema[kind]).iter().find(fits) {
                self.fill(option, value, depth + 1);
            }
        }
        match value {
            Value::Object(map) => {
                for name in list(&schema["required"]).iter().filter_map(Value::as_str) {
                    if !map.contains_key(name) {
                        map.insert(name.to_owned(), self.least(&schema["properties"][name], depth + 1));
                    }
                }
                for (name, property) in map.iter_mut() {
                    if let Some(schema) = schema["properties"].get(name) {
                        self.fill(schema, property, depth + 1);
                    }
                }
            }
            Value::Array(items) => {
                items.iter_mut().for_each(|item| self.fill(&schema["items"], item, depth + 1))
            }
            _ => {}
        }
    }

    /// The smallest value of a schema.
    fn least(&self, schema: &Value, depth: usize) -> Value {
        let schema = self.resolved(schema);
        let types: Vec<&str> = match &schema["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            other => other.as_str().into_iter().collect(),
        };
        if types.contains(&"null") || depth > DEEPEST {
            return Value::Null;
        }
        let options = [list(&schema["anyOf"]), list(&schema["oneOf"])].concat();
        if options.iter().any(|option| option["type"] == "null") {
            return Value::Null;
        }
        if let Some(first) = options.first() {
            return self.least(first, depth + 1);
        }
        if let Some(first) = list(&schema["enum"]).first() {
            return first.clone();
        }
        let mut value = match types.first() {
            Some(&"string") => json!("x"),
            Some(&("integer" | "number")) => json!(1),
            Some(&"boolean") => json!(false),
            Some(&"array") => json!([]),
            _ => Value::Object(Map::new()),
        };
        self.fill(schema, &mut value, depth);
        value
    }

    fn resolved<'a>(&'a self, mut schema: &'a Value) -> &'a Value {
        while let Some(reference) = schema["$ref"].as_str() {
            schema = &self.definitions[reference.trim_start_matches("#/$defs/")];
        }
        schema
    }
}

/// Whether a value is of the type that a schema says first.
fn fits(schema: &Value, value: &Value) -> bool {
    match (&schema["type"], value) {
        (Value::String(kind), Value::Object(_)) => kind == "object",
        (Value::String(kind), Value::Array(_)) => kind == "array",
        (Value::String(kind), Value::String(_)) => kind == "string",
        _ => false,
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn parse(text: &str) -> Contract {
    let mut document: Value = serde_json::from_str(text).expect("contracts are JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let operations = list(&document["operations"])
        .iter()
        .map(|operation| Operation {
            method: text(&operation["method"]),
            path: text(&operation["path"])
                .split('/')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
            query: list(&operation["query"]).iter().map(text).collect(),
            request: operation["request"].clone(),
            answers: operation["answers"].as_object().cloned().unwrap_or_default().into_iter().collect(),
        })
        .collect();
    Contract { operations, definitions: document["$defs"].take() }
}
