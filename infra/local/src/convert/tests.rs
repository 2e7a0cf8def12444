use std::io::Write as _;
use std::path::PathBuf;

use scoring::event::{Event, Key, Kind};
use serde_json::Value;

use super::*;

const ONLINE_RETAIL: &str = "\
cust,ts,kind,invoice,amount,lines,skus,country
4711,2011-03-01 08:26:00,order,900001,139.12,7,7,Norway
4711,2011-07-01 08:26:00,return,C900002,-22.2,2,2,Norway
";
const CDNOW: &str = "\
cust,ts,kind,n,amount
1,1997-02-01,order,1,11.77
1,1997-02-01,order,2,0.0
2,1997-02-03,order,1,29.33
";
const INVOICES: &str = "\
countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,PaperlessBill,DaysToSettle,DaysLate
818,16-LI,2013-03-16,59,2012-01-03,2012-02-02,97.6,Yes,2012-02-25,Paper,53,23
818,16-LI,2013-03-16,60,2012-03-03,2012-04-02,14,No,,Paper,,
";
const MESSAGE_COUNTS: &str = "cust,day,count\nc1,0,1\nc1,4,3\n";

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("kundvakt-convert-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

type Events = Vec<(String, Event)>;

/// The events of a file as the door takes them, and the notes.
fn converted(set: &str, name: &str, bytes: &[u8]) -> anyhow::Result<(Events, Vec<String>)> {
    let mut out = Vec::new();
    let file = file(name, bytes);
    let converted = run(data_set(set)?, &file, &mut out);
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    let converted = converted?;
    let events: Events = String::from_utf8(out)?
        .lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line).unwrap();
            let incoming = scoring::incoming::parse(&value, &|_, _| Key(1));
            let incoming = incoming.unwrap_or_else(|fault| panic!("{fault}: {line}"));
            assert!(value.get("received_at").is_none(), "{line}");
            assert!(incoming.source.is_some(), "{line}");
            (incoming.id, incoming.event)
        })
        .collect();
    assert_eq!(events.len() as u64, converted.events);
    Ok((events, converted.notes))
}

fn whole(set: &str, text: &str) -> Events {
    let (plain, notes) = converted(set, "plain.csv", text.as_bytes()).unwrap();
    assert_eq!(notes, [""; 0]);
    let (gzipped, notes) = converted(set, "packed.csv.gz", &gzip(text.as_bytes())).unwrap();
    assert_eq!((&gzipped, notes), (&plain, Vec::new()), "plain or gzip is the same");
    plain
}

fn told(events: &[(String, Event)]) -> Vec<String> {
    events.iter().map(|(id, event)| format!("{id} {}", event.at)).collect()
}

#[test]
fn orders_and_returns_keep_the_shops_time() {
    let events = whole("online-retail", ONLINE_RETAIL);
    let winter_and_summer = ["900001-placed 2011-03-01T08:26:00Z", "C900002-returned 2011-07-01T07:26:00Z"];
    assert_eq!(told(&events), winter_and_summer);
    let Kind::Order { amount, .. } = events[1].1.kind else { panic!("{events:?}") };
    assert_eq!(amount.hundredths, -2220);
}

#[test]
fn two_orders_of_a_day_are_two() {
    let events = whole("cdnow", CDNOW);
    let ids = ["1-1997-02-01-1", "1-1997-02-01-2", "2-1997-02-03-1"];
    assert_eq!(events.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ids);
    assert_eq!(events[0].1.at.to_string(), "1997-02-01T12:00:00Z");
}

#[test]
fn an_invoice_is_issued_and_later_paid_and_whether_it_was_disputed_is_not_told() {
    let events = whole("invoices", INVOICES);
    let days =
        ["59-issued 2012-01-03T12:00:00Z", "59-paid 2012-02-25T12:00:00Z", "60-issued 2012-03-03T12:00:00Z"];
    assert_eq!(told(&events), days, "the second is not settled yet");
    assert!(matches!(events[0].1.kind, Kind::Invoice { days_late: None, .. }));
    assert!(matches!(events[1].1.kind, Kind::Invoice { days_late: Some(23), .. }));
    let disputed = INVOICES.replace("Yes", "No");
    assert_eq!(whole("invoices", &disputed), events);
}

