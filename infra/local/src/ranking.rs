//! All customers by risk, with their evidence: also where nothing is worth an alert.

use jiff::Timestamp;
use platform::Platform;
use platform::states;
use scoring::risk::{Assessment, assess};
use scoring::{Day, Policy, Portfolio, packed};

/// Assesses every customer as of a time from its stored ledger; highest risk first.
pub async fn ranking(platform: &Platform, as_of: Timestamp) -> anyhow::Result<Vec<(String, Assessment)>> {
    let policy: Policy = platform::register::policy(platform).await?;
    let gathered = platform::portfolio::get(platform, Day::of(as_of)).await?;
    let portfolio = gathered.unwrap_or_else(|| Portfolio::by_calendar(Day::of(as_of)));
    let mut ranked = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let (page, next) = states::page(platform, 0, 1, after.as_deref()).await?;
        for state in page {
            let Some(bytes) = state.ledger.as_deref() else { continue };
            let mut ledger = packed::unpack(bytes)?;
            ledger.advance(Day::of(as_of));
            ranked.push((state.customer, assess(&ledger, as_of, &policy, &portfolio, &state.relation)));
        }
        if next.is_none() {
            break;
        }
        after = next;
    }
    ranked.sort_by(|a, b| b.1.risk.total_cmp(&a.1.risk).then_with(|| a.0.cmp(&b.0)));
    Ok(ranked)
}
