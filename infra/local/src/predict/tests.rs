use std::path::{Path, PathBuf};

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::{Options, Task, run};

const START: Date = date(2025, 1, 1);

fn on(day: i32) -> String {
    format!("{}T10:00:00Z", START + day.days())
}

fn order(customer: &str, day: i32) -> Value {
    json!({
        "id": format!("{customer}-{day}"), "source": "erp", "customer": customer, "at": on(day), "kind": "order",
        "state": "placed", "amount": 100 + day, "currency": "SEK", "lines": 3,
    })
}

/// Four hundred customers over fifteen months. Every third stops at some time; each orders every two to seven weeks.
fn shop() -> Vec<Value> {
    let of = |customer: i32| {
        let gap = usize::try_from(14 + customer % 6 * 7).unwrap_or(14);
        let end = if customer % 3 == 0 { 100 + customer * 2 / 3 } else { 450 };
        (customer % 10..end).step_by(gap).map(move |day| order(&format!("C-{customer}"), day))
    };
    (0..400).flat_map(of).collect()
}

fn invoice(customer: &str, day: i32, days_after_due: Option<i32>) -> Vec<Value> {
    let name = format!("F-{customer}-{day}");
    let (due, issued) = (START + (day + 30).days(), on(day));
    let paid = days_after_due.map(|after| {
        let paid = START + (day + 30 + after).days();
        json!({
            "id": format!("{name}-p"), "customer": customer, "at": on(day + 30 + after), "kind": "invoice",
            "state": "paid", "invoice": name, "due": due, "paid": paid, "amount": 900, "currency": "SEK",
        })
    });
    let issued = json!({
        "id": format!("{name}-i"), "customer": customer, "at": issued, "kind": "invoice", "state": "issued",
        "invoice": name, "due": due, "amount": 900, "currency": "SEK",
    });
    std::iter::once(issued).chain(paid).collect()
}

/// Two customers with an invoice every ten days: one pays early, the other mostly late.
fn ledger() -> Vec<Value> {
    let of = |number: i32| {
        let after = move |customer: &str| if customer == "late" && number % 5 > 0 { 9 } else { -4 };
        ["good", "late"].into_iter().flat_map(move |it| invoice(it, number * 10, Some(after(it))))
    };
    (0..45).flat_map(of).collect()
}

