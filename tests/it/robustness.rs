//! Some of the random circuits of `cargo bench --bench robustness`: each is solved and proved from its profile,
//! or refused with the reason; none returns a number that is none, none "succeeds" unbalanced.

#[path = "../../benches/circuits/mod.rs"]
mod circuits;

use circuits::{Circuit, Verdict, judge};
use ytterby::library::Library;

/// Seeds from nought, and seeds that were hard once: traces in an open loop, a loading limit, a front that walks,
/// digits spent in a loop, a loop that lets nothing go.
const FIRST: u64 = 150;
const HARD: [u64; 8] = [655, 663, 996, 1585, 3322, 5916, 8042, 8312];

#[test]
fn random_circuits_are_solved_or_refused_with_the_reason() {
    let library = Library::builtin();
    let mut open = Vec::new();
    let mut solved = 0;
    for seed in (0..FIRST).chain(HARD) {
        let (law, verdict) = match Circuit::draw(seed, &library) {
            Ok(circuit) => {
                let network = circuit.network();
                let verdict = judge(&network, &network.solve(None));
                assert!(!matches!(verdict, Verdict::NotFinite(_)), "seed {seed}, {}: {verdict:?}", circuit.story());
                (circuit.law().to_owned(), verdict)
            }
            Err(why) => (String::new(), Verdict::Refused(why.to_string())),
        };
        match verdict {
            Verdict::Solved { .. } => solved += 1,
            Verdict::Infeasible(_) => {}
            other => open.push(format!("seed {seed}, {law}: {other:?}")),
        }
    }
    assert!(open.is_empty(), "replay with `cargo bench --bench robustness -- --seed N`:\n{}", open.join("\n"));
    assert!(solved > 130, "only {solved} solved: the draw no longer asks what it did");
}
