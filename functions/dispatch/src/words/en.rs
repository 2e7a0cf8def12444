//! English.

use jiff::Zoned;
use jiff::civil::Date;
use scoring::evidence::Timing;
use scoring::gaps::Data;
use scoring::{Level, Role};

use super::{Words, grouped, named};

pub(super) const WORDS: Words = Words {
    code: "en",

    subject: |level, customer, risk, within| format!("{level}: {customer} – {risk} risk, {within}"),
    subject_notice: |level, customer, within| format!("{level}: {customer} has given notice, {within}"),
    subject_passed_on: |subject| format!("Unanswered – {subject}"),
    within: |hours| match hours {
        None => "answer now".to_owned(),
        Some(1) => "answer within 1 hour".to_owned(),
        Some(hours) => format!("answer within {hours} hours"),
    },

    meaning: |level| match level {
        Level::Yellow => "attention",
        Level::Orange => "action",
        Level::Red => "escalation",
    },
    greeting: |name| format!("Hello {},", name.split_whitespace().next().unwrap_or(name)),
    headline: |level, customer| match level {
        Level::Yellow => format!("Something has changed with {customer}. It is worth a closer look."),
        Level::Orange => format!("Several signs say that {customer} is drifting away from us. Get in touch."),
        Level::Red => {
            format!("We are at high risk of losing {customer}. This calls for a personal conversation.")
        }
    },
    notice: |customer, date| {
        format!(
            "{customer} has given notice to end the contract, on {date}. This is not a hint; it is a decision."
        )
    },
    passed_on: "This comes to you because nobody answered it in time.",
    answer_by: |time| format!("Answer by {time}"),
    answer_now: |time| format!("Answer now: the time for it ended {time}"),
    contact_by: |time| format!("Talk to the customer in person by {time}"),
    open: "Open the alert",
    open_note: "There, one click says that you are taking it on, or that it is a false alarm.",

    risk: "Risk",
    probability: |of_100, days, customers, losses| {
        format!(
            "Of 100 customers with signs like these, about {of_100} left within {days} days. Based on {customers} \
             customers, {losses} of whom have left."
        )
    },
    value: "Worth",
    money: |amount, currency| format!("{currency} {} a year", grouped(amount, ',')).trim_start().to_owned(),
    why: "Why",
    before: "Signs before it",
    timing: |timing| match timing {
        Timing::Leading => "early sign",
        Timing::Lagging => "late sign",
    },
    since: |date| format!("since {date}"),
    unknown: "What we do not know",
    managed: "Which words it rests on: the risk is higher because a language model read messages as darker than our rules do, and it shows no phrases.",
    learning: |families| format!("Too little history yet: {families}."),
    more_needed: |family, more| format!("{family} ({more} more needed)"),
    missing: |weeks, touch_points| {
        let weeks =
            (weeks > 0).then(|| if weeks == 1 { "1 week".to_owned() } else { format!("{weeks} weeks") });
        let points = (touch_points > 0).then(|| {
            if touch_points == 1 { "1 contact".to_owned() } else { format!("{touch_points} contacts") }
        });
        let missing: Vec<String> = weeks.into_iter().chain(points).collect();
        format!("Kundvakt is still getting to know the customer: {} to go.", missing.join(" and "))
    },
    no_data: |families| format!("No data: {families}."),
    gap: |data, from, to| {
        let data = match data {
            Data::Contact => "mails and tickets",
            Data::Tickets => "tickets",
            Data::Orders => "orders",
            Data::Invoices => "invoices",
            Data::Usage => "usage",
        };
        format!(
            "No data on {data} came from any customer ({from} to {to}): a gap of ours, not the customer's silence."
        )
    },

    to_do: "What to do",
    checklist,
    notice_checklist,
    say: "What you might say",
    phrases: [
        "We want to be sure that we are helping with the challenges you face right now …",
        "Looking back over our work together, we noticed a few points we would like to talk through …",
        "As you plan for next year, your views would be very valuable to us …",
    ],
    notice_phrase: "Thank you for telling us plainly. We would like to understand what led to this …",
    avoid: "Better not",
    avoided: ["We have noticed that you are ordering less", "Are you still happy with us?"],
    quoted: |phrase| format!("“{phrase}”"),

    reason: |role| {
        let role = match role {
            Role::AccountManager => "are an account manager",
            Role::TeamLeader => "lead a team",
            Role::Management => "are part of management",
        };
        format!(
            "You get this mail because you {role}. Kundvakt warns early and lends a hand: it looks at the \
             relationship with the customer, not at colleagues, and you decide what is true."
        )
    },
    times_in: |zone| format!("Times in {zone}."),

    moment,
    date,

    sign_in_subject: "Sign in to Kundvakt",
    sign_in_text: "Here is the link you asked for. It is good for 15 minutes and works once.",
    sign_in_button: "Sign in",
    sign_in_note: "If you did not ask for a link, ignore this mail. Nobody gets in without it.",
};

fn checklist(level: Level, contact_by: Option<&str>) -> Vec<String> {
    let steps: &[&str] = match level {
        Level::Yellow => &[
            "Read the evidence and check it with colleagues who have been in touch with the customer.",
            "If in doubt, call and ask how things are going, with nothing to sell.",
            "Send something they can use right now, a product tip for instance.",
            "If nothing is better in two weeks, bring it to your team leader.",
        ],
        Level::Orange => &[
            "Call the customer. Do not write.",
            "Ask what is not working, and hear them out before you answer.",
            "Come back with a definite proposal, a person in charge and a date.",
            "Invite them to an event or adapt the offer, if that solves something.",
            "If nothing is better in a week, take it to management.",
        ],
        Level::Red => &[
            "Talk at ease about the challenges the customer has ahead.",
            "Ask in detail about current projects and what support they need.",
            "Name one person who owns what follows and finds the root cause.",
            "If the call is not enough, meet their decision makers within a week, with a solution made for them.",
        ],
    };
    with_call(&[], contact_by, steps)
}

fn notice_checklist(contact_by: Option<&str>) -> Vec<String> {
    let before = [
        "Check that the notice is real, what it covers and when the contract ends.",
        "Confirm it today, in a friendly way. Do not negotiate by mail.",
    ];
    let after = [
        "Ask what led to the decision and what would have to change.",
        "Promise only what you can keep, with a date.",
        "If the decision stands, make it a good ending. Customers come back.",
    ];
    with_call(&before, contact_by, &after)
}

fn with_call(before: &[&str], contact_by: Option<&str>, after: &[&str]) -> Vec<String> {
    let call =
        contact_by.map(|time| format!("The CEO or head of sales calls the customer in person, by {time}."));
    let plain = |steps: &[&str]| steps.iter().map(|&step| step.to_owned()).collect::<Vec<_>>();
    [plain(before), call.into_iter().collect(), plain(after)].concat()
}

const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn moment(at: &Zoned) -> String {
    let weekday = named(WEEKDAYS, at.weekday().to_monday_one_offset());
    format!("{weekday} {} at {}", date(at.date(), at.year()), at.strftime("%H:%M"))
}

fn date(date: Date, this_year: i16) -> String {
    let day = format!("{} {}", date.day(), named(MONTHS, date.month()));
    if date.year() == this_year { day } else { format!("{day} {}", date.year()) }
}
