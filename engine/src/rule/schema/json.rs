//! The JSON Schema (draft 2020-12) of the rule format, written from the description that the reader uses. It holds
//! what a schema can say; what it cannot (a regular expression that does not compile, an id that is not the name
//! of the file) `openwatch rules validate` alone reports.

use serde_json::{Map, Value, json};

use super::{
    BENCHMARK, Demanded, FRAME, Key, Kind, PROFILE, Part, RULE, Shape, Together, VARIABLE, words,
};
use crate::check::{COMBINATIONS, Expectation, SHAPES};
use crate::remediation::{MECHANISMS, REMEDIATION_KEYS};
use crate::rule::parse::SCHEMA;
use crate::rule::{Capability, PROFILES};

/// The name of the schema.
pub const SCHEMA_ID: &str = "https://openwatch.dev/schema/openwatch-1.json";

/// The schema of a rule file.
pub fn json_schema() -> Value {
    let mut rule = of_shape(&RULE);
    let definitions = json!({
        "check": of_check(),
        "remediation": of_remediation(),
        "variable": {
            "description": "A variable, for the whole value.",
            "type": "string",
            "pattern": "^\\{\\{ *[a-z][a-z0-9_]* *\\}\\}$",
        },
        "variables": {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"},
            "additionalProperties": of_shape(&VARIABLE),
        },
        "values": {"type": "object", "description": "Values by the name of their variable."},
        "value": {"type": ["integer", "string", "array"]},
        "profiles": {
            "type": "object",
            "minProperties": 2,
            "propertyNames": {"enum": words(&PROFILES)},
            "additionalProperties": of_shape(&PROFILE),
        },
        "gate": of_gate(),
        "benchmarks": {
            "type": "object",
            "description": "Benchmarks by system.",
            "additionalProperties": of_shape(&BENCHMARK),
        },
        "frames": {
            "type": "object",
            "additionalProperties": {
                "oneOf": [{"type": "string", "description": "What it printed."}, of_shape(&FRAME)],
            },
        },
    });
    let head = [
        (
            "$schema",
            json!("https://json-schema.org/draft/2020-12/schema"),
        ),
        ("$id", json!(SCHEMA_ID)),
        ("title", json!("OpenWatch rule")),
        ("$defs", definitions),
    ];
    if let Some(rule) = rule.as_object_mut() {
        rule.extend(head.map(|(key, value)| (key.to_owned(), value)));
    }
    rule
}

fn of_shape(shape: &Shape) -> Value {
    with_properties(shape, Map::new(), of_key)
}

/// A mapping of this shape with more properties.
fn with_properties(
    shape: &Shape,
    mut properties: Map<String, Value>,
    of_key: fn(&Key) -> Value,
) -> Value {
    let mut required: Vec<&str> = properties.keys().map(String::as_str).collect();
    let demand: &[Key] = match shape.demand {
        Demanded::None => &[],
        _ => &Expectation::KEYS,
    };
    required.extend(
        shape
            .keys
            .iter()
            .filter(|key| key.required)
            .map(|key| key.name),
    );
    let mut schema = Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("description".to_owned(), json!(shape.doc)),
        ("additionalProperties".to_owned(), json!(false)),
        ("required".to_owned(), json!(required)),
    ]);
    let keys = shape.keys.iter().chain(demand);
    properties.extend(keys.map(|key| (key.name.to_owned(), of_key(key))));
    schema.insert("properties".to_owned(), Value::Object(properties));
    let mut all: Vec<Value> = shape.together.iter().map(|one| one.to_json()).collect();
    all.extend(shape.demand.to_json());
    if !all.is_empty() {
        schema.insert("allOf".to_owned(), json!(all));
    }
    Value::Object(schema)
}

fn of_key(key: &Key) -> Value {
    let mut schema = of_kind(key.kind);
    let doc = match key.default {
        Some(default) => format!("{} Without it: {default}.", key.doc),
        None => key.doc.to_owned(),
    };
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), json!(doc));
    }
    schema
}

