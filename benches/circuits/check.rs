//! Is an answer an answer? Worked out from the profile alone, never from the solver's word.
//!
//! # Equation
//! For each solute: what enters the circuit leaves it, and so for each stage. What the mixer of a stage
//! holds follows from what leaves it, less what passed it by and what went with the wrong phase; for each
//! mixer the law holds at the profile's pH and free extractant, extractant units balance, and the total
//! acidity that its pH stands for is what electroneutrality leaves.

use std::sync::LazyLock;

use ytterby::error::Error;
use ytterby::separate::cascade::Profile;
use ytterby::separate::cascade::network::{Network, Phase};
use ytterby::separate::isotherm::{Contact, Exchange};

/// Relative gap of an element over the whole circuit, and over a stage.
const CLOSURE: f64 = 1e-10;
/// Share of what is fed of an element, of the order of one rounding of it, that a stage may gain or lose besides.
const ROUNDING: f64 = 1e-16;
/// Of charge and extractant units, relative to what they are the small difference of.
const CHARGE: f64 = 1e-9;
/// mol/L of acid, far below what water itself makes.
const LEAST_ACID: f64 = 1e-15;
/// Ionic product of water, (mol/L)².
const WATER: f64 = 1e-14;
/// Of log D against the law.
const LAW: f64 = 1e-6;
/// mol/h per mol/h fed, below which an amount is nothing.
const NOTHING: f64 = 1e-25;
/// Share of a stream below which what the mixer held of it is lost in what was entrained.
const VEILED: f64 = 1e-6;

/// What became of a circuit.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Solved; the worst of its closures.
    Solved {
        /// Newton steps.
        steps: usize,
        /// Largest relative gap of an element.
        closure: f64,
    },
    /// No answer exists: the balance of the inputs proves it, and the solver says so.
    Infeasible(String),
    /// The solver says that none exists, and the inputs' balance alone does not prove it.
    Refused(String),
    /// Not converged.
    Failed(String),
    /// An "answer" that is none.
    Unbalanced(String),
    /// An "answer" with a number that is not finite, or negative.
    NotFinite(String),
}

/// Acid constants of HSO4⁻, HF and H3PO4, mol/L.
static WEAK: LazyLock<[f64; 3]> = LazyLock::new(|| {
    let table = include_str!("../../data/solution/acid_constants.csv");
    ["HSO4-,1,", "HF,1,", "H3PO4,1,"].map(|row| {
        let pk = table.lines().find_map(|line| line.strip_prefix(row)).expect("the acid is in the table");
        10f64.powf(-pk.parse::<f64>().expect("a number"))
    })
});

/// What became of a circuit, from what the solver answered.
pub fn judge(network: &Network<'_>, answer: &Result<Profile, Error>) -> Verdict {
    match answer {
        Ok(profile) => match not_finite(network, profile) {
            Some(what) => Verdict::NotFinite(what),
            None => match gaps(network, profile) {
                Ok(closure) => Verdict::Solved { steps: profile.iterations, closure },
                Err(what) => Verdict::Unbalanced(what),
            },
        },
        Err(Error::Infeasible { what, .. }) => match impossible(network) {
            Some(why) => Verdict::Infeasible(format!("{what} ({why})")),
            None => Verdict::Refused(what.clone()),
        },
        Err(error) => {
            let why = impossible(network).map_or(String::new(), |why| format!("no answer exists: {why}; "));
            Verdict::Failed(format!("{why}{}", error.to_string().lines().next().unwrap_or_default()))
        }
    }
}

/// Why the inputs' own balance allows no answer, if so: a line whose organic phase is always full has a metal flow
/// at each stage that no chemistry changes.
pub fn impossible(network: &Network<'_>) -> Option<String> {
    let (n, k) = (network.stages.len(), network.solutes.len());
    if !network.laws.iter().all(|law| law.saturated()) {
        return None;
    }
    let mut metal = vec![0.0; n];
    for j in (0..n).rev() {
        let down = network.pipes.iter().filter(|p| p.phase == Phase::Aqueous && p.to == j);
        metal[j] = network.fresh[j * k..(j + 1) * k].iter().sum::<f64>() - network.stages[j].sites
            + down.map(|p| p.share * metal[p.from]).sum::<f64>()
            + if j > 0 { network.stages[j - 1].sites } else { 0.0 };
    }
    let short = metal.iter().rposition(|&metal| metal <= 0.0)?;
    Some(format!("{:.3e} mol/h of metal would be left to the solution of stage {short}", metal[short]))
}

fn not_finite(network: &Network<'_>, profile: &Profile) -> Option<String> {
    let (n, k) = (network.stages.len(), network.solutes.len());
    if [profile.aqueous.len(), profile.organic.len()] != [n * k; 2] || [profile.free.len(), profile.ph.len()] != [n; 2]
    {
        return Some("a profile of another size".into());
    }
    let lists = [&profile.aqueous, &profile.organic, &profile.free, &profile.ph, &profile.acidity];
    if lists.iter().any(|list| list.iter().any(|v| !v.is_finite())) {
        return Some("a number that is not finite".into());
    }
    let negative = |list: &[f64]| list.iter().any(|&v| v < 0.0);
    (negative(&profile.aqueous) || negative(&profile.organic) || negative(&profile.free))
        .then(|| "a negative amount".into())
}

