//! What must hold of the code itself.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Crates that decide and touch nothing.
const PURE: [&str; 3] = ["tone", "scoring", "learning"];

/// Crates that a pure crate may not reach: whatever waits, connects, logs or rolls dice.
const IMPURE: &[&str] =
    &["tokio", "hyper", "aws-", "rand", "tracing", "log", "reqwest", "async-", "axum", "getrandom"];

#[test]
fn the_pure_crates_depend_on_nothing_that_acts() {
    for package in PURE {
        let tree = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--package", package, "--edges", "normal", "--prefix", "none"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        let tree = String::from_utf8(tree.stdout).unwrap();
        assert!(tree.starts_with(package), "the tree of {package} is empty");
        let impure: Vec<&str> =
            tree.lines().filter(|line| IMPURE.iter().any(|name| line.starts_with(name))).collect();
        assert!(impure.is_empty(), "{package} reaches {impure:?}");
    }
}

#[test]
fn the_fence_stands_around_the_pure_crates() {
    for package in PURE {
        let fence = std::fs::read_to_string(root().join("shared").join(package).join("clippy.toml")).unwrap();
        for forbidden in
            ["std::time::SystemTime::now", "std::env::var", "std::collections::HashMap", "std::fs::File"]
        {
            assert!(fence.contains(forbidden), "{package} allows {forbidden}");
        }
    }
}

#[test]
fn the_clock_is_read_where_functions_start_and_nowhere_else() {
    let mut found = Vec::new();
    for file in rust_files(&root()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let may = name.ends_with("src/main.rs")
            || name == "infra/local/src/emulators/clock.rs"
            || name == "infra/local/src/serve.rs"
            || name.starts_with("tests/");
        if !may && text.contains("Timestamp::now()") {
            found.push(name);
        }
    }
    assert!(found.is_empty(), "the clock is read in {found:?}");
}

#[test]
fn every_signal_is_explained() {
    let guide = std::fs::read_to_string(root().join("docs/scoring.md")).unwrap().to_lowercase();
    let files = std::fs::read_dir(root().join("shared/scoring/src/signals")).unwrap();
    let names =
        files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|it| it == "rs"));
    for name in names.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()) {
        assert!(name == "tests" || guide.contains(&name), "docs/scoring.md says nothing of {name}");
    }
}

#[test]
fn no_file_names_a_machine() {
    let listed = Command::new("git").args(["ls-files"]).current_dir(root()).output().unwrap();
    for name in String::from_utf8(listed.stdout).unwrap().lines() {
        let Ok(text) = std::fs::read_to_string(root().join(name)) else { continue };
        let home = format!("/{}/", "root");
        assert!(!text.contains(&home), "{name} names a path of one machine");
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
    files
}
