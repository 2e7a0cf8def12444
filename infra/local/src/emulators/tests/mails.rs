//! Stories of mails.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::ProvideErrorMetadata as _;
use aws_sdk_sesv2::operation::send_email::builders::SendEmailFluentBuilder;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{
    Attachment, Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag, RawMessage,
};
use mail_parser::{MessageParser, MimeHeaders as _};

use super::super::{Emulators, Fault};
use super::{Folder, monday, ses};

const SUBJECT: &str =
    "Rött läge: Nordverk Industri AB – 78 % risk, ring Åsa i dag så länge det finns tid att ändra sig";
const TEXT: &str = "Nordverk betalar 8 dagar senare än vanligt.\n.\nhttps://kundvakt.example/a?alert=C-1001&token=abc=def \n";
const HTML: &str = "<p>Nordverk betalar <b>8 dagar senare</b> än vanligt.</p>";

async fn sender(emulators: &Emulators) -> Client {
    let client = ses(emulators);
    client.create_email_identity().email_identity("kundvakt.example").send().await.unwrap();
    client.create_configuration_set().configuration_set_name("kundvakt").send().await.unwrap();
    client
}

fn text(data: &str) -> Content {
    Content::builder().data(data).charset("UTF-8").build().unwrap()
}

fn header(name: &str, value: &str) -> MessageHeader {
    MessageHeader::builder().name(name).value(value).build().unwrap()
}

fn alert(client: &Client, headers: Vec<MessageHeader>) -> SendEmailFluentBuilder {
    let body = Body::builder().text(text(TEXT)).html(text(HTML)).build();
    let message = Message::builder().subject(text(SUBJECT)).body(body).set_headers(Some(headers)).build();
    client
        .send_email()
        .from_email_address("Kundvakt <alerts@kundvakt.example>")
        .destination(Destination::builder().to_addresses("asa@firma.example").build())
        .content(EmailContent::builder().simple(message).build())
        .email_tags(MessageTag::builder().name("level").value("red").build().unwrap())
        .configuration_set_name("kundvakt")
}

#[tokio::test]
async fn a_mail_is_filed_as_any_mail_program_reads_it() {
    let folder = Folder::new("mails");
    let emulators = Emulators::start(monday(), None).await.unwrap();
    emulators.mailbox.write_to(&folder.0).unwrap();
    let client = sender(&emulators).await;
    let own =
        || vec![header("List-Unsubscribe", "<https://kundvakt.example/u>"), header("X-Alert", "C-1001")];
    let id = alert(&client, own()).send().await.unwrap().message_id.unwrap();
    alert(&client, own()).send().await.unwrap();

    let mails = emulators.mails();
    let mail = &mails[0];
    assert_eq!((mail.id.as_str(), mail.at.to_string().as_str()), (id.as_str(), "2026-03-02T06:00:00Z"));
    assert_eq!(
        (mail.subject.as_str(), mail.text.as_deref(), mail.html.as_deref()),
        (SUBJECT, Some(TEXT), Some(HTML))
    );
    assert_eq!(mail.header("list-unsubscribe"), Some("<https://kundvakt.example/u>"));
    assert_eq!((mail.tag("level"), mail.configuration_set.as_deref()), (Some("red"), Some("kundvakt")));

    // An independent reader gets everything back out of the file.
    let filed = std::fs::read_to_string(folder.0.join("2026-03-02T0600-red-1.eml")).unwrap();
    assert!(folder.0.join("2026-03-02T0600-red-2.eml").exists());
    let read = MessageParser::default().parse(&filed).unwrap();
    assert_eq!(read.subject(), Some(SUBJECT));
    assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), TEXT);
    assert_eq!(read.body_html(0).unwrap(), HTML);
    assert_eq!(read.date().unwrap().to_rfc3339(), "2026-03-02T06:00:00Z");
    assert_eq!(read.message_id().unwrap(), format!("{id}@eu-north-1.amazonses.com"));
    assert_eq!(read.from().unwrap().first().unwrap().address(), Some("alerts@kundvakt.example"));
    assert_eq!(read.header_raw("X-Alert").map(str::trim), Some("C-1001"));
    assert_eq!(read.content_type().unwrap().subtype(), Some("alternative"));
    assert!(
        filed.is_ascii() && filed.split("\r\n").all(|line| line.len() <= 78 && !line.contains('\n')),
        "{filed}"
    );
    assert!(filed.starts_with("Date: Mon, 2 Mar 2026 06:00:00 +0000\r\nFrom: Kundvakt <alerts@"), "{filed}");
}

