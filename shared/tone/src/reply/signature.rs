//! How letters end: the closing formula, the name, the lines about the writer.

use std::sync::LazyLock;

use super::{
    attribution::attribution,
    footer::speaks_of_secrets,
    headers,
    phrases::{Phrases, head},
};

/// The line a signature begins with.
pub(super) enum Closing {
    /// Says nothing: "Kind regards", "--", "/Anna".
    Formula,
    /// Says thanks, or ends in a formula, in the writer's own words; only what follows is signature.
    LastWords,
}

/// Whether the first of the lines closes the letter. `lower` is that line in lower case.
pub(super) fn closing(rest: &[&str], lower: &str, known: &mut Known) -> Option<Closing> {
    const LONGEST: usize = 80;
    let (line, after) = rest.split_first()?;
    let line = line.trim();
    if matches!(line, "--" | "—" | "–" | "- -" | "__") {
        return Some(Closing::Formula);
    }
    if line.len() > LONGEST {
        return None;
    }
    if FORMULAS.after(lower).is_some_and(is_formula_end) {
        return Some(Closing::Formula);
    }
    let name = line.trim_start_matches(['/', '~', '-', ' ']);
    let marked = line.starts_with(['/', '~']) || line.starts_with("--");
    if marked && !name.contains(char::is_numeric) && is_name(name, 3) && is_card(after, known) {
        return Some(Closing::Formula);
    }
    // Too short, or too much like a sentence, to be sure of by themselves.
    if let Some(more) = SHORT.after(lower) {
        let more = more.trim_start_matches([',', '.', '!', '/', '-', ' ']);
        let said = lower.split_whitespace().count() - more.split_whitespace().count();
        let name = line.split_whitespace().skip(said).collect::<Vec<_>>().join(" ");
        let name = name.trim_matches([',', '.', '!', '/', '-', ' ', '*', '_']);
        let signed = name.is_empty() || is_name(name, 3);
        return (signed && is_card(after, known)).then_some(Closing::Formula);
    }
    let thanks =
        THANKS.after(lower).is_some_and(|more| !more.contains('?') && more.split_whitespace().count() <= 4);
    let followed = || after.iter().take(3).any(|line| !line.trim_start().is_empty());
    ((thanks && followed() && is_card(after, known)) || ends_in_formula(lower)).then_some(Closing::LastWords)
}

/// "Ring mig. Mvh Anna"
fn ends_in_formula(lower: &str) -> bool {
    let start = lower.as_bytes().windows(2).rposition(|pair| matches!(pair, [b'.' | b'!' | b'?', b' ']));
    let last = start.and_then(|at| lower.get(at + 2..)).unwrap_or_default();
    FORMULAS.after(last.trim_start()).is_some_and(is_formula_end)
}

/// Nothing but a name, or the same in another language.
fn is_formula_end(end: &str) -> bool {
    if end.starts_with(char::is_alphanumeric)
        || end.contains('?')
        || end.trim_start_matches(['!', ' ']).contains('!')
    {
        return false;
    }
    let twice = end.split(['/', '|']).skip(1).any(|other| FORMULAS.after(other.trim()).is_some());
    twice || end.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count() <= 4
}

/// A postscript is the writer's own again.
pub(super) fn postscript(line: &str) -> bool {
    let line = line.trim_start();
    ["PS", "P.S", "Ps", "P.s", "ps", "p.s", "NB", "P. S"].iter().any(|mark| {
        line.strip_prefix(mark)
            .is_some_and(|text| text.starts_with([' ', ':', '.', ',', '!']) && text.len() > 3)
    })
}

/// Where earlier mails begin, as far as anybody asked: looking ahead from every line asks for the same lines again.
#[derive(Default)]
pub(super) struct Known(Vec<Option<bool>>);

impl Known {
    /// Whether the first of the lines, `line` without the spaces around it, belongs to no letter's end any more.
    fn earlier(&mut self, below: &[&str], line: &str) -> bool {
        if self.0.len() <= below.len() {
            self.0.resize(below.len() + 1, None);
        }
        let Some(known) = self.0.get_mut(below.len()) else { return false };
        *known.get_or_insert_with(|| {
            let lower = head(line);
            line.starts_with('>')
                || super::is_rule(line)
                || headers::is_divider(&lower, &[])
                || headers::is_block(below, &lower, true, true)
                || attribution(below).is_some_and(|found| found.sure)
                || super::footer::footer(below, &lower, true).is_some()
        })
    }
}

