//! Will this invoice be paid late?
//!
//! Six figures from what was settled or open before the day it was issued: how often and by how much the customer paid
//! late or early, lately and ever, and what is overdue now. How *early* somebody pays tells as much as how late.
//! Rates and means are shrunk towards everybody's: they count as two invoices. A ridge logistic regression makes a
//! probability of them. The number of invoices is left out on purpose: it grows with the calendar, so a model that
//! learned from smaller numbers is wrong about larger ones.

use crate::logistic::{Labelled, Posterior, Prior, fit};
use crate::odds::log_odds;
use crate::rows::Rows;
use crate::scale::Scale;

/// How many figures there are.
const FEATURES: usize = 6;
/// As many invoices the population's habits count as.
const PRIOR_INVOICES: f64 = 2.0;
/// What the newest invoice weighs in a running mean.
const NEWEST: f64 = 0.3;
/// The population's habits are taken from its invoices once so many are settled.
const LEAST_SETTLED: f64 = 20.0;
/// Until then: late rate, mean days late, mean and spread of days after due, mean ln amount.
const COMMON: Habits =
    Habits { late_rate: 0.35, days_late: 3.4, days_after_due: -4.0, spread: 12.0, ln_amount: 4.0 };
/// Nobody pays more regularly than this, in days.
const LEAST_SPREAD: f64 = 0.1;
/// The first invoices tell of nobody's habits yet: days not learned from.
const RUN_UP: i32 = 90;
/// Precision of every weight.
const RIDGE: f64 = 10.0;
/// Late and punctual invoices there must be of each, to fit a model.
const LEAST_OF_EACH: usize = 20;

/// One invoice, as it became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// When it was issued, where known.
    pub issued: Option<i32>,
    /// When we first knew of it.
    pub known: i32,
    /// When it is due.
    pub due: i32,
    /// In hundredths of the currency's unit, where known.
    pub hundredths: Option<i64>,
    /// When it was paid, where it is.
    pub settled: Option<Settled>,
}

/// That an invoice was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// When.
    pub day: i32,
    /// When we knew of it.
    pub known: i32,
}

impl Invoice {
    /// Days between due date and payment, negative if early, where a payment was known before `today`.
    fn days_after_due(&self, today: i32) -> Option<f64> {
        let settled = self.settled.filter(|_| self.payment_known().is_some_and(|known| known < today))?;
        Some(f64::from(settled.day) - f64::from(self.due))
    }

    /// When its payment was known: never before it happened, nor before the invoice was.
    fn payment_known(&self) -> Option<i32> {
        self.settled.map(|it| it.day.max(it.known).max(self.known))
    }

    fn is_overdue(&self, today: i32) -> bool {
        let out = self.known.max(self.issued.unwrap_or(self.known)) < today;
        out && self.due < today && self.days_after_due(today).is_none()
    }

    /// At least one unit.
    #[expect(clippy::cast_precision_loss, reason = "a logarithm is taken of it")]
    fn ln_amount(&self) -> Option<f64> {
        self.hundredths.map(|hundredths| (hundredths as f64 / 100.0).max(1.0).ln())
    }
}

/// How a population pays.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Habits {
    late_rate: f64,
    days_late: f64,
    days_after_due: f64,
    spread: f64,
    ln_amount: f64,
}

/// The invoices of a portfolio.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Per customer in order of settlement, each with its place in the list it came in.
    customers: Vec<Vec<(usize, Invoice)>>,
    /// Sums over all settled invoices known by a day, a new one after each.
    settled: Vec<(i32, Sums)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    invoices: f64,
    late: f64,
    days_late: f64,
    days_after_due: f64,
    squares: f64,
    amounts: f64,
    ln_amount: f64,
}

impl Sums {
    fn with(self, days: f64, ln_amount: Option<f64>) -> Self {
        Self {
            invoices: self.invoices + 1.0,
            late: self.late + f64::from(u8::from(days > 0.0)),
            days_late: self.days_late + days.max(0.0),
            days_after_due: self.days_after_due + days,
            squares: self.squares + days * days,
            amounts: self.amounts + f64::from(u8::from(ln_amount.is_some())),
            ln_amount: self.ln_amount + ln_amount.unwrap_or(0.0),
        }
    }

    fn habits(&self) -> Option<Habits> {
        (self.invoices >= LEAST_SETTLED).then(|| {
            let mean = self.days_after_due / self.invoices;
            Habits {
                late_rate: self.late / self.invoices,
                days_late: self.days_late / self.invoices,
                days_after_due: mean,
                spread: (self.squares / self.invoices - mean * mean).max(0.0).sqrt(),
                ln_amount: if self.amounts > 0.0 { self.ln_amount / self.amounts } else { COMMON.ln_amount },
            }
        })
    }
}