#[tokio::test]
async fn what_ses_would_refuse_is_refused_with_its_own_error() {
    let emulators = Emulators::start(monday(), None).await.unwrap();
    let client = sender(&emulators).await;
    let plain = || alert(&client, vec![]);
    let to = |addresses: Vec<&str>| {
        let addresses = addresses.into_iter().map(str::to_owned).collect();
        plain().destination(Destination::builder().set_to_addresses(Some(addresses)).build())
    };
    let tag = |name: &str, value: &str| {
        plain().email_tags(MessageTag::builder().name(name).value(value).build().unwrap())
    };
    let simple = |subject| {
        let message = Message::builder().subject(subject).body(Body::builder().text(text("x")).build());
        EmailContent::builder().simple(message.build()).build()
    };
    let attachment = Attachment::builder().raw_content(Blob::new("x")).file_name("x.txt").build().unwrap();
    let attached = Message::builder().subject(text("x")).body(Body::builder().text(text("x")).build());
    let attached = EmailContent::builder().simple(attached.attachments(attachment).build()).build();
    let attempts = vec![
        ("stranger", plain().from_email_address("x@elsewhere.example")),
        ("no such set", plain().configuration_set_name("other")),
        ("no recipient", to(vec![])),
        ("51 recipients", to(vec!["a@b.example"; 51])),
        ("no address", to(vec!["asa at firma"])),
        ("two lines", to(vec!["a@b.example\r\nBcc: c@d.example"])),
        ("Swedish local part", to(vec!["åsa@firma.example"])),
        ("header with a colon", alert(&client, vec![header("X:Y", "z")])),
        ("header of two lines", alert(&client, vec![header("X-Y", "z\r\nBcc: c@d.example")])),
        ("header of SES", alert(&client, vec![header("Message-ID", "<1@x.example>")])),
        (
            "Swedish without a character set",
            plain().content(simple(Content::builder().data("å").build().unwrap())),
        ),
        ("attachment", plain().content(attached)),
        ("tag with a space", tag("alert", "C 1001")),
    ];
    let mut refusals = vec![];
    for (what, attempt) in attempts {
        let refused = attempt.send().await.unwrap_err();
        let status = refused.raw_response().unwrap().status();
        refusals.push(format!("{what}: {status} {}", refused.code().unwrap_or_default()));
    }
    assert_eq!(
        refusals.join("\n"),
        "\
stranger: 400 MessageRejected
no such set: 404 NotFoundException
no recipient: 400 BadRequestException
51 recipients: 400 BadRequestException
no address: 400 BadRequestException
two lines: 400 BadRequestException
Swedish local part: 400 BadRequestException
header with a colon: 400 BadRequestException
header of two lines: 400 BadRequestException
header of SES: 400 BadRequestException
Swedish without a character set: 400 BadRequestException
attachment: 501 NotImplemented
tag with a space: 400 BadRequestException"
    );
    assert_eq!(emulators.mails(), []);
}

#[tokio::test]
async fn identities_and_sets_are_there_once_created_and_the_rest_is_not_implemented() {
    let emulators = Emulators::start(monday(), None).await.unwrap();
    let client = sender(&emulators).await;
    let known = client.get_email_identity().email_identity("kundvakt.example").send().await.unwrap();
    assert!(known.verified_for_sending_status());
    let unknown = client.get_email_identity().email_identity("a@b.example").send().await.unwrap_err();
    assert!(unknown.into_service_error().is_not_found_exception());
    let again = client.create_email_identity().email_identity("kundvakt.example").send().await.unwrap_err();
    assert!(again.into_service_error().is_already_exists_exception());
    let set = client.get_configuration_set().configuration_set_name("kundvakt").send().await.unwrap();
    assert_eq!(set.configuration_set_name(), Some("kundvakt"));
    for status in [
        client.get_account().send().await.unwrap_err().raw_response().unwrap().status(),
        client
            .delete_email_identity()
            .email_identity("x.example")
            .send()
            .await
            .unwrap_err()
            .raw_response()
            .unwrap()
            .status(),
    ] {
        assert_eq!(status.as_u16(), 501);
    }
}

#[tokio::test]
async fn a_sending_may_fail_before_or_after_it_was_taken() {
    let emulators = Emulators::start(monday(), None).await.unwrap();
    let client = sender(&emulators).await;
    for fault in [Fault::Throttle, Fault::RejectBefore, Fault::AcceptThenDropConnection] {
        emulators.mailbox.fail_next(fault);
    }
    let send = || alert(&client, vec![]).send();
    assert!(send().await.unwrap_err().into_service_error().is_too_many_requests_exception());
    assert!(send().await.unwrap_err().into_service_error().is_message_rejected());
    assert_eq!(emulators.mails().len(), 0);
    let unknown = send().await.unwrap_err();
    assert!(matches!(unknown, aws_sdk_sesv2::error::SdkError::DispatchFailure(_)), "{unknown:?}");
    assert_eq!(emulators.mails().len(), 1);
    send().await.unwrap();
    assert_eq!(emulators.mails().len(), 2);
}

#[tokio::test]
async fn a_mail_the_sender_composed_is_read_back_and_filed_untouched() {
    let emulators = Emulators::start(monday(), None).await.unwrap();
    let client = sender(&emulators).await;
    let raw = "From: alerts@kundvakt.example\r\nTo: \"Berg, Asa\" <asa@firma.example>, b@firma.example\r\n\
               Subject: =?UTF-8?Q?L=C3=A4get?=\r\nX-Alert: C-1001\r\n\r\nText.\r\n";
    let content = RawMessage::builder().data(Blob::new(raw)).build().unwrap();
    let content = EmailContent::builder().raw(content).build();
    client.send_email().content(content).send().await.unwrap();
    let mail = emulators.mails().remove(0);
    assert_eq!(mail.to, ["\"Berg, Asa\" <asa@firma.example>", "b@firma.example"]);
    assert_eq!((mail.subject.as_str(), mail.text.as_deref()), ("Läget", Some("Text.\r\n")));
    assert_eq!(mail.header("x-alert"), Some("C-1001"));
    assert_eq!(mail.eml(), raw);
    assert_eq!(mail.file_name(), "2026-03-02T0600-mail-1");
}
