//! Every table of facts is what its sidecar says it is, and every number has a standing.

use ytterby::document::{Node, Value};
use ytterby::library::{FactTable, Library};
use ytterby::source::Evidence;

use super::{files, none};

const STANDING: [&str; 4] = ["source", "place", "evidence", "note"];

fn tables() -> Vec<String> {
    files("data", &["csv"]).into_keys().map(|path| path["data/".len()..path.len() - ".csv".len()].to_owned()).collect()
}

#[test]
fn every_table_has_a_sidecar_that_reads() {
    let mut found = Vec::new();
    for name in tables() {
        if let Err(error) = Library::builtin().table(&name) {
            found.push(format!("data/{name}.csv: {error}"));
        }
    }
    none("tables that do not read", &found);
}

#[test]
fn every_table_is_what_its_sidecar_says() {
    let mut found = Vec::new();
    for name in tables() {
        let Ok(table) = Library::builtin().table(&name) else { continue };
        let mut say = |what: String| found.push(format!("data/{name}.csv: {what}"));
        let sidecar = &table.sidecar;
        let rows = table.rows().count();
        if rows != sidecar.rows {
            say(format!("has {rows} rows, its sidecar says {}", sidecar.rows));
        }
        if !["typed", "digitised", "computed"].contains(&sidecar.how.as_str()) {
            say(format!("`how` is `{}`: typed, digitised or computed", sidecar.how));
        }
        for (column, unit) in &sidecar.columns {
            if !table.header().contains(column) {
                say(format!("has no column `{column}`, which its sidecar names"));
            }
            if unit.is_empty() {
                say(format!("the unit of `{column}` is empty"));
            }
        }
        for column in table.header() {
            column_is_sound(&table, column, &mut say);
        }
        for (column, _) in &sidecar.sums {
            if !table.header().contains(column) {
                say(format!("the sum of `{column}` is given, a column it has not"));
            }
        }
    }
    none("tables at odds with their sidecar", &found);
}

fn column_is_sound(table: &FactTable, column: &str, say: &mut impl FnMut(String)) {
    let Some((_, unit)) = table.sidecar.columns.iter().find(|(name, _)| name == column) else {
        say(format!("column `{column}` has no unit in the sidecar"));
        return;
    };
    if unit == "word" {
        return;
    }
    let mut sum = 0.0;
    for row in table.rows() {
        match (row.text(column), row.number(column)) {
            (Some(_), Some(number)) => sum += number,
            (Some(text), None) => say(format!("`{text}` in column `{column}` is not a number")),
            (None, _) => {}
        }
    }
    match table.sidecar.sums.iter().find(|(name, _)| name == column) {
        None => say(format!("column `{column}` has no sum in the sidecar; it is {sum}")),
        Some((_, told)) if (told - sum).abs() > 1e-9 * sum.abs().max(1e-9) => {
            say(format!("column `{column}` sums to {sum}, the sidecar says {told}"));
        }
        Some(_) => {}
    }
}

#[test]
fn every_row_is_vouched_for() {
    let mut found = Vec::new();
    for name in tables() {
        let Ok(table) = Library::builtin().table(&name) else { continue };
        for (at, row) in table.rows().enumerate() {
            let citation = row.citation();
            let mut say = |what: String| found.push(format!("data/{name}.csv, row {}: {what}", at + 1));
            if let Some(word) = row.text("evidence").filter(|word| Evidence::from_word(word).is_none()) {
                say(format!("`{word}` is not an evidence class"));
            }
            if citation.evidence <= Evidence::Published && citation.key.is_empty() {
                say(format!("{} without a source", citation.evidence));
            }
            if citation.place.trim().is_empty() {
                say("no place, and no reason".into());
            }
        }
    }
    none("rows nobody vouches for", &found);
}

/// In a document every number carries or inherits its evidence, and a published one its source.
#[test]
fn every_number_of_a_document_has_a_standing() {
    let tables = tables();
    let mut found = Vec::new();
    for (path, text) in files("data", &["toml"]) {
        let name = &path["data/".len()..path.len() - ".toml".len()];
        if tables.iter().any(|table| table == name) {
            continue;
        }
        match Node::parse(&path, &text) {
            Ok(node) => numbers(&node, "", (None, String::new()), &mut |what| found.push(format!("{path}{what}"))),
            Err(problems) => found.extend(problems.iter().map(ToString::to_string)),
        }
    }
    none("numbers without a standing", &found);
}

fn numbers(node: &Node, at: &str, above: (Option<Evidence>, String), say: &mut impl FnMut(String)) {
    let mut standing = above;
    let text = |key: &str| node.get(key).and_then(Node::text);
    if let Some(word) = text("evidence") {
        standing.0 = Evidence::from_word(word);
        if standing.0.is_none() {
            say(format!(":{}: `{word}` is not an evidence class", node.place.line));
        }
    }
    if let Some(source) = text("source") {
        source.clone_into(&mut standing.1);
    }
    match &node.value {
        Value::Number(_) => match standing.0 {
            None => say(format!(":{}: `{at}` has no evidence", node.place.line)),
            Some(evidence) if evidence <= Evidence::Published && standing.1.is_empty() => {
                say(format!(":{}: `{at}` is {evidence}, but by whom?", node.place.line));
            }
            Some(_) => {}
        },
        Value::List(items) => items.iter().for_each(|item| numbers(item, at, standing.clone(), say)),
        Value::Table(entries) => {
            for (key, inner) in entries.iter().filter(|(key, _)| !STANDING.contains(&key.as_str())) {
                numbers(inner, &format!("{at}.{key}"), standing.clone(), say);
            }
        }
        Value::Text(_) | Value::Bool(_) => {}
    }
}
