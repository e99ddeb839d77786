//! A battery found that does what is asked, whatever it costs.
//!
//! # Source
//! Our own.

use super::{Search, Size, Trial, cheap, loading};
use crate::error::Error;

/// Steps of the search before it is given up.
const MOST_SOLVES: usize = 90;
/// ln of what a stage must gain, or it is a pinch.
const PINCH: f64 = 0.01;
/// What more strip liquor must gain to be raised again unasked.
const MUCH: f64 = 0.3;
/// Most reflux over the planned.
const MOST_FLOW: f64 = 4.0;
/// Change of the miss by loading with the logarithm of the flow, as it is at nine tenths of the limit: ℓ/(1 − ℓ).
const RELIEF: f64 = 9.0;
/// What more flow must gain of it.
const HARDLY: f64 = 0.003;

impl Search<'_> {
    /// A first trial that solves: what a solver cannot carry is often a strip too short.
    pub(super) fn first(&mut self, start: Size) -> Result<Trial, Error> {
        let mut size = start;
        let mut last = None;
        for round in 0..8 {
            match self.trial(size) {
                Ok(trial) => return Ok(trial),
                Err(error @ Error::Scenario(_)) => return Err(error),
                Err(error) => last = Some(error),
            }
            size.stages[2] += 4;
            size.excess = (size.excess * 1.4 + 0.1).min(19.0);
            if round % 2 == 1 {
                size.flow *= 1.08;
                let short = usize::from(size.stages[1] < size.stages[0]);
                size.stages[short] += 3;
            }
        }
        Err(last.unwrap_or_else(|| self.stopped("no battery could be solved to begin with", "another extractant")))
    }

    pub(super) fn lengthened(&mut self, from: Trial) -> Result<Trial, Error> {
        let mut best = from;
        let begun = self.solves;
        while best.miss > 0.0 {
            if self.solves - begun > MOST_SOLVES {
                return Err(self.stopped(
                    &format!(
                        "after {} rigorous solutions it still misses by a factor {:.2}",
                        self.solves,
                        best.miss.exp()
                    ),
                    "more stages allowed, or less asked",
                ));
            }
            if best.over > 0.0 {
                best = self.relieved(&best)?;
                continue;
            }
            let whole = best.size.stages[0] + best.size.stages[1];
            let mut gains: Vec<(f64, Trial, usize)> = Vec::new();
            for section in 0..3 {
                let more = (best.size.stages[section] / 8).clamp(1, 12);
                let mut size = best.size;
                size.stages[section] += more;
                let over = section < 2 && whole + more > self.spec.most_stages || size.stages[2] > 200;
                if let Some(trial) = (!over).then(|| self.trial(size).ok()).flatten() {
                    gains.push(((best.cut - trial.cut) / more as f64, trial, section));
                }
            }
            gains.sort_by(|a, b| b.0.total_cmp(&a.0));
            let enough = gains.first().is_some_and(|(gain, ..)| *gain > PINCH * best.miss.clamp(0.2, 1.0));
            if enough {
                let (gain, trial, section) = gains.swap_remove(0);
                // As many more as the gain promises, if that solves and is not worse.
                let wanted = (trial.cut / gain).clamp(0.0, 60.0).ceil() as usize;
                let mut size = trial.size;
                size.stages[section] += wanted.min(size.stages[section]);
                let room = size.stages[0] + size.stages[1] <= self.spec.most_stages;
                best = match (trial.cut > 0.0 && wanted > 1 && room).then(|| self.trial(size)) {
                    Some(Ok(far)) if far.cut < trial.cut => far,
                    _ => trial,
                };
                continue;
            }
            // A pinch: more reflux, or more strip liquor, whichever lowers the miss more.
            let mut size = best.size;
            size.flow *= 1.1;
            let mut raised: Vec<Trial> = Vec::new();
            if size.flow <= MOST_FLOW {
                raised.extend(self.trial(size).ok());
            }
            let mut size = best.size;
            size.excess = (size.excess * 1.5 + 0.2).min(19.9);
            if size.excess > best.size.excess * 1.01 {
                raised.extend(self.trial(size).ok());
            }
            raised.sort_by(|a, b| a.cut.total_cmp(&b.cut));
            match raised.into_iter().next() {
                Some(trial) if trial.cut < best.cut => {
                    let acid = trial.size.excess > best.size.excess;
                    best = self.raised_on(trial, acid);
                }
                _ => {
                    let why = if whole + 1 > self.spec.most_stages {
                        format!("it would need more than the {} stages allowed", self.spec.most_stages)
                    } else {
                        format!(
                            "neither stages nor reflux nor strip liquor bring it nearer: a pinch, {:.2} times off",
                            best.miss.exp()
                        )
                    };
                    return Err(
                        self.stopped(&why, "an extractant of larger separation factor, weaker scrub, or less asked")
                    );
                }
            }
        }
        Ok(best)
    }

    /// The cheapest that holds to the loading, where the cheapest of all does not: on a feed of the battery's own pH or of
    /// one of the lower that are allowed.
    pub(super) fn limited(&mut self, free: &Trial) -> Result<Trial, Error> {
        let full = loading::highest(&free.balance, |_| true).unwrap_or(0.0);
        let (mut best, mut refused): (Option<Trial>, Option<Error>) = (None, None);
        let lower = self.spec.lower_feed_ph.iter().copied().map(Some);
        for feed_ph in std::iter::once(free.size.feed_ph).chain(lower) {
            let begun = self.first(Size { feed_ph, ..free.size });
            match begun.and_then(|begun| self.cheap(begun, false)) {
                Ok(found) if best.as_ref().is_none_or(|best| self.dearer(best, &found)) => best = Some(found),
                Ok(_) => {}
                Err(error @ Error::Scenario(_)) => return Err(error),
                Err(error) => refused = Some(error),
            }
        }
        match (best, refused) {
            (Some(best), _) => Ok(best),
            (None, Some(error)) => Err(loading::refused(error, self.spec.most_loading, full)),
            (None, None) => Err(self.stopped("no battery holds to `most_loading`", "a higher one")),
        }
    }

    /// Less loaded by more organic phase or strip liquor: stages do little.
    fn relieved(&mut self, best: &Trial) -> Result<Trial, Error> {
        let step = (best.over / RELIEF).clamp(0.02, 0.2);
        let flows = [1.0, 2.5, 6.0].map(|times| Size { flow: best.size.flow * (times * step).exp(), ..best.size });
        let excess = (best.size.excess * 1.25 + 0.1).min(19.9);
        for size in flows.into_iter().chain([Size { excess, ..best.size }]) {
            let trial = (size.flow <= cheap::MOST_FLOW).then(|| self.trial(size).ok()).flatten();
            if let Some(trial) = trial.filter(|trial| trial.over < best.over - HARDLY) {
                return Ok(trial);
            }
        }
        let told = loading::told(self.spec.most_loading, &best.balance);
        Err(self.stopped(
            &format!(
                "neither more organic phase nor more strip liquor empties it further{told}"
            ),
            "`lower_feed_ph` in [design], which lets go of more metal than flow does, a higher `most_loading`, less saponified or another \
             extractant",
        ))
    }

    /// More strip liquor still, as long as that alone lowers the miss much.
    fn raised_on(&mut self, from: Trial, acid: bool) -> Trial {
        let mut best = from;
        while acid && best.cut > 0.0 {
            let excess = (best.size.excess * 1.5 + 0.2).min(19.9);
            let Ok(trial) = self.trial(Size { excess, ..best.size }) else { break };
            if trial.cut > best.cut - MUCH {
                break;
            }
            best = trial;
        }
        best
    }
}
