//! Text of a user's own, cut and pasted at random: validation files, and facts laid over ours. None may panic.

use std::sync::LazyLock;

use proptest::prelude::{ProptestConfig, Strategy, any};
use ytterby::library::Library;
use ytterby::run::Silent;
use ytterby::scenario::Scenario;
use ytterby::validation;

use crate::audit::files;

/// Laws that answer in an instant, so that many can be asked.
const QUICK: [&str; 5] = [
    "validation/lift",
    "validation/finish",
    "validation/separate/closed_form",
    "validation/market",
    "validation/leach/gypsum",
];

static CLAIMS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let all = files("validation", &["toml"]).into_iter();
    all.filter(|(path, _)| QUICK.iter().any(|quick| path.starts_with(quick))).collect()
});
static FACTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| files("data", &["csv", "toml"]).into_iter().collect());

/// What is done to a text.
#[derive(Debug, Clone)]
enum Harm {
    /// So many characters from there on are replaced.
    Cut(usize, usize, String),
    /// The number (or word) that begins next after there becomes this.
    Word(usize, &'static str),
}

fn harm() -> impl Strategy<Value = Harm> {
    let words = ["", "0", "-1", "1e308", "-1e308", "1e-308", "nan", "inf", "12 %", "x", "\"", "Nd", "1e9", "[]"];
    (any::<bool>(), any::<usize>(), 0usize..40, "[ -~\n]{0,8}", 0..words.len()).prop_map(
        move |(cut, start, length, paste, word)| {
            if cut { Harm::Cut(start, length, paste) } else { Harm::Word(start, words[word]) }
        },
    )
}

fn harmed(text: &str, harm: &Harm) -> String {
    let at: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let (from, to, paste) = match harm {
        Harm::Cut(start, length, paste) => {
            let start = start % at.len();
            (at[start], at[(start + length).min(at.len() - 1)], paste.as_str())
        }
        Harm::Word(start, word) => {
            let apart = |c: char| c.is_whitespace() || c == ',' || c == '"';
            let start = at[start % at.len()];
            let from = text[start..].find(apart).map_or(start, |found| start + found + 1);
            let to = text[from..].find(apart).map_or(text.len(), |found| from + found);
            (from, to, *word)
        }
    };
    format!("{}{paste}{}", &text[..from], &text[to..])
}

/// Asks those who read facts: two scenarios that between them pass every room, and the laws of the fact's own room.
fn ask(library: &Library, fact: &str) {
    for name in ["minamitorishima", "06_the_world"] {
        let _ = Scenario::bundled(name).and_then(|scenario| scenario.check(library));
    }
    if let Ok(model) = Scenario::bundled("01_one_contact").and_then(|scenario| scenario.check(library)) {
        let _ = model.run(library, None, &mut Silent);
    }
    let room = fact.split('/').nth(1).unwrap_or_default();
    for (path, text) in CLAIMS.iter().filter(|(path, _)| path.split('/').nth(1) == Some(room)) {
        let _ = validation::one(path, text, library);
    }
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A validation file is answered with findings or with problems.
    #[test]
    fn no_mangled_claim_panics(which in any::<usize>(), harms in proptest::collection::vec(harm(), 1..4)) {
        let (path, text) = &CLAIMS[which % CLAIMS.len()];
        let text = harms.iter().fold(text.clone(), |text, harm| harmed(&text, harm));
        if let Ok(findings) = validation::one(path, &text, &Library::builtin()) {
            let _ = validation::as_text(&findings);
        }
    }
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Facts laid over ours are read, or refused with a reason.
    #[test]
    fn no_mangled_fact_panics(which in any::<usize>(), harms in proptest::collection::vec(harm(), 1..4)) {
        let (path, text) = &FACTS[which % FACTS.len()];
        let text = harms.iter().fold(text.clone(), |text, harm| harmed(&text, harm));
        let folder = std::env::temp_dir().join(format!("ytterby-overlay-{}", std::process::id()));
        let file = folder.join(&path["data/".len()..]);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        let library = Library::with_overlay(&folder);
        ask(&library, path);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
