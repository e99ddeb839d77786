//! Ten thousand random circuits from cold starts, and what became of each.
//!
//! `cargo bench --bench robustness` runs seeds 0–9999 and prints the tally;
//! `-- --seed 17` replays one and tells it; `-- --from 0 --count 500` takes some;
//! `-- --write` puts the tally into docs/benchmarks/robustness.md; `-- --list FILE` the seeds to look at into a file.

#[path = "circuits/mod.rs"]
mod circuits;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use circuits::{Circuit, Verdict, judge};
use ytterby::library::Library;

/// A solve that has not answered by then hangs.
const HANGS: Duration = Duration::from_mins(2);
/// A solve that takes longer is told.
const SLOW: f64 = 5.0;

struct Told {
    seed: u64,
    law: String,
    story: String,
    verdict: Verdict,
    seconds: f64,
}

fn tell(seed: u64, library: &Library) -> Told {
    let circuit = match Circuit::draw(seed, library) {
        Ok(circuit) => circuit,
        Err(why) => {
            let (law, story) = ("—".into(), "flows that cannot be".into());
            return Told { seed, law, story, verdict: Verdict::Refused(why.to_string()), seconds: 0.0 };
        }
    };
    let network = circuit.network();
    let start = Instant::now();
    let answer = network.solve(None);
    let seconds = start.elapsed().as_secs_f64();
    Told { seed, law: circuit.law().into(), story: circuit.story(), verdict: judge(&network, &answer), seconds }
}

/// Runs seeds one after the other on a thread of their own; a seed that hangs is left behind.
fn run(from: u64, count: u64) -> Vec<Told> {
    let (mut told, mut next) = (Vec::new(), from);
    while next < from + count {
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            let library = Library::builtin();
            for seed in next..from + count {
                if send.send(tell(seed, &library)).is_err() {
                    return;
                }
            }
        });
        while next < from + count {
            match receive.recv_timeout(HANGS) {
                Ok(one) => told.push(one),
                Err(why) => {
                    let story = Circuit::draw(next, &Library::builtin()).map_or(String::new(), |c| c.story());
                    told.push(Told {
                        seed: next,
                        law: "—".into(),
                        story,
                        verdict: Verdict::Failed(format!("no answer: {why}")),
                        seconds: HANGS.as_secs_f64(),
                    });
                    next += 1;
                    break;
                }
            }
            next += 1;
        }
    }
    told
}

fn class(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Solved { .. } => "solved and verified",
        Verdict::Infeasible(_) => "infeasible, with the reason, proved by the inputs' balance",
        Verdict::Refused(_) => "refused as infeasible, not proved by the inputs' balance",
        Verdict::Failed(_) => "not converged",
        Verdict::Unbalanced(_) => "\"solved\" but not balanced",
        Verdict::NotFinite(_) => "not finite or negative",
    }
}

fn reason(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Solved { steps, closure } => format!("{steps} steps, worst closure {closure:.1e}"),
        Verdict::Infeasible(why)
        | Verdict::Refused(why)
        | Verdict::Failed(why)
        | Verdict::Unbalanced(why)
        | Verdict::NotFinite(why) => why.clone(),
    }
}

fn tally(told: &[Told]) -> String {
    let mut text = String::new();
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut laws: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let (mut steps, mut closure, mut seconds) = (Vec::new(), 0.0_f64, Vec::new());
    for one in told {
        *classes.entry(class(&one.verdict)).or_default() += 1;
        let law = laws.entry(&one.law).or_default();
        law[0] += 1;
        seconds.push(one.seconds);
        match &one.verdict {
            Verdict::Solved { steps: s, closure: c } => {
                steps.push(*s as f64);
                closure = closure.max(*c);
            }
            Verdict::Infeasible(_) => {}
            _ => law[1] += 1,
        }
    }
    let at = |list: &mut Vec<f64>, share: f64| {
        list.sort_by(f64::total_cmp);
        list.get(((list.len() as f64 * share) as usize).min(list.len().saturating_sub(1))).copied().unwrap_or(0.0)
    };
    let _ = writeln!(text, "| what became of it | circuits |\n| --- | ---: |");
    for (class, count) in &classes {
        let _ = writeln!(text, "| {class} | {count} |");
    }
    let slow = seconds.iter().filter(|&&s| s > SLOW).count();
    let _ = writeln!(text, "| slower than {SLOW} s | {slow} |\n| all | {} |\n", told.len());
    let _ = writeln!(
        text,
        "Worst closure of an element among the solved: {closure:.1e}. Newton steps: median {:.0}, 99 % below {:.0}, most {:.0}. Solve: median {:.2} ms, 99 % below {:.0} ms, longest {:.2} s.\n",
        at(&mut steps, 0.5),
        at(&mut steps, 0.99),
        at(&mut steps, 1.0),
        at(&mut seconds, 0.5) * 1e3,
        at(&mut seconds, 0.99) * 1e3,
        at(&mut seconds, 1.0),
    );
    let _ = writeln!(text, "| law | circuits | neither solved nor proved infeasible |\n| --- | ---: | ---: |");
    for (law, [all, bad]) in &laws {
        let _ = writeln!(text, "| {law} | {all} | {bad} |");
    }
    text
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mut from, mut count, mut alone, mut write, mut list) = (0, 10_000, None, false, None);
    while let Some(word) = arguments.next() {
        if word == "--list" {
            list = arguments.next();
            continue;
        }
        let mut number = || arguments.next().and_then(|text| text.parse::<u64>().ok());
        match word.as_str() {
            "--seed" => alone = number(),
            "--from" => from = number().unwrap_or(from),
            "--count" => count = number().unwrap_or(count),
            "--write" => write = true,
            _ => {}
        }
    }
    if let Some(seed) = alone {
        let one = tell(seed, &Library::builtin());
        println!("seed {seed}: {}\n{}: {}\n{:.3} s", one.story, class(&one.verdict), reason(&one.verdict), one.seconds);
        return;
    }
    let told = run(from, count);
    let mut open = String::new();
    for one in &told {
        if !matches!(one.verdict, Verdict::Solved { .. } | Verdict::Infeasible(_)) || one.seconds > SLOW {
            let _ = writeln!(
                open,
                "seed {} | {} | {} | {} | {:.2} s",
                one.seed,
                class(&one.verdict),
                one.story,
                reason(&one.verdict),
                one.seconds
            );
        }
    }
    print!("{}\n{open}", tally(&told));
    if let Some(file) = list
        && let Err(why) = std::fs::write(&file, format!("{}\n{open}", tally(&told)))
    {
        eprintln!("`{file}` could not be written: {why}");
    }
    if write {
        let page = format!(
            "# Robustness\n\nRandom circuits from cold starts: {count} seeds from {from}, drawn and judged by `benches/circuits`.\nMade by `cargo bench --bench robustness -- --from {from} --count {count} --write`; a seed is replayed by `-- --seed N`.\n\n{}\n## Seeds to look at\n\n{}",
            tally(&told),
            if open.is_empty() { "None.\n".into() } else { format!("```text\n{open}```\n") },
        );
        if let Err(why) = std::fs::write("docs/benchmarks/robustness.md", page) {
            eprintln!("docs/benchmarks/robustness.md could not be written: {why}");
        }
    }
}
