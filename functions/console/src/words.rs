//! Everything a page says beyond what its mail says, one table per language.

mod de;
mod en;
mod sv;

use tone::Language;

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// The language's code in HTML.
    pub code: &'static str,
    /// The menu's entry and the title of the list.
    pub alerts: &'static str,
    /// The menu's entry and the title of what matched no customer.
    pub unmatched: &'static str,
    /// Ends the session.
    pub sign_out: &'static str,
    /// The list is empty.
    pub none_open: &'static str,
    /// Before the time an alert was opened.
    pub opened: &'static str,
    /// Nobody has taken it on.
    pub nobody: &'static str,
    /// Before the name of who has.
    pub held_by: &'static str,
    /// Leads to the list.
    pub to_alerts: &'static str,
    /// Takes an alert on.
    pub acknowledge: &'static str,
    /// Above the buttons of feedback.
    pub ask: &'static str,
    /// It does.
    pub relevant: &'static str,
    /// It does not.
    pub false_alarm: &'static str,
    /// Before the feedback given.
    pub feedback: &'static str,
    /// After taking an alert on.
    pub done_acknowledge: &'static str,
    /// After feedback.
    pub done_relevant: &'static str,
    /// After feedback.
    pub done_false_alarm: &'static str,
    /// Somebody was faster, or the alert has risen.
    pub changed: &'static str,
    /// Above how the risk comes about.
    pub how: &'static str,
    /// How it does.
    pub how_text: &'static str,
    /// A sign that adds no points.
    pub covered: &'static str,
    /// Below an alert opened by its link.
    pub sign_in_for_all: &'static str,
    /// Above the list of what matched no customer.
    pub unmatched_text: &'static str,
    /// There is none.
    pub unmatched_none: &'static str,
    /// Which source it came from.
    pub source: &'static str,
    /// Why something was kept aside, by the code that ingest gives; what only the sender's programmer can use is not here.
    pub why: fn(&str) -> Option<&'static str>,
    /// How the source names the customer.
    pub reference: &'static str,
    /// The page to sign in.
    pub sign_in_title: &'static str,
    /// Above its form.
    pub sign_in_text: &'static str,
    /// The form's field.
    pub address: &'static str,
    /// The form's button.
    pub send_link: &'static str,
    /// After asking for a link.
    pub sent_title: &'static str,
    /// What comes next.
    pub sent_text: &'static str,
    /// The page a mailed link opens.
    pub enter_title: &'static str,
    /// What its button does.
    pub enter_text: &'static str,
    /// A sign-in link that does not work.
    pub link_over_title: &'static str,
    /// Why, and what to do.
    pub link_over_text: &'static str,
    /// Asks for another.
    pub link_again: &'static str,
    /// No right to see an alert.
    pub refused_title: &'static str,
    /// What to do.
    pub refused_text: &'static str,
    /// There is no such page.
    pub not_found_title: &'static str,
    /// What to do.
    pub not_found_text: &'static str,
    /// Something of ours broke.
    pub failed_title: &'static str,
    /// What to do.
    pub failed_text: &'static str,
    /// Who has it, and since when.
    pub held: fn(&str, &str) -> String,
    /// It is closed, since when.
    pub closed: fn(&str) -> String,
    /// How many points a sign gives.
    pub points: fn(f64) -> String,
    /// How many entries matched no customer; the list holds a hundred at most.
    pub unmatched_count: fn(usize) -> String,
    /// Customers whose yellow alert the weekly budget keeps waiting, and the percent it waits for.
    pub held_back: fn(u32, f64) -> String,
}

/// The words of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::Swedish => &sv::WORDS,
        Language::English => &en::WORDS,
        Language::German => &de::WORDS,
    }
}
