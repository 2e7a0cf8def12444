//! Swedish.

use jiff::Zoned;
use jiff::civil::Date;
use scoring::evidence::Timing;
use scoring::gaps::Data;
use scoring::{Level, Role};

use super::{Words, grouped, named};

pub(super) const WORDS: Words = Words {
    code: "sv",

    subject: |level, customer, risk, within| format!("{level}: {customer} – {risk} risk, {within}"),
    subject_notice: |level, customer, within| format!("{level}: {customer} har sagt upp, {within}"),
    subject_passed_on: |subject| format!("Obesvarad – {subject}"),
    within: |hours| match hours {
        None => "svara nu".to_owned(),
        Some(1) => "svara inom 1 timme".to_owned(),
        Some(hours) => format!("svara inom {hours} timmar"),
    },

    meaning: |level| match level {
        Level::Yellow => "uppmärksamhet",
        Level::Orange => "åtgärd",
        Level::Red => "eskalering",
    },
    greeting: |name| format!("Hej {}!", name.split_whitespace().next().unwrap_or(name)),
    headline: |level, customer| match level {
        Level::Yellow => {
            format!("Något har förändrats i relationen till {customer}. Det är värt en närmare titt.")
        }
        Level::Orange => {
            format!("Flera tecken pekar på att {customer} håller på att glida ifrån oss. Ta kontakt.")
        }
        Level::Red => {
            format!("Risken är stor att vi förlorar {customer}. Kunden behöver ett personligt samtal.")
        }
    },
    notice: |customer, date| {
        format!(
            "{customer} har sagt upp avtalet. Uppsägningen kom {date}. Det är inget tecken, det är ett besked."
        )
    },
    passed_on: "Ärendet kommer till dig för att ingen har svarat på det i tid.",
    answer_by: |time| format!("Svara senast {time}"),
    answer_now: |time| format!("Svara nu: svarstiden gick ut {time}"),
    contact_by: |time| format!("Personligt samtal med kunden senast {time}"),
    open: "Öppna ärendet",
    open_note: "Där säger du med ett klick att du tar det, eller att det är ett falskt alarm.",

    risk: "Risk",
    probability: |of_100, days, customers, losses| {
        format!(
            "Av 100 kunder med liknande tecken avslutade ungefär {of_100} samarbetet inom {days} dagar. Underlag: {customers} kunder, \
             av vilka {losses} har lämnat."
        )
    },
    value: "Kundens värde",
    money: |amount, currency| format!("{} {currency} per år", grouped(amount, '\u{a0}')).replace("  ", " "),
    why: "Varför",
    before: "Tecken dessförinnan",
    timing: |timing| match timing {
        Timing::Leading => "tidigt tecken",
        Timing::Lagging => "sent tecken",
    },
    since: |date| format!("sedan {date}"),
    unknown: "Det här vet vi inte",
    managed: "Vilka ord det vilar på: risken är högre för att en språkmodell har läst meddelanden mörkare än våra regler, och den visar inga fraser.",
    learning: |families| format!("För lite historik än: {families}."),
    more_needed: |family, more| format!("{family} ({more} till behövs)"),
    missing: |weeks, touch_points| {
        let weeks =
            (weeks > 0).then(|| if weeks == 1 { "1 vecka".to_owned() } else { format!("{weeks} veckor") });
        let points = (touch_points > 0).then(|| {
            if touch_points == 1 { "1 kontakt".to_owned() } else { format!("{touch_points} kontakter") }
        });
        let missing: Vec<String> = weeks.into_iter().chain(points).collect();
        format!("Kundvakt lär fortfarande känna kunden: ännu fattas {}.", missing.join(" och "))
    },
    no_data: |families| format!("Ingen data: {families}."),
    gap: |data, from, to| {
        let data = match data {
            Data::Contact => "mejl och ärenden",
            Data::Tickets => "ärenden",
            Data::Orders => "beställningar",
            Data::Invoices => "fakturor",
            Data::Usage => "användning",
        };
        format!(
            "Från ingen kund kom data om {data} ({from} till {to}): en lucka hos oss, inte kundens tystnad."
        )
    },

    to_do: "Gör så här",
    checklist,
    notice_checklist,
    say: "Så kan du säga",
    phrases: [
        "Vi vill säkerställa att vi möter era nuvarande utmaningar …",
        "Vid en genomgång av vårt samarbete har vi lagt märke till några punkter vi gärna diskuterar …",
        "Inför strategiplaneringen för nästa år vore era synpunkter mycket värdefulla …",
    ],
    notice_phrase: "Tack för ett rakt besked. Vi vill gärna förstå vad som ledde fram till det …",
    avoid: "Undvik",
    avoided: ["Vi har märkt att ni beställer mindre", "Är ni fortfarande nöjda med oss?"],
    quoted: |phrase| format!("”{phrase}”"),

    reason: |role| {
        let role = match role {
            Role::AccountManager => "är kundansvarig",
            Role::TeamLeader => "är teamledare",
            Role::Management => "sitter i ledningen",
        };
        format!(
            "Du får mejlet för att du {role}. Kundvakt förvarnar och stöttar: den läser av kundrelationen, \
             inte medarbetarna, och du avgör vad som stämmer."
        )
    },
    times_in: |zone| format!("Tider i {zone}."),

    moment,
    date,

    sign_in_subject: "Logga in i Kundvakt",
    sign_in_text: "Här är länken du bad om. Den gäller i 15 minuter och kan användas en gång.",
    sign_in_button: "Logga in",
    sign_in_note: "Har du inte bett om någon länk kan du bortse från mejlet. Ingen kommer in utan den.",
};

