//! What the result rests on: caveats, every number used, the works they come from, and what
//! it takes to repeat the run.

use maud::{Markup, html};

use crate::outcome::Outcome;
use crate::source::Evidence;

/// Every caveat, by place.
pub fn caveats(outcome: &Outcome) -> Markup {
    html! {
        @if outcome.caveats.is_empty() {
            p { "None: every part ran inside the range of its sources." }
        } @else {
            p { (outcome.caveats.len()) " in all, by the part of the chain they belong to." }
            dl.caveats {
                @for group in outcome.caveats.chunk_by(|a, b| a.at == b.at) {
                    dt { (group[0].at) }
                    dd { ul { @for caveat in group { li { (caveat.text) } } } }
                }
            }
        }
    }
}

/// Every number used.
pub fn ledger(outcome: &Outcome) -> Markup {
    let choices = outcome.ledger.iter().filter(|entry| entry.citation.evidence == Evidence::Choice).count();
    html! {
        p {
            (outcome.ledger.len()) " numbers entered this run: " (choices) " choices of the scenario and "
            (outcome.ledger.len() - choices) " facts."
        }
        details {
            summary { "Every number, where it is used, what it rests on" }
            div.scroll {
                table.sortable.ledger {
                    thead { tr { th { "used at" } th { "value" } th { "evidence" } th { "source" } th { "place or reason" } th { "file" } } }
                    tbody {
                        @for entry in &outcome.ledger {
                            @let citation = &entry.citation;
                            tr {
                                td { (entry.path) }
                                td { (entry.value) }
                                td { span class={ "tag " (citation.evidence.word()) } { (citation.evidence) } }
                                td { @if !citation.key.is_empty() { a href={ "#ref-" (citation.key) } { (citation.key) } } }
                                td { (citation.place) }
                                td { (citation.file) @if let Some(line) = entry.line { ":" (line) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The works the numbers come from.
pub fn bibliography(outcome: &Outcome) -> Markup {
    html! {
        ol.works {
            @for work in &outcome.bibliography {
                li id={ "ref-" (work.key) } {
                    (work.text)
                    @if let Some(url) = &work.url { " " a href=(url) rel="noreferrer" { (url) } }
                    " " span.key { "[" (work.key) "]" }
                }
            }
        }
    }
}

/// The last lines: what this is not, and how to repeat it.
pub fn foot(outcome: &Outcome) -> Markup {
    let provenance = &outcome.provenance;
    html! {
        p {
            "This is a model calculation, not a public report under JORC, NI 43-101 or S-K 1300: no competent or qualified person "
            "has signed it, and it states no mineral resource or reserve in the sense of those codes."
        }
        p.provenance {
            "Ytterby " (provenance.version)
            @if let Some(commit) = &provenance.commit { " (" (commit) ")" }
            " · scenario " (outcome.file) " sha256 " code { (provenance.scenario) }
            " · data sha256 " code { (provenance.data) }
            " · seed " (provenance.seed)
            @if !outcome.money.is_empty() { " · money " (outcome.money) }
        }
    }
}
