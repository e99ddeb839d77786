use super::*;
use crate::quantity::Length;

fn problems(text: &str) -> Vec<String> {
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "R-1", &check);
    let _: Option<Length> = fields.need("depth", "how deep", 1.0..=12_000.0);
    let _: Option<Length> = fields.may("width", "how wide", 0.0..=1.0);
    let _ = fields.word("mode", "how", &[("open", 1), ("closed", 2)]);
    fields.finish();
    check.finish().0.iter().map(ToString::to_string).collect()
}

#[test]
fn all_problems_at_once_with_place_and_hint() {
    let told = problems("dept = \"5 m\"\nwidth = \"3 m\"\nmode = \"clsed\"\n");
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(
        told.iter().any(|t| t.contains("s.toml:1: `R-1.dept`: unknown key") && t.contains("did you mean `depth`?"))
    );
    assert!(told.iter().any(|t| t.contains("`R-1.depth`: missing")));
    assert!(told.iter().any(|t| t.contains("s.toml:2") && t.contains("outside")));
    assert!(told.iter().any(|t| t.contains("did you mean `closed`?")));
}

#[test]
fn the_standing_of_a_value_can_be_asked() {
    let text = "costs = { a = { value = \"1 m\", evidence = \"assumed\", note = \"a guess\" }, b = \"2 m\" }\n";
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let fields = Fields::new(&node, "R-1", &check);
    let guess = fields.written(&["costs", "a"]);
    assert_eq!((guess.evidence, &*guess.place, &*guess.file), (Evidence::Assumed, "a guess", "s.toml"));
    for keys in [&["costs", "b"][..], &["costs", "c"], &["other"], &["costs"]] {
        assert_eq!(fields.written(keys).evidence, Evidence::Choice, "{keys:?}");
    }
}

#[test]
fn a_list_may_have_one_standing_for_all_and_a_value_its_own() {
    let all =
        "{ value = [\"1 m\", { value = \"2 m\", evidence = \"derived\" }], evidence = \"assumed\", note = \"why\" }";
    for (text, kinds, told) in [
        (all, vec![Evidence::Assumed, Evidence::Derived], 0),
        ("[\"1 m\", \"2 m\"]", vec![Evidence::Choice; 2], 0),
        ("{ value = [\"1 m\", \"9 m\", \"x\"] }", vec![Evidence::Choice], 2),
        ("{ value = \"1 m\" }", vec![], 1),
    ] {
        let node = Node::parse("s.toml", &format!("a = {text}\n")).unwrap();
        let check = Check::new();
        let read: Option<Vec<Length>> = Fields::new(&node, "R-1", &check).list("a", "lengths", 0.0..=5.0);
        let (problems, ledger) = check.finish();
        assert_eq!((problems.len(), read.is_some()), (told, told == 0), "{text}: {problems:?}");
        let found: Vec<Evidence> = ledger.iter().map(|entry| entry.citation.evidence).collect();
        assert_eq!(found, kinds, "{text}");
    }
}

#[test]
fn a_value_may_carry_its_standing() {
    assert!(
        problems("depth = { value = \"5 m\", evidence = \"assumed\", note = \"a guess\" }\nmode = \"open\"\n")
            .is_empty()
    );
    let told = problems("depth = { value = \"5 m\", evidence = \"measured\" }\nmode = \"open\"\n");
    assert!(told[0].contains("by whom"), "{told:?}");
}
