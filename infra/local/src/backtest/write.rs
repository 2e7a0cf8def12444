//! The files for other programs.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;
use serde_json::json;

use scoring::Policy;

use super::judge::Period;
use super::replay::Played;
use super::summary::Run;

/// One line per opening, raise and closing, in the order of time.
pub fn alerts(path: &Path, played: &[Played]) -> anyhow::Result<()> {
    let at = || format!("writing {}", path.display());
    let mut changes: Vec<_> = played.iter().flat_map(|played| &played.changes).collect();
    changes.sort_by(|a, b| (a.at, &a.customer).cmp(&(b.at, &b.customer)));
    let mut file = BufWriter::new(File::create(path).with_context(at)?);
    for change in changes {
        let line = json!({
            "customer": change.customer, "at": change.at, "event": change.event, "level": change.level,
            "risk": (change.risk * 1e4).round() / 1e4, "evidence": change.evidence,
        });
        writeln!(file, "{line}").with_context(at)?;
    }
    file.flush().with_context(at)
}

/// `customer,week,risk,level`: the risk at the last run of each week, named by its Monday.
pub fn risk(path: &Path, played: &[Played]) -> anyhow::Result<()> {
    let at = || format!("writing {}", path.display());
    let mut file = csv::Writer::from_path(path).with_context(at)?;
    file.write_record(["customer", "week", "risk", "level"]).with_context(at)?;
    for played in played {
        for week in &played.weeks {
            let (monday, risk) = (week.monday.to_string(), format!("{:.4}", week.risk));
            let level = week.level.map_or("", scoring::Level::word);
            file.write_record([&played.customer, &monday, &risk, level]).with_context(at)?;
        }
    }
    file.flush().with_context(at)
}

/// All figures as JSON.
pub fn figures(path: &Path, period: Period, run: &Run, compare: Option<&Run>) -> anyhow::Result<()> {
    let of =
        |run: &Run| json!({ "summary": run.summary, "budget": run.budget, "thresholds": run.recommendation });
    let all = json!({ "period": period, "policy": of(run), "compared": compare.map(of) });
    text(path, &format!("{}\n", serde_json::to_string_pretty(&all).context("writing the figures")?))
}

/// A policy, to be read again with `--policy`.
pub fn policy(path: &Path, policy: &Policy) -> anyhow::Result<()> {
    text(path, &format!("{}\n", serde_json::to_string_pretty(policy).context("writing a policy")?))
}

/// A text.
pub fn text(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}