/// Whether all that follows, up to earlier mails, looks like a name and the lines about a person.
fn is_card(after: &[&str], known: &mut Known) -> bool {
    card(after, known).is_some()
}

/// Such lines, and among them one with an address or a number to call.
pub(super) fn is_card_with_contact(after: &[&str], known: &mut Known) -> bool {
    card(after, known).is_some_and(|card| card.lines >= 2 && card.contact)
}

#[derive(Default)]
struct Card {
    lines: usize,
    contact: bool,
}

fn card(after: &[&str], known: &mut Known) -> Option<Card> {
    const LINES: usize = 9;
    let mut card = Card::default();
    for (index, line) in after.iter().enumerate() {
        let below = after.get(index..).unwrap_or_default();
        let line = line.trim();
        if line.is_empty() {
            if index > 2 * LINES {
                break;
            }
            continue;
        }
        if known.earlier(below, line) {
            break;
        }
        let initials = line.len() <= 3 && line.chars().all(char::is_alphabetic);
        let first_is_name = card.lines > 0 || initials || is_name(line, 5);
        if card.lines == LINES || !first_is_name || !is_label(line) {
            return None;
        }
        card.lines += 1;
        card.contact |= is_contact(line);
    }
    Some(card)
}

/// An address or a number to call.
pub(super) fn is_contact(line: &str) -> bool {
    let number = || line.bytes().filter(u8::is_ascii_digit).count() >= 6;
    line.contains('@') || line.contains("www.") || line.contains("http") || number()
}

/// Whether the writer goes on below a bare name: with a paragraph of whole sentences, mostly in small letters, and nothing
/// below that the sender's firm puts under every letter.
pub(super) fn goes_on(rest: &[&str], known: &mut Known) -> bool {
    const FEWEST_WORDS: usize = 4;
    const LINES_BELOW: usize = 40;
    let paragraph = || rest.iter().take_while(|line| !line.trim_start().is_empty());
    let (mut count, mut small, mut ends) = (0, 0, false);
    for word in paragraph().flat_map(|line| line.split_whitespace()) {
        count += 1;
        small += usize::from(word.starts_with(char::is_lowercase));
        ends = word.ends_with(['.', '!', '?']);
    }
    let below = rest
        .iter()
        .enumerate()
        .take(LINES_BELOW)
        .take_while(|(index, line)| !known.earlier(rest.get(*index..).unwrap_or_default(), line.trim()));
    ends && count >= FEWEST_WORDS
        && 2 * small >= count
        && !paragraph().any(|line| is_contact(line))
        && !{ below }.any(|(_, line)| speaks_of_secrets(line))
}

/// A line that names something: short, and no sentence.
fn is_label(line: &str) -> bool {
    let count = line.split_whitespace().count();
    let sentence = line.ends_with(['!', '?']) || (line.ends_with('.') && count > 4) || line.contains("? ");
    line.len() <= 90 && count <= 10 && !sentence
}

/// A few words, each with a capital.
fn is_name(line: &str, most: usize) -> bool {
    let words = line.split([' ', '/']).filter(|word| !word.is_empty());
    let named = |word: &str| {
        let first = word.trim_start_matches(['(', '"', '*', '_', '\'']).chars().next();
        let small =
            ["von", "van", "de", "der", "af", "av", "den", "of", "&", "och", "and", "und", "i", "-", "|"];
        first.is_some_and(|char| char.is_alphabetic() && !char.is_lowercase()) || small.contains(&word)
    };
    let count = words.clone().count();
    let sentence =
        line.ends_with(['?', ':', ';']) || (line.ends_with('!') && count > 1) || line.contains(['@', '=']);
    (1..=most).contains(&count)
        && !sentence
        && words
            .clone()
            .next()
            .is_some_and(|word| word.starts_with(char::is_alphabetic) || word.starts_with(['*', '_', '(']))
        && words.into_iter().all(named)
}

