//! Several families at once: the article's 78 %, the gate, the notice.

use super::story::{Story, contract, joined, mail, order, paid_after, ticket, we_answer_after, wrote};
use super::turn::{steady, troubled};
use crate::event::ContractChange;
use crate::learning::Missing;

#[test]
fn smaller_orders_later_payments_and_a_question_are_78_percent() {
    let troubled = troubled();
    assert_eq!(
        troubled.risk("2025-06-30"),
        "78.0 %, Red\n\
         Choice of words (strong): 1 mention in 5 weeks of other solutions, other systems, getting data out or missing functions (normal: 0): “kompatib…”\n\
         Payments (medium): pays 8 days later than usual (normal: 2 days after due, last 3 invoices: 10 days after due)\n\
         Orders (weak): orders 20% below normal for this customer over the last 8 weeks\n\
         Payments (medium): pays 8 days later than usual (normal: 2 days after due, last 9 invoices: 10 days after due)"
    );
    assert_eq!(format!("{:.3}", troubled.assessed("2025-06-30").risk), "0.780");
}

#[test]
fn steady_customers_are_at_the_base() {
    let steady =
        steady().on("2025-04-07").every(28, 3, order(10_000)).on("2025-05-26").every(14, 3, paid_after(2));
    assert_eq!(steady.risk("2025-06-30"), "5.0 %, no alert");
}

#[test]
fn our_slow_answers_and_then_silence_are_seen_before_the_loss() {
    let quiet = Story::from("2025-04-14").every(7, 16, we_answer_after(3)).every(7, 4, we_answer_after(60));
    assert_eq!(
        quiet.risk("2025-08-29"),
        "26.2 %, no alert\n\
         Our answers (strong): we take 60 hours to answer, weekends not counted (last 4 answers; normal: 3)"
    );
    assert_eq!(
        quiet.risk("2025-10-24"),
        "73.4 %, Red\n\
         Contact (strong): nothing heard from the customer for 60 days (normally in touch every 7 days)\n\
         Our answers (medium): we take 24 hours to answer, weekends not counted (last 6 answers; normal: 3)\n\
         Contact (weak): in touch on 1 day in 8 weeks (normal: 8)\n\
         Contact (weak): nothing heard from the customer for 60 days (normally in touch every 7 days)"
    );
}

#[test]
fn many_signals_of_one_family_do_not_pass_the_gate() {
    let one_family =
        Story::from("2025-04-14").every(7, 16, mail(10)).on("2025-08-04").today(12, ticket("invoice layout"));
    assert_eq!(
        one_family.risk("2025-08-06"),
        "26.2 %, no alert\n\
         Tickets and questions (strong): 12 new tickets in the last 7 days (normal: 0)\n\
         Tickets and questions (medium): 12 requests on the same topic within 30 days"
    );
}

#[test]
fn a_notice_is_red_at_once_until_it_is_taken_back() {
    let orders = || steady().on("2025-04-07").every(28, 3, order(10_000)).on("2025-06-26");
    let leaves = orders().once(contract(ContractChange::Notice));
    assert_eq!(
        leaves.risk("2025-06-28"),
        "95.0 %, Red\nChoice of words (strong): notice of termination received 2 days ago"
    );
    let stays = leaves.once(contract(ContractChange::Renewed));
    assert_eq!(stays.risk("2025-06-28"), "5.0 %, no alert");
    let wrote_it = orders().once(wrote("Vi säger upp avtalet per den sista juni."));
    assert_eq!(
        wrote_it.risk("2025-06-26"),
        "95.0 %, Red\n\
         Choice of words (strong): notice of termination received today\n\
         Choice of words (strong): 1 mention in 5 weeks of other solutions, other systems, getting data out or missing functions (normal: 0): “säga … upp … …avtal…”, “säger upp”"
    );
}

#[test]
fn families_without_data_and_those_that_learn_are_named() {
    let new = Story::from("2025-06-02").every(2, 4, mail(10)).once(joined(false));
    let assessment = new.assessed("2025-06-13");
    let learning: Vec<_> =
        assessment.learning.iter().map(|learning| (learning.family, learning.missing)).collect();
    assert_eq!(format!("{learning:?}"), "[(Phrases, 4), (Frequency, 4), (Contacts, 0)]");
    assert_eq!(assessment.missing, Missing { weeks: 25, touch_points: 46 }, "of half a year and fifty (S55)");
    assert_eq!(
        format!("{:?}", assessment.no_data),
        "[CustomerReplyTime, OurReplyTime, Tickets, Orders, Payments, Usage, Meetings, Satisfaction, External]"
    );
}
