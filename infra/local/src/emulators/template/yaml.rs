//! The intrinsic functions of a template, as far as a name can stand for them.

use serde_yaml_ng::{Mapping, Value};

use super::Defaults;

/// The parameters that have a default.
pub(super) fn parameter_defaults(template: &Value) -> Defaults {
    let parameters = template.get("Parameters").and_then(Value::as_mapping);
    let defaults = parameters
        .into_iter()
        .flatten()
        .filter_map(|(name, parameter)| Some((name.as_str()?.to_owned(), parameter.get("Default")?.clone())));
    defaults.collect()
}

/// Replaces references by names, in the short form (`!Ref X`) and the long one (`{ Ref: X }`). Other
/// functions stay as they are, so that whoever needs their value fails and says where.
pub(super) fn resolve(value: Value, defaults: &Defaults) -> Value {
    match value {
        Value::Tagged(tagged) => {
            let function = tagged.tag.to_string();
            let argument = resolve(tagged.value.clone(), defaults);
            call(function.trim_start_matches('!'), argument, defaults).unwrap_or(Value::Tagged(tagged))
        }
        Value::Sequence(items) => items.into_iter().map(|item| resolve(item, defaults)).collect(),
        Value::Mapping(fields) => {
            let resolved: Mapping =
                fields.into_iter().map(|(name, field)| (name, resolve(field, defaults))).collect();
            if let (1, Some((Value::String(name), argument))) = (resolved.len(), resolved.iter().next()) {
                let function = name.strip_prefix("Fn::").unwrap_or(name);
                if function != name || function == "Ref" {
                    return call(function, argument.clone(), defaults).unwrap_or(Value::Mapping(resolved));
                }
            }
            Value::Mapping(resolved)
        }
        plain => plain,
    }
}

fn call(function: &str, argument: Value, defaults: &Defaults) -> Option<Value> {
    match (function, argument) {
        ("Ref", Value::String(name)) => Some(defaults.get(&name).cloned().unwrap_or(Value::String(name))),
        ("GetAtt" | "Sub", Value::String(text)) => Some(Value::String(text)),
        ("GetAtt", Value::Sequence(path)) => {
            let path: Vec<&str> = path.iter().filter_map(Value::as_str).collect();
            Some(Value::String(path.join(".")))
        }
        _ => None,
    }
}
