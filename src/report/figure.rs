//! A figure: a title, what it shows in one sentence, the drawing, and a foot that says the
//! basis, the evidence and the run.

use maud::{Markup, PreEscaped, html};

use super::draw::canvas::Canvas;
use crate::outcome::Outcome;
use crate::source::Evidence;

/// The first characters of the scenario's and the data's hashes: the run's name.
pub fn run_name(outcome: &Outcome) -> String {
    let short = |hash: &str| hash.chars().take(7).collect::<String>();
    format!("{}·{}", short(&outcome.provenance.scenario), short(&outcome.provenance.data))
}

/// `41 % measured, 30 % published …` of the facts used.
pub fn evidence_mix(outcome: &Outcome) -> String {
    let parts: Vec<String> = Evidence::ALL
        .into_iter()
        .filter(|class| *class != Evidence::Choice)
        .map(|class| (class, outcome.certificate.share(class)))
        .filter(|(_, share)| *share > 0.0)
        .map(|(class, share)| format!("{:.0}\u{a0}% {class}", 100.0 * share))
        .collect();
    if parts.is_empty() { "no facts beyond the scenario's choices".into() } else { parts.join(", ") }
}

/// The foot of every figure and table.
pub fn foot(outcome: &Outcome, basis: &str) -> Markup {
    html! {
        figcaption.foot {
            @if !basis.is_empty() { span { (basis.trim_end_matches('.')) } ". " }
            span.run { "Run " (run_name(outcome)) " · facts: " (evidence_mix(outcome)) }
        }
    }
}

/// A whole figure.
pub fn figure(outcome: &Outcome, title: &str, reading: &str, basis: &str, drawing: &Canvas) -> Markup {
    figure_of(outcome, title, reading, basis, html! { (svg(drawing, title)) })
}

/// A whole figure around any drawing.
pub fn figure_of(outcome: &Outcome, title: &str, reading: &str, basis: &str, drawing: Markup) -> Markup {
    html! {
        figure {
            h3.figure { (title) }
            @if !reading.is_empty() { p.reading { (reading) } }
            div.drawing { (drawing) }
            (foot(outcome, basis))
        }
    }
}

/// A drawing as markup.
pub fn svg(drawing: &Canvas, says: &str) -> Markup {
    PreEscaped(drawing.svg(says))
}
