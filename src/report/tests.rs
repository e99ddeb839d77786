//! Laws of the page.

use super::fixture;
use super::*;

/// Every tag that opens closes, in order; void elements apart.
fn well_formed(page: &str) -> Result<(), String> {
    const VOID: &[&str] = &["meta", "br", "hr", "img", "input", "link"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(raw) = ["style", "script"].into_iter().find(|raw| rest.starts_with(raw)) {
            let end = rest.find(&format!("</{raw}>")).ok_or("a style or script is not closed")?;
            rest = &rest[end + raw.len() + 3..];
            continue;
        }
        if rest.starts_with('!') {
            continue;
        }
        // The end of the tag lies outside quotes.
        let mut quoted = false;
        let end = rest
            .char_indices()
            .find(|(_, c)| {
                quoted ^= *c == '"';
                *c == '>' && !quoted
            })
            .map(|(at, _)| at)
            .ok_or("a tag is not closed")?;
        let tag = &rest[..end];
        if let Some(name) = tag.strip_prefix('/') {
            let last = open.pop().ok_or_else(|| format!("</{name}> closes nothing"))?;
            if last != name {
                return Err(format!("<{last}> is closed by </{name}>"));
            }
        } else if !tag.ends_with('/') {
            let name = tag.split_whitespace().next().unwrap_or("");
            if !name.is_empty() && name.chars().all(char::is_alphanumeric) && !VOID.contains(&name) {
                open.push(name);
            }
        }
        rest = &rest[end..];
    }
    if open.is_empty() { Ok(()) } else { Err(format!("not closed: {open:?}")) }
}

#[test]
fn the_page_is_well_formed_and_fetches_nothing() {
    let outcome = fixture::outcome();
    let page = html(&outcome);
    well_formed(&page).unwrap();
    for fetch in ["src=", "@import", "url(", "<link", "<iframe", "<img", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(fetch), "{fetch}");
    }
    // Addresses stand only in the citations.
    let addresses = page.matches("https://").count() + page.matches("http://").count();
    assert_eq!(addresses, 2 * outcome.bibliography.len());
}

#[test]
fn what_a_scenario_says_is_escaped() {
    let mut outcome = fixture::outcome();
    outcome.title = "<script>alert(1)</script>".into();
    outcome.caveats[0].text = "a < b & c".into();
    if let Some(plant) = &mut outcome.plant {
        plant.units[0].tag = "<R>".into();
        plant.pipes[0].name = "\"mud\" & <sea>".into();
    }
    let page = html(&outcome);
    well_formed(&page).unwrap();
    assert!(!page.contains("<script>alert") && page.contains("a &lt; b &amp; c") && !page.contains("<sea>"));
}

#[test]
fn the_page_is_a_pure_function() {
    let outcome = fixture::outcome();
    assert_eq!(html(&outcome), html(&outcome));
}

#[test]
fn no_number_that_is_none_and_none_with_seven_digits() {
    let page = html(&fixture::outcome());
    assert!(!page.contains("NaN") && !page.contains("inf\""));
}

#[test]
fn an_outcome_without_anything_is_still_a_page() {
    let mut outcome = fixture::outcome();
    outcome.plant = None;
    outcome.tables.clear();
    outcome.products.clear();
    outcome.caveats.clear();
    outcome.ledger.clear();
    outcome.bibliography.clear();
    let page = html(&outcome);
    well_formed(&page).unwrap();
    assert!(page.contains("Not part of this scenario"));
}

/// Any one table may be missing, or empty, or hold only unknowns.
#[test]
fn any_table_may_be_missing_or_empty() {
    let whole = fixture::outcome();
    for at in 0..whole.tables.len() {
        let mut outcome = fixture::outcome();
        outcome.tables[at].rows.clear();
        well_formed(&html(&outcome)).unwrap();
        let mut outcome = fixture::outcome();
        for row in &mut outcome.tables[at].rows {
            row.fill(crate::table::Cell::Absent);
        }
        let page = html(&outcome);
        well_formed(&page).unwrap();
        assert!(!page.contains("NaN"));
        outcome.tables.remove(at);
        well_formed(&html(&outcome)).unwrap();
    }
}

#[test]
fn purities_show_their_nines() {
    let shown = [99.6, 99.95, 99.9999, 100.0, 99.999_999_9, 98.0].map(tables::nines);
    assert_eq!(shown, ["99.6", "99.95", "99.9999", "100", "> 99.999", "98"]);
}

#[test]
fn unlike_scenarios_stand_side_by_side() {
    let one = fixture::outcome();
    let mut other = fixture::outcome();
    other.title = "A carbonatite & its ore".into();
    other.readings.insert(1, crate::unit::Reading::new("only here", 5.0, "t/y"));
    other.plant = None;
    let table = compare::table(&[one.clone(), other.clone()]);
    assert_eq!(table.columns.len(), 4);
    assert_eq!(table.rows[1][0], crate::table::Cell::from("only here"));
    assert_eq!(table.rows[1][2], crate::table::Cell::Absent);
    well_formed(&compare::html(&[one, other])).unwrap();
}

/// Writes the page where it can be opened in a browser: `cargo test -- --ignored for_the_eye`.
#[test]
#[ignore = "writes a file to look at"]
fn a_page_for_the_eye() {
    std::fs::write(std::env::temp_dir().join("ytterby_report.html"), html(&fixture::outcome())).unwrap();
    let two = [fixture::outcome(), fixture::outcome()];
    std::fs::write(std::env::temp_dir().join("ytterby_compare.html"), compare::html(&two)).unwrap();
}
