//! Bad input: each broken scenario, with the message its author must get. None may panic.

use ytterby::document::Node;
use ytterby::error::Error;
use ytterby::library::Library;
use ytterby::scenario::Scenario;

/// A small scenario that is sound: one unit, no money.
const SOUND: &str = r#"title = "One cut"
summary = "A scenario to break."
money = "USD 2025"
seed = 1
[operation]
time = "300 d/y"
[ore]
kind = "minamitorishima-mud"
rate = "350 t/d"
basis = "wet"
grade = "1720 ppm"
pattern = "minamitorishima"
[[unit]]
tag = "D-1"
kind = "dewatering"
from = "ore"
to = { cake = "cake", water = "water" }
machine = "decanter centrifuge"
machines = 1
moisture = "40 %"
capture = "98 %"
energy = "10 kWh/t"
"#;

fn complaints(text: &str) -> Vec<String> {
    let checked = Scenario::from_text("broken.toml", text).and_then(|scenario| scenario.check(&Library::builtin()));
    match checked {
        Err(Error::Scenario(problems)) => problems.iter().map(ToString::to_string).collect(),
        Err(other) => vec![format!("an error that is no list of problems: {other}")],
        Ok(_) => Vec::new(),
    }
}

#[test]
fn the_sound_one_is_sound() {
    assert_eq!(complaints(SOUND), Vec::<String>::new());
}

/// `(what is broken, what to replace in the sound one, by what, what the author must be told)`.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    ("a typo in a key", "rate = \"350 t/d\"", "raet = \"350 t/d\"", "did you mean `rate`?"),
    ("an unknown key", "seed = 1", "seed = 1\ncolour = \"red\"", "`colour`: unknown key"),
    ("an unknown section", "[ore]", "[weather]\nwind = 3\n[ore]", "`weather`: unknown key"),
    ("no title", "title = \"One cut\"\n", "", "`title`: missing"),
    ("an empty title", "title = \"One cut\"", "title = \"\"", "`title`: text stands where text belongs"),
    ("no summary", "summary = \"A scenario to break.\"\n", "", "`summary`: missing"),
    ("no money", "money = \"USD 2025\"\n", "", "`money`: missing"),
    ("no seed", "seed = 1\n", "", "`seed`: missing"),
    ("a seed that is not whole", "seed = 1", "seed = 1.5", "not a whole number"),
    ("a negative seed", "seed = 1", "seed = -1", "outside what is possible"),
    ("text for a number", "seed = 1", "seed = \"one\"", "does not begin with a number"),
    ("a number without its unit", "rate = \"350 t/d\"", "rate = 350", "has no unit"),
    (
        "a number in text without its unit",
        "rate = \"350 t/d\"",
        "rate = \"350\"",
        "no unit is not a unit of a mass flow",
    ),
    ("a wrong unit", "rate = \"350 t/d\"", "rate = \"350 m\"", "`m` is not a unit of a mass flow"),
    ("a unit nobody knows", "rate = \"350 t/d\"", "rate = \"350 furlongs\"", "use one of: kg/h"),
    ("a negative rate", "rate = \"350 t/d\"", "rate = \"-350 t/d\"", "outside what is possible"),
    ("a NaN in text", "rate = \"350 t/d\"", "rate = \"nan t/d\"", "does not begin with a number"),
    ("a NaN", "rate = \"350 t/d\"", "rate = nan", "`ore.rate`"),
    ("an infinity", "rate = \"350 t/d\"", "rate = inf", "`ore.rate`"),
    ("a number too large to hold", "rate = \"350 t/d\"", "rate = \"1e999 t/d\"", "does not begin with a number"),
    ("a list for a quantity", "rate = \"350 t/d\"", "rate = [\"350 t/d\"]", "a list stands where"),
    ("a word that is not one of the words", "basis = \"wet\"", "basis = \"wett\"", "did you mean `wet`?"),
    (
        "an ore that does not exist",
        "\"minamitorishima-mud\"",
        "\"minamitorishima-mudd\"",
        "did you mean `minamitorishima-mud`?",
    ),
    (
        "a pattern that does not exist",
        "pattern = \"minamitorishima\"",
        "pattern = \"minamitorisima\"",
        "minamitorishima",
    ),
    ("no grade and no deposit", "grade = \"1720 ppm\"\n", "", "has no grade, and there is no deposit"),
    ("no pattern and no deposit", "pattern = \"minamitorishima\"\n", "", "has no pattern, and there is no deposit"),
    ("a grade beyond the possible", "grade = \"1720 ppm\"", "grade = \"99 %\"", "outside what is possible"),
    ("more hours than a year has", "time = \"300 d/y\"", "time = \"400 d/y\"", "outside what is possible"),
    ("operation without its time", "time = \"300 d/y\"\n", "", "`operation.time`: missing"),
    (
        "a section that is not a table",
        "[operation]\ntime = \"300 d/y\"",
        "operation = 3",
        "a number stands where a table belongs",
    ),
    ("a unit without a tag", "tag = \"D-1\"\n", "", "missing"),
    ("a unit without a kind", "kind = \"dewatering\"\n", "", "`D-1.kind`: missing"),
    ("a kind that does not exist", "kind = \"dewatering\"", "kind = \"dewaterin\"", "did you mean `dewatering`?"),
    ("a tag no file name bears", "tag = \"D-1\"", "tag = \"D/1\"", "a character that file names do not bear"),
    ("a stream nobody makes", "from = \"ore\"", "from = \"or\"", "nothing makes the stream `or`"),
    ("a unit that takes nothing", "from = \"ore\"\n", "", "streams for"),
    ("a port that does not exist", "cake = \"cake\"", "cakes = \"cake\"", "there is no port `cakes`"),
    ("an outlet without a name", ", water = \"water\"", "", "nothing stands at port `water`"),
    ("two streams of one name", "water = \"water\"", "water = \"cake\"", "the stream `cake` already comes from D-1"),
    ("an outlet that splits", "water = \"water\"", "water = [\"a\", \"b\"]", "one stream leaves by one outlet"),
    ("a loop that nothing enters", "from = \"ore\"", "from = \"cake\"", "is closed"),
    ("a share above the whole", "capture = \"98 %\"", "capture = \"198 %\"", "outside what is possible"),
    ("a missing field of a unit", "capture = \"98 %\"\n", "", "`D-1.capture`: missing"),
    (
        "evidence without a source",
        "capture = \"98 %\"",
        "capture = { value = \"98 %\", evidence = \"measured\" }",
        "measured, but by whom?",
    ),
    (
        "an assumption without a reason",
        "capture = \"98 %\"",
        "capture = { value = \"98 %\", evidence = \"assumed\" }",
        "assumed, but why?",
    ),
    (
        "an evidence class nobody knows",
        "capture = \"98 %\"",
        "capture = { value = \"98 %\", evidence = \"rumour\" }",
        "`rumour` is not an evidence class",
    ),
    (
        "a standing without a value",
        "capture = \"98 %\"",
        "capture = { evidence = \"assumed\", note = \"x\" }",
        "`value` is missing",
    ),
    ("a text that is not closed", "title = \"One cut\"", "title = \"One cut", "not TOML"),
    ("a key that stands twice", "seed = 1", "seed = 1\nseed = 2", "not TOML"),
    ("a base that is absent", "seed = 1", "seed = 1\nbase = \"../nowhere\"", "the base `../nowhere` cannot be read"),
    (
        "a work nobody can look up",
        "capture = \"98 %\"",
        "capture = { value = \"98 %\", evidence = \"measured\", source = \"nobody2020\" }",
        "the source `nobody2020` is not in data/refs.bib",
    ),
    ("a plant without its time at work", "[operation]\ntime = \"300 d/y\"\n", "", "a plant has a time at work"),
    ("leaving out what is not there", "seed = 1", "seed = 1\nwithout = [\"D-2\"]", "there is no unit tagged `D-2`"),
    ("a base that is not a path", "seed = 1", "seed = 1\nbase = 3", "a number stands where a path belongs"),
];

