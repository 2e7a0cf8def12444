//! Holds what a replay showed against what the stories expect.

use scoring::Level;

use crate::replay::{Change, ChangeKind};
use crate::stories::Story;

/// What is wrong with how a story went; empty when it went as expected.
pub fn faults(story: &Story, changes: &[&Change], zone: &jiff::tz::TimeZone) -> Vec<String> {
    let date = |change: &Change| change.at.to_zoned(zone.clone()).date();
    let expect = &story.expect;
    let mut faults = Vec::new();
    let highest: Option<Level> = changes.iter().map(|change| change.level).max();
    let wants_alert = expect.first_alert.is_some();
    match highest {
        None if wants_alert => faults.push("no alert at all".to_owned()),
        Some(level) if !wants_alert => {
            faults.push(format!("an alert ({}) where there should be none", level.word()));
        }
        _ => {}
    }
    if let Some(level) = expect.level.filter(|level| highest.is_some_and(|highest| highest != *level)) {
        faults.push(format!("highest level is {highest:?}, not {}", level.word()));
    }
    if let Some(level) = expect.level_at_least.filter(|level| highest.is_some_and(|highest| highest < *level))
    {
        faults.push(format!("highest level is {highest:?}, under {}", level.word()));
    }
    if let Some(level) = expect.level_at_most.filter(|level| highest.is_some_and(|highest| highest > *level))
    {
        faults.push(format!("highest level is {highest:?}, over {}", level.word()));
    }
    let first = changes.iter().find(|change| change.event == ChangeKind::Opened);
    if let (Some(window), Some(first)) = (expect.first_alert, first)
        && !window.contains(date(first))
    {
        faults.push(format!("opened on {}, expected {} to {}", date(first), window.from, window.to));
    }
    if highest.is_some() {
        for family in &expect.families {
            if !changes.iter().any(|change| change.families.contains(family)) {
                faults.push(format!("no evidence of the family {family:?}"));
            }
        }
    }
    if let Some(percent) = expect.risk_percent {
        let red = changes.iter().find(|change| change.level == Level::Red);
        let shown = red.map(|change| format!("{:.1}", change.risk * 100.0));
        if shown.as_deref() != Some(format!("{percent:.1}").as_str()) {
            faults.push(format!("reaches red at {shown:?} %, expected {percent:.1} %"));
        }
    }
    if let Some(window) = expect.closes {
        match changes.last() {
            Some(last) if last.event == ChangeKind::Closed && window.contains(date(last)) => {}
            _ => faults.push(format!("not closed between {} and {}", window.from, window.to)),
        }
    }
    faults
}
