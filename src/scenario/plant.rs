//! The `[[unit]]` list read into a flowsheet: kinds, tags, ports, and how the streams run.

use std::collections::BTreeMap;

use crate::catalogue;
use crate::document::{Node, Value};
use crate::error::Problem;
use crate::fields::{Fields, nearest};
use crate::flowsheet::{Flowsheet, Placed, groups};
use crate::library::Library;

/// Reads the units; `given` streams come from outside.
pub(super) fn read(root: &mut Fields<'_>, library: &Library, given: &[&str], dropped: &[String]) -> Flowsheet {
    let mut units = Vec::new();
    let mut tags: BTreeMap<String, Node> = BTreeMap::new();
    for mut fields in root.may_tables("unit", "the pieces of plant, in the order the ore travels") {
        let Some(tag) = fields.text("tag", "the name on the drawing") else { continue };
        if dropped.contains(&tag) {
            continue;
        }
        if tag.chars().any(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_'))) {
            fields.refuse(
                "tag",
                format!("`{tag}` has a character that file names do not bear"),
                "letters, digits, - and _",
            );
        }
        let here = Node { value: Value::Text(tag.clone()), place: fields.place().clone() };
        if let Some(first) = tags.insert(tag.clone(), here) {
            fields.refuse(
                "tag",
                format!("`{tag}` stands already in line {}", first.place.line),
                "a tag of its own for each unit",
            );
        }
        if let Some(placed) = unit(fields, &tag, library) {
            units.push(placed);
        }
    }
    let flowsheet = Flowsheet { units };
    if root.check().is_clean() {
        check_streams(root, &flowsheet, given, &tags);
    }
    flowsheet
}

fn unit(mut fields: Fields<'_>, tag: &str, library: &Library) -> Option<Placed> {
    let kind_name = fields.text("kind", "what sort of unit it is; `ytterby catalogue` lists them")?;
    let Some(kind) = catalogue::unit(&kind_name) else {
        let known = catalogue::UNITS.iter().flat_map(|(_, kinds)| kinds.iter().map(|kind| kind.name));
        fields.refuse("kind", format!("there is no unit of kind `{kind_name}`"), nearest(&kind_name, known));
        return None;
    };
    let (from, to) = (fields.raw("from"), fields.raw("to"));
    let read = (kind.read)(&mut fields, library);
    let Some(unit) = read else {
        fields.finish();
        return None;
    };
    let ports = unit.ports();
    let inlets = joined(&fields, "from", from, ports.inlets);
    let outlets = joined(&fields, "to", to, ports.outlets);
    for (port, names) in ports.outlets.iter().zip(outlets.iter().flatten()) {
        if names.len() > 1 {
            fields.refuse(
                "to",
                format!("outlet `{port}` has {} names", names.len()),
                "one stream leaves by one outlet",
            );
        }
    }
    fields.finish();
    Some(Placed {
        tag: tag.to_owned(),
        kind: kind.name,
        unit,
        inlets: inlets?,
        outlets: outlets?.into_iter().filter_map(|names| names.into_iter().next()).collect(),
    })
}

