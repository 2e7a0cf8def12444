//! English.

use super::Words;

pub(super) const WORDS: Words = Words {
    code: "en",
    alerts: "Open alerts",
    unmatched: "Unmatched",
    sign_out: "Sign out",
    none_open: "No open alerts. No customer needs your attention right now.",
    opened: "Opened",
    nobody: "Nobody has taken it on yet",
    held_by: "With",
    to_alerts: "To the open alerts",
    acknowledge: "I am on it",
    ask: "Is the warning right?",
    relevant: "Yes, relevant",
    false_alarm: "No, false alarm",
    feedback: "Feedback",
    done_acknowledge: "It is yours now. Nobody else will be reminded.",
    done_relevant: "Thank you. Your answer makes the next warning better.",
    done_false_alarm: "Thank you. It is noted as a false alarm.",
    changed: "The alert has changed since you opened the page. This is how it stands now.",
    how: "How the risk is worked out",
    how_text: "Each sign gives points by its strength. The points add up to a risk, and only the strongest \
         sign of a group counts. The risk sums up the signs; it is not a forecast, and it does not \
         replace your judgement.",
    covered: "not counted twice",
    sign_in_for_all: "Sign in to see all open alerts",
    unmatched_text: "This came in but belongs to no customer we know, or could not be read. Its text is never kept. \
         Add the customer's domain or alias to the register and the next one finds its place. Entries go \
         after 30 days.",
    unmatched_none: "Everything that came in has found its customer.",
    source: "Source",
    reference: "The customer, as the source says",
    sign_in_title: "Sign in",
    sign_in_text: "Enter your e-mail address and we send you a link. No password needed.",
    address: "E-mail address",
    send_link: "Send link",
    sent_title: "Look in your inbox",
    sent_text: "If the address belongs to somebody who gets alerts, a link is on its way. It is good for 15 \
         minutes. Nothing came? Wait a minute, then ask again.",
    enter_title: "Welcome",
    enter_text: "One more click and you are in. The link works only once.",
    link_over_title: "This link no longer works",
    link_over_text: "It was used before, is too old or is not complete. Ask for a new one.",
    link_again: "Ask for a new link",
    refused_title: "This link does not open the alert",
    refused_text: "The link in a mail is good for 30 days, one alert and one person. Open the mail again and \
         follow its link, or sign in.",
    not_found_title: "There is no such page",
    not_found_text: "Check the address, or start again from the list.",
    failed_title: "Something went wrong on our side",
    failed_text: "Nothing is lost. Try again in a moment; the fault is on record.",
    held: |who, at| format!("{who} is on it, since {at}"),
    closed: |at| format!("This alert was closed on {at}."),
    points: |points| format!("{points:.1} points"),
    why: |code| match code {
        "unknown_customer" => Some("No customer in the register goes by this name"),
        "unknown_kind" => Some("The kind of event is unknown"),
        "too_late" => Some("Its time lies too far back"),
        "too_early" => Some("Its time lies in the future"),
        _ => None,
    },
    unmatched_count: |count| match count {
        0 => "Everything that came in has found its customer.".to_owned(),
        1 => "1 entry belongs to no customer we know".to_owned(),
        100.. => "100 entries or more belong to no customer we know".to_owned(),
        _ => format!("{count} entries belong to no customer we know"),
    },
    held_back: |customers, percent| {
        let customers = if customers == 1 { "1 customer" } else { &format!("{customers} customers") };
        format!(
            "A yellow alert is waiting for {customers}: there are more warnings than you have time for. This week yellow \
             ones are sent from {percent:.0} % on, orange and red ones always."
        )
    },
};
