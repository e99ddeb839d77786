//! How long batteries take to solve, and how that grows: `cargo bench --bench cascades`.
//!
//! A plain program, not a framework: what is asked (slopes, memory, warm against cold, a page with the numbers)
//! no framework gives, and one would be compiled at every `cargo test`.
//!
//! `-- --write` puts numbers and pictures into docs/benchmarks; `-- --saponified 10` prints the answer and the time of
//! the section that peers solve too, as JSON (`--once`: one solve, for the time of the whole process); `-- --memory 1000` solves one train and prints the peak memory.

mod batteries;
mod chart;

use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use chart::{Chart, Series, slope};
use ytterby::separate::cascade::{Cascade, Profile};

/// A run longer than this may have shared its processor, s.
const INTERRUPTED: f64 = 5e-4;
/// Length of a batch of longer runs, s.
const BATCH: f64 = 0.4;
/// Where the pages are.
const FOLDER: &str = "docs/benchmarks";

/// Seconds this thread has had a processor, as the system counts them; `None` where it does not tell.
fn on_processor() -> Option<f64> {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(told.split_whitespace().next()?.parse::<f64>().ok()? * 1e-9)
}

/// Median seconds of a run. Short runs by wall time, one by one; longer ones by the processor's time, since other work
/// on the machine is not ours, in batches long beside the ticks in which the system counts it.
fn median(most: usize, mut run: impl FnMut()) -> f64 {
    let start = Instant::now();
    run();
    let first = start.elapsed().as_secs_f64();
    let short = first < INTERRUPTED;
    let batch = if short { 1 } else { (BATCH / first).ceil() as usize };
    let (begin, mut times) = (Instant::now(), Vec::new());
    while times.len() < most && (times.len() < 3 || begin.elapsed().as_secs_f64() < 1.0) {
        let (start, had) = (Instant::now(), on_processor());
        for _ in 0..batch {
            run();
        }
        let wall = start.elapsed().as_secs_f64();
        let busy = on_processor().zip(had).map(|(now, then)| now - then);
        times.push(busy.filter(|_| !short).map_or(wall, |busy| busy.min(wall)) / batch as f64);
        if begin.elapsed().as_secs_f64() > 60.0 {
            break;
        }
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

struct Timed {
    seconds: f64,
    answer: Result<Profile, String>,
}

fn cold(cascade: &Cascade<'_>) -> Timed {
    let answer = cascade.solve(None).map_err(|e| e.to_string());
    let seconds = median(1000, || drop(black_box(cascade.solve(None))));
    Timed { seconds, answer }
}

fn told(timed: &Timed) -> String {
    match &timed.answer {
        Ok(profile) => format!("{} steps", profile.iterations),
        Err(why) => why.lines().next().unwrap_or_default().to_owned(),
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.3} ms", s * 1e3),
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

/// Peak memory of a process that solves one train, MB; the system's word.
fn peak_of(stages: usize) -> Option<f64> {
    let me = std::env::current_exe().ok()?;
    let output = Command::new(me).args(["--memory", &stages.to_string()]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn own_peak() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()? / 1024.0)
}

/// The peers' section, as JSON: the inputs, the answer, and the median time of a solve from cold.
fn answer_for_peers(stages: usize, once: bool) -> String {
    let law = batteries::ten();
    let cascade = batteries::saponified(&law, stages);
    let timed = if once {
        Timed { seconds: 0.0, answer: cascade.solve(None).map_err(|e| e.to_string()) }
    } else {
        cold(&cascade)
    };
    let Ok(profile) = timed.answer else { return format!("{{\"stages\": {stages}, \"failed\": true}}") };
    let pairs = |values: &[f64]| {
        let named = cascade.solutes.iter().zip(values).filter(|(element, _)| element.is_rare_earth());
        named.map(|(element, value)| format!("\"{element}\": {value:e}")).collect::<Vec<_>>().join(", ")
    };
    let k = cascade.solutes.len();
    let ph = profile.ph.iter().rev().map(|v| format!("{v:e}")).collect::<Vec<_>>().join(", ");
    let log_k = batteries::ten_log_k().iter().map(|(e, v)| format!("\"{e}\": {v}")).collect::<Vec<_>>().join(", ");
    let (last, feed) = (&cascade.stages[stages - 1], &cascade.fresh[(stages - 1) * k..]);
    let rare_earths: f64 = feed.iter().zip(&cascade.charge).filter(|(_, z)| **z > 1.5).map(|(f, z)| f * z).sum();
    format!(
        "{{\"seconds\": {:e}, \"steps\": {}, \"raffinate\": {{{}}}, \"ph\": [{ph}], \"inputs\": {{\"stages\": {stages}, \
         \"log_k\": {{{log_k}}}, \"feed_mol_s\": {{{}}}, \"feed_h_mol_s\": {}, \"aqueous_l_per_s\": {}, \
         \"organic_l_per_s\": {}, \"organic_dimer_mol_s\": {}, \"organic_na_mol_s\": {}}}}}",
        timed.seconds,
        profile.iterations,
        pairs(&profile.aqueous[..k]),
        pairs(feed),
        last.anions - rare_earths,
        last.aqueous,
        last.organic,
        last.sites,
        cascade.fresh[k - 1],
    )
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |flag: &str| words.iter().skip_while(|w| *w != flag).nth(1).and_then(|w| w.parse::<usize>().ok());
    if let Some(stages) = after("--saponified") {
        println!("{}", answer_for_peers(stages, words.iter().any(|w| w == "--once")));
        return;
    }
    if let Some(stages) = after("--memory") {
        let law = batteries::nineteen();
        let solved = batteries::train(&law, stages, 19, 1.0).solve(None).is_ok();
        if let Some(peak) = own_peak().filter(|_| solved) {
            println!("{peak:.1}");
        }
        return;
    }
    let largest = after("--largest").unwrap_or(10_000);
    let (mut page, mut pictures) = (String::new(), Vec::new());
    small(&mut page);
    pictures.push(("stages", stages(&mut page, largest)));
    pictures.push(("elements", elements(&mut page)));
    print!("{page}");
    if words.iter().any(|w| w == "--write") {
        let head = "# How long batteries take\n\nMade by `cargo bench --bench cascades -- --write`, one thread, median of repeats; \
                    processor time of runs above 0.5 ms, wall time below. Compare within the page, not between machines.\n\n";
        let mut files = vec![(format!("{FOLDER}/cascades.md"), format!("{head}{page}"))];
        files.extend(pictures.into_iter().map(|(name, svg)| (format!("{FOLDER}/{name}.svg"), svg)));
        for (file, text) in files {
            if let Err(why) = fs::write(&file, text) {
                eprintln!("`{file}` could not be written: {why}");
            }
        }
    }
}

fn small(page: &mut String) {
    let law = batteries::ten();
    let _ = writeln!(page, "## Ten rare earths on saponified extractant\n");
    let _ = writeln!(page, "| stages | cold | |\n| ---: | ---: | --- |");
    for stages in [1, 4, 8, 10, 20, 100] {
        let timed = cold(&batteries::saponified(&law, stages));
        let _ = writeln!(page, "| {stages} | {} | {} |", time(timed.seconds), told(&timed));
    }
}

fn stages(page: &mut String, largest: usize) -> String {
    let law = batteries::nineteen();
    let _ = writeln!(
        page,
        "\n## Fifteen rare earths with Fe, Al, Ca, Na: extraction, scrub and strip, organic loop closed\n\n\
         Nineteen balances a stage; H⁺ is what electroneutrality leaves. Warm: the feed up by 1 %, from the answer before.\n\n\
         | stages | cold | | warm | | peak memory |\n| ---: | ---: | --- | ---: | --- | ---: |"
    );
    let (mut colds, mut warms) = (Vec::new(), Vec::new());
    for stages in [10, 30, 100, 300, 1000, 3000, 10_000].into_iter().filter(|&n| n <= largest) {
        let timed = cold(&batteries::train(&law, stages, 19, 1.0));
        let changed = batteries::train(&law, stages, 19, 1.01);
        let (mut warm, mut warm_told) = (String::from("—"), String::new());
        if let Ok(before) = &timed.answer {
            let again = Timed {
                seconds: median(1000, || drop(black_box(changed.solve(Some(before))))),
                answer: changed.solve(Some(before)).map_err(|e| e.to_string()),
            };
            if again.answer.is_ok() {
                warms.push((stages as f64, again.seconds));
            }
            (warm, warm_told) = (time(again.seconds), told(&again));
            colds.push((stages as f64, timed.seconds));
        }
        let memory = peak_of(stages).map_or("—".into(), |mb| format!("{mb:.0} MB"));
        let _ = writeln!(
            page,
            "| {stages} | {} | {} | {warm} | {warm_told} | {memory} |",
            time(timed.seconds),
            told(&timed)
        );
        eprintln!("{stages} stages: {} cold, {warm} warm", time(timed.seconds));
    }
    let (cold_slope, warm_slope) = (slope(&colds), slope(&warms));
    let _ = writeln!(
        page,
        "\nTime ∝ stages^{cold_slope:.2} cold, stages^{warm_slope:.2} warm (1 is linear).\n\n![time by stages](stages.svg)"
    );
    Chart {
        title: "Time to solve a closed train of 19 elements",
        x: "stages",
        y: "seconds",
        series: vec![
            Series { name: format!("cold, slope {cold_slope:.2}"), points: colds },
            Series { name: format!("warm, slope {warm_slope:.2}"), points: warms },
        ],
    }
    .svg()
}

fn elements(page: &mut String) -> String {
    let law = batteries::nineteen();
    let _ = writeln!(
        page,
        "\n## Elements, a closed train of 100 stages\n\n| elements | cold | | per step |\n| ---: | ---: | --- | ---: |"
    );
    let (mut whole, mut step) = (Vec::new(), Vec::new());
    for elements in [2, 3, 4, 6, 8, 10, 12, 14, 16, 19] {
        let timed = cold(&batteries::train(&law, 100, elements, 1.0));
        let mut per_step = String::from("—");
        if let Ok(profile) = &timed.answer {
            let each = timed.seconds / profile.iterations.max(1) as f64;
            whole.push((elements as f64, timed.seconds));
            step.push((elements as f64, each));
            per_step = time(each);
        }
        let _ = writeln!(page, "| {elements} | {} | {} | {per_step} |", time(timed.seconds), told(&timed));
    }
    let (all, each) = (slope(&whole), slope(&step));
    let _ = writeln!(
        page,
        "\nTime ∝ elements^{all:.2}, a step ∝ elements^{each:.2} (3 is cubic).\n\n![time by elements](elements.svg)"
    );
    Chart {
        title: "Time to solve a closed train of 100 stages",
        x: "elements",
        y: "seconds",
        series: vec![
            Series { name: format!("whole solve, slope {all:.2}"), points: whole },
            Series { name: format!("one step, slope {each:.2}"), points: step },
        ],
    }
    .svg()
}
