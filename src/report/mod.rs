//! The report: an outcome as one self-contained HTML page. A pure function.
//!
//! Nothing is fetched: style, pictures and tables are in the page. It is whole without
//! scripts; the one small script sorts tables. What a run does not have is left out, and
//! what this program does not model is said on the first page.

mod appendix;
mod columns;
pub mod compare;
mod draw;
mod figure;
mod profile;
mod seal;
mod sections;
mod stream_table;
mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::outcome::Outcome;

/// The outcome as a page.
pub fn html(outcome: &Outcome) -> String {
    let sections = sections::all(outcome);
    let body = html! {
        header.front {
            div.lead {
                p.kicker { "Ytterby · from the find to the oxide" }
                h1 { (outcome.title) }
                p.summary { (outcome.summary) }
                (sections::headline(outcome))
            }
            (seal::seal(outcome))
        }
        (sections::limits(outcome))
        nav aria-label="Contents" { @for section in &sections { a href={ "#" (section.id) } { (section.title) } } }
        main {
            @for section in &sections {
                section id=(section.id) { h2 { (section.title) } (section.body) }
            }
        }
        footer { (appendix::foot(outcome)) }
    };
    page(&outcome.title, &body)
}

/// A page that holds all it needs.
fn page(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "Ytterby " (env!("CARGO_PKG_VERSION")) };
                title { (title) " – Ytterby" }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                (body)
                script { (PreEscaped(include_str!("script.js"))) }
            }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
