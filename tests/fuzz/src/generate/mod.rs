//! Programs from seeds: one generator per family of transforms.

mod building;
mod caches;
mod checked;
mod checks;
mod closings;
mod coroutines;
mod cps;
mod delegation;
mod gathers;
mod globals;
mod guards;
mod handlers;
mod lists;
mod loops;
mod managers;
pub mod mutants;
mod pipelines;
mod reading;
mod resources;
mod shows;
mod slots;
mod snippets;
mod stacks;
mod swaps;
mod validators;

use fastrand::Rng;

use snippets::with_definitions;

/// A family of programs, for one transform. Everything about it stands in one file, whose `FAMILY` this is.
pub struct Family {
    /// The transform whose sites the programs have.
    pub transform: &'static str,
    /// Makes one program: its lines, without the definitions that they name.
    program: fn(&mut Choices) -> Vec<String>,
    /// Python definitions of its own, written as those of `snippets.py`, behind which they stand.
    definitions: &'static str,
    pub mode: Mode,
}

/// How the programs of a family are rewritten.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// In the safe tier, as files that state no version of Python.
    Safe,
    /// In the safe tier, most as files of a project that states this version, some as files that state none.
    Stated(u8, u8),
    /// With assumptions: they hold in these programs, which the generator sees to.
    Assuming,
}

/// All families. A new one goes to the end: the place is part of what its programs are made from.
pub static FAMILIES: &[&Family] = &[
    &lists::FAMILY,
    &delegation::FAMILY,
    &resources::FAMILY,
    &closings::FAMILY,
    &stacks::FAMILY,
    &checked::FAMILY,
    &validators::FAMILY,
    &shows::FAMILY,
    &pipelines::FAMILY,
    &reading::FAMILY,
    &building::FAMILY,
    &coroutines::FAMILY,
    &globals::FAMILY,
    &slots::FAMILY,
    &swaps::FAMILY,
    &handlers::FAMILY,
    &managers::FAMILY,
    &loops::FAMILY,
    &gathers::FAMILY,
    &caches::FAMILY,
    &cps::FAMILY,
];

impl Family {
    pub fn of(transform: &str) -> Option<&'static Family> {
        FAMILIES.iter().find(|f| f.transform == transform).copied()
    }

    fn place(&self) -> u64 {
        let place = FAMILIES.iter().position(|f| f.transform == self.transform);
        place.expect("every family stands in the list") as u64
    }
}

/// The `index`th program of a family under a seed: always the same.
pub fn program(family: &Family, seed: u64, index: u64) -> String {
    // Odd multipliers spread neighbouring seeds and indices over all bits.
    let mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index.wrapping_mul(0xD1B5_4A32_D192_ED03);
    let mut source = Choices::new(mixed ^ family.place());
    if mutants::is_mutant(family.transform, index) {
        return mutants::mutant(family.transform, &mut source);
    }
    with_definitions(family, &(family.program)(&mut source))
}

/// Random choices, with a share of hostile ones that is drawn once per program.
struct Choices {
    rng: Rng,
    /// How often a choice between the ordinary and the hostile falls on the hostile.
    hostility: f64,
    names: usize,
}

impl Choices {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let hostility = [0.0, 0.0, 0.0, 0.0, 0.08, 0.3][rng.usize(..6)];
        Choices { rng, hostility, names: 0 }
    }

    fn pick<'p>(&mut self, from: &[&'p str]) -> &'p str {
        from[self.rng.usize(..from.len())]
    }

    /// One of the ordinary, or of the hostile with the program's own probability.
    fn either<'p>(&mut self, ordinary: &[&'p str], hostile: &[&'p str]) -> &'p str {
        if self.hostile() { self.pick(hostile) } else { self.pick(ordinary) }
    }

    fn hostile(&mut self) -> bool {
        self.rng.f64() < self.hostility
    }

    fn chance(&mut self, share: f64) -> bool {
        self.rng.f64() < share
    }

    /// An index, each with its weight.
    fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut at = self.rng.u32(..weights.iter().sum::<u32>());
        weights
            .iter()
            .position(|w| {
                let here = at < *w;
                at = at.wrapping_sub(*w);
                here
            })
            .expect("the draw is below the sum of the weights")
    }

    /// A name that the program has not used yet.
    fn name(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }
}

/// Lines moved one level to the right.
fn indented(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| format!("    {line}")).collect()
}

fn lines<const N: usize>(lines: [&str; N]) -> Vec<String> {
    lines.map(str::to_owned).to_vec()
}

/// A block: its header and what stands in it.
fn block(header: impl Into<String>, body: &[String]) -> Vec<String> {
    let mut all = vec![header.into()];
    all.extend(indented(body));
    all
}

/// A call at module level that shows its result or its error.
fn shown(call: &str) -> Vec<String> {
    let mut all = block("try:", &[format!("print(\"result\", {call})")]);
    all.extend(block("except Exception as error:", &lines(["print(\"error\", type(error).__name__)"])));
    all
}
