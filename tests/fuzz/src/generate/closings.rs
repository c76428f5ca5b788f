//! Objects that are closed by hand at the end of their block, without a `finally`.

use super::resources::{Kind, ODD, ORDINARY, Unit, around, between, finish, opening, step};
use super::{Choices, Family, Mode};

pub static FAMILY: Family = Family {
    transform: "manual-close-to-with",
    program,
    definitions: include_str!("resources.py"),
    mode: Mode::Safe,
};

fn program(c: &mut Choices) -> Vec<String> {
    super::resources::units(c, unit)
}

fn unit(c: &mut Choices) -> Vec<String> {
    let mut u = Unit {
        generator: c.chance(0.08),
        is_async: c.chance(0.06),
        method: c.chance(0.1),
        ..Unit::default()
    };
    u.parameters.push(("k=0", ["0", "1", "5"][c.rng.usize(..3)]));
    let site = closed(c, &mut u);
    let mut body = std::mem::take(&mut u.before);
    body.push("r = 0".into());
    body.extend(around(c, &site));
    body.append(&mut u.behind);
    body.push(c.pick(&["return r", "print(\"ends\", r)", "return last_kept()", "pass"]).into());
    finish(c, u, body)
}

fn kind(c: &mut Choices) -> &'static Kind {
    if c.hostile() || c.chance(0.06) {
        return &ODD[c.rng.usize(..ODD.len())];
    }
    // Those whose closing nobody sees more often than the doors, which print.
    &ORDINARY[c.weighted(&[2, 2, 10, 5, 5, 3, 0, 2, 2, 4, 0])]
}

/// `x = make`, uses, `x.close()`.
fn closed(c: &mut Choices, u: &mut Unit) -> Vec<String> {
    let first = kind(c);
    let x = c.name("x");
    let make = c.pick(first.makes);
    let mut all = opening(c, u, &x, make);
    all.extend(between(c, &x, u));
    all.extend(uses(c, u, &x, first));
    if c.chance(0.2) {
        return two(c, u, &x, all);
    }
    all.extend(closing(c, &x));
    all.extend(behind(c, &x));
    all
}

/// Another object that lives within the first one's life, or across its end.
fn two(c: &mut Choices, u: &mut Unit, x: &str, mut all: Vec<String>) -> Vec<String> {
    let second = kind(c);
    let y = c.name("y");
    all.push(format!("{y} = {}", c.pick(second.makes)));
    all.extend(uses(c, u, &y, second));
    let (inner, outer) = if c.chance(0.6) { (y.as_str(), x) } else { (x, y.as_str()) };
    all.extend(closing(c, inner));
    if c.chance(0.3) {
        all.push(c.pick(&["r = check(k)", "print(\"between two\")", "r = k"]).into());
    }
    all.extend(closing(c, outer));
    all
}

fn uses(c: &mut Choices, u: &mut Unit, x: &str, kind: &Kind) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..c.weighted(&[1, 4, 3, 1]) {
        if c.chance(0.5) {
            all.push(c.pick(kind.uses).replace('@', x));
        } else if c.chance(0.15) {
            let text = c.either(
                &[
                    "held = [@]\nprint(len(held))",
                    "print(state(@))",
                    "r = len(str(state(@)))",
                    "lines = (l for l in WORDS)",
                ],
                &[
                    "r = [@]",
                    "STATE[\"x\"] = @",
                    "g = lambda: @",
                    "return @",
                    "KEPT.append(@)",
                    "r = iter([@])",
                    "u = @\nkeep(u)",
                ],
            );
            let text = if u.generator && u.is_async { "pass" } else { text };
            all.extend(text.replace('@', x).split('\n').map(str::to_owned));
        } else {
            all.extend(step(c, u, x, kind));
        }
    }
    if u.generator && !all.iter().any(|l| l.contains("yield")) {
        all.push("yield r".into());
    }
    all
}

fn closing(c: &mut Choices, x: &str) -> Vec<String> {
    let text = c.either(
        &[
            "@.close()",
            "@.close()",
            "@.close()",
            "@.close()",
            "@.close()",
            "@.close()  # done",
            "# the end\n@.close()",
            "\n@.close()",
        ],
        &[
            "if @: @.close()",
            "r = @.close()",
            "print(@.close())",
            "@.close(); print(\"b\")",
            "print(\"a\"); @.close()",
            "@.close()  # noqa",
            "@.close()\n@.close()",
            "try:\n    @.close()\nexcept Exception:\n    print(\"swallows\")",
            "if k:\n    @.close()",
            "end = @.close\nend()",
            "def later():\n    @.close()\nlater()",
            "for i in range(1):\n    @.close()",
            "with managed(\"c\"):\n    @.close()",
            "pass",
        ],
    );
    text.replace('@', x).split('\n').map(str::to_owned).collect()
}

fn behind(c: &mut Choices, x: &str) -> Vec<String> {
    if !c.chance(0.35) {
        return vec![];
    }
    let text = c.either(
        &["print(\"after\", state(@))", "print(\"after\")", "r = 3", "r = check(k)"],
        &["@.close()", "@ = None", "print(@ is not None)", "del @", "keep(@)", "return @"],
    );
    let text = if text == "return @" { "r = @" } else { text };
    vec![text.replace('@', x)]
}
