//! Is an answer an answer? Worked out from the profile alone, never from the solver's word.
//!
//! # Equation
//! For each solute: what enters the circuit leaves it, and so for each stage. For each stage: the
//! law holds at the profile's pH and free extractant, extractant units balance, and the total
//! acidity that its pH stands for is what electroneutrality leaves.

use std::sync::LazyLock;

use ytterby::error::Error;
use ytterby::separate::cascade::Profile;
use ytterby::separate::isotherm::Contact;

use super::Circuit;

/// Relative gap of an element over the whole circuit, and over a stage.
const CLOSURE: f64 = 1e-10;
/// Of charge and extractant units, relative to what they are the small difference of.
const CHARGE: f64 = 1e-9;
/// mol/L of acid, far below what water itself makes.
const WATER: f64 = 1e-15;
/// Of log D against the law.
const LAW: f64 = 1e-6;
/// mol/h per mol/h fed, below which an amount is nothing.
const NOTHING: f64 = 1e-25;

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
    /// No answer exists: the balance of charge (or of metal) of the inputs proves it, and the solver says so.
    Infeasible(String),
    /// The solver says that none exists, or refuses it, and the inputs' balance alone does not prove it.
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
pub fn judge(circuit: &Circuit, answer: &Result<Profile, Error>) -> Verdict {
    match answer {
        Ok(profile) => match unfinished(profile).or_else(|| not_finite(circuit, profile)) {
            Some(what) => Verdict::NotFinite(what),
            None => match gaps(circuit, profile) {
                Ok(closure) => Verdict::Solved { steps: profile.iterations, closure },
                Err(what) => Verdict::Unbalanced(what),
            },
        },
        Err(Error::Infeasible { what, .. }) => match impossible(circuit) {
            Some(why) => Verdict::Infeasible(format!("{what} ({why})")),
            None => Verdict::Refused(what.clone()),
        },
        Err(error) => {
            let why = impossible(circuit).map_or(String::new(), |why| format!("no answer exists: {why}; "));
            Verdict::Failed(format!("{why}{}", error.to_string().lines().next().unwrap_or_default()))
        }
    }
}

/// Why the inputs' own balance allows no answer, if so.
pub fn impossible(circuit: &Circuit) -> Option<String> {
    let (n, k) = (circuit.stages.len(), circuit.solutes.len());
    let entering = |i: usize| (0..n).map(|j| circuit.fresh[j * k + i]).sum::<f64>();
    if circuit.law.isotherm.saturated() {
        let short = circuit.stages.iter().position(|stage| stage.anions <= 0.0)?;
        return Some(format!("the organic phase and the side outlet ask for more metal than reaches stage {short}"));
    }
    let cations: f64 = (0..k).map(|i| entering(i) * circuit.charge[i]).sum();
    let mut room: f64 = circuit.stages.iter().map(|stage| (1.0 - stage.kept) * stage.anions).sum();
    room += circuit.stages[n - 1].sites * circuit.returned.iter().fold(0.0, |most, r| f64::max(most, 1.0 - r));
    (cations >= room).then(|| format!("{cations:.4e} eq/h of cations enter, the outlets can carry {room:.4e}"))
}

fn unfinished(profile: &Profile) -> Option<String> {
    let lists = [&profile.aqueous, &profile.organic, &profile.free, &profile.ph, &profile.acidity];
    lists.iter().any(|list| list.iter().any(|v| !v.is_finite())).then(|| "a number that is not finite".into())
}

fn not_finite(circuit: &Circuit, profile: &Profile) -> Option<String> {
    let (n, k) = (circuit.stages.len(), circuit.solutes.len());
    if profile.aqueous.len() != n * k || profile.free.len() != n {
        return Some("a profile of another size".into());
    }
    let least = |list: &[f64]| list.iter().fold(f64::INFINITY, |a, &b| a.min(b));
    (least(&profile.aqueous) < 0.0 || least(&profile.organic) < 0.0 || least(&profile.free) < 0.0)
        .then(|| "a negative amount".into())
}