impl Book {
    /// The invoices of each customer. Those of a customer that are settled on one day and were issued on one day keep
    /// their order, which should therefore be a fixed one.
    pub fn of(customers: &[Vec<Invoice>]) -> Self {
        let sorted = |own: &Vec<Invoice>| {
            let mut own: Vec<(usize, Invoice)> = own.iter().copied().enumerate().collect();
            own.sort_by_key(|(_, it)| (it.settled.map_or(i32::MAX, |settled| settled.day), it.issued));
            own
        };
        let customers: Vec<_> = customers.iter().map(sorted).collect();
        let settled = |(_, it): &(usize, Invoice)| {
            Some((it.payment_known()?, it.days_after_due(i32::MAX)?, it.ln_amount()))
        };
        let mut settled: Vec<_> = customers.iter().flatten().filter_map(settled).collect();
        settled.sort_by_key(|(known, ..)| *known);
        let sums = settled.into_iter().scan(Sums::default(), |sums, (known, days, amount)| {
            *sums = sums.with(days, amount);
            Some((known, *sums))
        });
        let settled = sums.collect();
        Self { customers, settled }
    }

    /// How everybody pays, by what was known before a day; none while that is too little.
    fn habits(&self, today: i32) -> Option<Habits> {
        let before = self.settled.partition_point(|(known, _)| *known < today);
        self.settled.get(before.checked_sub(1)?)?.1.habits()
    }

    /// The figures of an invoice issued today, from what its customer did before.
    fn figures(&self, customer: usize, invoice: &Invoice, today: i32, habits: Habits) -> Figures {
        let mut sums = Sums::default();
        let (mut late, mut after_due) = (habits.days_late, habits.days_after_due);
        let own = || self.customers.get(customer).into_iter().flatten().map(|(_, it)| it);
        let paid = || own().filter_map(|it| it.days_after_due(today));
        for days in paid() {
            sums = sums.with(days, None);
            late += NEWEST * (days.max(0.0) - late);
            after_due += NEWEST * (days - after_due);
        }
        let all = sums.invoices + PRIOR_INVOICES;
        let late_rate = (sums.late + PRIOR_INVOICES * habits.late_rate) / all;
        let mean = (sums.days_after_due + PRIOR_INVOICES * habits.days_after_due) / all;
        let squares: f64 = paid().map(|days| (days - mean).powi(2)).sum();
        let spread = ((squares + PRIOR_INVOICES * habits.spread.powi(2)) / all).sqrt().max(LEAST_SPREAD);
        let overdue = own().filter(|it| it.is_overdue(today)).count();
        let amount = invoice.ln_amount().unwrap_or(habits.ln_amount);
        let row =
            [log_odds(late_rate), mean / spread, late.ln_1p(), after_due, amount, crate::count(overdue)];
        Figures { late_rate, row }
    }

    /// The invoices with a date, in order of it and then as they were given.
    fn issued(&self) -> Vec<Issued<'_>> {
        let numbered = self.customers.iter().enumerate();
        let all = numbered.flat_map(|(customer, own)| {
            own.iter().filter_map(move |(place, invoice)| {
                Some(Issued { day: invoice.issued?, customer, place: *place, invoice })
            })
        });
        let mut all: Vec<Issued<'_>> = all.collect();
        all.sort_by_key(|it| (it.day, it.customer, it.place));
        all
    }
}

struct Issued<'a> {
    day: i32,
    customer: usize,
    place: usize,
    invoice: &'a Invoice,
}

struct Figures {
    /// The customer's share of late invoices, shrunk.
    late_rate: f64,
    row: [f64; FEATURES],
}

/// P(paid late) of invoices.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Of everybody at the end of what was learned from; for portfolios too young to have habits.
    habits: Option<Habits>,
    fitted: Option<(Scale, Posterior)>,
    /// Invoices learned from, and how many of them were late.
    rows: (usize, usize),
}

impl Model {
    /// Fits to invoices of which the payment was known before a day.
    pub fn fit(book: &Book, until: i32) -> Self {
        let issued = book.issued();
        let first = issued.iter().find(|it| it.invoice.known < until).map(|it| it.day);
        let from = first.map_or(i32::MAX, |first| first.saturating_add(RUN_UP));
        let (mut rows, mut labels) = (Rows::new(FEATURES), Vec::new());
        for Issued { day, customer, invoice, .. } in issued.into_iter().filter(|it| it.day >= from) {
            let Some(days) = invoice.days_after_due(until) else { continue };
            let habits = book.habits(day).unwrap_or(COMMON);
            rows.push(&book.figures(customer, invoice, day, habits).row);
            labels.push(f64::from(u8::from(days > 0.0)));
        }
        let late = labels.iter().filter(|label| **label > 0.0).count();
        let enough = late >= LEAST_OF_EACH && labels.len() - late >= LEAST_OF_EACH;
        let fitted = enough.then(|| fitted(&rows, &labels)).flatten();
        Self { habits: book.habits(until), fitted, rows: (labels.len(), late) }
    }

    /// Invoices it was fitted on and how many of them were late; none where they are too few, and a customer's own
    /// share of late invoices is the answer.
    pub fn basis(&self) -> Option<(usize, usize)> {
        self.fitted.as_ref().map(|_| self.rows)
    }

