//! Pictures of a report: plain SVG, drawn 360 units wide, so that its letters keep their size on a phone.

use std::fmt::Write as _;

use jiff::civil::Date;
use scoring::Level;

use crate::backtest::judge::days;
use crate::backtest::replay::{Step, Week};
use crate::backtest::summary::{Band, is_warning};

const WIDTH: f64 = 360.0;

/// A picture of a height, with what it shows in words for those who do not see it.
fn picture(height: f64, title: &str, inside: &str) -> String {
    format!(
        "<svg class=chart viewBox='0 0 {WIDTH} {height}' role=img><title>{}</title>{inside}</svg>",
        escape(title)
    )
}

/// A text as it may stand in HTML.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn text(x: f64, y: f64, anchor: &str, words: &str) -> String {
    format!("<text x='{x:.1}' y='{y:.1}' text-anchor={anchor}>{}</text>", escape(words))
}

/// Bars side by side, each with its name below and its number above.
pub(super) fn bars(title: &str, bars: &[(String, u32)], class: &str) -> String {
    let most = f64::from(bars.iter().map(|bar| bar.1).max().unwrap_or(0).max(1));
    let (floor, room) = (130.0, 105.0);
    #[expect(clippy::cast_precision_loss, reason = "a few bars")]
    let step = WIDTH / bars.len().max(1) as f64;
    let mut inside = format!("<path class=axis d='M0 {floor}H{WIDTH}'/>");
    let mut left = 0.0;
    for (name, count) in bars {
        let (height, middle) = (f64::from(*count) / most * room, left + step / 2.0);
        let (x, y, width) = (left + step * 0.12, floor - height, step * 0.76);
        let _ = write!(
            inside,
            "<rect class={class} x='{x:.1}' y='{y:.1}' width='{width:.1}' height='{height:.1}' rx=2 />"
        );
        inside.push_str(&text(middle, y - 5.0, "middle", &count.to_string()));
        inside.push_str(&text(middle, floor + 15.0, "middle", name));
        left += step;
    }
    picture(150.0, title, &inside)
}

/// Alerts of each week as thin bars, with the budget as a band.
pub(super) fn weeks(title: &str, weeks: &[(Date, u32)], budget: [f64; 2]) -> String {
    let most = f64::from(weeks.iter().map(|week| week.1).max().unwrap_or(0).max(4));
    let (floor, room, left) = (120.0, 105.0, 22.0);
    #[expect(clippy::cast_precision_loss, reason = "a few weeks")]
    let step = (WIDTH - left) / weeks.len().max(1) as f64;
    let height = |count: f64| count / most * room;
    let [low, high] = budget;
    let mut inside = format!("<path class=axis d='M{left} {floor}H{WIDTH}'/>");
    for tick in [0.0, (most / 2.0).round(), most] {
        inside.push_str(&text(left - 5.0, floor - height(tick) + 4.0, "end", &format!("{tick:.0}")));
    }
    let mut x = left;
    let mut year = 0;
    for (monday, count) in weeks {
        let tall = height(f64::from(*count));
        let _ = write!(
            inside,
            "<rect class=mark x='{:.2}' y='{:.1}' width='{:.2}' height='{tall:.1}'/>",
            x + step * 0.1,
            floor - tall,
            step * 0.8
        );
        if monday.year() != year || (monday.month() == 7 && monday.day() <= 7) {
            let name = if monday.year() == year { "July".to_owned() } else { monday.year().to_string() };
            if x < WIDTH - 30.0 {
                inside.push_str(&text(x, floor + 15.0, "start", &name));
            }
            year = monday.year();
        }
        x += step;
    }
    let _ = write!(
        inside,
        "<rect class=band x='{left}' y='{:.1}' width='{:.1}' height='{:.1}'/>",
        floor - height(high),
        WIDTH - left,
        height(high - low)
    );
    picture(140.0, title, &inside)
}

