//! Every field has its rule, and its fault says the field's name.

use serde_json::{Value, json};

use super::*;

/// The default policy with one value changed, by the path of its field; indices are path steps too.
fn with(path: &str, value: &Value) -> Result<Policy, String> {
    let mut json = serde_json::to_value(Policy::default()).unwrap();
    let pointer = format!("/{}", path.replace('.', "/"));
    *json.pointer_mut(&pointer).unwrap_or_else(|| panic!("no field {path}")) = value.clone();
    let policy: Policy = serde_json::from_value(json).map_err(|error| error.to_string())?;
    policy.checked().map_err(|fault| fault.field.into_owned())
}

#[test]
fn the_default_policy_is_let_in_and_comes_back_from_json() {
    let policy = Policy::default().checked().unwrap();
    let json = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy);
    assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), policy);
}

#[test]
fn a_value_out_of_its_rule_is_refused_by_name() {
    let refused: &[(&str, &[f64])] = &[
        ("risk.base", &[0.0, 1.0, -0.1]),
        ("risk.weak", &[0.0, -1.0]),
        ("risk.medium", &[0.0, 0.9]),
        ("risk.strong", &[0.0, 1.4]),
        ("risk.persistence", &[-0.1, 2.1]),
        ("risk.yellow", &[0.0, 0.05, 1.5]),
        ("risk.orange", &[0.3, 0.0]),
        ("risk.red", &[0.5, 1.0]),
        ("risk.notice", &[0.7, 1.0]),
        ("risk.hysteresis", &[-0.01, 0.3]),
        ("tone.warning", &[0.0, 0.3, -1.1]),
        ("tone.alarm", &[-0.3, -0.2, -1.01, 0.5]),
        ("tone.below_own", &[-0.1, 1.1]),
        ("frequency.deviation", &[0.0, 1.0]),
        ("frequency.fewer_than_last_year", &[0.0, 1.0, 40.0]),
        ("replies.normal_hours", &[0.0, -4.0]),
        ("replies.critical_hours", &[4.0, 0.0]),
        ("replies.slower", &[0.0, -0.5]),
        ("replies.floor_hours", &[-1.0]),
        ("tickets.normal_per_month", &[0.0]),
        ("tickets.surge", &[1.0, 0.0]),
        ("usage.fewer_features", &[0.0, 1.0]),
        ("usage.versions_behind", &[0.0]),
    ];
    for (field, values) in refused {
        for value in *values {
            assert_eq!(with(field, &json!(value)), Err((*field).to_owned()), "{field} = {value}");
        }
    }
    let refused: &[(&str, &[i64])] = &[
        ("risk.families_for_alert", &[0, 1]),
        ("risk.hysteresis_dates", &[0, 1, 15]),
        ("counting.sour", &[0, 5, -101]),
        ("counting.similar", &[0, 1]),
        ("counting.similar_days", &[0, 31]),
        ("tone.window_days", &[0, 43, -7]),
        ("tone.sour_messages", &[0, 1]),
        ("tone.sour_days", &[0, 43]),
        ("tone.phrase_days", &[0, 43]),
        ("tone.phrase_messages", &[0, 1]),
        ("frequency.silence_days", &[0, -1]),
        ("frequency.long_silence_days", &[10, 0, 401]),
        ("frequency.daily", &[0, 1, 8]),
        ("frequency.daily_weeks", &[0, 7]),
        ("replies.window_days", &[0, 43]),
        ("replies.replies", &[0]),
        ("tickets.critical_per_week", &[0, 1]),
        ("orders.weeks", &[0, 17]),
        ("orders.orders", &[0, 1]),
        ("payments.window_days", &[0, 43]),
        ("payments.invoices", &[0]),
        ("payments.overdue", &[0]),
        ("usage.window_days", &[0, 43]),
        ("contacts.window_days", &[0, 43]),
        ("learning.weeks", &[0, 33]),
        ("learning.baseline_weeks", &[0, 33]),
        ("learning.observations", &[0]),
        ("learning.touch_points", &[0]),
        ("clocks.yellow_hours", &[0, 721]),
        ("clocks.orange_hours", &[0]),
        ("clocks.red_hours", &[0]),
        ("clocks.contact_hours", &[0, -48]),
    ];
    for (field, values) in refused {
        for value in *values {
            let said = with(field, &json!(value)).unwrap_err();
            // A number that does not fit the field at all is refused by the reader.
            assert!(said == *field || said.contains("invalid value"), "{field} = {value}: {said}");
        }
    }
    let steps = [
        ("frequency.silence_surprise", [7.0, 5.0, 9.0]),
        ("orders.fall", [0.2, 0.4, 1.0]),
        ("orders.fall", [0.0, 0.4, 0.7]),
        ("orders.gap_surprise", [4.6, 4.6, 8.0]),
        ("payments.later_days", [0.0, 7.5, 15.0]),
        ("usage.fall", [0.5, 0.3, 0.8]),
    ];
    for (field, values) in steps {
        assert_eq!(with(field, &json!(values)), Err(field.to_owned()), "{field} = {values:?}");
    }
}