/// A parameter of a check: a number, a list or text of a form can be a variable too. Text can always be one.
fn of_parameter(key: &Key) -> Value {
    let mut schema = of_key(key);
    let typed = matches!(
        key.kind,
        Kind::Number(..) | Kind::List(_) | Kind::OneOrMore(_) | Kind::Formed(_)
    );
    if !typed {
        return schema;
    }
    let doc = schema
        .as_object_mut()
        .and_then(|schema| schema.remove("description"));
    json!({"description": doc, "anyOf": [schema, {"$ref": "#/$defs/variable"}]})
}

fn of_kind(kind: Kind) -> Value {
    match kind {
        Kind::Scalar => json!({"type": ["string", "number", "boolean"]}),
        Kind::Text | Kind::Pattern => json!({"type": "string"}),
        Kind::Formed(form) => json!({"type": "string", "pattern": form.pattern}),
        Kind::Number(least, most) => {
            let mut schema = Map::from_iter([("type".to_owned(), json!("integer"))]);
            // Beyond what a double holds exactly, readers of JSON disagree.
            if least > i64::MIN {
                schema.insert("minimum".to_owned(), json!(least));
            }
            if most < i64::MAX {
                schema.insert("maximum".to_owned(), json!(most));
            }
            Value::Object(schema)
        }
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Word(words) => json!({"type": "string", "enum": words()}),
        Kind::List(kind) => json!({"type": "array", "items": of_kind(*kind)}),
        Kind::OneOrMore(kind) => {
            json!({"oneOf": [of_kind(*kind), {"type": "array", "items": of_kind(*kind)}]})
        }
        Kind::Mapping(shape) => of_shape(shape),
        Kind::Part(Part::Schema) => json!({"type": "string", "const": SCHEMA}),
        Kind::Part(part) => json!({"$ref": format!("#/$defs/{}", part.definition())}),
    }
}

impl Part {
    fn definition(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Gate => "gate",
            Self::Benchmarks => "benchmarks",
            Self::Frames => "frames",
            Self::Variables => "variables",
            Self::Value => "value",
            Self::Values => "values",
            Self::Profiles => "profiles",
            Self::Remediation => "remediation",
            Self::Schema => "schema",
        }
    }
}

impl Together {
    fn to_json(self) -> Value {
        match self {
            Self::One(keys) => {
                json!({"oneOf": keys.iter().map(|key| required(key)).collect::<Vec<_>>()})
            }
            Self::Some(keys) => any_of(keys.iter().copied()),
            Self::With(key, others) => json!({"dependentRequired": {key: others}}),
            Self::Without(key, others) => {
                json!({"dependentSchemas": {key: {"not": any_of(others.iter().copied())}}})
            }
        }
    }
}

impl Demanded {
    fn to_json(self) -> Option<Value> {
        let there = any_of(Expectation::KEYS.iter().map(|key| key.name));
        let one = json!({"oneOf": Expectation::DEMANDS
            .iter()
            .map(|keys| any_of(keys.iter().copied()))
            .collect::<Vec<_>>()});
        match self {
            Self::None => None,
            Self::Needed => Some(one),
            Self::Free => Some(json!({"if": there, "then": one})),
            Self::With(key) => {
                Some(json!({"if": required(key), "then": one, "else": {"not": there}}))
            }
        }
    }
}

fn required(key: &str) -> Value {
    json!({"required": [key]})
}

fn any_of<'k>(keys: impl Iterator<Item = &'k str>) -> Value {
    json!({"anyOf": keys.map(required).collect::<Vec<_>>()})
}

