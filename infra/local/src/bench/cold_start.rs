//! How fast each function starts and how large it is: spawn to the first `/next` on a Lambda Runtime API of our own.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::{Figure, count, median};

const RUNS: usize = 30;
const GOAL_MS: f64 = 15.0;
/// Name of each function's binary and the goal for its zip, in MB.
const FUNCTIONS: &[(&str, f64)] =
    &[("ingest", 6.5), ("score", 5.0), ("dispatch", 5.0), ("escalate", 5.0), ("console", 5.0)];

pub(super) fn measure() -> anyhow::Result<Vec<Figure>> {
    let folder = std::env::current_exe()?.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut figures = Vec::new();
    for (name, zip_goal) in FUNCTIONS {
        let binary = folder.join(name);
        anyhow::ensure!(
            binary.exists(),
            "{} is missing: build all functions first, `cargo build --release --workspace`",
            binary.display()
        );
        let starts = (0..RUNS).map(|_| spawn_to_next(&binary)).collect::<anyhow::Result<Vec<f64>>>()?;
        figures.push(Figure::at_most(
            format!("{name}: spawn to first /next, median of {RUNS}"),
            median(starts),
            "ms",
            GOAL_MS,
        ));
        figures.push(Figure::at_most(format!("{name}: zip"), zip_mb(&binary)?, "MB", *zip_goal));
    }
    Ok(figures)
}

fn spawn_to_next(binary: &PathBuf) -> anyhow::Result<f64> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?.to_string();
    let variables = [
        "REGISTER_TABLE",
        "EVENTS_TABLE",
        "STATES_TABLE",
        "ALERTS_TABLE",
        "SCORE_QUEUE_URL",
        "DISPATCH_QUEUE_URL",
        "SOURCES_SECRET",
        "CONTACT_KEY_SECRET",
        "LINK_KEY_SECRET",
        "CONSOLE_URL",
        "MAIL_FROM",
        "MAIL_CONFIGURATION_SET",
    ];
    let mut command = Command::new(binary);
    command
        .env_clear()
        .envs(variables.map(|name| (name, "https://bench.example/value")))
        .envs([
            ("TIME_ZONE", "Europe/Stockholm"),
            ("AWS_LAMBDA_RUNTIME_API", address.as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
            ("AWS_REGION", "eu-north-1"),
            ("AWS_ACCESS_KEY_ID", "bench"),
            ("AWS_SECRET_ACCESS_KEY", "bench"),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().with_context(|| format!("starting {}", binary.display()))?;
    let (mut stream, _) = listener.accept().context("waiting for the function's first call")?;
    let mut request = [0; 4096];
    let read = stream.read(&mut request)?;
    let took = started.elapsed().as_secs_f64() * 1000.0;
    let asked = String::from_utf8_lossy(request.get(..read).unwrap_or_default()).into_owned();
    child.kill().context("stopping the function")?;
    child.wait()?;
    anyhow::ensure!(asked.contains("/invocation/next"), "the function's first call was another one");
    Ok(took)
}

/// The binary's size when deflated as `zip -9` does.
fn zip_mb(binary: &PathBuf) -> anyhow::Result<f64> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&std::fs::read(binary)?)?;
    Ok(count(encoder.finish()?.len()) / 1_000_000.0)
}