/// JSON has no such numbers, but a policy may be made by other means.
#[test]
fn what_is_no_number_is_refused_by_name() {
    type Change = fn(&mut Policy, f64);
    let changes: [(&str, Change); 28] = [
        ("risk.base", |policy, value| policy.risk.base = value),
        ("risk.weak", |policy, value| policy.risk.weak = value),
        ("risk.medium", |policy, value| policy.risk.medium = value),
        ("risk.strong", |policy, value| policy.risk.strong = value),
        ("risk.persistence", |policy, value| policy.risk.persistence = value),
        ("risk.yellow", |policy, value| policy.risk.yellow = value),
        ("risk.orange", |policy, value| policy.risk.orange = value),
        ("risk.red", |policy, value| policy.risk.red = value),
        ("risk.notice", |policy, value| policy.risk.notice = value),
        ("risk.hysteresis", |policy, value| policy.risk.hysteresis = value),
        ("tone.warning", |policy, value| policy.tone.warning = value),
        ("tone.alarm", |policy, value| policy.tone.alarm = value),
        ("tone.below_own", |policy, value| policy.tone.below_own = value),
        ("frequency.silence_surprise", |policy, value| policy.frequency.silence_surprise[1] = value),
        ("frequency.deviation", |policy, value| policy.frequency.deviation = value),
        ("frequency.fewer_than_last_year", |policy, value| policy.frequency.fewer_than_last_year = value),
        ("replies.normal_hours", |policy, value| policy.replies.normal_hours = value),
        ("replies.critical_hours", |policy, value| policy.replies.critical_hours = value),
        ("replies.slower", |policy, value| policy.replies.slower = value),
        ("replies.floor_hours", |policy, value| policy.replies.floor_hours = value),
        ("tickets.normal_per_month", |policy, value| policy.tickets.normal_per_month = value),
        ("tickets.surge", |policy, value| policy.tickets.surge = value),
        ("orders.fall", |policy, value| policy.orders.fall[0] = value),
        ("orders.gap_surprise", |policy, value| policy.orders.gap_surprise[2] = value),
        ("payments.later_days", |policy, value| policy.payments.later_days[0] = value),
        ("usage.fall", |policy, value| policy.usage.fall[2] = value),
        ("usage.fewer_features", |policy, value| policy.usage.fewer_features = value),
        ("usage.versions_behind", |policy, value| policy.usage.versions_behind = value),
    ];
    for (field, change) in changes {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut policy = Policy::default();
            change(&mut policy, value);
            assert_eq!(policy.checked().map_err(|fault| fault.field), Err(field.into()), "{value}");
        }
    }
}

#[test]
fn a_managed_model_is_off_by_default_and_only_ever_an_eu_profile() {
    let checked = |id: &str| {
        let policy =
            serde_json::from_value::<Policy>(json!({ "managed_model": { "model_id": id } })).unwrap();
        policy.checked().map(|policy| policy.managed_model.unwrap().model_id).map_err(|fault| fault.field)
    };
    assert_eq!(Policy::default().managed_model, None);
    assert!(!serde_json::to_string(&Policy::default()).unwrap().contains("managed_model"));
    assert_eq!(checked("eu.amazon.nova-lite-v1:0"), Ok("eu.amazon.nova-lite-v1:0".to_owned()));
    for refused in [
        "",
        "eu.",
        "amazon.nova-lite-v1:0",
        "global.amazon.nova-lite-v1:0",
        "us.amazon.nova-lite-v1:0",
        "EU.amazon.nova-lite-v1:0",
        " eu.amazon.nova-lite-v1:0",
        "eu.amazon/../../global.x",
        "arn:aws:bedrock:us-east-1:1:inference-profile/eu.x",
    ] {
        assert_eq!(checked(refused), Err("managed_model.model_id".into()), "{refused}");
    }
}

