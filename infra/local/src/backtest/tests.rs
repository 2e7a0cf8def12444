//! Backtests of small made-up histories.

mod judging;

use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::{Options, run};
use crate::replay::Change;
use crate::stories;

/// A folder of its own, removed at the end.
struct Desk(PathBuf);

impl Desk {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kundvakt-backtest-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str, lines: impl IntoIterator<Item = String>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, lines.into_iter().map(|line| line + "\n").collect::<String>()).unwrap();
        path
    }

    fn options(&self, history: PathBuf, customers: PathBuf) -> Options {
        Options {
            history,
            customers,
            company: None,
            outcomes: None,
            policy: None,
            compare: None,
            from: None,
            to: None,
            out: self.0.join("out"),
        }
    }

    fn out(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join("out").join(name)).unwrap()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn say(options: &Options) -> Result<String, String> {
    let mut out = Vec::new();
    run(options, &mut out).map_err(|error| format!("{error:#}"))?;
    Ok(String::from_utf8(out).unwrap())
}

/// The demo's stories as files: history, customers, company, outcomes.
fn told_stories(desk: &Desk) -> Options {
    let (stories, history) = stories::load().unwrap();
    let lines = desk.file("history.jsonl", history.lines.iter().map(|line| line.event.to_string()));
    let customer = |customer| serde_json::to_string(customer).unwrap();
    let customers = desk.file("customers.jsonl", history.customers.iter().map(customer));
    let company = std::fs::read_to_string("../../events/stories/company.json").unwrap();
    let outcomes = stories
        .iter()
        .filter_map(|(_, story)| story.loss.map(|loss| format!("{},{loss},churned", story.customer.id)));
    let outcomes = ["customer,date,result".to_owned()].into_iter().chain(outcomes);
    Options {
        company: Some(desk.file("company.json", [company])),
        outcomes: Some(desk.file("outcomes.csv", outcomes)),
        from: Some(date(2026, 1, 1)),
        ..desk.options(lines, customers)
    }
}

fn changes(text: &str) -> Vec<Change> {
    let change = |line: &str| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        value["families"] = json!([]);
        serde_json::from_value(value).unwrap()
    };
    text.lines().map(change).collect()
}

#[test]
fn an_interrupted_backtest_goes_on_and_comes_to_the_same() {
    let desk = Desk::new("again");
    let options = told_stories(&desk);
    say(&options).unwrap();
    let files = ["alerts.jsonl", "risk.csv", "figures.json", "report.html", "recommended-policy.json"];
    let first = files.map(|file| desk.out(file));
    let parts = desk.0.join("out/parts");
    let played = |folder: &Path| -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = Vec::new();
        for readers in std::fs::read_dir(folder).unwrap() {
            for entry in std::fs::read_dir(readers.unwrap().path()).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    found.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
                }
            }
        }
        found.sort();
        found
    };
    let kept = played(&parts);
    assert_eq!(kept.len(), 13, "fourteen stories, one without a legal basis");
    let written = |path: &PathBuf| std::fs::metadata(path).unwrap().modified().unwrap();
    let before = written(&kept[1]);
    std::fs::remove_file(&kept[0]).unwrap();
    std::fs::write(&kept[2], "{\"customer\":").unwrap();
    say(&options).unwrap();
    for (file, first) in files.iter().zip(first) {
        assert_eq!(desk.out(file), first, "{file}");
    }
    assert_eq!(written(&kept[1]), before, "who was played is not played again");

    let again = played(&parts);
    let text: String = again.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for gone in ["@", "Kunde", "Vi ", "text"] {
        assert!(!text.contains(&format!("\"{gone}")), "{gone}");
    }
}