/// A check is told by the one key that says what it is; a method by its name. `if` and `then` let editors
/// complete the keys of this method alone, and let validators say what is wrong with it.
fn of_check() -> Value {
    let methods: Vec<Value> = SHAPES
        .iter()
        .map(|(name, shape)| json!({"const": name, "description": shape.doc}))
        .collect();
    let mut properties = Map::new();
    let doc = "How the check is made.";
    properties.insert(
        "method".to_owned(),
        json!({"type": "string", "description": doc, "oneOf": methods}),
    );
    let mut kinds = vec![required("method")];
    let mut cases = Vec::new();
    for combination in COMBINATIONS {
        let Some(first) = combination.keys.first() else {
            continue;
        };
        properties.insert(first.name.to_owned(), of_key(first));
        kinds.push(required(first.name));
        cases.push(json!({"if": required(first.name), "then": of_shape(combination)}));
    }
    for (name, shape) in SHAPES {
        let method = Map::from_iter([("method".to_owned(), json!({"const": name}))]);
        cases.push(json!({
            "if": {"required": ["method"], "properties": {"method": {"const": name}}},
            "then": with_properties(shape, method, of_parameter),
        }));
    }
    json!({
        "type": "object",
        "description": "A check: a method with its parameters, or a combination of checks.",
        "properties": properties,
        "oneOf": kinds,
        "allOf": cases,
    })
}

/// One mechanism with its parameters, several as steps, or a text for a person.
fn of_remediation() -> Value {
    let [steps, around @ ..] = REMEDIATION_KEYS;
    let units = json!({"type": "array", "items": {"type": "string"}});
    let beside = around.map(|key| match key {
        "reboot" => (key, json!({"type": "boolean"})),
        _ => (key, units.clone()),
    });
    let mechanism = |beside: &[(&str, Value)]| {
        let cases: Vec<Value> = MECHANISMS
            .iter()
            .map(|(name, _, parameters)| {
                let mut properties =
                    Map::from_iter([("mechanism".to_owned(), json!({"const": name}))]);
                properties.extend(parameters.iter().map(|key| ((*key).to_owned(), json!({}))));
                properties.extend(
                    beside
                        .iter()
                        .map(|(key, kind)| ((*key).to_owned(), kind.clone())),
                );
                json!({
                    "if": {"required": ["mechanism"], "properties": {"mechanism": {"const": name}}},
                    "then": {"properties": properties, "additionalProperties": false},
                })
            })
            .collect();
        let names: Vec<Value> = MECHANISMS
            .iter()
            .map(|(name, doc, _)| json!({"const": name, "description": doc.trim()}))
            .collect();
        let doc = "How the fail is mended.";
        json!({
            "type": "object",
            "required": ["mechanism"],
            "properties": {"mechanism": {"type": "string", "description": doc, "oneOf": names}},
            "allOf": cases,
        })
    };
    let mut several = Map::from_iter(beside.clone().map(|(key, kind)| (key.to_owned(), kind)));
    several.insert(
        steps.to_owned(),
        json!({"type": "array", "minItems": 1, "items": mechanism(&[])}),
    );
    json!({
        "description": "How a fail is mended.",
        "oneOf": [
            mechanism(&beside),
            {"type": "object", "required": [steps], "properties": several, "additionalProperties": false},
            {
                "type": "object",
                "required": ["manual"],
                "properties": {"manual": {"type": "string", "description": "What a person does."}},
                "additionalProperties": false,
            },
        ],
    })
}

fn of_gate() -> Value {
    let words: Vec<&str> = Capability::words().iter().map(|(word, _)| *word).collect();
    let one = json!({"type": "string", "enum": words});
    let list = json!({"type": "array", "items": one});
    let case = |key: &str, value: &Value, doc: &str| {
        json!({
            "type": "object",
            "description": doc,
            "properties": {key: value},
            "required": [key],
            "additionalProperties": false,
        })
    };
    json!({
        "description": "What a host must have.",
        "oneOf": [
            one,
            case("all", &list, "It has all of them."),
            case("any", &list, "It has one of them at least."),
            case("not", &one, "It does not have it."),
        ],
    })
}