#[test]
fn own_words_out_of_their_rules_are_refused_by_number() {
    let phrases = |changes: &[Value]| {
        let mut phrase =
            json!({ "id": 10_000, "language": "sv", "phrase": "rivet .. lager*", "weight": -0.4 });
        let phrases = changes.iter().map(|change| {
            phrase.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            phrase.clone()
        });
        json!({ "phrases": phrases.collect::<Vec<_>>() })
    };
    let muted = |muted: Value| json!({ "muted": [muted] });
    let refused = [
        (phrases(&[json!({ "id": 9_999 })]), "words.phrases.9999.id"),
        (phrases(&[json!({ "id": 20_000 })]), "words.phrases.20000.id"),
        (phrases(&[json!({}), json!({})]), "words.phrases.10000.id"),
        (phrases(&[json!({ "phrase": "" })]), "words.phrases.10000.phrase"),
        (phrases(&[json!({ "phrase": "rivet .." })]), "words.phrases.10000.phrase"),
        (phrases(&[json!({ "phrase": "Rivet lager" })]), "words.phrases.10000.phrase"),
        (phrases(&[json!({ "phrase": "rivet\nlager" })]), "words.phrases.10000.phrase"),
        (phrases(&[json!({ "phrase": "rivet ".repeat(20) })]), "words.phrases.10000.phrase"),
        (phrases(&[json!({ "weight": -1.1 })]), "words.phrases.10000.weight"),
        (phrases(&[json!({ "branch": " " })]), "words.branch"),
        (phrases(&[json!({ "customer": "" })]), "words.customer"),
        (muted(json!({ "entry": 999 })), "words.muted.999.entry"),
        (muted(json!({ "entry": 10_000 })), "words.muted.10000.entry"),
        (muted(json!({ "entry": 1095, "branch": "" })), "words.branch"),
    ];
    for (words, field) in refused {
        assert_eq!(with("words", &words), Err(field.to_owned()), "{words}");
    }
    let mut policy =
        with("words", &phrases(&[json!({ "branch": "saas" }), json!({ "id": 10_001 })])).unwrap();
    policy.words.phrases[1].weight = f32::NAN;
    let fault = policy.checked().unwrap_err().to_string();
    assert_eq!(fault, "policy field `words.phrases.10001.weight` must be from -1 to 1");
    assert!(with("words", &json!({ "phrase": [] })).unwrap_err().contains("unknown field"));
    assert!(with("words", &muted(json!({ "entry": 1095, "brach": "saas" }))).unwrap_err().contains("brach"));
}

#[test]
fn words_are_told_apart_by_the_names_they_are_given_for_only() {
    let words = json!({ "muted": [
        { "entry": 1095, "branch": "machinery" }, { "entry": 1058, "customer": "C-7" },
        { "entry": 1058, "relation": "supplier" },
    ] });
    let words = with("words", &words).unwrap().words;
    assert_eq!(words.place(Some("machinery"), None, "C-1"), [Some("machinery"), None, None]);
    assert_eq!(words.place(Some("saas"), Some("partner"), "C-2"), [None; 3]);
    assert_eq!(words.place(None, None, "C-7"), [None, None, Some("C-7")]);
    assert_eq!(words.place(None, Some("supplier"), "C-2"), [None, Some("supplier"), None]);
    let differs = |branch, kind, id| words.own_words(words.place(branch, kind, id)).is_some();
    assert!(differs(Some("machinery"), None, "C-1") && differs(None, None, "C-7"));
    assert!(differs(None, Some("supplier"), "C-2"), "its own terms (S60)");
    assert!(!differs(Some("saas"), Some("partner"), "C-2") && !differs(None, None, "C-8"));
}

#[test]
fn an_unknown_field_is_refused() {
    let misspelt = serde_json::from_value::<Policy>(json!({ "risk": { "yelow": 0.2 } }));
    assert!(misspelt.unwrap_err().to_string().contains("yelow"));
}

#[test]
fn the_fault_is_a_sentence() {
    let mut policy = Policy::default();
    policy.risk.orange = 0.2;
    let fault = policy.checked().unwrap_err();
    assert_eq!(fault.to_string(), "policy field `risk.orange` must be above yellow and below 1");
}
