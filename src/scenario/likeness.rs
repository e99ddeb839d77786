//! `like = "P-1"`: a unit that takes the fields of an earlier one, save those it writes itself.
//!
//! Six products are precipitated, filtered and ignited alike; the choices stand once.

use crate::document::{Node, Value};
use crate::error::Problem;
use crate::fields::{Check, nearest};

/// The document with every `like` filled in; what cannot be is a problem.
pub(super) fn filled(mut root: Node, check: &Check) -> Node {
    let Value::Table(entries) = &mut root.value else { return root };
    let Some((_, Node { value: Value::List(units), .. })) = entries.iter_mut().find(|(key, _)| key == "unit") else {
        return root;
    };
    for at in 0..units.len() {
        let (earlier, rest) = units.split_at_mut(at);
        let Some(unit) = rest.first_mut() else { continue };
        let Value::Table(fields) = &mut unit.value else { continue };
        // Some kinds have a table of this name among their own fields; a likeness is a tag.
        let Some(position) = fields.iter().position(|(key, node)| key == "like" && node.text().is_some()) else {
            continue;
        };
        let (_, like) = fields.remove(position);
        let tag = |unit: &Node| unit.get("tag").and_then(Node::text).map(str::to_owned);
        let named = like.text().unwrap_or_default();
        let Some(model) = earlier.iter().find(|other| tag(other).as_deref() == Some(named)) else {
            let known: Vec<String> = earlier.iter().filter_map(tag).collect();
            check.complain(Problem {
                place: like.place.clone(),
                path: tag(unit).map_or_else(|| "like".to_owned(), |tag| format!("{tag}.like")),
                what: format!("no earlier unit is tagged `{named}`"),
                hint: nearest(named, known.iter().map(String::as_str)),
            });
            continue;
        };
        let place = unit.place.clone();
        let mut base = model.clone();
        if let Value::Table(inherited) = &mut base.value {
            // Where the streams run is each unit's own.
            inherited.retain(|(key, _)| key != "from" && key != "to");
        }
        *unit = base.overlaid(std::mem::replace(unit, Node::empty("")));
        unit.place = place;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_likeness_takes_all_but_what_it_writes() {
        let text = "[[unit]]\ntag=\"A\"\nfrom=\"x\"\np=1\nq=2\n[[unit]]\ntag=\"B\"\nlike=\"A\"\nto=\"y\"\nq=3\n";
        let check = Check::new();
        let root = filled(Node::parse("s", text).unwrap(), &check);
        let Some(Value::List(units)) = root.get("unit").map(|node| &node.value) else { panic!() };
        let number = |key: &str| units[1].get(key).map(|node| node.value.clone());
        assert_eq!((number("p"), number("q")), (Some(Value::Number(1.0)), Some(Value::Number(3.0))));
        assert!(units[1].get("from").is_none() && units[1].get("like").is_none());
        assert!(check.is_clean());
    }

    #[test]
    fn a_likeness_of_nobody_is_told() {
        let check = Check::new();
        let _ = filled(Node::parse("s", "[[unit]]\ntag=\"B\"\nlike=\"A\"\n").unwrap(), &check);
        let (problems, _) = check.finish();
        assert!(problems[0].to_string().contains("s:3: `B.like`"), "{}", problems[0]);
    }
}
