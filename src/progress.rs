//! Progress: how far something long has come, told to whoever listens.
//!
//! What several hands share out is a [`Stage`] of a [`Watch`]: each hand says what it has done, and every hundredth of the whole is told
//! on, by whichever hand comes to it. Nothing waits for the listener, and nothing that is worked out depends on him.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Hears how far something has come.
pub trait Progress: Send {
    /// `done` of `of` steps; `what` is the one just ended, or what they are steps of.
    fn step(&mut self, done: usize, of: usize, what: &str);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn step(&mut self, _: usize, _: usize, _: &str) {}
}

/// A listener that many hands may tell.
pub struct Watch<'p>(Option<Mutex<&'p mut dyn Progress>>);

impl<'p> Watch<'p> {
    /// Nobody listens.
    pub const SILENT: Self = Self(None);

    /// Tells `listener`.
    pub fn new(listener: &'p mut dyn Progress) -> Self {
        Self(Some(Mutex::new(listener)))
    }

    /// Something of so many parts.
    pub fn stage(&self, what: impl Into<String>, of: usize) -> Stage<'_, 'p> {
        Stage { watch: self, what: what.into(), of, done: AtomicUsize::new(0), told: AtomicUsize::new(0) }
    }
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Watch" } else { "Watch::SILENT" })
    }
}

/// Something long that is shared out.
#[derive(Debug)]
pub struct Stage<'w, 'p> {
    watch: &'w Watch<'p>,
    what: String,
    of: usize,
    done: AtomicUsize,
    /// Hundredths told.
    told: AtomicUsize,
}

impl Stage<'_, '_> {
    /// So many parts more are done; any hand may say so.
    pub fn done(&self, more: usize) {
        let Some(listener) = &self.watch.0 else { return };
        let done = self.done.fetch_add(more, Ordering::Relaxed) + more;
        let hundredth = 100 * done / self.of.max(1);
        if hundredth > self.told.fetch_max(hundredth, Ordering::Relaxed)
            && let Ok(mut listener) = listener.try_lock()
        {
            // Another hand may have come farther meanwhile.
            let done = self.done.load(Ordering::Relaxed);
            listener.step(done.min(self.of), self.of, &self.what);
        }
    }

    /// This share of the whole is done, all told.
    pub fn come_to(&self, share: f64) {
        let done = (share * self.of as f64).round() as usize;
        self.done(done.saturating_sub(self.done.load(Ordering::Relaxed)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what it hears.
    struct Heard(Vec<(usize, usize, String)>);

    impl Progress for Heard {
        fn step(&mut self, done: usize, of: usize, what: &str) {
            self.0.push((done, of, what.into()));
        }
    }

    #[test]
    fn hundredths_are_told_from_every_hand_and_never_backward() {
        let mut heard = Heard(Vec::new());
        let watch = Watch::new(&mut heard);
        let stage = watch.stage("blocks", 10_000);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..2500).for_each(|_| stage.done(1)));
            }
        });
        assert_eq!(stage.done.load(Ordering::Relaxed), 10_000);
        let shares = watch.stage("realisations", 8);
        for share in [0.5, 0.25, 1.0] {
            shares.come_to(share);
        }
        let heard = heard.0;
        let blocks: Vec<usize> = heard.iter().filter(|(_, of, _)| *of == 10_000).map(|(done, ..)| *done).collect();
        assert!((1..=100).contains(&blocks.len()) && blocks.windows(2).all(|pair| pair[0] <= pair[1]), "{blocks:?}");
        assert_eq!(heard[heard.len() - 2..], [(4, 8, "realisations".to_owned()), (8, 8, "realisations".to_owned())]);
        Watch::SILENT.stage("nothing", 0).done(3);
    }
}
