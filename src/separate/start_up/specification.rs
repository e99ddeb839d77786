//! When the outlets hold what is asked, and what has left before.

use super::walk::{Note, Watch};

/// How far a moment is off the purities asked: the logarithm of the worst impurity over what is allowed.
pub(super) fn miss(note: &Note, watch: &Watch) -> f64 {
    (0..watch.outlets.len()).map(|side| side_miss(note, watch, side)).fold(f64::NEG_INFINITY, f64::max)
}

/// The logarithm of an outlet's impurity over what is allowed, infinite where nothing is withdrawn.
fn side_miss(note: &Note, watch: &Watch, side: usize) -> f64 {
    let allowed = 1.0 - watch.outlets[side].asked;
    note.purity[side].map_or(f64::INFINITY, |purity| ((1.0 - purity).max(1e-15) / allowed).ln())
}

/// From when on the notes before the upset hold the purities; the moment is noted between the steps.
pub(super) fn reached(notes: &mut Vec<Note>, watch: &Watch) -> Option<f64> {
    let count = notes.partition_point(|note| note.time <= watch.calm);
    let Some(at) = notes[..count].iter().rposition(|note| miss(note, watch) > 0.0) else {
        return notes.first().map(|note| note.time);
    };
    if at + 1 >= count {
        return None;
    }
    let (off, on) = (&notes[at], &notes[at + 1]);
    if !miss(off, watch).is_finite() {
        return Some(on.time);
    }
    // Each impurity runs straight on a log scale from step to step.
    let misses = |side: usize| (side_miss(off, watch, side), side_miss(on, watch, side));
    let along = |side: usize| {
        let (from, to) = misses(side);
        if from > 0.0 { from / (from - to) } else { 0.0 }
    };
    let sides = 0..watch.outlets.len();
    let share = sides.clone().map(along).fold(0.0, f64::max);
    let between = |a: f64, b: f64| a + share * (b - a);
    let purity = |side: usize| {
        let (from, to) = misses(side);
        let asked = watch.outlets[side].asked;
        Some((1.0 - (1.0 - asked) * between(from, to).exp()).max(asked))
    };
    let note = Note {
        time: between(off.time, on.time),
        regime: on.regime,
        shown: off.shown.iter().zip(&on.shown).map(|(a, b)| Some(between((*a)?, (*b)?))).collect(),
        purity: sides.map(purity).collect(),
        leaving: off.leaving.iter().zip(&on.leaving).map(|(a, b)| between(*a, *b)).collect(),
        held: between(off.held, on.held),
        held_shown: between(off.held_shown, on.held_shown),
    };
    let time = note.time;
    notes.insert(at + 1, note);
    Some(time)
}

/// kg REO that has left through outlets below what is asked of them.
pub(super) fn off(notes: &[Note], watch: &Watch) -> f64 {
    let off = |note: &Note| -> f64 {
        let below = (0..watch.outlets.len()).filter(|&side| side_miss(note, watch, side) > 0.0);
        below.map(|side| note.leaving[side]).sum()
    };
    notes.windows(2).map(|pair| (pair[1].time - pair[0].time) * 0.5 * (off(&pair[0]) + off(&pair[1]))).sum()
}
