//! The convex problem behind an equilibrium, and its barrier method.

use std::f64::consts::LN_10;

use nalgebra::{DMatrix, DVector};

use super::{Chemistry, LN_KW, Settled};
use crate::error::Error;
use crate::ion::Ion;
use crate::solution;
use crate::stream::Aqueous;

/// The barrier alone is tightened to ten to minus this share of what could form …
const BARRIER: i32 = 5;
/// … and with the amounts as unknowns of their own to this one.
const TIGHTEST: f64 = 1e-12;
/// Share of what could form below which a solid is none.
const NOTHING: f64 = 1e-8;
const NEWTON_STEPS: usize = 300;

/// Something with a stoichiometry in components: a species or a solid.
struct Term {
    parts: Vec<(usize, f64)>,
    protons: f64,
    ln_k: f64,
    /// Factor of the activity slope in its constant.
    squares: f64,
    charge: f64,
}

pub(super) struct Problem {
    ions: Vec<Ion>,
    total: Vec<f64>,
    /// mol/L of total acidity, when the pH is not given.
    acidity: f64,
    ln_h: f64,
    held: bool,
    species: Vec<Term>,
    solids: Vec<Term>,
    /// Position of each solid among those asked for, and how many those are.
    asked: (Vec<usize>, usize),
    /// The most of each solid its scarcest component allows, mol/L.
    most: Vec<f64>,
    every: Vec<Option<Term>>,
    inert_strength: f64,
    slope: f64,
    u: Vec<f64>,
    formed: Vec<f64>,
    tau: f64,
}

struct Local {
    gradient: DVector<f64>,
    hessian: DMatrix<f64>,
    scale: Vec<f64>,
}

impl Problem {
    pub(super) fn new(
        chemistry: &Chemistry,
        solution: &Aqueous,
        litres: f64,
        allowed: &[usize],
        ph: Option<f64>,
    ) -> Self {
        let reacts = |ion: Ion| {
            chemistry.species.iter().flat_map(|s| &s.ions).any(|(other, _)| *other == ion)
                || chemistry.phases.iter().flat_map(|p| &p.ions).any(|(other, _)| *other == ion)
        };
        let (mut ions, mut total, mut inert_strength) = (Vec::new(), Vec::new(), 0.0);
        for (ion, moles) in solution.ions.iter().filter(|(ion, moles)| *ion != Ion::H && *moles > 0.0) {
            if reacts(ion) && moles / litres > 1e-30 {
                ions.push(ion);
                total.push(moles / litres);
            } else {
                inert_strength += 0.5 * ion.charge() * ion.charge() * moles / litres;
            }
        }
        let term = |stoichiometry: &[(Ion, f64)], ln_k: f64, charge: f64| {
            let mut term = Term { parts: Vec::new(), protons: 0.0, ln_k, squares: 0.0, charge };
            for (ion, n) in stoichiometry {
                term.squares += n * ion.charge() * ion.charge();
                if *ion == Ion::H {
                    term.protons = *n;
                } else {
                    term.parts.push((ions.iter().position(|known| known == ion)?, *n));
                }
            }
            Some(term)
        };
        let species: Vec<Term> = chemistry.species.iter().filter_map(|s| term(&s.ions, s.ln_beta, s.charge)).collect();
        let solid = |at: usize| {
            let phase = &chemistry.phases[at];
            term(&phase.ions, phase.log_k.value * LN_10, 0.0)
        };
        let every: Vec<Option<Term>> = (0..chemistry.phases.len()).map(solid).collect();
        let mut solids = Vec::new();
        let mut most = Vec::new();
        let mut asked = (Vec::new(), allowed.len());
        for (position, &at) in allowed.iter().enumerate() {
            if let Some(term) = solid(at) {
                asked.0.push(position);
                most.push(term.parts.iter().map(|&(i, n)| total[i] / n).fold(f64::INFINITY, f64::min));
                solids.push(term);
            }
        }
        let start = ph.or_else(|| solution::ph(solution)).unwrap_or(7.0);
        Self {
            formed: vec![0.0; solids.len()],
            u: Vec::new(),
            acidity: solution.ions[Ion::H] / litres,
            ln_h: -start * LN_10,
            held: ph.is_some(),
            ions,
            total,
            species,
            solids,
            asked,
            most,
            every,
            inert_strength,
            slope: 0.0,
            tau: 1.0,
        }
    }

    pub(super) fn set_activity(&mut self, slope: f64) {
        self.slope = slope;
    }

