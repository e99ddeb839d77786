//! The seal: does the result stand? First on the page, top right.

use maud::{Markup, html};

use super::draw::axis::superscript;
use super::figure::evidence_mix;
use crate::element::Element;
use crate::outcome::{Outcome, Verdict};
use crate::report::columns::texts;
use crate::source::Evidence;
use crate::unit::Reading;

/// The certificate as a block.
pub fn seal(outcome: &Outcome) -> Markup {
    let certificate = &outcome.certificate;
    let (class, sign, word) = match certificate.verdict {
        Verdict::Green => ("green", "●", "Stands"),
        Verdict::Amber => ("amber", "▲", "Stands, with caveats"),
        Verdict::Red => ("red", "■", "Not to be used"),
    };
    html! {
        aside class={ "seal " (class) } aria-label="Certificate" {
            p.verdict { span aria-hidden="true" { (sign) } " " (word) }
            dl {
                @if certificate.closure_of.is_empty() {
                    @for (what, found) in checks(outcome) { dt { (what) } dd { (found) } }
                } @else {
                    dt { "Converged" }
                    dd {
                        @if certificate.converged { "yes" } @else { "no" }
                        @if certificate.residual > 0.0 { ", worst recycle residual " (tiny(certificate.residual)) }
                    }
                    dt { "Balanced" }
                    dd { "to " (tiny(certificate.closure)) ", worst in " (certificate.closure_of) }
                }
                dt { "In range" }
                dd { (certificate.in_range) " of " (certificate.parts) " parts without a caveat" }
                dt { "Data" }
                dd { (evidence_mix(outcome)) (bar(outcome)) }
                @if let Some(estimate) = &certificate.estimate_class { dt { "Estimate" } dd { (estimate) } }
            }
            p.small { "Not a public report under JORC, NI 43-101 or S-K 1300." }
        }
    }
}

/// What an estimate can be held to, where nothing flows that could balance.
fn checks(outcome: &Outcome) -> Vec<(&'static str, String)> {
    let reading = |name: &str| outcome.readings.iter().find(|reading| reading.name == name);
    let in_unit = |value: f64, unit: &str| match unit {
        "1" | "" => short(value),
        unit => format!("{}\u{a0}{unit}", short(value)),
    };
    let told = |reading: &Reading| in_unit(reading.value, reading.unit);
    let mut found = Vec::new();
    if let Some(table) = outcome.table("checks") {
        let units = texts(table, &["unit"]).unwrap_or_default();
        for (off, unit) in table.numbers("found").into_iter().zip(units) {
            found.extend(off.map(|off| ("Exact", format!("at the samples, to {}", in_unit(off, &unit)))));
        }
    }
    if let Some(gap) = parts_and_sum(outcome) {
        found.push(("Adds up", format!("fifteen elements to their sum, to {}", tiny(gap))));
    }
    match (reading("cross-validation, mean error"), reading("cross-validation, slope")) {
        (Some(error), Some(slope)) => {
            found.push(("Left out", format!("mean error {}, slope {}", told(error), told(slope))));
        }
        _ if outcome.table("resource").is_some() => {
            found.push(("Left out", "no sample was: not cross-validated".into()));
        }
        _ => found.push(("Balanced", "nothing flows".into())),
    }
    found
}

/// An error of a grade in figures, one of rounding in powers of ten.
fn short(value: f64) -> String {
    if value.abs() < 1e-3 { tiny(value.abs()) } else { crate::quantity::figures(value, 3) }
}

/// How far the tonnes of the fifteen rare earths lie off those of their sum, as a share.
fn parts_and_sum(outcome: &Outcome) -> Option<f64> {
    let table = outcome.table("resource_by_element")?;
    let (names, held) = (texts(table, &["variable"])?, table.numbers("held"));
    let of = |name: &str| held.get(names.iter().position(|known| known == name)?).copied().flatten();
    let parts: Option<Vec<f64>> = Element::RARE_EARTHS.iter().map(|element| of(element.symbol())).collect();
    let sum = of("SREY").filter(|sum| *sum > 0.0)?;
    Some((parts?.iter().sum::<f64>() / sum - 1.0).abs())
}

/// The shares of the evidence classes as a bar; darker is better known.
fn bar(outcome: &Outcome) -> Markup {
    html! {
        span.mix aria-hidden="true" {
            @for class in Evidence::ALL.into_iter().filter(|class| *class != Evidence::Choice) {
                @let share = outcome.certificate.share(class);
                @if share > 0.0 { span class=(class.word()) style=(format!("width:{:.1}%", 100.0 * share)) {} }
            }
        }
    }
}

/// `3 × 10⁻¹³`, or plain nought.
pub fn tiny(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    if !value.is_finite() {
        return "–".into();
    }
    if (0.001..1000.0).contains(&value) {
        return crate::quantity::figures(value, 2);
    }
    let text = format!("{value:.0e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let raised = superscript(power);
    format!("{digits}\u{a0}×\u{a0}10{raised}")
}