#[test]
fn a_days_messages_are_spread_over_its_working_hours() {
    let events = whole("message-counts", MESSAGE_COUNTS);
    let times = [
        "c1-0-1 2024-01-01T12:00:00Z",
        "c1-4-1 2024-01-05T09:00:00Z",
        "c1-4-2 2024-01-05T12:00:00Z",
        "c1-4-3 2024-01-05T15:00:00Z",
    ];
    assert_eq!(told(&events), times);
}

#[test]
fn a_file_that_is_cut_off_gives_what_is_there_and_a_note() {
    for (set, text) in [
        ("online-retail", ONLINE_RETAIL),
        ("cdnow", CDNOW),
        ("invoices", INVOICES),
        ("message-counts", MESSAGE_COUNTS),
    ] {
        let all = whole(set, text);
        let header = text.find('\n').unwrap();
        let first_row = header + 1 + text[header + 1..].find('\n').unwrap();
        for end in first_row + 1..text.len() {
            let (events, notes) = converted(set, "cut.csv", &text.as_bytes()[..end]).unwrap();
            assert!(events.len() <= all.len());
            let is_whole = text.as_bytes()[end - 1] == b'\n';
            assert_eq!(notes.is_empty(), is_whole, "{set} {end}: {notes:?}");
            if is_whole {
                assert_eq!(events, all[..events.len()], "what comes later changes nothing");
            }
        }
        let packed = gzip(text.as_bytes());
        for end in 3..packed.len() {
            if let Ok((events, notes)) = converted(set, "cut.csv.gz", &packed[..end]) {
                assert_eq!(events, all[..events.len()], "{set} {end}");
                assert_eq!(notes, ["the file was cut off: what is missing at its end is left out"]);
            }
        }
    }
}

#[test]
fn rows_that_cannot_be_read_are_left_out_and_told_by_number_not_by_content() {
    let (events, notes) =
        converted("cdnow", "bad.csv", format!("{CDNOW}3,soon,order,1,9\n4,1997-02-04,order\n").as_bytes())
            .unwrap();
    assert_eq!(events.len(), 3);
    assert_eq!(notes, ["2 rows could not be read and were left out; the first is row 4: `ts` is no date"]);
    let (_, notes) =
        converted("cdnow", "huge.csv", format!("{CDNOW}3,1997-02-04,order,1,1e300\n").as_bytes()).unwrap();
    assert!(notes[0].ends_with("row 4: the amount is no amount of money"), "{notes:?}");
    let counts = format!("{MESSAGE_COUNTS}c1,5,4000000000\nc1,2000000000,1\n");
    let (_, notes) = converted("message-counts", "huge.csv", counts.as_bytes()).unwrap();
    assert!(notes[0].ends_with("row 3: `count` is over 100000"), "{notes:?}");
}

#[test]
fn only_a_file_without_rows_fails() {
    let fault = |set: &str, text: &[u8]| {
        let fault = converted(set, "empty.csv", text).unwrap_err().to_string();
        fault.split_once("holds").unwrap().1.to_owned()
    };
    assert_eq!(fault("cdnow", b""), " no rows of cdnow");
    assert_eq!(fault("cdnow", b"cust,ts,kind,n,amount\n"), " no rows of cdnow");
    let other = fault("invoices", CDNOW.as_bytes());
    assert_eq!(other, " no rows of invoices: row 1: missing field `customerID`");
    let other = fault("cdnow", ONLINE_RETAIL.as_bytes());
    assert_eq!(other, " no rows of cdnow: row 1: missing field `n`");
    assert!(fault("cdnow", &[0xff, 0xfe, b'\n', 0xff, b'\n']).starts_with(" no rows of cdnow: row 1"));
}

#[test]
fn every_data_set_is_found_by_its_name() {
    for set in DATA_SETS {
        assert_eq!(data_set(set.name).unwrap().about, set.about);
    }
    assert!(data_set("elsewhere").unwrap_err().to_string().ends_with("message-counts"));
}