    /// P(paid late), between 0 and 1, of every invoice issued on a day and known by its end, with the customer's place
    /// among the customers and the invoice's among the customer's, as they were given.
    pub fn probabilities(&self, book: &Book, today: i32) -> Vec<(usize, usize, f64)> {
        let habits = book.habits(today).or(self.habits).unwrap_or(COMMON);
        let todays = book.issued().into_iter().filter(|it| it.day == today && it.invoice.known <= today);
        todays
            .map(|Issued { customer, place, invoice, .. }| {
                let Figures { late_rate, row } = book.figures(customer, invoice, today, habits);
                let fitted = self.fitted.as_ref();
                let p =
                    fitted.map_or(late_rate, |(scale, posterior)| posterior.probability(&scale.apply(&row)));
                (customer, place, p)
            })
            .collect()
    }
}

fn fitted(rows: &Rows, labels: &[f64]) -> Option<(Scale, Posterior)> {
    let importance = vec![1.0; labels.len()];
    let scale = Scale::of(rows, &importance);
    let rows = scale.apply_all(rows);
    let labelled = Labelled { rows: &rows, labels, importance: &importance };
    let posterior = fit(labelled, Prior::base_rate(labels, &importance), &[Prior::ridge(RIDGE); FEATURES])?;
    Some((scale, posterior))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Issued on a day, due thirty days later, paid so many days after that.
    fn invoice(issued: i32, days_after_due: i32) -> Invoice {
        let day = issued + 30 + days_after_due;
        let settled = Some(Settled { day, known: day });
        Invoice { issued: Some(issued), known: issued, due: issued + 30, hundredths: Some(10_000), settled }
    }

    /// Forty customers over a year, one invoice a fortnight; the second twenty pay late three times in four.
    fn portfolio() -> Vec<Vec<Invoice>> {
        let days = |customer: i32, number: i32| match (customer >= 20, (customer + number) % 4) {
            (true, 1..) => 12 + number % 3,
            (false, 0) => 2,
            _ => -5 - customer % 4,
        };
        let own = |customer| {
            (0..26).map(|number| invoice(number * 14 + customer % 14, days(customer, number))).collect()
        };
        (0..40).map(own).collect()
    }

    fn of_customer(answers: &[(usize, usize, f64)], customer: usize) -> f64 {
        answers.iter().find(|(number, ..)| *number == customer).unwrap().2
    }

    #[test]
    fn who_paid_late_will_again() {
        let book = Book::of(&portfolio());
        let model = Model::fit(&book, 300);
        assert!(model.basis().is_some_and(|(rows, late)| rows > 400 && late > 100), "{:?}", model.basis());
        let answers = model.probabilities(&book, 322);
        let (punctual, late) = (of_customer(&answers, 14), of_customer(&answers, 28));
        assert!(punctual < 0.4 && late > 0.6, "{punctual} {late}");
    }

    #[test]
    fn what_is_paid_later_changes_nothing() {
        let mut changed = portfolio();
        for invoice in changed.iter_mut().flatten() {
            if invoice.settled.is_some_and(|it| it.day >= 300) {
                invoice.settled = None;
            }
        }
        for own in &mut changed {
            own.retain(|it| it.issued.is_none_or(|day| day <= 322));
        }
        let answers = |customers: &[Vec<Invoice>]| {
            let book = Book::of(customers);
            Model::fit(&book, 300).probabilities(&book, 300)
        };
        assert_eq!(answers(&portfolio()), answers(&changed));
    }

    #[test]
    fn a_young_portfolio_is_answered_by_its_late_rate() {
        let book = Book::of(&[vec![invoice(0, 9), invoice(60, -3)], vec![]]);
        let model = Model::fit(&book, 60);
        assert_eq!(model.basis(), None);
        let answers = model.probabilities(&book, 60);
        assert!(
            (answers[0].2 - (1.0 + 0.7) / 3.0).abs() < 1e-12,
            "one late, and two as everybody: {}",
            answers[0].2
        );
        assert!(model.probabilities(&book, 61).is_empty());
    }

    #[test]
    fn an_invoice_past_due_counts_until_its_payment_is_known() {
        let book = |known| {
            let settled = Some(Settled { day: 40, known });
            Book::of(&[vec![Invoice { settled, ..invoice(0, 0) }, invoice(50, 0)]])
        };
        let overdue = |book: &Book| book.figures(0, &invoice(50, 0), 50, COMMON).row[5];
        assert!(overdue(&book(40)) < 0.5 && overdue(&book(50)) > 0.5, "told of only on the day itself");
    }

    #[test]
    fn strange_dates_and_amounts_stay_bounded() {
        let strange = Invoice {
            issued: Some(100),
            known: 100,
            due: i32::MIN,
            hundredths: Some(i64::MIN),
            settled: None,
        };
        let never_issued = Invoice { issued: None, hundredths: None, ..invoice(10, 5) };
        let book = Book::of(&[vec![strange, never_issued, Invoice { due: i32::MAX, ..invoice(1, 1) }]]);
        let answers = Model::fit(&book, 100).probabilities(&book, 100);
        assert!(answers.len() == 1 && (0.0..=1.0).contains(&answers[0].2));
    }
}
