//! The portfolio a run scores with: gathered once a week from all ledgers, before anybody is scored.

use jiff::Timestamp;
use platform::{Platform, portfolio, states};
use scoring::portfolio::{Gathered, MOST_CUSTOMERS};
use scoring::{Day, Portfolio, packed};

/// Gathers the portfolio of the run's week where nobody has.
pub(crate) async fn gather(platform: &Platform, run: Timestamp) -> anyhow::Result<()> {
    let today = Day::of(run);
    if portfolio::get(platform, today).await?.is_some() {
        return Ok(());
    }
    let monday = today.week().monday();
    let mut gathered = Gathered::default();
    let (mut after, mut customers) = (None::<String>, 0);
    while customers < MOST_CUSTOMERS {
        let (page, next) = states::page(platform, 0, 1, after.as_deref()).await?;
        for state in page.iter().filter(|state| state.scored) {
            // A ledger that cannot be read is counted anew when its customer is scored.
            let Some(Ok(mut ledger)) = state.ledger.as_deref().map(packed::unpack) else { continue };
            ledger.advance(monday);
            gathered.add(&ledger, monday);
            customers += 1;
        }
        let Some(next) = next else { break };
        after = Some(next);
    }
    if gathered.tell() {
        portfolio::put_once(platform, today, &gathered.into_portfolio(monday)).await?;
    }
    Ok(())
}

/// The portfolio of the run's week; what the calendar tells where none was gathered.
pub(crate) async fn told(platform: &Platform, run: Timestamp) -> anyhow::Result<Portfolio> {
    let today = Day::of(run);
    Ok(portfolio::get(platform, today).await?.unwrap_or_else(|| Portfolio::by_calendar(today)))
}
