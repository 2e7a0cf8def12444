//! Webhooks of 4 KB through ingest's real handler and its two SDK calls, on one core, without a network.

use std::time::Instant;

use ingest::Ingest;
use jiff::Timestamp;
use platform::Platform;
use scoring::Policy;
use serde_json::{Value, json};

use super::{Figure, count, no_network};
use crate::senders::Senders;

const ROUNDS: usize = 5;
const PER_ROUND: usize = 4000;
const SIZE: usize = 4096;
/// The goal; the measured floor of one SDK call with its parsing is 14,000 a second.
const GOAL: f64 = 6000.0;

const TEXT: &str = "Hej! Vi väntar fortfarande på ett svar gällande leveransen till Göteborg. Enligt den senaste \
    orderbekräftelsen skulle pallarna ha kommit i torsdags, men vårt lager har inte sett till dem. Kan ni kontrollera \
    var de befinner sig och återkomma med ett nytt datum? Vi behöver planera om skiftet på måndag. ";

pub(super) fn measure() -> anyhow::Result<Vec<Figure>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut figures = Vec::new();
    for (name, text) in [("without text", None), ("with 1 KB of text", Some(TEXT.repeat(3)))] {
        let rate = runtime.block_on(rate(text.as_deref()))?;
        figures.push(Figure::at_least(format!("webhook of 4 KB {name}, one core"), rate, "a second", GOAL));
    }
    Ok(figures)
}

/// Best of some rounds, in webhooks a second.
async fn rate(text: Option<&str>) -> anyhow::Result<f64> {
    let now: Timestamp = "2026-03-02T09:00:00Z".parse()?;
    let senders = Senders::open(&json!({}), &["mail"])?;
    let customer = json!({ "Item": {
        "pk": {"S": "customer#C-1"}, "sk": {"S": "profile"}, "id": {"S": "C-1"}, "name": {"S": "Customer"},
        "policy": {"S": serde_json::to_string(&Policy::default())?},
        "legal_basis": {"M": {"kind": {"S": "contract"}, "ref": {"S": "1"}, "date": {"S": "2026-01-01"}}},
    }});
    let secret = json!({ "Name": "sources", "SecretString": senders.secret().to_string() });
    let answers = [("GetItem", customer.to_string()), ("GetSecretValue", secret.to_string())];
    let config = no_network::config(answers);
    let ingest = Ingest::new(Platform::new(no_network::settings(), &config, &config, &config, &config));
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let requests: Vec<_> = (0..PER_ROUND)
            .map(|number| {
                let id = format!("m-{number}");
                senders.sign("mail", &id, &event(&id, text), now)?.into_event(now)
            })
            .collect::<anyhow::Result<_>>()?;
        let started = Instant::now();
        for request in requests {
            let answer = ingest::handle(&ingest, request, now).await;
            anyhow::ensure!(
                answer.status_code == 202,
                "ingest answered {} {:?}",
                answer.status_code,
                answer.body
            );
        }
        best = best.min(started.elapsed().as_secs_f64());
    }
    Ok(count(PER_ROUND) / best)
}

/// A message padded to 4 KB with a field that nobody reads.
fn event(id: &str, text: Option<&str>) -> Value {
    let padded = |padding: &str| {
        json!({
            "id": id, "customer": "C-1", "at": "2026-03-02T08:59:00Z", "kind": "message", "direction": "inbound",
            "channel": "email", "contact": "anna@customer.example", "thread": "T-17", "text": text,
            "padding": padding,
        })
    };
    padded(&"x".repeat(SIZE.saturating_sub(padded("").to_string().len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_padded_event_is_as_large_as_the_figure_says() {
        assert_eq!(event("m-1", None).to_string().len(), SIZE);
        assert_eq!(event("m-1", Some("hej")).to_string().len(), SIZE);
    }
}
