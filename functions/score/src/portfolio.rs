//! The portfolio a run scores with: gathered once a week from all ledgers, before anybody is scored.

use jiff::Timestamp;
use platform::{Platform, portfolio, register, states};
use scoring::budget::Tally;
use scoring::portfolio::{Gathered, MOST_CUSTOMERS};
use scoring::{Day, Portfolio, packed};

/// Gathers the portfolio of the run's week where nobody has, and what the budget of alerts holds back in it.
pub(crate) async fn gather(platform: &Platform, run: Timestamp) -> anyhow::Result<()> {
    let today = Day::of(run);
    if portfolio::get(platform, today).await?.is_some() {
        return Ok(());
    }
    let monday = today.week().monday();
    let policy = register::policy(platform).await?;
    let (mut gathered, mut tally) = (Gathered::default(), Tally::new(today.week(), &policy));
    let (mut after, mut customers) = (None::<String>, 0);
    while customers < MOST_CUSTOMERS {
        let (page, next) = states::page(platform, 0, 1, after.as_deref()).await?;
        for state in page.iter().filter(|state| state.scored) {
            tally.add(&state.peaks, state.risk.unwrap_or_default(), state.alert.is_some());
            // A ledger that cannot be read is counted anew when its customer is scored.
            let Some(Ok(mut ledger)) = state.ledger.as_deref().map(packed::unpack) else { continue };
            ledger.advance(monday);
            gathered.add(&ledger, monday, state.relation.country);
            customers += 1;
        }
        let Some(next) = next else { break };
        after = Some(next);
    }
    let (tell, held) = (gathered.tell(monday), tally.held(&policy));
    if tell || held.opens_from.is_some() {
        let mut portfolio = gathered.into_portfolio(monday);
        portfolio.held = held;
        portfolio::put_once(platform, today, &portfolio).await?;
    }
    if let Some(from) = held.opens_from {
        tracing::info!(
            from,
            customers = held.customers,
            "The budget of alerts holds yellow ones back this week"
        );
    }
    Ok(())
}

/// The portfolio of the run's week; what the calendar tells where none was gathered.
pub(crate) async fn told(platform: &Platform, run: Timestamp) -> anyhow::Result<Portfolio> {
    let today = Day::of(run);
    Ok(portfolio::get(platform, today).await?.unwrap_or_else(|| Portfolio::by_calendar(today)))
}