static FORMULAS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "med vänliga hälsningar, med vänlig hälsning, vänliga hälsningar, vänlig hälsning, bästa hälsningar, \
         med bästa hälsningar, hälsningar, hälsning, varma hälsningar, soliga hälsningar, många hälsningar, \
         med hälsning, hjärtliga hälsningar, högaktningsfullt, mvh, m v h, m.v.h, vh, \
         kind regards, best regards, warm regards, warmest regards, kindest regards, with kind regards, \
         with best regards, with warm regards, many regards, regards, best wishes, with best wishes, rgds, brgds, \
         yours sincerely, yours faithfully, yours truly, sincerely yours, respectfully yours, \
         mit freundlichen grüßen, mit freundlichen grüssen, mit freundlichen gruessen, mit freundlichem gruß, \
         mit freundlichem gruss, freundliche grüße, freundliche grüsse, freundlichen gruß, freundlicher gruß, \
         mit besten grüßen, mit besten grüssen, mit herzlichen grüßen, mit lieben grüßen, mit vielen grüßen, \
         viele grüße, viele grüsse, beste grüße, beste grüsse, besten gruß, herzliche grüße, herzliche grüsse, \
         liebe grüße, liebe grüsse, schöne grüße, sonnige grüße, schönen gruß, hochachtungsvoll, \
         grüße, grüsse, gruß, gruss, mfg, m.f.g, viele liebe grüße, \
         med venlig hilsen, med venlige hilsner, venlig hilsen, bedste hilsner, mange hilsner, hilsen, \
         med vennlig hilsen, vennlig hilsen, beste hilsen, med hilsen, hilsner, de bedste hilsner, \
         ystävällisin terveisin, parhain terveisin, terveisin, terveiset, kunnioittavasti, \
         met vriendelijke groet, met vriendelijke groeten, vriendelijke groet, vriendelijke groeten, \
         met hartelijke groet, hartelijke groet, hartelijke groeten, hoogachtend, groeten, groetjes, groet, \
         cordialement, bien cordialement, très cordialement, bien à vous, meilleures salutations, \
         sincères salutations, salutations distinguées, salutations, \
         saludos, un saludo, saludos cordiales, un cordial saludo, atentamente, saludos atentamente, \
         reciba un cordial saludo, muy atentamente, atentos saludos, un abrazo, \
         atenciosamente, com os melhores cumprimentos, melhores cumprimentos, cumprimentos, cordiais cumprimentos, \
         saudações, abraços, com cumprimentos, \
         cordiali saluti, distinti saluti, un cordiale saluto, cordialità, saluti, un saluto, i migliori saluti, \
         z poważaniem, pozdrawiam, z wyrazami szacunku, łączę pozdrowienia, serdecznie pozdrawiam, pozdrowienia, \
         s pozdravem, s pozdravom, s přátelským pozdravem, s úctou, с уважением, с наилучшими пожеланиями, \
         з повагою, üdvözlettel, tisztelettel, saygılarımla, cu stimă, lep pozdrav, srdačan pozdrav, με εκτίμηση, \
         trân trọng, 此致, 敬礼, 敬上, 敬具",
    )
});

static SHORT: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "br, lg, vg, kr, bg, hg, best, all the best, cheers, love, cdt, cdlt, slds, sds, pzdr, ha det, \
         ha det bra, ha det gott, hej då, kram, kramar, lots of love, ciao, tschüss, bis dann, bis bald, bye, vänligen, allt gott, sincerely, respectfully, \
         cordially, herzlichst, venligst, amicalement, respectueusement, sincèrement, cordialmente, respeitosamente, lp",
    )
});

static THANKS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "thanks, thank you, many thanks, thanks a lot, thanks again, thx, tack, tack på förhand, stort tack, \
         tack för hjälpen, tusen tack, danke, vielen dank, danke schön, besten dank, herzlichen dank, \
         tak, mange tak, takk, tusen takk, kiitos, kiitos paljon, bedankt, dank, alvast bedankt, merci, \
         merci beaucoup, merci d'avance, gracias, muchas gracias, obrigado, obrigada, grazie, grazie mille, \
         dziękuję, děkuji, спасибо, ha en bra dag, ha en fin dag, have a nice day, have a great day, have a good day, \
         have a nice weekend, have a good weekend, have a great weekend, have a lovely weekend, \
         ha en fin helg, ha en bra helg, ha en trevlig helg, ha en skön helg, ha en trevlig dag, ha en fin vecka, \
         ha en bra vecka, trevlig helg, trevlig dag, \
         schönen tag, schönen abend, schönen feierabend, schöne woche, schönes wochenende, bonne journée",
    )
});