/// What followed a risk: a dot per band with its interval.
pub(super) fn calibration(title: &str, bands: &[Band]) -> String {
    let (left, floor, room) = (34.0, 150.0, 130.0);
    let high = bands.iter().filter_map(|band| band.lost).map(|lost| lost.high).fold(0.1, f64::max);
    let top = (high * 10.0).ceil() / 10.0;
    #[expect(clippy::cast_precision_loss, reason = "a few bands")]
    let step = (WIDTH - left) / bands.len().max(1) as f64;
    let y = |share: f64| floor - share / top * room;
    let mut inside = format!("<path class=axis d='M{left} {floor}H{WIDTH}'/>");
    for tick in [0.0, top / 2.0, top] {
        let _ = write!(inside, "<path class=grid d='M{left} {:.1}H{WIDTH}'/>", y(tick));
        inside.push_str(&text(left - 5.0, y(tick) + 4.0, "end", &format!("{:.0} %", tick * 100.0)));
    }
    let mut middle = left + step / 2.0;
    for band in bands {
        if let Some(lost) = band.lost {
            let _ = write!(
                inside,
                "<path class=whisker d='M{middle:.1} {:.1}V{:.1}'/><circle class=mark cx='{middle:.1}' cy='{:.1}' r=5 />",
                y(lost.low),
                y(lost.high),
                y(lost.value)
            );
        }
        let name = format!("{:.0}–{:.0} %", band.from * 100.0, band.to * 100.0);
        inside.push_str(&text(middle, floor + 15.0, "middle", &name));
        middle += step;
    }
    picture(172.0, title, &inside)
}

/// A customer's risk over the weeks, its alerts as dots in the colour of their level, its losses as crosses.
pub(super) fn sparkline(weeks: &[Week], steps: &[Step], losses: &[Date], bounds: [f64; 3]) -> String {
    let (Some(first), Some(last)) = (weeks.first(), weeks.last()) else { return String::new() };
    let end = losses.iter().copied().fold(last.monday, Date::max);
    let span = f64::from(days(first.monday, end).max(7));
    let x = |date: Date| 4.0 + f64::from(days(first.monday, date)) / span * (WIDTH - 8.0);
    let y = |risk: f64| 54.0 - risk * 48.0;
    let mut inside = String::new();
    for (bound, level) in bounds.into_iter().zip(["yellow", "orange", "red"]) {
        let _ = write!(inside, "<path class='bound {level}' d='M0 {:.1}H{WIDTH}'/>", y(bound));
    }
    let points: Vec<String> =
        weeks.iter().map(|week| format!("{:.1},{:.1}", x(week.monday), y(week.risk))).collect();
    let _ = write!(inside, "<polyline points='{}'/>", points.join(" "));
    for step in steps.iter().filter(|step| is_warning(step) && step.date >= first.monday) {
        let at = weeks.iter().rfind(|week| week.monday <= step.date).map_or(0.0, |week| week.risk);
        let floor = match step.level {
            Level::Yellow => bounds[0],
            Level::Orange => bounds[1],
            Level::Red => bounds[2],
        };
        let (x, y) = (x(step.date), y(at.max(floor)));
        let _ = write!(inside, "<circle class='dot {}' cx='{x:.1}' cy='{y:.1}' r=4 />", step.level.word());
    }
    for loss in losses.iter().filter(|loss| **loss >= first.monday) {
        let x = x(*loss);
        let _ = write!(
            inside,
            "<path class=loss d='M{x:.1} 2V56M{:.1} 4L{:.1} 14M{:.1} 4L{:.1} 14'/>",
            x - 5.0,
            x + 5.0,
            x + 5.0,
            x - 5.0
        );
    }
    inside.push_str(&text(0.0, 68.0, "start", &first.monday.to_string()));
    inside.push_str(&text(WIDTH, 68.0, "end", &end.to_string()));
    picture(72.0, "Risk over the weeks", &inside)
}
