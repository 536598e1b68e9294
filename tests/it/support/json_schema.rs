//! As much of JSON Schema as the schemas of this project use; any other keyword is an error, so nothing is skipped.

use serde_json::{Map, Value};

/// Returns where `value` differs from `schema`; empty when it agrees.
pub(crate) fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    Check { root: schema }.check(schema, value, "$", &mut faults);
    faults
}

struct Check<'a> {
    root: &'a Value,
}

impl Check<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let schema = schema.as_object().expect("a schema is an object");
        for (keyword, wanted) in schema {
            match keyword.as_str() {
                "$schema" | "$defs" | "$comment" | "title" | "description" => {}
                "$ref" => self.check(self.definition(wanted), value, at, faults),
                "oneOf" | "anyOf" => self.check_choice(keyword, wanted, value, at, faults),
                "properties" | "required" | "additionalProperties" => {
                    if let Value::Object(object) = value {
                        self.check_object(schema, keyword, object, at, faults);
                    }
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, item, &format!("{at}[{index}]"), faults);
                    }
                }
                _ if is_good(keyword, wanted, value) => {}
                _ => faults.push(format!("{at}: {value} is not {keyword} {wanted}")),
            }
        }
    }

    fn check_object(
        &self,
        schema: &Map<String, Value>,
        keyword: &str,
        object: &Map<String, Value>,
        at: &str,
        faults: &mut Vec<String>,
    ) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let is_known = |name: &String| properties.is_some_and(|known| known.contains_key(name));
        let wanted = &schema[keyword];
        match keyword {
            "properties" => {
                for (name, property) in properties.into_iter().flatten() {
                    if let Some(value) = object.get(name) {
                        self.check(property, value, &format!("{at}.{name}"), faults);
                    }
                }
            }
            "required" => {
                let names = wanted
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str);
                for name in names.filter(|name| !object.contains_key(*name)) {
                    faults.push(format!("{at}: `{name}` is missing"));
                }
            }
            _ => {
                for (name, value) in object.iter().filter(|(name, _)| !is_known(name)) {
                    match wanted {
                        Value::Bool(true) => {}
                        Value::Bool(false) => faults.push(format!("{at}: `{name}` is unknown")),
                        other => self.check(other, value, &format!("{at}.{name}"), faults),
                    }
                }
            }
        }
    }

    fn check_choice(
        &self,
        keyword: &str,
        choices: &Value,
        value: &Value,
        at: &str,
        faults: &mut Vec<String>,
    ) {
        let choices = choices.as_array().expect("choices are an array");
        let matching = choices.iter().filter(|choice| {
            let mut inner = Vec::new();
            self.check(choice, value, at, &mut inner);
            inner.is_empty()
        });
        let count = matching.count();
        if count == 0 || (keyword == "oneOf" && 1 < count) {
            faults.push(format!(
                "{at}: {count} of the choices of {keyword} match {value}"
            ));
        }
    }

    fn definition(&self, reference: &Value) -> &Value {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
        let pointer = pointer.expect("a reference stays within its file");
        self.root
            .pointer(pointer)
            .expect("the reference leads somewhere")
    }
}

fn is_good(keyword: &str, wanted: &Value, value: &Value) -> bool {
    match keyword {
        "type" => match wanted {
            Value::Array(types) => types.iter().any(|one| is_type(one, value)),
            one => is_type(one, value),
        },
        "const" => value == wanted,
        "enum" => wanted
            .as_array()
            .expect("an enum is an array")
            .contains(value),
        "minimum" => value
            .as_f64()
            .is_none_or(|number| wanted.as_f64().unwrap() <= number),
        "minItems" => value
            .as_array()
            .is_none_or(|items| wanted.as_u64().unwrap() <= items.len() as u64),
        "minLength" => value
            .as_str()
            .is_none_or(|text| wanted.as_u64().unwrap() <= text.chars().count() as u64),
        other => panic!("the schema uses `{other}`, which this validator does not know"),
    }
}

fn is_type(wanted: &Value, value: &Value) -> bool {
    match wanted.as_str().expect("a type is a string") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("unknown type `{other}`"),
    }
}