#[test]
fn each_broken_scenario_gets_its_message() {
    let mut silent = Vec::new();
    for (what, old, new, told) in BROKEN {
        assert!(SOUND.contains(old), "{what}: the sound scenario has no `{old}`");
        let complaints = complaints(&SOUND.replacen(old, new, 1));
        if !complaints.iter().any(|complaint| complaint.contains(told)) {
            silent.push(format!("{what}: wanted `{told}` among {complaints:#?}"));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    assert!(BROKEN.len() >= 40);
}

#[test]
fn every_message_has_its_place_and_what_to_try() {
    for (what, old, new, _) in BROKEN {
        for complaint in complaints(&SOUND.replacen(old, new, 1)) {
            assert!(
                complaint.starts_with("broken.toml") || complaint.contains(".toml"),
                "{what}: no file in {complaint}"
            );
            assert!(complaint.contains("\n  try: "), "{what}: nothing to try in {complaint}");
        }
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let text = SOUND
        .replace("seed = 1", "seed = 1.5")
        .replace("350 t/d", "350 m")
        .replace("98 %", "198 %")
        .replace("from = \"ore\"", "form = \"ore\"");
    assert!(complaints(&text).len() >= 4, "{:#?}", complaints(&text));
}

#[test]
fn an_empty_scenario_is_not_sound() {
    let told = complaints("title = \"T\"\nsummary = \"S\"\nmoney = \"USD 2025\"\nseed = 1\n");
    assert!(told.iter().any(|complaint| complaint.contains("there is nothing to run")), "{told:?}");
}

#[test]
fn an_absent_file_is_a_problem_with_a_hint() {
    let told = Scenario::read("/nowhere/at/all.toml").unwrap_err().to_string();
    assert!(
        told.contains("/nowhere/at/all.toml") && told.contains("cannot be read") && told.contains("try:"),
        "{told}"
    );
    let told = Scenario::bundled("minamitorisima").unwrap_err().to_string();
    assert!(told.contains("did you mean `minamitorishima"), "{told}");
}

#[test]
fn a_scenario_may_not_stand_on_itself() {
    let folder = std::env::temp_dir().join(format!("ytterby-base-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("scenario.toml"), "base = \".\"\ntitle = \"T\"\n").unwrap();
    let told = Scenario::read(&folder).unwrap_err().to_string();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(told.contains("without end"), "{told}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    /// Whatever is cut out of a scenario, or pasted into it, the answer is problems or a model, never a panic.
    #[test]
    fn no_mangled_scenario_panics(start in 0usize..900, length in 0usize..60, paste in "[ -~\n]{0,12}") {
        let from = SOUND.char_indices().map(|(at, _)| at).nth(start).unwrap_or(SOUND.len());
        let to = SOUND[from..].char_indices().map(|(at, _)| from + at).nth(length).unwrap_or(SOUND.len());
        let mangled = format!("{}{paste}{}", &SOUND[..from], &SOUND[to..]);
        let library = Library::builtin();
        if let Ok(model) = Scenario::from_text("mangled.toml", &mangled).and_then(|scenario| scenario.check(&library)) {
            // What is sound must run or fail with an error that names its unit.
            let _ = model.run(&library, None, &mut ytterby::run::Silent);
        }
    }

    /// Nor does any text at all.
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = Node::parse("any.toml", &text);
    }
}
