//! `kundvakt policy`: the versions of a deployed stack's policy, with the caller's own AWS credentials.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use jiff::Timestamp;
use platform::policies::{self, Version};
use platform::{Platform, register};
use scoring::Policy;
use scoring::policy::changes;

/// What to do with the versions.
#[derive(Clone, Debug, Subcommand)]
pub enum Action {
    /// Lists the versions: when, by whom, what moved and why
    List,
    /// Prints a version as JSON; without a number the one in force
    Show {
        /// Its number
        version: Option<u32>,
    },
    /// Puts a policy's file in force as the next version
    Put {
        /// The file, JSON; what it leaves out is as in the defaults
        file: PathBuf,
        /// Why, for the list
        #[arg(long)]
        why: Option<String>,
    },
    /// Puts an older version in force again, as the next version
    Rollback {
        /// Its number; 1 is the defaults where nothing else was stored as 1
        version: u32,
    },
}

/// Does it.
pub async fn run(
    platform: &Platform,
    action: &Action,
    who: &str,
    now: Timestamp,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let changed = match action {
        Action::List => return list(platform, out).await,
        Action::Show { version } => {
            let policy = match version {
                None => register::policy(platform).await?,
                Some(version) => {
                    let versions = policies::versions(platform).await?;
                    let policies: Vec<Policy> =
                        versions.iter().map(Version::policy).collect::<anyhow::Result<_>>()?;
                    let found = policies.into_iter().find(|policy| policy.version == *version);
                    found.with_context(|| format!("there is no version {version} of the policy"))?
                }
            };
            writeln!(out, "{}", serde_json::to_string_pretty(&policy).context("writing a policy")?)?;
            return Ok(());
        }
        Action::Put { file, why } => {
            let after = read(file)?;
            let before = register::policy(platform).await?;
            // What `learn` wrote was made from a version; another may have come into force since.
            let next = before.version.saturating_add(1);
            if after.version != next {
                writeln!(
                    out,
                    "The file says version {}; it becomes version {next}. What differs:",
                    after.version
                )?;
                for line in changes(&before, &after) {
                    writeln!(out, "  {line}")?;
                }
            }
            let why: Vec<String> = why.iter().cloned().collect();
            policies::change(platform, &before, &after, &why, who, now).await?
        }
        Action::Rollback { version } => policies::roll_back(platform, *version, who, now).await?,
    };
    match changed {
        Some(version) => writeln!(out, "Version {version} is in force.")?,
        None => writeln!(out, "Nothing differs from the policy in force: it stays.")?,
    }
    Ok(())
}

async fn list(platform: &Platform, out: &mut impl Write) -> anyhow::Result<()> {
    let versions = policies::versions(platform).await?;
    if versions.is_empty() {
        writeln!(out, "No version is stored: the defaults are in force.")?;
    }
    for version in &versions {
        let at =
            version.at.map_or_else(|| "-".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
        let who = if version.who.is_empty() { "-" } else { &version.who };
        writeln!(out, "Version {}, {at}, {who}", version.policy()?.version)?;
        for line in &version.moved {
            writeln!(out, "  {line}")?;
        }
        for line in &version.why {
            writeln!(out, "  because: {line}")?;
        }
    }
    Ok(())
}

/// A policy's file: what it leaves out is as in the defaults; what we do not know is refused.
pub(crate) fn read(file: &Path) -> anyhow::Result<Policy> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    anyhow::ensure!(
        text.trim_start().starts_with('{'),
        "{} is no policy: that is one JSON object, `{{}}` for the defaults",
        file.display()
    );
    let policy: Policy =
        serde_json::from_str(&text).with_context(|| format!("{} is no policy", file.display()))?;
    policy.checked().with_context(|| format!("{} contradicts itself", file.display()))
}