    pub(super) fn strength_of_totals(&self) -> f64 {
        let listed: f64 = self.ions.iter().zip(&self.total).map(|(ion, c)| ion.charge() * ion.charge() * c).sum();
        self.inert_strength + 0.5 * listed
    }

    /// From the free concentrations found last.
    pub(super) fn ionic_strength(&self) -> f64 {
        let free: f64 = self.ions.iter().zip(&self.u).map(|(ion, u)| ion.charge() * ion.charge() * u.exp()).sum();
        let bound: f64 =
            self.species.iter().map(|s| s.charge * s.charge * self.concentration(s, &self.u, self.ln_h)).sum();
        let water = self.ln_h.exp() + (self.ln_kw() - self.ln_h).exp();
        self.inert_strength + 0.5 * (free + bound + water)
    }

    fn ln_kw(&self) -> f64 {
        LN_KW + 2.0 * self.slope
    }

    fn exponent(term: &Term, u: &[f64], ln_h: f64) -> f64 {
        term.parts.iter().map(|&(i, n)| n * u[i]).sum::<f64>() + term.protons * ln_h
    }

    fn concentration(&self, term: &Term, u: &[f64], ln_h: f64) -> f64 {
        let ln_beta = term.ln_k - self.slope * (term.squares - term.charge * term.charge);
        (ln_beta + Self::exponent(term, u, ln_h)).min(100.0).exp()
    }

    /// How far below saturation, in ln.
    fn slack(&self, term: &Term, u: &[f64], ln_h: f64) -> f64 {
        term.ln_k + self.slope * term.squares - Self::exponent(term, u, ln_h)
    }

