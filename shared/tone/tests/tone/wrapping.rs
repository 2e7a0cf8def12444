//! Quoted history, signatures and MIME: only the newest words of the sender are read.

use tone::{Category, Format, Message, Reading, read};

use crate::message;

fn mail(body: &str) -> Reading {
    read(&Message { format: Format::Mail, ..message(body) })
}

/// Our own apology, as it is quoted below a customer's mail.
const OURS: &str = "Tyvärr är leveransen försenad igen och vi är mycket besvikna på speditören.";

#[test]
fn quoted_history_is_not_read() {
    let newest = "Kan ni bekräfta nytt datum för leveransen till Borås?";
    let alone = mail(newest);
    for history in [
        format!("Den tis 4 mars 2025 kl 10:12 skrev Erik Ek <erik@leverantor.example>:\n\n> {OURS}\n"),
        format!("Den tis 4 mars 2025 kl 10:12 skrev Erik Ek\n<erik@leverantor.example>:\n\n> {OURS}\n"),
        format!("On Tue, 4 Mar 2025 at 10:12, Erik Ek <erik@leverantor.example> wrote:\n{OURS}\n"),
        format!("Am Di., 4. März 2025 um 10:12 Uhr schrieb Erik Eck <erik@anbieter.example>:\n> {OURS}\n"),
        format!("-----Ursprungligt meddelande-----\nFrån: Erik\n\n{OURS}\n"),
        format!(
            "Från: Erik <erik@leverantor.example>\nSkickat: den 4 mars 2025 10:12\nÄmne: SV: Order\n\n{OURS}\n"
        ),
        format!(
            "________________________________\nVon: Erik <e@anbieter.example>\nGesendet: 4. März 2025\n\n{OURS}\n"
        ),
        format!("Mvh Anna\n\nFrom: Erik <erik@leverantor.example>\nSent: Tuesday, March 4, 2025\n\n{OURS}\n"),
        format!("Skickat från min iPhone\n\n> {OURS}\n"),
        format!("-- \nAnna Lindqvist\n{OURS}\n"),
        format!("Med vänliga hälsningar\nAnna Lindqvist\n{OURS}\n"),
    ] {
        let reading = mail(&format!("{newest}\n\n{history}"));
        assert_eq!((reading.tone, &reading.signals), (alone.tone, &alone.signals), "{history}");
    }
}

#[test]
fn an_answer_below_the_quotation_is_read() {
    let reading = mail(
        "On Tue, 4 Mar 2025 at 10:12, Erik Ek <e@x.example> wrote:\n> When do you need it?\n\nWe are very disappointed with you.",
    );
    assert!(reading.signals.contains(&Category::Escalation));
}

#[test]
fn a_body_that_only_looks_like_a_header_is_read() {
    let reading = mail("Från: Göteborg\nTill: Malmö\nSändningen är försenad igen.");
    assert!(reading.signals.contains(&Category::Delay));
}

#[test]
fn mime_is_unwrapped_with_its_subject_and_its_html() {
    // Subject: Reklamation / text/html: <p>Vi är <b>besvikna</b> på leveransen.</p> / quoted reply below
    let encoded = "U3ViamVjdDogUmVrbGFtYXRpb24NCk1JTUUtVmVyc2lvbjogMS4wDQpDb250ZW50LVR5cGU6IHRleHQvaHRtbDsgY2hhcnNldD11dGYtOA0KDQo8cD5WaSDDpHIgPGI+YmVzdmlrbmE8L2I+IHDDpSBsZXZlcmFuc2VuLjwvcD4=";
    let reading = read(&Message { format: Format::Mime, ..message(encoded) });
    assert_eq!(reading.signals.into_iter().collect::<Vec<_>>(), [Category::Escalation, Category::Complaint]);
}

#[test]
fn bulk_mail_is_automatic_by_its_headers() {
    // List-Unsubscribe: <mailto:x@y.example> / Vi är besvikna på leveransen.
    let encoded = "TGlzdC1VbnN1YnNjcmliZTogPG1haWx0bzp4QHkuZXhhbXBsZT4NClN1YmplY3Q6IEhlag0KQ29udGVudC1UeXBlOiB0ZXh0L3BsYWluOyBjaGFyc2V0PXV0Zi04DQoNClZpIMOkciBiZXN2aWtuYSBww6UgbGV2ZXJhbnNlbi4=";
    let reading = read(&Message { format: Format::Mime, ..message(encoded) });
    assert!(reading.automatic);
    assert_eq!(reading.tone, 0);
}