/// What reaches each stage of a solute, with the solution and with the organic phase; and what leaves the circuit.
fn reaching(network: &Network<'_>, profile: &Profile, i: usize) -> (Vec<[f64; 2]>, f64) {
    let (n, k) = (network.stages.len(), network.solutes.len());
    let mut inlets: Vec<[f64; 2]> =
        (0..n).map(|j| [network.fresh[j * k + i], network.fresh_organic[j * k + i]]).collect();
    let mut held = vec![[0.0; 2]; n];
    let mut leaving = 0.0;
    for pipe in &network.pipes {
        let phase = usize::from(pipe.phase == Phase::Organic);
        let out = [&profile.aqueous, &profile.organic][phase][pipe.from * k + i];
        held[pipe.from][phase] += pipe.share;
        if pipe.renews == Some(i) {
            leaving += pipe.share * out;
        } else {
            inlets[pipe.to][phase] += pipe.share * out;
        }
    }
    for (j, held) in held.iter().enumerate() {
        leaving += (1.0 - held[0]) * profile.aqueous[j * k + i] + (1.0 - held[1]) * profile.organic[j * k + i];
    }
    (inlets, leaving)
}

/// The worst closure of an element, or the first thing that does not balance.
fn gaps(network: &Network<'_>, profile: &Profile) -> Result<f64, String> {
    let (n, k) = (network.stages.len(), network.solutes.len());
    let mut worst: f64 = 0.0;
    let mut mixers = vec![[0.0; 2]; n * k];
    for i in 0..k {
        let symbol = network.solutes[i];
        let entering: f64 = (0..n).map(|j| network.fresh[j * k + i] + network.fresh_organic[j * k + i]).sum();
        let (inlets, leaving) = reaching(network, profile, i);
        for (j, stage) in network.stages.iter().enumerate() {
            let out = [profile.aqueous[j * k + i], profile.organic[j * k + i]];
            let (to_stage, from_stage) = (inlets[j][0] + inlets[j][1], out[0] + out[1]);
            if to_stage.max(from_stage) > NOTHING * entering {
                let gap = (to_stage - from_stage).abs() / to_stage.max(from_stage);
                if (to_stage - from_stage).abs() > ROUNDING * entering {
                    worst = worst.max(gap);
                }
                if (to_stage - from_stage).abs() > CLOSURE * to_stage.max(from_stage) + ROUNDING * entering {
                    let share = to_stage.max(from_stage) / entering;
                    return Err(format!(
                        "{symbol} in stage {j} of {n}: {gap:.1e} of what passes ({share:.1e} of what is fed) is not balanced"
                    ));
                }
            }
            let past = 1.0 - stage.efficiency;
            let [under, over] = stage.entrained;
            let sent = [out[0] - past * inlets[j][0], out[1] - past * inlets[j][1]];
            let whole = 1.0 - under - over;
            mixers[j * k + i] = [
                ((1.0 - under) * sent[0] - under * sent[1]) / whole,
                ((1.0 - over) * sent[1] - over * sent[0]) / whole,
            ];
        }
        let gap = (entering - leaving).abs() / entering;
        worst = worst.max(gap);
        if gap > CLOSURE {
            return Err(format!("{symbol} over the circuit: {gap:.1e} of what enters"));
        }
    }
    for j in 0..n {
        mixer(network, profile, j, &mixers[j * k..(j + 1) * k])?;
    }
    Ok(worst)
}

fn mixer(network: &Network<'_>, profile: &Profile, j: usize, held: &[[f64; 2]]) -> Result<(), String> {
    let (stage, k) = (&network.stages[j], network.solutes.len());
    let law = network.laws[stage.law];
    let (ph, free) = (profile.ph[j], profile.free[j]);
    let sum = |phase: usize| network.charge.iter().zip(held).map(|(z, held)| z * held[phase]).sum::<f64>();
    let (aqueous_eq, organic_eq) = (sum(0), sum(1));
    let mut at = Contact::new(ph, free);
    let own = match law.exchange() {
        Exchange::Saturated => 0.0,
        Exchange::Protons => stage.organic * free,
        Exchange::Salt => {
            at.salt = (stage.anions + aqueous_eq) / stage.aqueous;
            stage.organic * free
        }
    };
    for (i, [x, y]) in held.iter().enumerate() {
        let (out, entering) = (profile.aqueous[j * k + i] + profile.organic[j * k + i], |i: usize| {
            network.fresh.iter().chain(&network.fresh_organic).skip(i).step_by(k).sum::<f64>()
        });
        let clear = stage.entrained.iter().all(|&share| share <= 0.0) && stage.efficiency >= 1.0;
        if x.min(*y) < NOTHING * entering(i) || (!clear && x.min(*y) < VEILED * out) {
            continue;
        }
        let found = (y / x * stage.aqueous / stage.organic).log10();
        let says = law.log_d(network.solutes[i], &at).unwrap_or(f64::NAN);
        if (found - says).is_nan() || (found - says).abs() > LAW {
            return Err(format!("{} in stage {j}: log D {found:.8}, the law says {says:.8}", network.solutes[i]));
        }
    }
    let units = (organic_eq + own) / stage.sites - 1.0;
    if units.is_nan() || units.abs() > CHARGE {
        return Err(format!("extractant of stage {j}: {units:.1e} unbalanced"));
    }
    if law.exchange() == Exchange::Protons {
        let h = 10f64.powf(-ph);
        let acidity = stage.weak.iter().zip(&*WEAK).fold(h - WATER / h, |sum, (c, k)| sum + c * h / (k + h));
        let charge = (stage.anions - aqueous_eq) / stage.aqueous;
        let scale = (stage.anions + aqueous_eq) / stage.aqueous;
        if (acidity - charge).abs() > CHARGE * scale + LEAST_ACID {
            return Err(format!(
                "charge of stage {j}: pH {ph:.6} stands for {acidity:.6e} mol/L of acid, charge leaves {:.1e} more",
                charge - acidity
            ));
        }
    }
    Ok(())
}
