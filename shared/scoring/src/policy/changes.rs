//! What differs between two policies, field by field: nothing moves unseen.

use serde_json::Value;

use super::Policy;

/// A line per field that differs, "risk.yellow: 0.3 becomes 0.32"; what is in one of them only is "nothing" in the other.
pub fn changes(before: &Policy, after: &Policy) -> Vec<String> {
    let json = |policy: &Policy| serde_json::to_value(policy).unwrap_or_default();
    let mut lines = Vec::new();
    compare("", &json(before), &json(after), &mut lines);
    lines
}

fn compare(path: &str, before: &Value, after: &Value, lines: &mut Vec<String>) {
    if before == after {
        return;
    }
    let objects = match (before, after) {
        (Value::Object(before), Value::Object(after)) => Some((before.clone(), after.clone())),
        (Value::Object(before), Value::Null) => Some((before.clone(), serde_json::Map::new())),
        (Value::Null, Value::Object(after)) => Some((serde_json::Map::new(), after.clone())),
        _ => None,
    };
    let Some((before, after)) = objects else {
        lines.push(format!("{path}: {} becomes {}", shown(before), shown(after)));
        return;
    };
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let of = |object: &serde_json::Map<String, Value>| object.get(name).cloned().unwrap_or_default();
        compare(&inner, &of(&before), &of(&after), lines);
    }
}

fn shown(value: &Value) -> String {
    if value.is_null() { "nothing".to_owned() } else { value.to_string() }
}
