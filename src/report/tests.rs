//! Laws of the page.

use super::fixture;
use super::*;

/// Every tag that opens closes, in order; void elements apart.
pub(super) fn well_formed(page: &str) -> Result<(), String> {
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

/// A design alone: every table of separation, no plant.
fn design() -> Outcome {
    use super::draw::{convergence, cut_tree, frontier, start_up};
    let mut outcome = fixture::outcome();
    outcome.plant = None;
    let [map, outlets] = start_up::tests::tables(20, &["feed at once", "total reflux first"]);
    outcome.tables = vec![frontier::tests::table(), cut_tree::tests::table(true), map, outlets];
    let of_unit = |mut table: crate::table::Table, name: &str| {
        table.name = format!("SX-1_{name}");
        table
    };
    outcome.tables.push(of_unit(fixture::battery([8, 8, 4], 15), "stages"));
    outcome.tables.push(of_unit(fixture::fan([8, 8, 4], 15), "distribution"));
    outcome.tables.push(of_unit(convergence::tests::table(40), "convergence"));
    outcome
}

#[test]
fn tables_of_a_design_become_pictures() {
    let page = html(&design());
    well_formed(&page).unwrap();
    let pictures = page.split("<svg").count() - 1;
    assert_eq!(pictures, 7, "tree, frontier, ladder, McCabe–Thiele, fan, convergence, start-up");
    assert!(page.contains("Diagnostic, not design") && page.contains("to specification in 72 h"));
}

/// Whatever is missing of a table of separation, the page is whole and says no number that is none.
#[test]
fn any_column_of_separation_may_be_missing_or_wild() {
    use crate::table::Cell;
    let whole = design();
    let wild = [Cell::Absent, 0.0.into(), (-3.0).into(), 1e300.into(), 1e-300.into(), "<b>".into(), 100.0.into()];
    for at in 0..whole.tables.len() {
        for column in 0..whole.tables[at].columns.len() {
            let mut outcome = whole.clone();
            outcome.tables = vec![whole.tables[at].clone()];
            let table = &mut outcome.tables[0];
            for (row, cells) in table.rows.iter_mut().enumerate() {
                cells[column] = wild[(row * 5 + column) % wild.len()].clone();
            }
            let mut pages = vec![sections::separation_page(&outcome)];
            let table = &mut outcome.tables[0];
            table.columns.remove(column);
            table.rows.iter_mut().for_each(|cells| {
                cells.remove(column);
            });
            pages.push(sections::separation_page(&outcome));
            outcome.tables[0].rows.truncate(1);
            pages.push(sections::separation_page(&outcome));
            for page in pages {
                well_formed(&page).unwrap();
                assert!(!page.contains("NaN") && !page.contains("inf"), "{} {column}", whole.tables[at].name);
            }
        }
    }
}

/// Writes the page where it can be opened in a browser: `cargo test -- --ignored for_the_eye`.
#[test]
#[ignore = "writes a file to look at"]
fn a_page_for_the_eye() {
    std::fs::write(std::env::temp_dir().join("ytterby_report.html"), html(&fixture::outcome())).unwrap();
    let two = [fixture::outcome(), fixture::outcome()];
    std::fs::write(std::env::temp_dir().join("ytterby_compare.html"), compare::html(&two)).unwrap();
}

/// Writes the pictures of separation, small and big: `cargo test -- --ignored for_the_eye`.
#[test]
#[ignore = "writes a file to look at"]
fn pictures_for_the_eye() {
    use super::draw::{convergence, cut_tree, distribution, frontier, ladder, mccabe_thiele, start_up};
    use super::profile::Profile;
    let outcome = fixture::outcome();
    let mut all = Vec::new();
    for (stages, elements) in [([1, 1, 1], 2), ([1, 1, 1], 15), ([8, 8, 4], 15), ([70, 70, 10], 15)] {
        let profile = Profile::read(&fixture::battery(stages, elements)).unwrap();
        all.push((format!("ladder {stages:?} {elements}"), ladder::draw(&profile)));
        all.extend(mccabe_thiele::draw(&profile).map(|drawing| (format!("McCabe–Thiele {stages:?}"), drawing)));
    }
    for elements in [2, 15] {
        let fan = distribution::Fan::read(&fixture::fan([8, 8, 4], elements)).unwrap();
        all.push((format!("fan {elements}"), distribution::draw(&fan)));
    }
    for one in frontier::Frontier::read(&frontier::tests::table()) {
        all.extend(frontier::draw(&one).map(|drawing| (one.reading(), drawing)));
    }
    for deep in [false, true] {
        let tree = cut_tree::Tree::read(&cut_tree::tests::table(deep)).unwrap();
        all.extend(cut_tree::draw(&tree).map(|drawing| ("tree".to_owned(), drawing)));
    }
    let tree = cut_tree::Tree::of(&fixture::train(), &[]).unwrap();
    all.extend(cut_tree::draw(&tree).map(|drawing| ("tree of a plant".to_owned(), drawing)));
    for (stages, runs) in [(3, &[""][..]), (20, &["feed at once", "total reflux first"]), (150, &["feed at once"])] {
        let [map, outlets] = start_up::tests::tables(stages, runs);
        let outlets = start_up::Outlets::read(&outlets);
        all.extend(start_up::draw(&start_up::Map::read(&map), &outlets).map(|drawing| (outlets[0].reading(), drawing)));
    }
    for count in [2, 30, 400] {
        let course = convergence::Course::read(&convergence::tests::table(count)).unwrap();
        all.push((course.reading(), convergence::draw(&course)));
    }
    let body = html! {
        main { @for (title, drawing) in &all { (figure::figure(&outcome, title, "", "", drawing)) } }
    };
    std::fs::write(std::env::temp_dir().join("ytterby_pictures.html"), page("Pictures", &body)).unwrap();
}