    fn split<'x>(&self, x: &'x [f64]) -> (&'x [f64], f64) {
        let n = self.ions.len();
        (&x[..n], if self.held { self.ln_h } else { x[n] })
    }

    /// Mass balances and curvature of the solution alone.
    fn homogeneous(&self, x: &[f64]) -> Local {
        let n = self.ions.len();
        let size = if self.held { n } else { n + 1 };
        let (u, ln_h) = self.split(x);
        let mut gradient = DVector::zeros(size);
        let mut hessian = DMatrix::zeros(size, size);
        let mut scale = self.total.clone();
        for i in 0..n {
            let free = u[i].exp();
            gradient[i] = free - self.total[i];
            hessian[(i, i)] = free;
        }
        if !self.held {
            let (h, oh) = (ln_h.exp(), (self.ln_kw() - ln_h).exp());
            gradient[n] = h - oh - self.acidity;
            hessian[(n, n)] = h + oh;
            scale.push(h + oh + self.acidity.abs());
        }
        let mut local = Local { gradient, hessian, scale };
        for term in &self.species {
            let c = self.concentration(term, u, ln_h);
            self.weigh(term, &mut local, c, c);
        }
        local
    }

    /// The solution and the barrier of the solids.
    fn local(&self, x: &[f64]) -> Local {
        let (u, ln_h) = self.split(x);
        let mut local = self.homogeneous(x);
        for (term, most) in self.solids.iter().zip(&self.most) {
            let slack = self.slack(term, u, ln_h);
            let amount = self.tau * most / slack;
            self.weigh(term, &mut local, amount, amount / slack);
        }
        local
    }

    /// The components of a term, the proton as the last where it is free.
    fn parts<'t>(&self, term: &'t Term) -> impl Iterator<Item = (usize, f64)> + Clone + 't {
        let protons = (!self.held && term.protons != 0.0).then_some((self.ions.len(), term.protons));
        term.parts.iter().copied().chain(protons)
    }

    fn weigh(&self, term: &Term, local: &mut Local, first: f64, second: f64) {
        let last = self.ions.len();
        for (i, a) in self.parts(term) {
            local.gradient[i] += first * a;
            if i == last {
                local.scale[last] += (first * a).abs();
            }
            for (k, b) in self.parts(term) {
                local.hessian[(i, k)] += second * a * b;
            }
        }
    }

    fn charge_to(&self, term: &Term, imbalance: &mut DVector<f64>, amount: f64) {
        for (i, a) in self.parts(term) {
            imbalance[i] += a * amount;
        }
    }

    fn along(&self, term: &Term, step: &DVector<f64>) -> f64 {
        self.parts(term).map(|(i, a)| a * step[i]).sum()
    }

    /// A point inside every bound.
    fn inside(&self) -> Vec<f64> {
        let mut u: Vec<f64> = self.total.iter().map(|c| c.ln()).collect();
        for term in &self.solids {
            let over = 1.0 - self.slack(term, &u, self.ln_h);
            if over > 0.0 {
                let sum: f64 = term.parts.iter().map(|(_, n)| n).sum();
                for &(i, _) in &term.parts {
                    u[i] -= over / sum;
                }
            }
        }
        if !self.held {
            u.push(self.ln_h);
        }
        u
    }

    pub(super) fn solve(&mut self) -> Result<(), Error> {
        let mut x = self.inside();
        for level in 0..=BARRIER {
            self.tau = 10f64.powi(-level);
            self.newton(&mut x, 1e-4);
        }
        let (worst, at, formed) = self.polish(&mut x);
        if worst > 1e-8 {
            return Err(Error::NotConverged {
                unit: String::new(),
                what: "the equilibrium of solution and precipitates".into(),
                residual: worst,
                iterations: NEWTON_STEPS,
                worst: self.ions.get(at).map_or_else(|| "acidity".into(), ToString::to_string),
                hint: "allow fewer solids to form, or look for an amount out of proportion in the feed".into(),
            });
        }
        let (u, ln_h) = self.split(&x);
        let u = u.to_vec();
        self.ln_h = ln_h;
        self.formed =
            formed.iter().zip(&self.most).map(|(n, most)| if *n < NOTHING * most { 0.0 } else { *n }).collect();
        self.u = u;
        Ok(())
    }

    /// Primal–dual steps: the amounts of the solids are unknowns of their own, so that the mass
    /// balances close to rounding however small the distance to saturation has become.
    fn polish(&mut self, x: &mut [f64]) -> (f64, usize, Vec<f64>) {
        let (u, ln_h) = self.split(x);
        let mut formed: Vec<f64> = self
            .solids
            .iter()
            .zip(&self.most)
            .map(|(term, most)| self.tau * most / self.slack(term, u, ln_h))
            .collect();
        let mut worst = (f64::INFINITY, 0);
        for iteration in 0..NEWTON_STEPS {
            let (u, ln_h) = self.split(x);
            let slacks: Vec<f64> = self.solids.iter().map(|term| self.slack(term, u, ln_h).max(1e-14)).collect();
            let mut local = self.homogeneous(x);
            let mut imbalance = local.gradient.clone();
            for ((term, n), (slack, most)) in self.solids.iter().zip(&formed).zip(slacks.iter().zip(&self.most)) {
                self.weigh(term, &mut local, self.tau * most / slack, n / slack);
                self.charge_to(term, &mut imbalance, *n);
            }
            worst = relative(&imbalance, &local.scale);
            let slackest = formed
                .iter()
                .zip(slacks.iter().zip(&self.most))
                .fold(0.0_f64, |m, (n, (slack, most))| m.max((n / most).min(slack.abs()) * f64::from(*n > 0.0)));
            if worst.0 < 1e-12 && slackest < 1e-9 && iteration > 0 {
                break;
            }
            self.tau = (self.tau * 0.3).max(TIGHTEST);
            let Some(step) = direction(&local) else { break };
            let moved: Vec<f64> = self.solids.iter().map(|term| self.along(term, &step)).collect();
            let grown: Vec<f64> = (0..formed.len())
                .map(|s| (self.tau * self.most[s] + formed[s] * moved[s]) / slacks[s] - formed[s])
                .collect();
            let longest = step.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
            let mut length = 1.0_f64.min(2.0 / longest);
            for s in 0..formed.len() {
                if moved[s] > 0.0 {
                    length = length.min(0.95 * slacks[s] / moved[s]);
                }
                if grown[s] < 0.0 {
                    length = length.min(0.95 * formed[s] / -grown[s]);
                }
            }
            for (value, d) in x.iter_mut().zip(step.iter()) {
                *value += length * d;
            }
            for (n, d) in formed.iter_mut().zip(&grown) {
                *n += length * d;
            }
        }
        (worst.0, worst.1, formed)
    }

    /// Newton's steps at one tightness of the barrier.
    fn newton(&self, x: &mut Vec<f64>, tolerance: f64) {
        for _ in 0..NEWTON_STEPS {
            let local = self.local(x);
            let worst = relative(&local.gradient, &local.scale);
            if worst.0 < tolerance {
                break;
            }
            let Some(step) = direction(&local) else { break };
            let longest = step.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
            let (u, ln_h) = self.split(x);
            let mut length = 1.0_f64.min(4.0 / longest);
            for term in &self.solids {
                let towards = self.along(term, &step);
                if towards > 0.0 {
                    length = length.min(0.95 * self.slack(term, u, ln_h) / towards);
                }
            }
            let fall = local.gradient.dot(&step);
            let mut next = x.clone();
            for _ in 0..30 {
                for (at, value) in next.iter_mut().enumerate() {
                    *value = x[at] + length * step[at];
                }
                if self.local(&next).gradient.dot(&step) <= 0.5 * fall.abs() {
                    break;
                }
                length *= 0.5;
            }
            *x = next;
        }
    }

    pub(super) fn settled(
        &self,
        chemistry: &Chemistry,
        solution: &Aqueous,
        litres: f64,
        allowed: &[usize],
        strength: f64,
    ) -> Settled {
        let mut aqueous = solution.clone();
        let mut amounts: Vec<f64> = self.formed.iter().map(|c| c * litres).collect();
        // What rounding over-drew is given back by the solid that holds most of it.
        for (i, ion) in self.ions.iter().enumerate() {
            let share = |term: &Term| term.parts.iter().find(|(at, _)| *at == i).map_or(0.0, |(_, n)| *n);
            let drawn: f64 = self.solids.iter().zip(&amounts).map(|(term, n)| share(term) * n).sum();
            let over = drawn - solution.ions[*ion];
            if over > 0.0
                && let Some(at) = (0..amounts.len()).max_by(|&a, &b| {
                    (share(&self.solids[a]) * amounts[a]).total_cmp(&(share(&self.solids[b]) * amounts[b]))
                })
            {
                amounts[at] = (amounts[at] - over / share(&self.solids[at])).max(0.0);
            }
        }
        let mut protons = 0.0;
        for (term, n) in self.solids.iter().zip(&amounts) {
            protons += term.protons * n;
            for &(i, a) in &term.parts {
                aqueous.ions[self.ions[i]] -= a * n;
            }
        }
        for ion in &self.ions {
            aqueous.ions[*ion] = aqueous.ions[*ion].max(0.0);
        }
        aqueous.ions[Ion::H] -= protons;
        let bound: f64 =
            self.species.iter().map(|term| term.protons * self.concentration(term, &self.u, self.ln_h)).sum();
        let kept = (self.ln_h.exp() - (self.ln_kw() - self.ln_h).exp() + bound) * litres;
        let acid = if self.held { kept - aqueous.ions[Ion::H] } else { 0.0 };
        let saturation = self
            .every
            .iter()
            .map(|term| term.as_ref().map_or(f64::NEG_INFINITY, |term| -self.slack(term, &self.u, self.ln_h) / LN_10))
            .collect();
        let mut formed = vec![0.0; self.asked.1];
        for (&position, &n) in self.asked.0.iter().zip(&amounts) {
            formed[position] = n;
        }
        for (&position, &n) in self.asked.0.iter().zip(&amounts) {
            aqueous.water -= chemistry.phases[allowed[position]].water * n;
        }
        Settled { aqueous, formed, ph: -self.ln_h / LN_10, ionic_strength: strength, acid, saturation }
    }
}

/// The worst relative imbalance and where.
fn relative(imbalance: &DVector<f64>, scale: &[f64]) -> (f64, usize) {
    let gaps = imbalance.iter().zip(scale).map(|(g, s)| g.abs() / s.max(1e-300));
    gaps.enumerate().fold((0.0, 0), |best, (at, gap)| if gap > best.0 { (gap, at) } else { best })
}

/// Newton's direction, by Cholesky after scaling to a unit diagonal.
fn direction(local: &Local) -> Option<DVector<f64>> {
    let size = local.gradient.len();
    let root: Vec<f64> = (0..size).map(|i| local.hessian[(i, i)].max(1e-300).sqrt().recip()).collect();
    let mut ridge = 1e-15;
    while ridge < 1.0 {
        let scaled = DMatrix::from_fn(size, size, |i, k| {
            local.hessian[(i, k)] * root[i] * root[k] + if i == k { ridge } else { 0.0 }
        });
        if let Some(factor) = scaled.cholesky() {
            let right = DVector::from_fn(size, |i, _| -local.gradient[i] * root[i]);
            let step = factor.solve(&right);
            return Some(DVector::from_fn(size, |i, _| step[i] * root[i]));
        }
        ridge *= 100.0;
    }
    None
}