fn checklist(level: Level, contact_by: Option<&str>) -> Vec<String> {
    let steps: &[&str] = match level {
        Level::Yellow => &[
            "Läs underlaget och stäm av med kollegor som har haft kontakt med kunden.",
            "Är du osäker: ring och fråga hur det går, utan att sälja något.",
            "Skicka något som kunden har nytta av just nu, till exempel ett produkttips.",
            "Har inget blivit bättre om två veckor: ta upp kunden med din teamledare.",
        ],
        Level::Orange => &[
            "Ring kunden. Mejla inte.",
            "Fråga vad som skaver och lyssna klart innan du svarar.",
            "Kom tillbaka med ett konkret förslag, en ansvarig och ett datum.",
            "Bjud in till en träff eller anpassa erbjudandet om det löser något.",
            "Har inget blivit bättre om en vecka: ta upp kunden med ledningen.",
        ],
        Level::Red => &[
            "Prata avspänt om de utmaningar kunden har framför sig.",
            "Fråga konkret om pågående projekt och vilket stöd de behöver.",
            "Utse en person som äger åtgärderna och tar reda på grundorsaken.",
            "Räcker inte samtalet: boka ett möte med beslutsfattarna inom en vecka, med en lösning som är gjord för dem.",
        ],
    };
    with_call(&[], contact_by, steps)
}

fn notice_checklist(contact_by: Option<&str>) -> Vec<String> {
    let before = [
        "Kontrollera att uppsägningen stämmer, vad den gäller och när avtalet löper ut.",
        "Bekräfta den vänligt i dag. Förhandla inte i mejl.",
    ];
    let after = [
        "Fråga vad som ledde fram till beslutet och vad som skulle behöva ändras.",
        "Lova bara det ni kan hålla, med ett datum.",
        "Står beslutet fast: gör avslutet bra. Kunder kommer tillbaka.",
    ];
    with_call(&before, contact_by, &after)
}

fn with_call(before: &[&str], contact_by: Option<&str>, after: &[&str]) -> Vec<String> {
    let call =
        contact_by.map(|time| format!("Vd eller försäljningschef ringer kunden personligen, senast {time}."));
    let plain = |steps: &[&str]| steps.iter().map(|&step| step.to_owned()).collect::<Vec<_>>();
    [plain(before), call.into_iter().collect(), plain(after)].concat()
}

const MONTHS: &[&str] = &[
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];
const WEEKDAYS: &[&str] = &["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];

fn moment(at: &Zoned) -> String {
    let weekday = named(WEEKDAYS, at.weekday().to_monday_one_offset());
    format!("{weekday} {} kl. {}", date(at.date(), at.year()), at.strftime("%H.%M"))
}

fn date(date: Date, this_year: i16) -> String {
    let day = format!("{} {}", date.day(), named(MONTHS, date.month()));
    if date.year() == this_year { day } else { format!("{day} {}", date.year()) }
}
