//! What all customers did together, as of each week: kept in the register, written once.

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use jiff::SignedDuration;
use scoring::{Day, Portfolio};

use crate::Platform;
use crate::item::{n, s, text};

const PK: &str = "portfolio";
/// An old assessment can be explained for so long.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 400);

fn sk(day: Day) -> String {
    format!("w{:06}", day.week().0)
}

/// The portfolio of a day's week; none where it has not been gathered.
pub async fn get(platform: &Platform, day: Day) -> anyhow::Result<Option<Portfolio>> {
    let table = &platform.settings.register_table;
    let get = platform.dynamodb.get_item().table_name(table).key("pk", s(PK)).key("sk", s(sk(day)));
    let item = get.consistent_read(true).send().await.context("reading the portfolio")?.item;
    let json = item.as_ref().and_then(|item| text(item, "portfolio"));
    json.map(|json| serde_json::from_str(json).context("reading the portfolio")).transpose()
}

/// Keeps the portfolio of a day's week, unless one is kept already: an assessment made with it must stay explainable.
pub async fn put_once(platform: &Platform, day: Day, portfolio: &Portfolio) -> anyhow::Result<()> {
    let put = platform
        .dynamodb
        .put_item()
        .table_name(&platform.settings.register_table)
        .item("pk", s(PK))
        .item("sk", s(sk(day)))
        .item("portfolio", s(serde_json::to_string(portfolio)?))
        .item("expires", n((day.start() + KEPT).as_second()))
        .condition_expression("attribute_not_exists(pk)");
    match put.send().await {
        Ok(_) => Ok(()),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(()),
        Err(error) => Err(error).context("writing the portfolio"),
    }
}