/// Stream names port by port: a text for a single port, a list in the order of the ports, or a
/// table by port; several streams may join at one inlet as a list inside the table.
fn joined(fields: &Fields<'_>, key: &str, node: Option<&Node>, ports: &[&str]) -> Option<Vec<Vec<String>>> {
    let shape = || {
        let example: Vec<String> = ports.iter().map(|port| format!("{port} = \"…\"")).collect();
        format!("{key} = {{ {} }}", example.join(", "))
    };
    let Some(node) = node else {
        if ports.is_empty() {
            return Some(Vec::new());
        }
        fields.refuse(key, format!("`{key}` is missing: streams for {}", ports.join(", ")), shape());
        return None;
    };
    let names = |node: &Node| -> Option<Vec<String>> {
        match &node.value {
            Value::Text(name) if !name.trim().is_empty() => Some(vec![name.clone()]),
            Value::List(items) => items.iter().map(|item| item.text().map(str::to_owned)).collect(),
            _ => None,
        }
    };
    let wrong = |what: String| {
        fields.refuse(key, what, shape());
        None
    };
    match &node.value {
        Value::Text(_) | Value::List(_) if ports.len() == 1 => match names(node) {
            Some(all) if !all.is_empty() => Some(vec![all]),
            _ => wrong("stream names are texts".into()),
        },
        Value::List(items) if items.len() == ports.len() => {
            let all: Option<Vec<Vec<String>>> = items.iter().map(names).collect();
            all.or_else(|| wrong("stream names are texts".into()))
        }
        Value::Table(entries) => {
            for (port, _) in entries {
                if !ports.contains(&port.as_str()) {
                    fields.refuse(key, format!("there is no port `{port}`"), nearest(port, ports.iter().copied()));
                }
            }
            let all: Vec<Option<Vec<String>>> = ports.iter().map(|port| node.get(port).and_then(names)).collect();
            match ports.iter().zip(&all).find(|(_, names)| names.is_none()) {
                Some((port, _)) => wrong(format!("nothing stands at port `{port}`")),
                None => all.into_iter().collect(),
            }
        }
        _ => wrong(format!("{} ports need {} streams: {}", ports.len(), ports.len(), ports.join(", "))),
    }
}

/// Does every stream have one beginning and at most one end, and can matter get in and out of each loop?
fn check_streams(root: &Fields<'_>, flowsheet: &Flowsheet, given: &[&str], tags: &BTreeMap<String, Node>) {
    let complain = |tag: &str, what: String, hint: String| {
        let place = tags.get(tag).map(|node| node.place.clone()).unwrap_or_default();
        root.check().complain(Problem { place, path: tag.to_owned(), what, hint });
    };
    let mut makers: BTreeMap<&str, &str> = given.iter().map(|name| (*name, "outside")).collect();
    for unit in &flowsheet.units {
        for name in &unit.outlets {
            if let Some(other) = makers.insert(name, &unit.tag) {
                complain(
                    &unit.tag,
                    format!("the stream `{name}` already comes from {other}"),
                    "give each stream a name of its own".into(),
                );
            }
        }
    }
    let mut takers: BTreeMap<&str, &str> = BTreeMap::new();
    for unit in &flowsheet.units {
        for name in unit.inlets.iter().flatten() {
            if !makers.contains_key(name.as_str()) {
                complain(
                    &unit.tag,
                    format!("nothing makes the stream `{name}`"),
                    nearest(name, makers.keys().copied()),
                );
            }
            if let Some(other) = takers.insert(name, &unit.tag) {
                complain(
                    &unit.tag,
                    format!("the stream `{name}` already goes to {other}"),
                    "split it first: a stream has one end".into(),
                );
            }
        }
    }
    for name in given {
        if !takers.contains_key(name) && !flowsheet.units.is_empty() {
            root.check().complain(Problem {
                place: root.place().clone(),
                path: (*name).to_owned(),
                what: format!("no unit takes the stream `{name}`"),
                hint: format!("let the first unit say from = \"{name}\""),
            });
        }
    }
    for group in groups(&flowsheet.units).into_iter().filter(|group| !group.torn.is_empty()) {
        let inside = |name: &str| {
            makers.get(name).is_some_and(|tag| group.units.iter().any(|&at| flowsheet.units[at].tag == *tag))
        };
        let members: Vec<&str> = group.units.iter().map(|&at| flowsheet.units[at].tag.as_str()).collect();
        let enters =
            group.units.iter().any(|&at| flowsheet.units[at].inlets.iter().flatten().any(|name| !inside(name)));
        let leaves = group.units.iter().any(|&at| {
            flowsheet.units[at]
                .outlets
                .iter()
                .any(|name| takers.get(name.as_str()).is_none_or(|to| !members.contains(to)))
        });
        let (what, hint) = match (enters, leaves) {
            (true, true) => continue,
            (false, _) => ("nothing enters", "lead a stream from outside into it"),
            (true, false) => ("nothing leaves", "give it a bleed: an outlet that goes elsewhere"),
        };
        complain(
            members[0],
            format!("the loop {} is closed: {what} it, so no tear can converge", members.join(" → ")),
            hint.into(),
        );
    }
}
