//! The seal: does the result stand? First on the page, top right.

use maud::{Markup, html};

use super::draw::axis::superscript;
use super::figure::evidence_mix;
use crate::outcome::{Outcome, Verdict};
use crate::source::Evidence;

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
                dt { "Converged" }
                dd {
                    @if certificate.converged { "yes" } @else { "no" }
                    @if certificate.residual > 0.0 { ", worst recycle residual " (tiny(certificate.residual)) }
                }
                dt { "Balanced" }
                dd {
                    @if certificate.closure_of.is_empty() { "nothing flows" }
                    @else { "to " (tiny(certificate.closure)) ", worst in " (certificate.closure_of) }
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