#[test]
fn what_comes_later_changes_nothing_before() {
    let desk = Desk::new("later");
    let options = told_stories(&desk);
    say(&options).unwrap();
    let whole = desk.out("alerts.jsonl");
    let text = std::fs::read_to_string(&options.history).unwrap();
    let cut = "2026-05-15T00:00:00Z";
    let early = text.lines().filter(|line| {
        let event: Value = serde_json::from_str(line).unwrap();
        event["at"].as_str().unwrap() < cut
    });
    let history = desk.file("early.jsonl", early.map(str::to_owned));
    let out = desk.0.join("early");
    say(&Options { history, outcomes: None, out: out.clone(), ..options }).unwrap();
    let early = std::fs::read_to_string(out.join("alerts.jsonl")).unwrap();
    let until = |text: &str| {
        let before = |line: &&str| changes(line)[0].at < cut.parse().unwrap();
        text.lines().filter(before).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(until(&whole).len() > 3, "{whole}");
    assert_eq!(until(&early), until(&whole));
}

#[test]
fn the_page_tells_losses_and_false_alarms_and_stands_alone() {
    let desk = Desk::new("page");
    let mut options = told_stories(&desk);
    options.compare = Some(desk.file("quiet.json", [r#"{"risk": {"yellow": 0.45}}"#.to_owned()]));
    let said = say(&options).unwrap();
    assert!(said.contains("ahead:"), "{said}");
    let page = desk.out("report.html");
    for part in ["How early", "How much work", "A different threshold", "Two policies side by side", "<svg"] {
        assert!(page.contains(part), "{part}");
    }
    for outside in ["<script", "src=", "href=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let figures: Value = serde_json::from_str(&desk.out("figures.json")).unwrap();
    let own = &figures["policy"]["summary"]["figures"];
    let row =
        figures["policy"]["thresholds"]["rows"].as_array().unwrap().iter().find(|row| row["own"] == true);
    assert_eq!(row.unwrap()["alerts_per_week"], own["alerts_per_week"]["value"], "decided anew, the same");
    assert!(figures["compared"]["summary"]["figures"]["alerts"].is_u64());
    let yellow = |file: &str| desk.out(file).lines().filter(|line| line.contains("\"yellow\"")).count();
    assert!(yellow("alerts-compared.jsonl") < yellow("alerts.jsonl"));
}

#[test]
fn without_losses_the_page_says_what_it_cannot_say() {
    let desk = Desk::new("no-losses");
    let options = Options { outcomes: None, ..told_stories(&desk) };
    let text = std::fs::read_to_string(&options.history).unwrap();
    let kept = text.lines().filter(|line| !line.contains("\"outcome\"") && !line.contains("\"contract\""));
    std::fs::write(&options.history, kept.collect::<Vec<_>>().join("\n")).unwrap();
    let said = say(&options).unwrap();
    assert!(said.contains("no losses are documented"), "{said}");
    let page = desk.out("report.html");
    assert!(page.contains("No losses are documented.") && !page.contains("False alarms:"));
    assert!(page.contains("A different threshold"));
}

/// A customer, and events of it at these times with these ids.
fn small(desk: &Desk, events: &[Value]) -> Options {
    let customer = json!({"id": "C-1", "name": "Kund <AB>", "aliases": ["kund-1"], "domains": ["kund.example"],
        "legal_basis": {"kind": "contract", "ref": "K-1", "date": "2026-01-01"}});
    let history = desk.file("history.jsonl", events.iter().map(Value::to_string));
    desk.options(history, desk.file("customers.jsonl", [customer.to_string()]))
}

fn order(id: &str, at: &str) -> Value {
    json!({"id": id, "source": "erp", "customer": "C-1", "at": at, "kind": "order", "state": "placed",
        "amount": 100, "currency": "EUR"})
}

#[test]
fn each_line_is_counted_once_or_told_why_not() {
    let desk = Desk::new("lines");
    let mut lines: Vec<Value> =
        (1..=28).map(|day| order(&format!("o-{day}"), &format!("2026-01-{day:02}T10:00:00Z"))).collect();
    lines.push(order("o-1", "2026-01-01T10:00:00Z"));
    lines.push(json!({"id": "o-29", "source": "crm", "customer_ref": {"crm_id": "KUND-1"}, "at": "2026-02-01T10:00:00Z",
        "kind": "contract", "change": "renewed"}));
    lines.push(json!({"id": "o-30", "customer": "C-9", "at": "2026-02-01T10:00:00Z", "kind": "request"}));
    lines.push(json!({"id": "o-31", "customer": "C-1", "at": "2026-02-01T10:00:00Z", "kind": "dance"}));
    lines.push(json!({"id": "o-32", "customer": "C-1", "at": "2026-02-03T10:00:00Z",
        "received_at": "2026-02-01T10:00:00Z", "kind": "request"}));
    lines.push(json!({"id": "o-33", "customer": "C-1", "at": "2026-02-01T10:00:00Z", "kind": "order"}));
    lines.push(json!({"id": "o-34", "customer": "C-1", "at": "2096-02-01T10:00:00Z", "kind": "request"}));
    lines.push(json!({"no": "event"}));
    let options = small(&desk, &lines);
    let said = say(&options).unwrap();
    assert!(said.contains("Events    31 read, 3 aside"), "{said}");
    let page = desk.out("report.html");
    for told in [
        "1 more had come again",
        "1 events name no customer",
        "1 events are of no kind",
        "1 events are dated after their arrival",
        "1 lines are no events",
        "1 events: `amount` is missing",
    ] {
        assert!(page.contains(told), "{told}");
    }
    let risk = desk.out("risk.csv");
    assert!(risk.lines().nth(1).unwrap().starts_with("C-1,2025-12-29,0.0500"), "{risk}");
    assert!(
        risk.lines().last().unwrap().starts_with("C-1,2026-0"),
        "the stray of 2096 plays no years: {risk}"
    );
}

#[test]
fn bad_input_is_told_by_file_and_field() {
    let desk = Desk::new("bad");
    let events = ["2026-01-01T10:00:00Z", "2026-03-01T10:00:00Z"].map(|at| order(at, at));
    let good = small(&desk, &events);
    let files = std::cell::Cell::new(0);
    let file = |text: &str| {
        files.set(files.get() + 1);
        Some(desk.file(&format!("{}.txt", files.get()), [text.to_owned()]))
    };
    let policy = |text: &str| Options { policy: file(text), ..good.clone() };
    let outcomes = |text: &str| Options { outcomes: file(text), ..good.clone() };
    let dates = |from: Date, to: Date| Options { from: Some(from), to: Some(to), ..good.clone() };
    for (options, expected) in [
        (policy(r#"{"risk": {"yelow": 0.4}}"#), "unknown field `yelow`"),
        (policy(r#"{"risk": {"yellow": 0.9}}"#), "`risk.orange`"),
        (policy(r#"{"managed_model": {"model_id": "eu.model"}}"#), "`managed_model`"),
        (
            outcomes("customer,date,result\nC-9,2026-02-01,churned"),
            "line 2: its customer is not in the register",
        ),
        (outcomes("customer,date,result\nC-1,soon,churned"), ".txt line 2"),
        (
            outcomes("{\"customer\":\"C-1\",\"date\":\"2026-02-01\",\"result\":\"gone\"}"),
            "unknown variant `gone`",
        ),
        (dates(date(2026, 2, 1), date(2026, 1, 1)), "must come before"),
        (dates(date(2027, 1, 1), date(2027, 2, 1)), "2027-01-01 to 2027-02-01 was asked for"),
        (Options { history: desk.0.join("none"), ..good.clone() }, "is no file"),
        (Options { history: desk.file("empty.jsonl", []), ..good.clone() }, "holds no events"),
        (Options { out: desk.0.clone(), ..good.clone() }, "which no backtest put there"),
        (Options { out: good.history.clone(), ..good.clone() }, "is a file"),
    ] {
        let fault = say(&options).unwrap_err();
        assert!(fault.contains(expected), "{fault}");
    }
}

/// What was learned from a history is a policy that the backtest reads; nothing of the way there is left.
#[test]
fn what_was_learned_can_be_tried() {
    let desk = Desk::new("learned");
    let first = date(2024, 1, 1);
    let order = |customer: usize, week: usize| {
        let at = first.saturating_add(jiff::Span::new().weeks(i64::try_from(week).unwrap()));
        json!({"source": "erp", "id": format!("o-{customer}-{week}"), "customer": format!("C-{customer}"),
               "at": format!("{at}T09:00:00Z"), "kind": "order", "state": "placed", "amount": 100.0, "currency": "EUR"})
    };
    let weeks = (0..70).flat_map(|week| (0..12).map(move |customer| (customer, week)));
    // Two leave in September; one of them orders nothing more from June on.
    let goes_on = |(customer, week): &(usize, usize)| match customer {
        0 => *week < 22,
        1 => *week < 36,
        _ => true,
    };
    let history = desk.file(
        "history.jsonl",
        weeks.filter(goes_on).map(|(customer, week)| order(customer, week).to_string()),
    );
    let customers = (0..12).map(|customer| {
        json!({"id": format!("C-{customer}"), "name": format!("Firm {customer}"),
               "legal_basis": {"kind": "contract", "ref": "K", "date": "2024-01-01"}})
        .to_string()
    });
    let customers = desk.file("customers.jsonl", customers);
    let outcomes =
        ["customer;date;result", "C-0;2024-09-10;churned", "C-1;2024-09-17;churned"].map(str::to_owned);
    let outcomes = Some(desk.file("outcomes.csv", outcomes));
    let learn = || {
        let options = crate::learn::Options {
            history: history.clone(),
            customers: customers.clone(),
            company: None,
            outcomes: outcomes.clone(),
            feedback: None,
            policy: None,
            to: None,
            out: desk.0.join("learned"),
        };
        let mut out = Vec::new();
        crate::learn::run(&options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let page = learn();
    assert!(page.contains("2 losses are fewer than 10, so only the intercept"), "{page}");
    assert!(page.contains("- version: 1 becomes 2"), "{page}");
    let file = desk.0.join("learned/policy.json");
    let json = std::fs::read_to_string(&file).unwrap();
    assert!([&page, &json].iter().all(|text| !text.contains("C-") && !text.contains("Firm")), "{page}");
    assert_eq!(std::fs::read_dir(desk.0.join("learned/parts")).unwrap().count(), 0, "no row is kept");
    assert_eq!(learn(), page, "the same again");

    let options = desk.options(history.clone(), customers.clone());
    say(&Options { policy: Some(file), outcomes: outcomes.clone(), ..options }).unwrap();
    let figures: Value = serde_json::from_str(&desk.out("figures.json")).unwrap();
    let summary = &figures["policy"]["summary"];
    assert_eq!(summary["policy_version"], json!(2));
    let weeks = |of: &str| -> Vec<u64> {
        summary[of].as_array().unwrap().iter().map(|band| band["weeks"].as_u64().unwrap()).collect()
    };
    assert!(weeks("probability").iter().sum::<u64>() > 0, "{summary}");
    assert!(desk.out("report.html").contains("probability told"), "the report shows what came of it");
}