fn text(lines: &[Value]) -> String {
    lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

/// A file that is gone with the test.
struct Kept(PathBuf);

impl Kept {
    fn file(lines: &[Value]) -> Self {
        Self::text(&text(lines))
    }

    fn text(text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kundvakt-predict-{}.jsonl", uuid::Uuid::new_v4()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn options(history: &Path, task: Task, days: &[i32]) -> Options {
    let as_of = days.iter().map(|day| START + day.days()).collect();
    let history = history.to_owned();
    Options { history, as_of, horizon_days: 90, task, train: None, train_until: None }
}

fn told(options: &Options) -> anyhow::Result<(String, String)> {
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    run(options, &mut out, &mut notes)?;
    Ok((String::from_utf8(out)?, String::from_utf8(notes)?))
}

fn orders(lines: &[Value], days: &[i32]) -> (String, String) {
    let file = Kept::file(lines);
    told(&options(&file.0, Task::Orders, days)).unwrap()
}

fn fault(text: &str, change: impl Fn(&mut Options)) -> String {
    let file = Kept::text(text);
    let mut options = options(&file.0, Task::Orders, &[300]);
    change(&mut options);
    format!("{:#}", told(&options).unwrap_err()).replace(&file.0.display().to_string(), "history")
}

fn chances(table: &str) -> Vec<(&str, f64)> {
    table
        .lines()
        .skip(1)
        .map(|row| (row.split(',').next().unwrap(), row.rsplit(',').next().unwrap().parse().unwrap()))
        .collect()
}

#[test]
fn a_shop_is_told_who_will_not_order_again() {
    let (table, notes) = orders(&shop(), &[300, 360]);
    assert!(table.starts_with("cust,cutoff,p\nC-1,2025-10-28,"), "C-0 left long ago");
    assert!(notes.starts_with("Fitted on its own customers: ") && notes.lines().count() == 2, "{notes}");
    let chances = chances(&table);
    assert!(chances.iter().all(|(_, p)| *p > 0.0 && *p < 1.0));
    let mean = |left: bool| {
        // Who left between 210 and 290 days in, against who stayed.
        let of = |id: &str| id[2..].parse::<i32>().unwrap();
        let group: Vec<f64> = chances
            .iter()
            .filter(
                |(id, _)| if left { of(id) % 3 == 0 && (165..285).contains(&of(id)) } else { of(id) % 3 > 0 },
            )
            .map(|(_, p)| *p)
            .collect();
        group.iter().sum::<f64>() / f64::from(u32::try_from(group.len()).unwrap())
    };
    assert!(mean(true) > 2.0 * mean(false), "{} {}", mean(true), mean(false));
}

#[test]
fn what_arrives_after_a_cut_off_the_sequence_and_repetitions_change_nothing() {
    let end_of_day = format!("{}T23:59:59Z", START + 300.days());
    let known = |event: &Value| event["at"].as_str().unwrap() <= end_of_day.as_str();
    let cut: Vec<Value> = shop().into_iter().filter(known).collect();
    let expected = orders(&cut, &[300]).0;
    assert_eq!(orders(&shop(), &[300]).0, expected);

    let mut more: Vec<Value> = shop();
    for event in more.iter_mut().filter(|event| !known(event)) {
        event["amount"] = json!(-1e9);
    }
    // Happened long ago and arrived too late; a repetition with another body; a repetition as it was.
    let mut late = order("C-3", 295);
    late["received_at"] = json!(on(301));
    let mut again = order("C-5", 5);
    (again["amount"], again["received_at"]) = (json!(7), json!(on(299)));
    more.extend([
        late,
        again,
        order("C-1", 1),
        json!({ "id": "m", "customer": "C-1", "at": on(3), "kind": "usage" }),
    ]);
    more.reverse();
    assert_eq!(orders(&more, &[300]).0, expected);
    let rows_of_both = orders(&more, &[300, 330]).0;
    assert!(rows_of_both.starts_with(&expected), "rows do not hang on other cut-offs");
}

#[test]
fn others_teach_only_what_ended_by_the_first_cut_off() {
    let (others, history) =
        (Kept::file(&shop()), Kept::file(&[1, 20, 41, 60, 290, 320].map(|day| order("only", day))));
    let mut options = options(&history.0, Task::Orders, &[300, 310]);
    options.train = Some(others.0.clone());
    let (table, notes) = told(&options).unwrap();
    assert_eq!(table.lines().count(), 3);
    assert!(
        notes.starts_with("Fitted on 400 other customers: ") && notes.contains("up to 2025-10-28"),
        "{notes}"
    );
    options.train_until = Some(START + 400.days());
    let (same, notes) = told(&options).unwrap();
    assert_eq!((same, notes.lines().count()), (table, 2), "{notes}");
    options.train_until = Some(START + 100.days());
    assert!(
        told(&options)
            .unwrap()
            .1
            .contains("Nothing to learn from among 400 other customers up to 2025-04-11")
    );
}

#[test]
fn a_customer_alone_is_answered_without_labels() {
    let history: Vec<Value> = [200, 220, 241, 260].map(|day| order("only", day)).to_vec();
    let (table, notes) = orders(&history, &[270]);
    assert!(notes.contains("ends on 2025-09-18: at later cut-offs its end looks like silence"), "{notes}");
    assert!(notes.contains("Nothing to learn from among its own customers"), "{notes}");
    let (_, p) = chances(&table)[0];
    // Just short of four orders, with a prior of 2.2, in sixty-one days, with one of 180.
    assert!((p - (1.0_f64 + 90.0 / 240.0).powf(-5.8)).abs() < 0.02, "{p}");
    let month = Kept::file(&history);
    let asked = Options { horizon_days: 30, ..options(&month.0, Task::Orders, &[270]) };
    assert!(chances(&told(&asked).unwrap().0)[0].1 > p, "no order in thirty days is likelier than in ninety");
}

#[test]
fn invoices_are_told_by_name() {
    let file = Kept::file(&ledger());
    let (table, notes) = told(&options(&file.0, Task::Invoices, &[430, 431])).unwrap();
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!((rows[0], rows.len()), ("cust,invoice,p", 3));
    assert!(rows[1].starts_with("good,F-good-430,") && rows[2].starts_with("late,F-late-430,"), "{table}");
    let chances = chances(&table);
    assert!(chances[0].1 < 0.3 && chances[1].1 > 0.6, "{table}");
    assert!(notes.starts_with("Fitted on the history itself: ") && notes.lines().count() == 1, "{notes}");

    let known = |event: &Value| event["at"].as_str().unwrap() < on(431).as_str();
    let mut cut: Vec<Value> = ledger().into_iter().filter(known).collect();
    cut.reverse();
    let cut = Kept::file(&cut);
    assert_eq!(told(&options(&cut.0, Task::Invoices, &[430])).unwrap().0, table);
}

#[test]
fn what_cannot_be_answered_is_said() {
    let shop = text(&shop());
    let messages = json!({
        "id": "1", "customer": "C", "at": on(1), "kind": "message", "direction": "inbound", "channel": "email",
    });
    let faults = [
        fault(&shop, |it| it.horizon_days = 0),
        fault(&shop, |it| it.horizon_days = -90),
        fault(&shop, |it| it.as_of.clear()),
        fault(&shop, |it| it.as_of = vec![date(2019, 1, 1)]),
        fault("", |_| {}),
        fault("\n \n", |_| {}),
        fault(&messages.to_string(), |_| {}),
    ];
    assert_eq!(
        faults.join("\n"),
        "the horizon must be 1 to 3650 days\n\
         the horizon must be 1 to 3650 days\n\
         there is no cut-off\n\
         history begins on 2025-01-01, after the last cut-off\n\
         history is empty\n\
         history is empty\n\
         history holds no order events"
    );
}

#[test]
fn negative_mixed_and_countless_amounts_stay_numbers() {
    let mut strange = shop();
    for (index, event) in strange.iter_mut().enumerate() {
        match index % 5 {
            0 => event["amount"] = json!(-1e10),
            1 => event["currency"] = json!("EUR"),
            2 => event["amount"] = json!(1e11),
            3 => event["state"] = json!("returned"),
            _ => event["amount"] = json!(0),
        }
    }
    strange.push(order("once", 299));
    let countless = |number: i32| {
        let mut event = order("countless", 200 + number % 4 * 25);
        event["id"] = json!(number);
        event
    };
    strange.extend((0..20_000).map(countless));
    strange.push(json!({ "id": "x", "customer_ref": { "domain": "a.example" }, "at": on(1), "kind": "order",
        "state": "placed", "amount": 1, "currency": "SEK" }));
    strange.push(json!({ "id": "y", "customer": "C-1", "at": on(1), "kind": "order", "state": "lost" }));
    let (table, notes) = orders(&strange, &[300]);
    assert!(chances(&table).iter().all(|(id, p)| *p > 0.0 && *p < 1.0 && *id != "once"), "{table}");
    assert!(table.contains("\ncountless,"));
    assert!(notes.contains("1 events without a customer's id are left out"), "{notes}");
    assert!(notes.contains("amounts in EUR, SEK are not converted"), "{notes}");
    assert!(notes.contains("1 lines are no events and are left out; line"), "{notes}");
}
