//! Reply stripping against expected newest replies, kind by kind.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use ::tone::{Format, Message};
use anyhow::Context as _;
use serde::Deserialize;

use super::tone::ratio;

#[derive(Deserialize)]
struct Row {
    id: String,
    text: String,
    expected: String,
}

/// The goal for all kinds together.
const GOAL: f64 = 0.92;

pub(super) fn tell(path: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    if !path.exists() {
        writeln!(out, "- {:34} missing", "email_replies")?;
        return Ok(());
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let row: Row = serde_json::from_str(line).with_context(|| format!("reading {}", path.display()))?;
        let message = Message { text: &row.text, format: Format::Mail, ..Message::default() };
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let exact = words(&::tone::newest(&message)) == words(&row.expected);
        let kind = row.id.split(['/', '-']).next().unwrap_or_default().to_owned();
        for name in [kind, "all".to_owned()] {
            let (right, all) = kinds.entry(name).or_default();
            *right += usize::from(exact);
            *all += 1;
        }
    }
    for (kind, (right, all)) in kinds {
        let share = ratio(right, all);
        let (mark, goal) = match kind.as_str() {
            "all" => (if share >= GOAL { ' ' } else { '!' }, format!(">= {GOAL}")),
            _ => (' ', String::new()),
        };
        let set = format!("email_replies, {kind}");
        writeln!(out, "{mark} {set:34} {all:>6}  {:26} {share:>6.3}  {goal}", "exact newest reply")?;
    }
    Ok(())
}