/// The worst closure of an element, or the first thing that does not balance.
fn gaps(circuit: &Circuit, profile: &Profile) -> Result<f64, String> {
    let (n, k) = (circuit.stages.len(), circuit.solutes.len());
    let (x, y) = (&profile.aqueous, &profile.organic);
    let mut worst: f64 = 0.0;
    for i in 0..k {
        let symbol = circuit.solutes[i];
        let entering: f64 = (0..n).map(|j| circuit.fresh[j * k + i]).sum();
        let mut leaving = (1.0 - circuit.returned[i]) * y[(n - 1) * k + i];
        for j in 0..n {
            leaving += (1.0 - circuit.stages[j].kept) * x[j * k + i];
            let mut to_stage = circuit.fresh[j * k + i];
            to_stage += if j + 1 < n { circuit.stages[j + 1].kept * x[(j + 1) * k + i] } else { 0.0 };
            to_stage += if j > 0 { y[(j - 1) * k + i] } else { circuit.returned[i] * y[(n - 1) * k + i] };
            let from_stage = x[j * k + i] + y[j * k + i];
            if to_stage.max(from_stage) > NOTHING * entering {
                let gap = (to_stage - from_stage).abs() / to_stage.max(from_stage);
                worst = worst.max(gap);
                if gap > CLOSURE {
                    return Err(format!("{symbol} in stage {j} of {n}: {gap:.1e} of what passes is not balanced"));
                }
            }
        }
        let gap = (entering - leaving).abs() / entering;
        worst = worst.max(gap);
        if gap > CLOSURE {
            return Err(format!("{symbol} over the circuit: {gap:.1e} of what enters"));
        }
    }
    for j in 0..n {
        stage(circuit, profile, j)?;
    }
    Ok(worst)
}

fn stage(circuit: &Circuit, profile: &Profile, j: usize) -> Result<(), String> {
    let (stage, k) = (&circuit.stages[j], circuit.solutes.len());
    let (x, y) = (&profile.aqueous[j * k..(j + 1) * k], &profile.organic[j * k..(j + 1) * k]);
    let saturated = circuit.law.isotherm.saturated();
    let (ph, free) = (profile.ph[j], profile.free[j]);
    let at = Contact::new(ph, free);
    for i in 0..k {
        let entering: f64 = circuit.fresh.iter().skip(i).step_by(k).sum();
        if x[i].min(y[i]) < NOTHING * entering {
            continue;
        }
        let found = (y[i] / x[i] * stage.aqueous / stage.organic).log10();
        let law = circuit.law.isotherm.log_d(circuit.solutes[i], &at).unwrap_or(f64::NAN);
        if (found - law).abs().is_nan() || (found - law).abs() > LAW {
            return Err(format!("{} in stage {j}: log D {found:.8}, the law says {law:.8}", circuit.solutes[i]));
        }
    }
    let held = |amounts: &[f64]| circuit.charge.iter().zip(amounts).map(|(z, a)| z * a).sum::<f64>();
    let units = held(y) + if saturated { 0.0 } else { stage.organic * free };
    if (units / stage.sites - 1.0).abs() > CHARGE {
        return Err(format!("extractant of stage {j}: {:.1e} unbalanced", units / stage.sites - 1.0));
    }
    if !saturated {
        let h = 10f64.powf(-ph);
        let acidity = stage.weak.iter().zip(&*WEAK).fold(h, |sum, (c, k)| sum + c * h / (k + h));
        let charge = (stage.anions - held(x)) / stage.aqueous;
        let scale = (stage.anions + held(x)) / stage.aqueous;
        if (acidity - charge).abs() > CHARGE * scale + WATER {
            return Err(format!(
                "charge of stage {j}: pH {ph:.6} stands for {acidity:.6e} mol/L of acid, charge leaves {:.1e} more",
                charge - acidity
            ));
        }
    }
    Ok(())
}
